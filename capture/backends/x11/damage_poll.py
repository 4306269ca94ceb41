"""What a source asks thirty times a second: where is the pointer, and what was drawn to (XDamage).

By hand on a bare connection, because this is most of what an idle tick costs: 70 us where python-xlib's machinery takes
240 once other programs have pushed it out of the caches. Refuses every other question.

The server sends one event when damage begins; it comes along with the pointer's place. The boxes are then fetched as a
region, which takes them off the server's list. A grab made after that shows at least what was fetched; what is drawn
later is news for the next tick. (An event per box was rejected: a redrawn page sends hundreds. Motion events too: a
good mouse sends a thousand a second.) Layouts: damageproto.txt 1.1, fixesproto.txt 2.
"""

from __future__ import annotations

import struct
from typing import Any

from Xlib.display import Display

from capture.backends.x11.raw_connection import PACKET, PointerPosition, Wire
from capture.model import Region

MOST_BOXES = 128
"""More boxes than these are taken as the one around them: a region of thousands is a pattern, not places."""

_NON_EMPTY = 3  # DamageReportNonEmpty


class DamagePoll:
    """The two questions. ``display`` tells the extensions' numbers; ``has_damage``: whether the second can be asked."""

    def __init__(self, display: Display) -> None:
        self._wire = Wire()
        self._pending = False
        self._damage_event = -1
        damage, fixes = display.query_extension("DAMAGE"), display.query_extension("XFIXES")
        self.has_damage = damage is not None and fixes is not None
        if damage is not None and fixes is not None:
            self._watch_damage(damage, fixes)

    def _watch_damage(self, damage: Any, fixes: Any) -> None:
        self._damage_event = damage.first_event
        self._wire.ask(struct.pack("=BBHII", fixes.major_opcode, 0, 3, 2, 0))  # QueryVersion 2.0: regions
        self._wire.ask(struct.pack("=BBHII", damage.major_opcode, 0, 3, 1, 1))  # QueryVersion 1.1
        watch, parts = self._wire.new_id(), self._wire.new_id()
        create_region = struct.pack("=BBHI", fixes.major_opcode, 5, 2, parts)
        create_damage = struct.pack("=BBHIIB3x", damage.major_opcode, 1, 4, watch, self._wire.root, _NON_EMPTY)
        self._wire.send(create_region + create_damage)
        subtract = struct.pack("=BBHIII", damage.major_opcode, 3, 4, watch, 0, parts)
        self._fetch = subtract + struct.pack("=BBHI", fixes.major_opcode, 19, 2, parts)

    def place(self) -> PointerPosition | None:
        """Where the pointer is now; None when the server is busy. Raises ScreenGone when it has gone."""
        return self._wire.place(self._note)

    def drawn(self) -> list[Region] | None:
        """The boxes drawn to since the last call, in desktop pixels, as of the last ``place``; None: cannot be told."""
        if not self.has_damage:
            return None
        if not self._pending:
            return []
        self._pending = False
        answer = self._wire.ask(self._fetch, self._note)
        boxes = [Region(*box) for box in struct.iter_unpack("=hhHH", answer[PACKET:])]
        return boxes if len(boxes) <= MOST_BOXES else [Region(*struct.unpack_from("=hhHH", answer, 8))]

    def _note(self, event: bytes) -> None:
        # Anything else than damage is news for everyone, such as another keyboard.
        self._pending = self._pending or event[0] & 0x7F == self._damage_event

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()
