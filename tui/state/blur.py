"""A rectangle being drawn over the picture: where it begins and, if it shall follow something, where it ends. Pure.

Owns that it stays inside the picture and large enough. Refuses to know the terminal. All in pixels of the picture.
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
    """One blur over ``span``. ``at_end``: its last picture is being looked at, and what is moved is where it ends."""

    width: int
    height: int
    span: Span
    start: Region
    end: Region | None = None
    at_end: bool = False
    fine: bool = False

    @classmethod
    def of(cls, draft: Draft, blur: Blur) -> BlurModel:
        """To change a blur there is."""
        return cls(draft.width, draft.height, blur.span, blur.region, blur.until)

    @classmethod
    def new(cls, draft: Draft, span: Span) -> BlurModel:
        """A new one: where somebody clicks during the span or soon after, else in the middle."""
        near = Span(span.start_ms, span.end_ms + _NEAR_MS)
        clicks = [event for event in draft.events if isinstance(event, Click) and near.contains(event.at_ms)]
        x, y = (clicks[0].x, clicks[0].y) if clicks else (draft.width // 2, draft.height // 2)
        width, height = max(SMALLEST, draft.width // 5), max(SMALLEST, draft.height // 12)
        made = cls(draft.width, draft.height, span, Region(0, 0, width, height))
        made.start = made._inside(Region(x - width // 2, y - height // 2, width, height))
        return made

    @property
    def region(self) -> Region:
        """The rectangle in the picture that is looked at."""
        return self.end if self.at_end and self.end is not None else self.start

    @property
    def at_ms(self) -> int:
        """The moment of that picture, in take time."""
        return max(self.span.start_ms, self.span.end_ms - 1) if self.at_end else self.span.start_ms

    @property
    def follows(self) -> bool:
        """Whether it moves over its span."""
        return self.end is not None and self.end != self.start

    @property
    def blur(self) -> Blur:
        """What was drawn."""
        until = self.end if self.follows else None
        return Blur(self.span.start_ms, self.span.end_ms, region=self.start, until=until)

    def move(self, dx: int, dy: int) -> None:
        """By steps of the present pace."""
        here, pace = self.region, FINE if self.fine else COARSE
        self._put(Region(here.x + dx * pace, here.y + dy * pace, here.width, here.height))

    def resize(self, dx: int, dy: int) -> None:
        """Wider and higher, or narrower and lower; the upper left corner stays."""
        here, pace = self.region, FINE if self.fine else COARSE
        width = max(SMALLEST, min(here.width + dx * pace, self.width - here.x))
        height = max(SMALLEST, min(here.height + dy * pace, self.height - here.y))
        self._put(Region(here.x, here.y, width, height))

    def draw(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        """From one corner to the opposite, in any direction."""
        (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
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
