"""Unlimited undo and redo of a draft's edits, with a journal on disk that survives a killed process.

Owns which fields an edit changed, and undoing them. Does not make edits. If journal and draft disagree, the journal is
discarded, never the draft. Each journal entry is written to the file at once, without waiting for the disk; the draft
itself is written by ``library/draft/edits.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from capture.errors import ShowhowError
from capture.files import read_lines, remove_file
from capture.model import Blur, Cut, SpeedUp
from library.files import library_errors
from library.model import Draft
from transcribe.model import Step, Transcript

_LARGEST_FILE = 256 << 20


class Fields(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fields of a draft that an edit may change; unset means unchanged."""

    title: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    cuts: tuple[Cut, ...] | UnsetType = UNSET
    dropped: tuple[Cut, ...] | UnsetType = UNSET
    fasts: tuple[SpeedUp, ...] | UnsetType = UNSET
    blurs: tuple[Blur, ...] | UnsetType = UNSET
    steps: tuple[Step, ...] | UnsetType = UNSET
    by_hand: tuple[str, ...] | UnsetType = UNSET
    transcript: Transcript | UnsetType = UNSET

    @property
    def values(self) -> dict[str, object]:
        """The fields that are set."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}


class Edit(msgspec.Struct, frozen=True, tag="edit"):
    """One edit: the changed fields before and after it, and the cursor position (step index, take time)."""

    before: Fields
    after: Fields
    index: int = 0
    at_ms: int = 0


class Undone(msgspec.Struct, frozen=True, tag="undo"):
    """The last edit was undone."""


class Redone(msgspec.Struct, frozen=True, tag="redo"):
    """The edit undone last was redone."""


Entry = Edit | Undone | Redone
_ANY_ENTRY: type[Entry] = Entry  # type: ignore[assignment]  # msgspec takes unions where types are asked for


def fields_of(draft: Draft, unlike: Draft) -> Fields:
    """The fields of ``draft`` in which it differs from ``unlike``."""
    names = [name for name in Fields.__struct_fields__ if getattr(draft, name) != getattr(unlike, name)]
    return Fields(**{name: getattr(draft, name) for name in names})


class Journal:
    """Undo and redo stacks. ``unwritten`` are the entries that are not in the journal file yet."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self.done: list[Edit] = []
        self.undone: list[Edit] = []
        self.unwritten: list[Entry] = []
        for entry in entries:
            self._replay(entry)

    def _replay(self, entry: Entry) -> None:
        if isinstance(entry, Edit):
            self.done.append(entry)
            self.undone.clear()
        elif isinstance(entry, Undone) and self.done:
            self.undone.append(self.done.pop())
        elif isinstance(entry, Redone) and self.undone:
            self.done.append(self.undone.pop())

    def _add(self, entry: Entry) -> None:
        self._replay(entry)
        self.unwritten.append(entry)

    def edited(self, before: Draft, after: Draft, index: int = 0, at_ms: int = 0) -> None:
        """Record an edit; clears the redo stack."""
        self._add(Edit(fields_of(before, after), fields_of(after, before), index, at_ms))

    def undo(self, draft: Draft) -> tuple[Draft, Edit] | None:
        """Undo the last edit: the draft without it, and the edit; None when there is none."""
        if not self.done:
            return None
        edit = self.done[-1]
        self._add(Undone())
        return replace(draft, **edit.before.values), edit

    def redo(self, draft: Draft) -> tuple[Draft, Edit] | None:
        """Redo the edit undone last: the draft with it, and the edit; None when there is none."""
        if not self.undone:
            return None
        edit = self.undone[-1]
        self._add(Redone())
        return replace(draft, **edit.after.values), edit

    def take_unwritten(self) -> list[Entry]:
        """Return the unwritten entries and mark them as written."""
        taken, self.unwritten = self.unwritten, []
        return taken

    def fit(self, draft: Draft) -> None:
        """Drop entries that do not match the draft: after a crash the journal may be newer than the draft."""
        while self.done and not _matches(draft, self.done[-1].after):
            self._add(Undone())
        if self.undone and not _matches(draft, self.undone[-1].before):
            self.undone.clear()


def _matches(draft: Draft, fields: Fields) -> bool:
    return all(getattr(draft, name) == value for name, value in fields.values.items())


def journal_path(draft_file: Path) -> Path:
    """Path of the journal of a draft file."""
    return draft_file.with_suffix(".journal.jsonl")


def append_journal(draft_file: Path, entries: Sequence[Entry]) -> None:
    """Append entries to the journal file; they survive when this process is killed. Raises LibraryError."""
    if not entries:
        return
    with library_errors(f"save the edits of {draft_file}"), journal_path(draft_file).open("ab") as file:
        file.write(b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries))


def read_journal(draft_file: Path, draft: Draft) -> Journal:
    """Read the journal of a draft, without entries that do not match it; empty when it cannot be read."""
    path = journal_path(draft_file)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            return Journal()
        journal = Journal(list(read_lines(path, _ANY_ENTRY)))
    except (OSError, ShowhowError):
        return Journal()
    journal.fit(draft)
    return journal


def forget_journal(draft_file: Path) -> None:
    """Delete the journal, when its draft was deleted or created again."""
    remove_file(journal_path(draft_file))
