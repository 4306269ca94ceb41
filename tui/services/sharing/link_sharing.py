"""LinkSharing: makes the links that ``y`` copies, and asks once whether ``showhow://`` links open in showhow here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from capture.errors import ShowhowError
from library.connection.library import Library
from library.format import day
from library.links import share_link_to
from tui.services.sharing.link_handler import LinkHandler


class CopiedLink(NamedTuple):
    """A share link; ``until``: the day it expires, empty when it lasts."""

    url: str
    share_id: str
    until: str


class LinkSharing(Protocol):
    """Links for the screens. Raises ShowhowError."""

    def share(self, demo_id: str, step: int) -> CopiedLink:
        """A link that opens one demo at a step (0: none) for whoever has it."""

    def offers_handler(self) -> bool:
        """Whether ``showhow://`` links could open in showhow here, do not, and nobody was asked."""

    def answer(self, *, opens: bool) -> None:
        """Keep the answer, and install the handler if it is yes."""


class LibraryLinks:
    """Links of an open library. ``asked``: whether the question was asked; ``keep_asked`` remembers that it was."""

    def __init__(
        self, library: Library, reader_url: str, author: str, days: int,
        *, handler: Callable[[], LinkHandler], asked: Callable[[], bool], keep_asked: Callable[[], None],
    ) -> None:  # fmt: skip
        self._library, self._reader_url, self._author, self._days = library, reader_url, author, days
        self._handler, self._asked, self._keep_asked = handler, asked, keep_asked

    def share(self, demo_id: str, step: int) -> CopiedLink:
        """A new link, or one made before that still works for long enough."""
        from library.sharing.shares import shares_of

        shares = shares_of(self._library)
        made = shares.reuse(demo_id, step, by=self._author, days=self._days)
        url = share_link_to(self._reader_url, demo_id, shares.code(made), step)
        return CopiedLink(url, made.share_id, day(made.expires_unix_ms) if made.expires_unix_ms else "")

    def offers_handler(self) -> bool:
        """Asked once, on a Linux desktop whose links do not open with this showhow."""
        try:
            return not self._asked() and not self._handler().installed
        except ShowhowError:
            return False

    def answer(self, *, opens: bool) -> None:
        """Remember that it was asked, then install."""
        self._keep_asked()
        if opens:
            self._handler().install()
