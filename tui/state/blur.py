"""``BlurModel``: a blur rectangle being drawn: its first position and, if it moves, its last. Pure.

Keeps it inside the picture and above the minimum size. Does not know the terminal: all units are picture pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

from capture.model import Blur, Click, Region
from capture.span import Span
from library.draft.blurs import SMALLEST
from library.model import Draft

COARSE, FINE = 16, 2
_NEAR_MS = 3_000


@dataclass
class BlurModel:
    """One blur over ``span`` (take time). ``at_end``: the last picture is shown, and edits change the last position."""

    width: int
    height: int
    span: Span
    start: Region
    end: Region | None = None
    at_end: bool = False
    fine: bool = False

    @classmethod
    def of(cls, draft: Draft, blur: Blur) -> BlurModel:
        """Edit an existing blur."""
        return cls(draft.width, draft.height, blur.span, blur.region, blur.until)

    @classmethod
    def new(cls, draft: Draft, span: Span) -> BlurModel:
        """A new blur, at the first click in the span or within 3 s after it, else in the middle."""
        near = Span(span.start_ms, span.end_ms + _NEAR_MS)
        clicks = [event for event in draft.events if isinstance(event, Click) and near.contains(event.at_ms)]
        x, y = (clicks[0].x, clicks[0].y) if clicks else (draft.width // 2, draft.height // 2)
        width, height = max(SMALLEST, draft.width // 5), max(SMALLEST, draft.height // 12)
        made = cls(draft.width, draft.height, span, Region(0, 0, width, height))
        made.start = made._inside(Region(x - width // 2, y - height // 2, width, height))
        return made

    @property
    def region(self) -> Region:
        """The rectangle in the picture shown."""
        return self.end if self.at_end and self.end is not None else self.start

    @property
    def at_ms(self) -> int:
        """Time of the picture shown, in take ms."""
        return max(self.span.start_ms, self.span.end_ms - 1) if self.at_end else self.span.start_ms

    @property
    def follows(self) -> bool:
        """Whether the rectangle moves over its span."""
        return self.end is not None and self.end != self.start

    @property
    def blur(self) -> Blur:
        """The blur as drawn."""
        until = self.end if self.follows else None
        return Blur(self.span.start_ms, self.span.end_ms, region=self.start, until=until)

    def move(self, dx: int, dy: int) -> None:
        """Move by steps of 16 px, or 2 px if ``fine``."""
        here, pace = self.region, FINE if self.fine else COARSE
        self._put(Region(here.x + dx * pace, here.y + dy * pace, here.width, here.height))

    def resize(self, dx: int, dy: int) -> None:
        """Resize by the same steps; the upper left corner stays."""
        here, pace = self.region, FINE if self.fine else COARSE
        width = max(SMALLEST, min(here.width + dx * pace, self.width - here.x))
        height = max(SMALLEST, min(here.height + dy * pace, self.height - here.y))
        self._put(Region(here.x, here.y, width, height))

    def draw(self, first: tuple[int, int], second: tuple[int, int]) -> None:
        """Set the rectangle from two opposite corners, in any order."""
        (left, right), (top, bottom) = sorted((first[0], second[0])), sorted((first[1], second[1]))
        self._put(Region(left, top, max(SMALLEST, right - left), max(SMALLEST, bottom - top)))

    def _put(self, region: Region) -> None:
        inside = self._inside(region)
        if self.at_end:
            self.end = inside
        else:
            self.start = inside

    def _inside(self, region: Region) -> Region:
        width, height = min(region.width, self.width), min(region.height, self.height)
        x = max(0, min(region.x, self.width - width))
        return Region(x, max(0, min(region.y, self.height - height)), width, height)
