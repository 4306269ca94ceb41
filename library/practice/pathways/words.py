"""How pathways are said to people, alike on screens, pages and the command line. Pure."""

from __future__ import annotations

from library.format import count, day, join
from library.practice.pathways.model import LEAST_LEARNERS, LearnerCounts, Pathway, Point, PointKind
from library.practice.pathways.progress import PathwayProgress, PointProgress, PointState

KIND_NAMES = {
    PointKind.WATCH: "watch",
    PointKind.PRACTISE: "practise",
    PointKind.REVIEW: "review",
    PointKind.ASSESS: "assess",
    PointKind.SIGN_OFF: "sign-off",
}
LEVEL_HINTS = {
    PointKind.WATCH: "see it once, to the end",
    PointKind.REVIEW: "hand a try to a colleague",
}


def point_title(point: Point, title: str = "") -> str:
    """The demo's title, or who signs off; ``title`` is the demo's title of today."""
    if point.kind is PointKind.SIGN_OFF:
        return f"Signed off by {point.role}"
    return title or point.title or point.demo_id or "a demo that cannot be named"


def point_asks(point: Point, *, alone: bool) -> str:
    """What a point asks for: ``alone, without hints, 3 days after the last practice``."""
    if point.kind is PointKind.ASSESS:
        days = f"{count(point.after_days, 'day')} after the last practice" if point.after_days else ""
        share = f"{point.pass_share:.0%} of the steps" if point.pass_share < 1 else ""
        asks = join(["alone, without hints", days, share], ", ")
    elif point.kind is PointKind.PRACTISE:
        asks = "alone" if alone else "with steps and hints"
    elif point.kind is PointKind.SIGN_OFF:
        asks = f"{', '.join(point.by[:3])}{' and others' if len(point.by) > 3 else ''}" if point.by else ""
    else:
        asks = LEVEL_HINTS[point.kind]
    return join([asks, point.ask])


def pathway_facts(pathway: Pathway) -> str:
    """``7 points · Priya · closed``."""
    points = count(len(pathway.points), "point") if pathway.points else "no points yet"
    return join([points, pathway.owner, "closed" if pathway.closed else ""])


def state_words(one: PointProgress) -> str:
    """What is known of a point: ``not before 2031-04-17``; empty for one that is open."""
    if one.state is PointState.REACHED:
        changed = "its steps have changed since" if one.changed else ""
        return join([f"reached {day(one.reached_unix_ms)}" if one.reached_unix_ms > 1 else "reached", changed])
    if one.state is PointState.WAITING:
        return f"not before {day(one.from_unix_ms)}"
    return "its demo was removed" if one.state is PointState.GONE else ""


def progress_words(progress: PathwayProgress) -> str:
    """``3 of 7 points reached``."""
    if not progress.counted:
        return "no points yet"
    done = " · complete" if progress.complete else ""
    return f"{progress.reached} of {count(progress.counted, 'point')} reached{done}"


def counts_words(counts: LearnerCounts) -> str:
    """How many share their progress, or that they are too few to say."""
    if counts.learners is None:
        return f"fewer than {LEAST_LEARNERS} people share how far they are"
    return f"{counts.learners} people share how far they are"


def hindrance(one: PointProgress) -> str:
    """Why a point cannot be done now, in a line; empty when it can."""
    if one.state is PointState.GONE:
        return "The demo of this point was removed"
    if one.state is PointState.WAITING:
        return f"Assess yourself {state_words(one)}: sooner it would only be practice"
    if one.keyed.point.kind in {PointKind.REVIEW, PointKind.SIGN_OFF}:
        return "This point is reached when somebody answers a try that you hand over: g after a try"
    return ""
