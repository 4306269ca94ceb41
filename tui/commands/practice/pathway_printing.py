"""How pathways are printed: as text lines, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from library.format import join
from tui.console import plain, print_json, say

if TYPE_CHECKING:
    from tui.services.practice.pathway_protocol import PathwayView

_MARKS = {"reached": "✓", "open": "·", "waiting": "…", "gone": "×"}


def print_pathway(view: PathwayView, *, json: bool) -> None:
    """A pathway with its points."""
    from library.practice.model import PracticeLevel
    from library.practice.pathways.words import (
        KIND_NAMES,
        counts_words,
        pathway_facts,
        point_asks,
        point_title,
        state_words,
    )

    if json:
        print_json(pathway_document(view))
        return
    pathway = view.pathway
    say(f"{pathway.title}   [{pathway.pathway_id}]")
    say(join([pathway_facts(pathway), pathway.about, f"version {pathway.version}"]))
    for number, (one, reached) in enumerate(zip(view.progress.points, view.counts.reached, strict=True), 1):
        point = one.keyed.point
        asks = point_asks(point, alone=one.keyed.level is PracticeLevel.ALONE)
        count = f"{reached} reached it" if reached is not None else ""
        say(f"{number:>3} {_MARKS[one.state]} {KIND_NAMES[point.kind]:<9} {point_title(point)}")
        say(f"                {join([state_words(one), asks, count])}")
    say(join([_own(view), counts_words(view.counts)]))


def _own(view: PathwayView) -> str:
    from library.practice.pathways.words import progress_words

    if view.enrolment is None:
        return f"You have not joined it: showhow pathway join {view.pathway.pathway_id}"
    seen = "counted without your name" if view.enrolment.shares else "seen by you only"
    return f"You: {progress_words(view.progress)}, {seen}"


def pathway_document(view: PathwayView) -> dict[str, Any]:
    """A pathway for ``--json``, with how far the user is and how many reached each point (null: fewer than five)."""
    document: dict[str, Any] = plain(view.pathway)
    rows = zip(document["points"], view.progress.points, view.counts.reached, strict=True)
    document["points"] = [
        point | {"number": number, "level": one.keyed.level.value, "state": one.state.value,
                 "reached_unix_ms": one.reached_unix_ms, "from_unix_ms": one.from_unix_ms, "changed": one.changed,
                 "learners": learners}
        for number, (point, one, learners) in enumerate(rows, 1)
    ]  # fmt: skip
    document["joined"] = view.enrolment is not None
    document["shares"] = view.enrolment is not None and view.enrolment.shares
    document["reached"], document["counted"] = view.progress.reached, view.progress.counted
    document["complete"], document["learners"] = view.progress.complete, view.counts.learners
    return document


def pathway_line(view: PathwayView) -> str:
    """A pathway as one line of a list."""
    from library.practice.pathways.words import pathway_facts, progress_words

    own = progress_words(view.progress) if view.enrolment is not None else ""
    return f"{view.pathway.pathway_id}  {join([view.pathway.title, pathway_facts(view.pathway), own])}"
