"""Share: a link to one demo that works for whoever has it, until it expires or is revoked.

Pure: takes the time as argument. Does not know where shares are kept or how a link is written.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

DAYS = 30
"""How long a link works unless told otherwise."""
MOST_DAYS = 3_650
_DAY_MS = 86_400_000


class ShareState(StrEnum):
    """Whether a link works. ``unknown``: it is no link of this library, or its address was changed."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A share link. ``step`` 0: the whole demo. ``expires_unix_ms`` 0: never. Times are 0 for what did not happen.

    ``asked_unix_ms``: somebody who met the link when it did not work any more asked for a new one.
    """

    share_id: str
    demo_id: str
    step: int = 0
    by: str = ""
    created_unix_ms: int = 0
    expires_unix_ms: int = 0
    revoked_unix_ms: int = 0
    revoked_by: str = ""
    asked_unix_ms: int = 0

    def state(self, now_unix_ms: int) -> ShareState:
        """Whether the link works at this time."""
        if self.revoked_unix_ms:
            return ShareState.REVOKED
        if self.expires_unix_ms and now_unix_ms >= self.expires_unix_ms:
            return ShareState.EXPIRED
        return ShareState.LIVE

    def days_left(self, now_unix_ms: int) -> float:
        """Days until it expires; infinite when it never does."""
        return (self.expires_unix_ms - now_unix_ms) / _DAY_MS if self.expires_unix_ms else float("inf")


class CheckedShare(NamedTuple):
    """What a link's address stands for: its state, and the share unless it is unknown."""

    state: ShareState
    share: Share | None = None


def expiry(now_unix_ms: int, days: int) -> int:
    """The time a link expires that is made now, in whole seconds, as its address has it; 0 days: never, 0."""
    return (now_unix_ms + days * _DAY_MS) // 1_000 * 1_000 if days else 0
