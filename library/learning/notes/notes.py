"""Notes: adds what people say of demos and steps, and reads it with its answers.

Owns what may be noted, and what of others' lines is believed: files of other machines may hold anything.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from library.catalog.catalog import Catalog
from library.catalog.usage import Use
from library.learning.journals.model import SharedJournal
from library.learning.notes.model import LONGEST_NOTE, Note, NoteCounts, NoteKind, NoteThread
from library.model import Demo, LibraryError, RecordNotFound
from library.text import clean, is_demo_id

_LONGEST_NAME = 100
_WORDS_NEEDED = {NoteKind.COMMENT, NoteKind.REPLY}
_GONE = {NoteKind.WITHDRAWN, NoteKind.REMOVED}
_ABOUT_ANOTHER = {NoteKind.REPLY} | _GONE
_FEEDBACK = {NoteKind.HELPED: Use.HELPED, NoteKind.STUCK: Use.NO_HELP}


class Notes:
    """The notes of a library. Every method may raise LibraryError."""

    def __init__(self, catalog: Catalog, journal: SharedJournal[Note]) -> None:
        self._catalog, self._journal = catalog, journal
        self._read: tuple[Sequence[Note], Sequence[Note]] = ((), ())

    def add(
        self, demo_id: str, kind: NoteKind, *, step: int = 0, text: str = "", app: str = "", who: str = "",
        about: str = "", shows: str = "", seen: str = "", app_version: str = "", machine: str = "", visit: str = "",
    ) -> Note:  # fmt: skip
        """Note something of a demo; returns the note.

        ``machine``: where it came from, if not from this installation. ``visit``: of the search before it.
        Raises DemoNotFound: no such demo or step; RecordNotFound: an answer to nothing;
        LibraryError: a comment or reply without words.
        """
        demo = self._catalog.get(demo_id)
        if step:
            demo.step(step)
        note = Note(
            record_id=secrets.token_hex(8), at_unix_ms=round(time.time() * 1000), demo_id=demo.demo_id, kind=kind,
            machine=machine or self._journal.machine, version=demo.version, step=step, text=clean(text, LONGEST_NOTE),
            app=clean(app, _LONGEST_NAME), who=clean(who, _LONGEST_NAME), about=about, shows=shows,
            seen=clean(seen, _LONGEST_NAME), app_version=clean(app_version, _LONGEST_NAME), of=key_of(demo, step),
        )  # fmt: skip
        self._check(note)
        self._journal.append(note)
        if use := _FEEDBACK.get(kind):  # ranks the demo, and tells the gaps how the search before it ended
            with suppress(LibraryError):  # the note is stored
                self._catalog.use.note(demo_id, use, who, visit)
        return note

    def _check(self, note: Note) -> None:
        if note.kind in _WORDS_NEEDED and not (note.text or note.shows):
            raise LibraryError("There are no words in this note", "Write what you want to say.")
        if note.kind in _ABOUT_ANOTHER and not self._is_of(note):
            raise RecordNotFound("There is no such note any more", "See what there is: showhow note DEMO")

    def _is_of(self, note: Note) -> bool:
        return any(one.record_id == note.about and one.demo_id == note.demo_id for one in self.every())

    def every(self) -> Sequence[Note]:
        """All notes that are not withdrawn, oldest first; also those of demos that were removed."""
        records = self._journal.records()
        if records is not self._read[0]:  # with thousands of notes a page would wait for them
            self._read = records, standing(records)
        return self._read[1]

    def get(self, note_id: str) -> Note:
        """The note with that id, or its unique beginning. Raises RecordNotFound."""
        found = [one for one in self.every() if note_id and one.record_id.startswith(note_id)]
        exact = [one for one in found if one.record_id == note_id] or found
        if len(exact) != 1:
            raise RecordNotFound("There is no such note", "See what there is: showhow note DEMO")
        return exact[0]

    def take_away(self, note: Note, who: str = "") -> None:
        """Take a note away, for everybody: an own one is withdrawn, another's removed in the name of ``who``."""
        kind = NoteKind.WITHDRAWN if self.is_own(note) else NoteKind.REMOVED
        self._journal.append(
            Note(
                record_id=secrets.token_hex(8), at_unix_ms=round(time.time() * 1000), demo_id=note.demo_id, kind=kind,
                machine=self._journal.machine, about=note.record_id, who=clean(who, _LONGEST_NAME),
            )
        )  # fmt: skip

    def is_own(self, note: Note) -> bool:
        """Whether this installation wrote it."""
        return note.machine == self._journal.machine

    def threads(self, demo_id: str) -> Sequence[NoteThread]:
        """The notes of a demo that have words, or a demo that answers, by step, newest first within one."""
        mine = [one for one in self.every() if one.demo_id == demo_id]
        replies: defaultdict[str, list[Note]] = defaultdict(list)
        for one in mine:
            if one.kind is NoteKind.REPLY:
                replies[one.about].append(one)
        said = [one for one in mine if one.kind is not NoteKind.REPLY and (one.text or one.record_id in replies)]
        said.sort(key=lambda one: (one.step, -one.at_unix_ms))
        return [NoteThread(one, tuple(replies[one.record_id])) for one in said]

    def counts(self, demo: Demo) -> dict[int, NoteCounts]:
        """How often each step helped or not, by its number; 0: all of the demo, its steps included."""
        mine = [one for one in self.every() if one.demo_id == demo.demo_id]
        return {0: counted(mine)} | {
            step.number: counted(one for one in mine if one.step == step.number) for step in demo.steps
        }


