"""Need, and NeedEvent: what happened to one, as it is stored."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from library.learning.journals.model import JournalRecord

LONGEST_NEED = 300
"""Letters of what is asked for, and of a reason."""


class NeedKind(StrEnum):
    """What happened to a need. ``TOLD``: this machine's user has seen how it ended; ``REMOVED``: it is as if nobody
    had asked.
    """

    ASKED = "asked"
    TAKEN = "taken"
    RELEASED = "released"
    DECLINED = "declined"
    ANSWERED = "answered"
    MERGED = "merged"
    TOLD = "told"
    REMOVED = "removed"


class NeedState(StrEnum):
    """How far a need is."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"
    DECLINED = "declined"


class NeedEvent(JournalRecord, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened to a need.

    ``number`` is one more than the highest that its writer knew of this need: the order of what happened, whatever the
    clocks say. ``query``, ``why``, ``app``: what was asked for, why, in which program. ``who``: the asker if
    signed; who takes it. ``text``: why it is declined. ``demo_id``: the answer. ``into``: the need it is merged into.
    """

    need_id: str
    kind: NeedKind
    number: int
    query: str = ""
    why: str = ""
    app: str = ""
    who: str = ""
    text: str = ""
    demo_id: str = ""
    into: str = ""


class Need(NamedTuple):
    """A demo that somebody asks for.

    ``votes``: the machines that ask for it. ``why``, ``apps``, ``who``: what they said, where they needed it, and who
    signed. ``demo_ids``: the answers that are still in the library; two people may have answered it. ``declined``: why
    it is declined. ``told``: the machines that have seen how it ended.
    """

    need_id: str
    query: str
    votes: tuple[str, ...]
    state: NeedState = NeedState.OPEN
    why: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    taken_by: str = ""
    declined: str = ""
    demo_ids: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()
    asked_unix_ms: int = 0
    changed_unix_ms: int = 0

    @property
    def wanted(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state in {NeedState.OPEN, NeedState.TAKEN}
