"""How long the review takes to be there after stop, for takes of a minute whose words were heard meanwhile.

Run: ``pytest -m bench tests/benches/bench_review.py -s``. Each round records the scripted task for a minute on a
private desktop, through the application's own recorder and recogniser, stops it and waits for the last step on the
screen. The peer of the same round: decoding the take's pictures and sound once, the least that a program without a log
and without live words has to do before it knows anything. SHOWHOW_BENCH_ROUNDS records fewer than five.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from capture.model import Take, Target
from capture.video.reader import frames
from tests.benches.hearing import model
from tests.support.desktop import Stage, wait_for
from tests.support.scripted_task import SCENARIO, Scene
from tests.support.whole_sound import read_sound
from tui.app import Showhow
from tui.config import Settings
from tui.model import RecordChoice
from tui.screens.library import LibraryScreen
from tui.screens.review import ReviewScreen
from tui.services.factory import open_services

MINUTE_MS = 60_000
ROUNDS = int(os.environ.get("SHOWHOW_BENCH_ROUNDS", "5"))


@dataclass
class Round:
    """Milliseconds from stop to the closed take, first steps, last word, last label; and the peer's decoding."""

    closed: float
    opened: float
    filled: float
    labelled: float
    decoded: float


async def until(condition: object, what: str) -> None:
    """Looks every millisecond, so that the looking is not what is measured."""
    deadline = time.monotonic() + 60
    while not condition():  # type: ignore[operator]  # a callable by this module's own use
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        await asyncio.sleep(0.001)


def recorded(scene: Scene, app: Showhow, microphone: str) -> object:
    """A recorder that has run for a minute."""
    choice = RecordChoice(Target(monitor=1), "Monitor 1", microphone, words=True)
    recorder = app.services.recording.record(choice)
    recorder.wait_started()
    scene.play()
    wait_for(lambda: recorder.status.elapsed_ms >= MINUTE_MS, "the minute to pass", 90)
    return recorder


def decoded(take: Take) -> float:
    """Milliseconds to decode it all."""
    begun = time.perf_counter()
    for _ in frames(take.video, grey=True):
        pass
    read_sound(take.video)
    return (time.perf_counter() - begun) * 1000


def on_screen(app: Showhow) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def one_round(stage: Stage, app: Showhow, microphone: str) -> Round:
    scene = Scene(stage, SCENARIO)
    await app.push_screen(ReviewScreen())  # in the live screen's stead: what is shown while it records
    recorder = await asyncio.to_thread(recorded, scene, app, microphone)
    begun = time.perf_counter()

    def passed() -> float:
        return (time.perf_counter() - begun) * 1000

    take = await asyncio.to_thread(recorder.stop)  # type: ignore[attr-defined]  # a LiveRecording
    closed = passed()
    app.navigator.stopped(take, "")
    await until(lambda: isinstance(app.screen, ReviewScreen) and app.screen.model, "the review")
    review = app.screen
    assert isinstance(review, ReviewScreen)
    opened = passed()
    assert review.model is not None
    await until(lambda: review.model.draft.transcript.words, "its words")
    await until(lambda: review.model.draft.steps[-1].title[:20] in on_screen(app), "its last step on the screen")
    filled = passed()
    await until(lambda: not review.filling, "its labels")
    labelled = passed()
    assert len(review.model.draft.transcript.words) > 30
    app.navigator.review_later(review.model.draft)
    await until(lambda: isinstance(app.screen, LibraryScreen), "the library")
    app.services.review.close()
    stage.end(scene.app)
    return Round(closed, opened, filled, labelled, await asyncio.to_thread(decoded, take))


@pytest.mark.bench
@pytest.mark.timeout(1200)
async def test_the_review_is_filled_sooner_than_the_take_could_be_decoded_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], own_stage: Stage
) -> None:
    settings = Settings(home=tmp_path, library_url=str(tmp_path / "library"), model=str(model().path), hotkeys={})
    services = open_services(settings)
    app = Showhow(lambda _: services)
    microphone = services.recording.preferred_microphone()
    assert microphone is not None
    async with app.run_test(size=(120, 36)):
        await until(lambda: isinstance(app.screen, LibraryScreen), "the library")
        rounds = [await one_round(own_stage, app, microphone) for _ in range(ROUNDS)]
    middle = {name: statistics.median(getattr(one, name) for one in rounds) for name in Round.__annotations__}
    lines = [f"{len(rounds)} takes of a minute, milliseconds from stop, median (each)"]
    for name, median in middle.items():
        lines.append(f"{name:<8} {median:7.0f}  ({', '.join(f'{getattr(one, name):.0f}' for one in rounds)})")
    lines.append(f"decoding the take once / stop to filled: {middle['decoded'] / middle['filled']:.1f}")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert middle["filled"] < middle["decoded"] * 3
