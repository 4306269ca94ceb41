"""What a recording answers: a need, or a note at a step. Written down in its take, so that it outlives a crash.

``need:ID``, or ``note:DEMO:ID``. Filing the demo answers it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from capture.files import write_bytes
from library.connection.library import Library
from library.files import library_errors, read_bounded
from library.learning.notes.model import Note, NoteKind
from library.learning.opening import open_learning
from library.model import Demo, LibraryError

_FILE = "answers.txt"
_WHAT = re.compile(r"need:[0-9a-f]{16}|note:[a-z0-9-]{1,64}:[0-9a-f]{16}")


def answers_need(need_id: str) -> str:
    """The words for a need that is answered."""
    return f"need:{need_id}"


def answers_note(note: Note) -> str:
    """The words for a note that is answered."""
    return f"note:{note.demo_id}:{note.record_id}"


def note_answers(take: Path, what: str) -> None:
    """Write down in a take's folder what it answers. Raises LibraryError."""
    if what and _WHAT.fullmatch(what):
        with library_errors(f"write {take / _FILE}"):
            write_bytes(take / _FILE, f"{what}\n".encode())


def answers_of(take: Path) -> str:
    """What a take answers; empty for nothing, or nothing that can be read."""
    try:
        text = read_bounded(take / _FILE, 1 << 10).decode("ascii", "replace").strip()
    except (OSError, LibraryError):
        return ""
    return text if _WHAT.fullmatch(text) else ""


def give_answer(library: Library, what: str, demo: Demo) -> None:
    """Answer a need or a note with a demo just filed. Where that is gone, the demo is filed all the same."""
    with suppress(LibraryError):
        _give(library, what, demo)


def _give(library: Library, what: str, demo: Demo) -> None:
    kind, _, rest = what.partition(":")
    if kind == "need":
        open_learning(library).needs.answer(rest, demo.demo_id)
    elif kind == "note":
        demo_id, _, note_id = rest.partition(":")
        notes = open_learning(library).notes
        step = next((one.step for one in notes.every() if one.record_id == note_id), 0)
        notes.add(demo_id, NoteKind.REPLY, about=note_id, shows=demo.demo_id, who=demo.author, step=step)
