"""The main job on a Wayland desktop: the same task comes to the same steps as on X11, though no clicks are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from capture.model import Clip, Cut, CutReason
from scripts.demo import Outcome, run
from tests.support.desktop import Stage
from tests.support.wayland_task_stage import WaylandTaskStage

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def outcomes(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Outcome]:
    """The task on X11 and on Wayland."""
    with Stage() as stage:
        on_x11 = run(stage, tmp_path_factory.mktemp("x11"), base)
    with WaylandTaskStage() as stage:
        on_wayland = run(cast("Stage", stage), tmp_path_factory.mktemp("wayland"), base)
    return on_x11, on_wayland


def starts_s(outcome: Outcome) -> list[float]:
    """When each step starts, in seconds since the narration does."""
    demo: dict[str, Any] = outcome.demo
    cuts = (Cut(c["start_ms"], c["end_ms"], reason=CutReason(c["reason"])) for c in demo["cuts"])
    clip = Clip(demo["take"]["duration_ms"], tuple(cuts))
    shift = outcome.started_unix_ms - outcome.take["started_unix_ms"]
    return [(clip.to_take(step["start_ms"]) - shift) / 1000 for step in demo["steps"]]


def test_the_same_task_comes_to_the_same_steps(outcomes: tuple[Outcome, Outcome]) -> None:
    on_x11, on_wayland = (starts_s(outcome) for outcome in outcomes)
    told = [
        [(round(at, 2), step["title"]) for at, step in zip(starts_s(o), o.demo["steps"], strict=True)] for o in outcomes
    ]
    assert len(on_x11) == len(on_wayland), told
    apart = [abs(one - other) for one, other in zip(on_x11, on_wayland, strict=True)]
    assert max(apart) <= 0.3, told


def test_no_click_and_no_key_is_claimed(outcomes: tuple[Outcome, Outcome]) -> None:
    assert any("Clicks and keys are not noted" in notice for notice in outcomes[1].take["notices"])
    events = (Path(outcomes[1].take["path"]) / "events.jsonl").read_text()
    assert not any(f'"kind":"{kind}"' in events for kind in ("click", "typed", "chord", "window"))
