"""What a source must know of the desktop each tick besides its pixels: the Lookout protocol and its plain answer.

The X11 answer lives in ``capture/x11/``. The plain one serves every other system: it suspects the whole region each
tick, and its pointer is an arrow of our own at the place pynput names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from capture.model import Region
from capture.pointer import Sprite, arrow_sprite

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Sight:
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


class Lookout(Protocol):
    """Watches one target. ``label`` names it for people."""

    label: str

    def look(self) -> Sight:
        """How things stand now. Raises CaptureError when the screen has gone."""

    def confirm(self) -> bool:
        """Whether the target was still where the last ``look`` saw it while pixels were grabbed since. Otherwise they
        may show what lay beneath a window, and must be thrown away."""

    def close(self) -> None:
        """Stop watching; harmless when the screen has gone."""


class PlainLookout:
    """A fixed region of a desktop that tells nothing of itself."""

    def __init__(self, label: str, frame: Region) -> None:
        self.label, self._frame = label, frame
        self._position, why_not = pointer_position()
        self._notices = [why_not] if why_not else []

    def look(self) -> Sight:
        """Everything is suspected."""
        sight = Sight(self._frame, notices=self._notices)
        self._notices = []
        if self._position is not None:
            sight.pointer = arrow_sprite()
            sight.pointer_x, sight.pointer_y = self._position()
        return sight

    def confirm(self) -> bool:
        """A place on the desktop never moves."""
        return True

    def close(self) -> None:
        """Nothing is held."""


def pointer_position() -> tuple[Callable[[], tuple[int, int]] | None, str]:
    """A function that tells where the pointer is, or None and why not, in one line."""
    try:
        from pynput.mouse import Controller
    except ImportError as error:
        return None, f"The pointer is left out of the picture: {error}."
    mouse = Controller()

    def position() -> tuple[int, int]:
        x, y = mouse.position
        return int(x), int(y)

    return position, ""
