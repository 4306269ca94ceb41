"""Lists of pathways and of their points as rows of text. Pure drawing: they know no service."""

from __future__ import annotations

from collections.abc import Sequence

from library.format import join
from library.practice.model import PracticeLevel
from library.practice.pathways.progress import PointProgress, PointState
from library.practice.pathways.words import (
    KIND_NAMES,
    pathway_facts,
    point_asks,
    point_title,
    progress_words,
    state_words,
)
from tui.screens.learning.lists import SelectableRows
from tui.services.practice.pathway_protocol import PathwayView

_MARKS = {PointState.REACHED: "✓", PointState.OPEN: "·", PointState.WAITING: "…", PointState.GONE: "×"}
_KIND_WIDTH = max(map(len, KIND_NAMES.values()))


class PathwayList(SelectableRows):
    """The pathways: title and progress; then the facts."""

    def __init__(self) -> None:
        super().__init__(id="pathways-list")
        self.views: Sequence[PathwayView] = ()

    def __len__(self) -> int:
        """The number of pathways."""
        return len(self.views)

    @property
    def selected(self) -> PathwayView | None:
        """The selected pathway."""
        return self.views[self.index] if self.views else None

    def item_lines(self, number: int) -> list[tuple[str, str]]:
        """Two lines."""
        view = self.views[number]
        own = progress_words(view.progress) if view.enrolment is not None else ""
        return [(view.pathway.title, own), (join([view.pathway.about, pathway_facts(view.pathway)]), "")]


class PointList(SelectableRows):
    """The points: mark, kind and title; then what is asked for. ``reached``: how many learners reached each."""

    def __init__(self) -> None:
        super().__init__(id="points-list")
        self.points: Sequence[PointProgress] = ()
        self.reached: Sequence[int | None] = ()

    def __len__(self) -> int:
        """The number of points."""
        return len(self.points)

    @property
    def selected(self) -> PointProgress | None:
        """The selected point."""
        return self.points[self.index] if self.index < len(self.points) else None

    def item_lines(self, number: int) -> list[tuple[str, str]]:
        """Two lines."""
        one, reached = self.points[number], self.reached[number]
        point = one.keyed.point
        kind = f"{KIND_NAMES[point.kind]:<{_KIND_WIDTH}}"
        asks = point_asks(point, alone=one.keyed.level is PracticeLevel.ALONE)
        told = f"{reached} reached it" if reached is not None else ""
        first = (f"{_MARKS[one.state]} {kind}  {point_title(point)}", state_words(one))
        return [first, (f"{'':<{_KIND_WIDTH + 4}}{asks}", told)]
