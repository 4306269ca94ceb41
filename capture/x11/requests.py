"""The requests of XFIXES that python-xlib lacks: regions as DAMAGE reports them, and asking for pointer-shape news.

Layouts are those of fixesproto.txt, version 2, chapters 5 and 6.
"""

from __future__ import annotations

from typing import Any

from Xlib.display import Display
from Xlib.protocol import rq, structs
from Xlib.xobject.drawable import Window as XWindow

from capture.model import Region

_EXTENSION = "XFIXES"


class CreateRegion(rq.Request):
    """An empty region."""

    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(5), rq.RequestLength(), rq.Card32("region"))


class FetchRegion(rq.ReplyRequest):
    """The boxes of a region."""

    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(19), rq.RequestLength(), rq.Card32("region"))
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Pad(1),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Object("extents", structs.Rectangle),
        rq.Pad(16),
        rq.List("rectangles", structs.Rectangle),
    )


class SelectCursorInput(rq.Request):
    """News of the pointer's shape; python-xlib's own version of it names a field that the request does not have."""

    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(3), rq.RequestLength(), rq.Window("window"), rq.Card32("event_mask")
    )


def create_region(display: Display) -> int:
    """The number of a fresh, empty region."""
    region: int = display.display.allocate_resource_id()
    CreateRegion(display=display.display, opcode=_opcode(display), region=region)
    return region


def fetch_region(display: Display, region: int, most: int) -> list[Region]:
    """The boxes of a region; the one box around them when there are more than ``most``. One round trip."""
    reply: Any = FetchRegion(display=display.display, opcode=_opcode(display), region=region)
    boxes = reply.rectangles if len(reply.rectangles) <= most else [reply.extents]
    return [Region(box.x, box.y, box.width, box.height) for box in boxes]


def select_cursor_news(display: Display, window: XWindow) -> None:
    """From now on the pointer's changes of shape arrive as events."""
    SelectCursorInput(display=display.display, opcode=_opcode(display), window=window, event_mask=1)


def _opcode(display: Display) -> int:
    opcode: int = display.display.get_extension_major(_EXTENSION)
    return opcode
