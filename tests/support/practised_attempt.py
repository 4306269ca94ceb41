"""A demo in a library and a learner's compared attempt at it, with real videos but without a recorder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from library.connection.library import open_library
from library.model import CLIP, ClipFacts, Demo, TakeFacts
from library.practice.attempts import AttemptLog
from library.practice.model import Attempt, AttemptState, Comparison, Verdict, VerdictKind
from library.practice.store import PracticeStore
from library.storage.bundle import write_bundle
from tests.library.factories import demo
from tests.support.sample_videos import numbered, take_video

SEEN = "Quayside label"
LENGTH_MS, WIDTH, HEIGHT = 4_000, 320, 180


def video(path: Path) -> Path:
    """Four seconds of numbered pictures, one each half second: number 0 from 0 to 500 ms."""
    return take_video(path, [(n * 500, numbered(n, WIDTH, HEIGHT)) for n in range(8)], LENGTH_MS)


def file_demo(library_folder: Path, title: str = "Raise an order") -> Demo:
    """File a demo of two steps."""
    made = demo("order", title, "Open the menu", "Choose the supplier", author="Priya")

    def fill(folder: Path) -> Demo:
        video(folder / CLIP)
        (folder / "steps").mkdir()
        for step in made.steps:
            _still(folder / f"steps/{step.number:02}.webp", step.number)
        steps = tuple(replace(step, still=f"steps/{step.number:02}.webp") for step in made.steps)
        clip = ClipFacts(path=CLIP, duration_ms=LENGTH_MS, width=WIDTH, height=HEIGHT)
        return replace(made, steps=steps, clip=clip, files={})

    with open_library(library_folder) as library:
        filed = write_bundle(made, library.store, fill)
        library.catalog.insert(filed)
    return filed


def _still(path: Path, number: int) -> None:
    from PIL import Image

    Image.fromarray(np.ascontiguousarray(numbered(number, WIDTH, HEIGHT)[..., ::-1])).save(path)


def keep_attempt(mine: Path, tried: Demo, attempt_id: str = "20261126-101500-ab12") -> Attempt:
    """Keep a compared attempt: its first step was renamed at 1.0 s, its second was seen at 2.5 s."""
    log = AttemptLog(PracticeStore(mine))
    folder = log.store.takes_folder / attempt_id
    folder.mkdir()
    video(folder / "take.mp4")
    verdicts = (
        Verdict(step=1, was=VerdictKind.RENAMED, at_ms=1_000, took_ms=600, expert_ms=500, seen=SEEN),
        Verdict(step=2, was=VerdictKind.DONE, at_ms=2_500, took_ms=700, expert_ms=500, seen="Supplier"),
    )
    made = Attempt(
        attempt_id=attempt_id, demo_id=tried.demo_id, title=tried.title, version=tried.version, steps=tried.steps,
        take=TakeFacts(take_id=attempt_id, path=str(folder), started_unix_ms=1, duration_ms=LENGTH_MS),
        comparison=Comparison(verdicts=verdicts, score=1.0, took_ms=2_200, expert_ms=1_500, rule=1),
        state=AttemptState.MINE,
    )  # fmt: skip
    log.keep(made)
    return made
