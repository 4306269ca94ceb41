"""XDamage: the X server names the boxes that were drawn to, and a tick on which none was costs nothing.

The server sends one event when damage begins; the boxes are then fetched as a region, which also takes them off the
server's list. A grab made after that shows at least what was fetched; what is drawn later is news for the next tick.
(Events per box were rejected: a redrawn page sends hundreds, each 30 us to read.)
"""

from __future__ import annotations

from Xlib.display import Display
from Xlib.ext import damage

from capture.model import Region
from capture.x11.requests import create_region, fetch_region

MOST_BOXES = 128
"""More boxes than these are taken as the one around them; reading a box costs 3 us."""


class Damage:
    """The damage of the whole desktop. ``event_type`` is the event that sets ``pending``."""

    def __init__(self, display: Display) -> None:
        self._display = display
        display.damage_query_version()
        display.xfixes_query_version()
        self._parts = create_region(display)
        self._damage: int = display.screen().root.damage_create(damage.DamageReportNonEmpty)
        self.event_type: int = display.extension_event.DamageNotify
        self.pending = False

    @staticmethod
    def offered(display: Display) -> bool:
        """Whether this server has it."""
        return bool(display.has_extension("DAMAGE") and display.has_extension("XFIXES"))

    def take(self) -> list[Region]:
        """The boxes drawn to since the last call, in desktop pixels."""
        if not self.pending:
            return []
        self.pending = False
        self._display.damage_subtract(self._damage, 0, self._parts)
        return fetch_region(self._display, self._parts, MOST_BOXES)
