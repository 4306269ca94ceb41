"""PointerShape: the pointer's image, by XFIXES. Its position comes from DamagePoll at each tick."""

from __future__ import annotations

from typing import Any

import numpy as np
from Xlib.display import Display
from Xlib.protocol import rq

from capture.desktop.cursor_overlay import Sprite, arrow_sprite


class PointerShape:
    """The sprite of the pointer, fetched again only after the server reports a change. None while it is invisible."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._known: dict[int, Sprite | None] = {}
        self._sprite: Sprite | None = arrow_sprite()
        self.event_type = -1
        self.stale = False
        if display.has_extension("XFIXES"):
            display.xfixes_query_version()
            self.event_type = display.extension_event.DisplayCursorNotify[0]
            opcode, root = display.display.get_extension_major("XFIXES"), display.screen().root
            SelectCursorInput(display=display.display, opcode=opcode, window=root, event_mask=1)
            self.stale = True

    def handle_event(self, event: Any) -> None:
        """Handle a change of shape; known shapes are not fetched again."""
        serial = int(event.cursor_serial)
        if serial in self._known:
            self._sprite, self.stale = self._known[serial], False
        else:
            self.stale = True

    def sprite(self) -> Sprite | None:
        """The sprite to draw; None while the pointer is invisible."""
        if self.stale:
            self.stale = False
            image = self._display.xfixes_get_cursor_image(self._display.screen().root)
            if len(self._known) > 64:  # the animated pointers of some themes never repeat an image
                self._known.clear()
            self._sprite = self._known[int(image.cursor_serial)] = _sprite_of(image)
        return self._sprite


def _sprite_of(image: Any) -> Sprite | None:
    pixels = np.asarray(image.cursor_image, np.uint32)
    if not pixels.any():
        return None
    shaped = pixels.astype("<u4").view(np.uint8).reshape(image.height, image.width, 4)
    return Sprite(shaped.copy(), image.xhot, image.yhot)


class SelectCursorInput(rq.Request):
    """XFIXES SelectCursorInput; python-xlib's own version has a field that the request does not have."""

    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(3), rq.RequestLength(), rq.Window("window"), rq.Card32("event_mask")
    )
