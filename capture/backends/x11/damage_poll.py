"""DamagePoll: the two requests made thirty times a second: the pointer's position, and the damaged boxes (XDamage).

Uses a raw connection, because these requests are most of the cost of an idle tick: 70 us, where python-xlib takes 240
once other programs have displaced it from the caches. Makes no other requests.

The server sends one event when damage begins; it arrives with the pointer's position. The boxes are then fetched as a
region, which removes them from the server's list. A grab made after that shows at least what was fetched; what is drawn
later is reported at the next tick. (An event per box was rejected: a redrawn page sends hundreds. Motion events too: a
good mouse sends a thousand a second.) Layouts: damageproto.txt 1.1, fixesproto.txt 2.
"""

from __future__ import annotations

import struct
from typing import Any

from Xlib.display import Display

from capture.backends.x11.raw_connection import PACKET, PointerPosition, RawConnection
from capture.model import Region

MOST_BOXES = 128
"""More boxes than this are replaced by the box around them: thousands of boxes are a pattern, not separate changes."""

_NON_EMPTY = 3  # DamageReportNonEmpty


class DamagePoll:
    """Both requests. ``display`` gives the extensions' numbers; ``has_damage``: whether the server has XDamage."""

    def __init__(self, display: Display) -> None:
        self._raw = RawConnection()
        self._pending = False
        self._damage_event = -1
        damage, fixes = display.query_extension("DAMAGE"), display.query_extension("XFIXES")
        self.has_damage = damage is not None and fixes is not None
        if damage is not None and fixes is not None:
            self._watch_damage(damage, fixes)

    def _watch_damage(self, damage: Any, fixes: Any) -> None:
        self._damage_event = damage.first_event
        self._raw.request(struct.pack("=BBHII", fixes.major_opcode, 0, 3, 2, 0))  # QueryVersion 2.0: regions
        self._raw.request(struct.pack("=BBHII", damage.major_opcode, 0, 3, 1, 1))  # QueryVersion 1.1
        watch, parts = self._raw.new_id(), self._raw.new_id()
        create_region = struct.pack("=BBHI", fixes.major_opcode, 5, 2, parts)
        create_damage = struct.pack("=BBHIIB3x", damage.major_opcode, 1, 4, watch, self._raw.root, _NON_EMPTY)
        self._raw.send(create_region + create_damage)
        subtract = struct.pack("=BBHIII", damage.major_opcode, 3, 4, watch, 0, parts)
        self._fetch = subtract + struct.pack("=BBHI", fixes.major_opcode, 19, 2, parts)

    def query_pointer(self) -> PointerPosition | None:
        """Current pointer position; None while the server is busy. Raises ScreenGone when it is lost."""
        return self._raw.query_pointer(self._on_event)

    def damaged(self) -> list[Region] | None:
        """The boxes drawn to since the last call(desktop pixels), as of the last ``query_pointer``; None if unknown."""
        if not self.has_damage:
            return None
        if not self._pending:
            return []
        self._pending = False
        answer = self._raw.request(self._fetch, self._on_event)
        boxes = [Region(*box) for box in struct.iter_unpack("=hhHH", answer[PACKET:])]
        return boxes if len(boxes) <= MOST_BOXES else [Region(*struct.unpack_from("=hhHH", answer, 8))]

    def _on_event(self, event: bytes) -> None:
        # Other events go to every client, such as MappingNotify for a new keyboard.
        self._pending = self._pending or event[0] & 0x7F == self._damage_event

    def close(self) -> None:
        """Close the connection."""
        self._raw.close()
