"""The request of XFIXES that python-xlib gets wrong: asking for news of the pointer's shape (fixesproto.txt, 5)."""

from __future__ import annotations

from Xlib.display import Display
from Xlib.protocol import rq
from Xlib.xobject.drawable import Window as XWindow

_EXTENSION = "XFIXES"


class SelectCursorInput(rq.Request):
    """News of the pointer's shape; python-xlib's own version of it names a field that the request does not have."""

    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(3), rq.RequestLength(), rq.Window("window"), rq.Card32("event_mask")
    )


def select_cursor_news(display: Display, window: XWindow) -> None:
    """From now on the pointer's changes of shape arrive as events."""
    SelectCursorInput(display=display.display, opcode=_opcode(display), window=window, event_mask=1)


def _opcode(display: Display) -> int:
    opcode: int = display.display.get_extension_major(_EXTENSION)
    return opcode
