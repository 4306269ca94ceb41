"""What a source must know of the desktop each tick besides its pixels: the Lookout protocol and its plain answer.

The X11 answer lives in ``capture/x11/``. The plain one serves every other system: it suspects the whole region each
tick, and its pointer is an arrow of our own at the place pynput names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from capture.desktop.cursor_overlay import Sprite
from capture.model import Region


@dataclass(slots=True)
class DesktopState:
    """The desktop at one tick. ``frame`` is where the target is now, in desktop pixels, perhaps reaching over the edge;
    None while there is nothing to see of it (minimised, unplugged), when the last picture stays.
    ``suspects`` are boxes that may have changed since the last tick; None means anywhere.
    ``answers`` is false while the desktop is held by one program: nothing can be asked, so nothing is known to change.
    ``pointer`` lies at desktop pixel ``pointer_x, pointer_y``; None while it is hidden.
    """

    frame: Region | None
    suspects: list[Region] | None = None
    pointer: Sprite | None = None
    pointer_x: int = 0
    pointer_y: int = 0
    notices: list[str] = field(default_factory=list)
    answers: bool = True


class DesktopProbe(Protocol):
    """Watches one target. ``label`` names it for people."""

    label: str

    def refresh(self) -> DesktopState:
        """How things stand now. Raises CaptureError when the screen has gone."""

    def confirm(self) -> bool:
        """Whether the target was still where the last ``look`` saw it while pixels were grabbed since. Otherwise they
        may show what lay beneath a window, and must be thrown away."""

    def close(self) -> None:
        """Stop watching; harmless when the screen has gone."""
