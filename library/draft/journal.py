"""Undo and redo without limit, and a journal of them on disk, so that they outlive the program that was killed.

Owns which fields of a draft an edit changed, and taking them back. Refuses to make edits, and to be more than a help: a
journal that does not fit its draft any more is left out, never the draft. Each line of the journal is handed to the
system at once; the draft itself is written by ``library/draft/edits.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from capture.errors import ShowhowError
from capture.files import read_lines
from capture.model import Blur, Cut, SpeedUp
from library.files import library_errors
from library.model import Draft
from transcribe.model import Step

_LARGEST_FILE = 256 << 20


class Fields(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an edit may change of a draft; unset is what it left alone."""

    title: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    cuts: tuple[Cut, ...] | UnsetType = UNSET
    dropped: tuple[Cut, ...] | UnsetType = UNSET
    fasts: tuple[SpeedUp, ...] | UnsetType = UNSET
    blurs: tuple[Blur, ...] | UnsetType = UNSET
    steps: tuple[Step, ...] | UnsetType = UNSET
    by_hand: tuple[str, ...] | UnsetType = UNSET

    @property
    def values(self) -> dict[str, object]:
        """The fields that are set."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}


class Edit(msgspec.Struct, frozen=True, tag="edit"):
    """One edit: the fields before and after it, and where the cursor stood."""

    before: Fields
    after: Fields
    index: int = 0
    at_ms: int = 0


class Undone(msgspec.Struct, frozen=True, tag="undo"):
    """The last edit was taken back."""


class Redone(msgspec.Struct, frozen=True, tag="redo"):
    """The edit taken back last was made again."""


Entry = Edit | Undone | Redone
_ANY_ENTRY: type[Entry] = Entry  # type: ignore[assignment]  # msgspec takes unions where types are asked for


def fields_of(draft: Draft, unlike: Draft) -> Fields:
    """The fields in which a draft differs from another."""
    names = [name for name in Fields.__struct_fields__ if getattr(draft, name) != getattr(unlike, name)]
    return Fields(**{name: getattr(draft, name) for name in names})


class Journal:
    """The edits made and taken back. ``unwritten`` are the entries the journal does not have yet."""

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
        """An edit was made; what had been taken back cannot be made again."""
        self._add(Edit(fields_of(before, after), fields_of(after, before), index, at_ms))

    def undo(self, draft: Draft) -> tuple[Draft, Edit] | None:
        """The draft without its last edit, and that edit; None when there is none."""
        if not self.done:
            return None
        edit = self.done[-1]
        self._add(Undone())
        return replace(draft, **edit.before.values), edit

    def redo(self, draft: Draft) -> tuple[Draft, Edit] | None:
        """The draft with the edit taken back last made again, and that edit; None when there is none."""
        if not self.undone:
            return None
        edit = self.undone[-1]
        self._add(Redone())
        return replace(draft, **edit.after.values), edit

    def take_unwritten(self) -> list[Entry]:
        """The entries to be written now; they count as written from here on."""
        taken, self.unwritten = self.unwritten, []
        return taken

    def fit(self, draft: Draft) -> None:
        """Leave out what does not fit the draft: the journal may be a moment ahead of it when a program was killed."""
        while self.done and not _matches(draft, self.done[-1].after):
            self._add(Undone())
        if self.undone and not _matches(draft, self.undone[-1].before):
            self.undone.clear()


def _matches(draft: Draft, fields: Fields) -> bool:
    return all(getattr(draft, name) == value for name, value in fields.values.items())


def journal_path(draft_file: Path) -> Path:
    """Where the journal of a draft's file lies."""
    return draft_file.with_suffix(".journal.jsonl")


def append_journal(draft_file: Path, entries: Sequence[Entry]) -> None:
    """Hand entries to the system, to be kept even when this program is killed. Raises LibraryError."""
    if not entries:
        return
    with library_errors(f"save the edits of {draft_file}"), journal_path(draft_file).open("ab") as file:
        file.write(b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries))


def read_journal(draft_file: Path, draft: Draft) -> Journal:
    """The journal of a draft as far as it is known and fits; an unreadable one is an empty one."""
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
    """The draft is gone or made anew, and its edits with it."""
    journal_path(draft_file).unlink(missing_ok=True)
