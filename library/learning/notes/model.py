"""Note, and what is shown of it: NoteThread, NoteCounts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from library.learning.journals.model import JournalRecord

LONGEST_NOTE = 1_000
"""Letters of a note's text."""


class NoteKind(StrEnum):
    """What a note says. ``REPLY`` answers another note, ``WITHDRAWN`` takes an own one back, ``REMOVED`` somebody's."""

    HELPED = "helped"
    STUCK = "stuck"
    OUTDATED = "outdated"
    COMMENT = "comment"
    THANKS = "thanks"
    REPLY = "reply"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


NOTE_NAMES: Mapping[NoteKind, str] = {
    NoteKind.HELPED: "helped",
    NoteKind.STUCK: "stuck here",
    NoteKind.OUTDATED: "looks different now",
    NoteKind.COMMENT: "comment",
    NoteKind.THANKS: "thanks",
    NoteKind.REPLY: "reply",
    NoteKind.WITHDRAWN: "withdrawn",
    NoteKind.REMOVED: "removed",
}
"""Each kind as people read it."""


class Note(JournalRecord, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody said of a demo, or of one of its steps (``step``; 0: the whole demo).

    ``version``: of the demo it was said of. ``app``: the program in front, where it is known; never a window's title.
    ``who`` is empty unless the writer signed. ``about``: the note that this one answers, withdraws or removes.
    ``shows``: the demo that is the answer, or part of it. ``seen``: the label that is now where the step shows another
    one. ``app_version``: of the program, where it is known. ``of``: what the step was then, see
    ``library/learning/notes``.
    """

    demo_id: str
    kind: NoteKind
    version: int = 0
    step: int = 0
    text: str = ""
    app: str = ""
    who: str = ""
    about: str = ""
    shows: str = ""
    seen: str = ""
    app_version: str = ""
    of: str = ""


class NoteThread(NamedTuple):
    """A note with the answers to it, oldest first."""

    note: Note
    replies: tuple[Note, ...] = ()


class NoteCounts(NamedTuple):
    """How often a demo or step helped, was no help, looked different, and got thanks; from how many machines."""

    helped: int = 0
    stuck: int = 0
    outdated: int = 0
    thanks: int = 0
    machines: int = 0

    @property
    def answers(self) -> int:
        """How many said whether it helped."""
        return self.helped + self.stuck
