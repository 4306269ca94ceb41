"""``FocusModel``: the focus of a step being moved, and what is put on its still: numbers, arrows, frames. Pure.

Owns that both stay inside the picture, and that a focus keeps the picture's shape. Does not know the terminal: all
units are picture pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from capture.analysis.focus import LEAST_WIDTH, placed
from capture.model import Region
from library.draft.blurs import SMALLEST
from library.model import Draft
from library.pictures import focus_of
from transcribe.model import Annotation, AnnotationKind, Step

COARSE, FINE = 32, 4


@dataclass
class FocusModel:
    """The focus of a still of ``size`` (width, height), and its annotations.

    ``drawing``: the rectangle ``pen``, at which annotations are put, is moved instead of the focus.
    """

    size: tuple[int, int]
    focus: Region
    annotations: tuple[Annotation, ...] = ()
    pen: Region = field(default_factory=lambda: Region(0, 0, 0, 0))
    drawing: bool = False
    fine: bool = False

    @classmethod
    def of(cls, draft: Draft, step: Step) -> FocusModel:
        """Edit the focus and the annotations of a step."""
        size = draft.width, draft.height
        focus = focus_of(step, size)
        pen = placed(focus, (max(SMALLEST, size[0] // 12), max(SMALLEST, size[1] // 20)), size)
        return cls(size, focus, step.annotations, pen)

    @property
    def region(self) -> Region:
        """The rectangle that the keys move."""
        return self.pen if self.drawing else self.focus

    @property
    def view(self) -> Region:
        """What of the picture to show: all of it while the focus is moved, the focus while something is put on it."""
        return self.focus if self.drawing else Region(0, 0, *self.size)

    def move(self, dx: int, dy: int) -> None:
        """Move by steps of 32 px, or 4 px if ``fine``."""
        here, pace = self.region, FINE if self.fine else COARSE
        within = self.view
        x = min(max(within.x, here.x + dx * pace), max(within.x, within.right - here.width))
        y = min(max(within.y, here.y + dy * pace), max(within.y, within.bottom - here.height))
        # A pen may be larger than the focus within which it moves.
        self._put(
            Region(min(x, self.size[0] - here.width), min(y, self.size[1] - here.height), here.width, here.height)
        )

    def resize(self, dx: int, dy: int) -> None:
        """Make it larger or smaller: a focus around its middle and in its shape, the pen by its lower right corner."""
        here, pace = self.region, FINE if self.fine else COARSE
        if self.drawing:
            width = min(max(SMALLEST, here.width + dx * pace), self.size[0] - here.x)
            self._put(Region(here.x, here.y, width, min(max(SMALLEST, here.height + dy * pace), self.size[1] - here.y)))
            return
        width = min(max(LEAST_WIDTH // 2, here.width + 2 * (dx or dy) * pace), self.size[0])
        self._put(placed(here, (width, round(width * self.size[1] / self.size[0])), self.size))

    def show_all(self) -> None:
        """Show the whole screen."""
        self.focus, self.drawing = Region(0, 0, *self.size), False

    def draw(self, first: tuple[int, int], second: tuple[int, int]) -> None:
        """Set the rectangle from two opposite corners, in any order; a focus is as large as it takes to hold both."""
        (left, right), (top, bottom) = sorted((first[0], second[0])), sorted((first[1], second[1]))
        drawn = Region(left, top, max(SMALLEST, right - left), max(SMALLEST, bottom - top))
        if self.drawing:
            self._put(drawn.intersect(Region(0, 0, *self.size)))
            return
        scale = max(drawn.width / self.size[0], drawn.height / self.size[1], LEAST_WIDTH / 2 / self.size[0])
        self._put(placed(drawn, (round(self.size[0] * scale), round(self.size[1] * scale)), self.size))

    def put(self, kind: AnnotationKind) -> None:
        """Put an annotation at the pen; numbers count up. The first time, only take up the pen."""
        if not self.drawing:
            self.drawing = True
            return
        number = 1 + sum(one.kind is AnnotationKind.NUMBER for one in self.annotations)
        made = Annotation(kind=kind, region=self.pen, number=number if kind is AnnotationKind.NUMBER else 0)
        if made not in self.annotations:
            self.annotations = (*self.annotations, made)

    def take_back(self) -> None:
        """Remove the annotation that was put last."""
        self.annotations = self.annotations[:-1]

    def _put(self, region: Region) -> None:
        if self.drawing:
            self.pen = region
        else:
            self.focus = region