def standing(records: Iterable[Note]) -> list[Note]:
    """The notes that count, oldest first: believable, not removed, and not withdrawn by who wrote them. Pure.

    Who may remove another's is decided before (``moderation.py``): lines of files prove nothing.
    """
    notes = [_printable(one) for one in records if is_demo_id(one.demo_id) and one.step >= 0]
    by_id = {one.record_id: one for one in notes}
    gone = {one.about for one in notes if one.kind in _GONE and one.about in by_id and _may(one, by_id[one.about])}
    left = (one for one in notes if one.kind not in _GONE and one.record_id not in gone)
    return sorted(left, key=lambda one: (one.at_unix_ms, one.record_id))


def _may(tombstone: Note, note: Note) -> bool:
    """Whether it takes the note away: its own writer withdraws it, or it was removed."""
    same = tombstone.demo_id == note.demo_id and note.kind not in _GONE
    return same and (tombstone.kind is NoteKind.REMOVED or tombstone.machine == note.machine)


def _printable(note: Note) -> Note:
    """The note with texts that can be shown as they are."""
    plain = note.text + note.app + note.who + note.seen + note.app_version
    if plain.isascii() and plain.isprintable() and len(plain) <= _LONGEST_NAME and not note.shows:
        return note  # nearly every note
    text, app, who = clean(note.text, LONGEST_NOTE), clean(note.app, _LONGEST_NAME), clean(note.who, _LONGEST_NAME)
    shows = note.shows if is_demo_id(note.shows) else ""
    seen, app_version = clean(note.seen, _LONGEST_NAME), clean(note.app_version, _LONGEST_NAME)
    return replace(note, text=text, app=app, who=who, shows=shows, seen=seen, app_version=app_version)


def key_of(demo: Demo, step: int) -> str:
    """What a step is, or the whole demo (0), as a short hash: another one once it is named or recorded anew.

    Empty without such a step.
    """
    steps = [one for one in demo.steps if step in {0, one.number}]
    told = "\n".join(f"{one.title} {one.duration_ms}" for one in steps)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:8] if steps else ""


def is_of_now(note: Note, demo: Demo) -> bool:
    """Whether a note is of a demo, or of a step, as it is now. Pure."""
    return note.of == key_of(demo, note.step) if note.of else note.version == demo.version


def counted(notes: Iterable[Note]) -> NoteCounts:
    """The figures of some notes. One machine's answers to one step count once: its newest. Pure."""
    notes = list(notes)
    newest = {
        (one.machine, one.step): one.kind
        for one in sorted(notes, key=lambda one: one.at_unix_ms)
        if one.kind in _FEEDBACK
    }
    kinds = [*newest.values(), *(one.kind for one in notes if one.kind not in _FEEDBACK)]
    helped, stuck = kinds.count(NoteKind.HELPED), kinds.count(NoteKind.STUCK)
    outdated = len({(one.machine, one.step) for one in notes if one.kind is NoteKind.OUTDATED})
    return NoteCounts(helped, stuck, outdated, kinds.count(NoteKind.THANKS), len({one.machine for one in notes}))
