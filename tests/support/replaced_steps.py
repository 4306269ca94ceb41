"""A filed demo of three steps, and takes that may replace one of them: what is where can be told from the pictures."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from capture.model import Click, Take, TakeState
from capture.takes import write_take
from library.connection.library import Library
from library.draft import edits
from library.intake.pipeline import file, propose
from library.model import Demo
from tests.library.factories import transcript
from tests.support.sample_videos import beep, numbered, take_video
from transcribe.model import Step

LENGTH = 9_000
SAID = ("Open the orders", "Click New order now", "Enter the name")
TITLES = ("Open the orders", "Click New order", "Enter the name")
STARTS = (0, 3_000, 6_000)


def striped_take(
    folder: Path, first: int, length: int, beeps: list[int], *, width: int = 320, sound: bool = True
) -> Take:
    """A take with another number in stripes every quarter of a second, from ``first`` on, and beeps."""
    folder.mkdir(parents=True)
    pictures = [(at, numbered((first + n) % 64, width)) for n, at in enumerate(range(0, length, 250))]
    take_video(folder / "take.mp4", pictures, length, beep(beeps, length) if sound else None)
    take = Take(
        take_id=folder.name, started_unix_ms=1_000, width=width, height=180, duration_ms=length,
        state=TakeState.FINISHED, path=folder,
    )  # fmt: skip
    write_take(take)
    return take


def three_steps(library: Library, takes: Path) -> Demo:
    """Three steps of three seconds, a picture every quarter of a second, a beep in each."""
    take = striped_take(takes / "20310417-140500-ab12", 0, LENGTH, [1_000, 4_000, 7_000])
    texts = [transcript(text, start_ms=at + 800).segments[0] for text, at in zip(SAID, STARTS, strict=True)]
    steps = tuple(
        Step(at, at + 3_000, number=n, title=title, text=text, at_ms=at + 1_500, events=(Click(at + 1_600, 9, 9),))
        for n, (at, title, text) in enumerate(zip(STARTS, TITLES, SAID, strict=True), 1)
    )
    draft = replace(
        propose(take.path), title="Raise an order", author="Priya", tags=("orders",), cuts=(), dropped=(), fasts=(),
        transcript=replace(transcript("x"), segments=tuple(texts)), steps=steps, waiting_for_words=False,
    )  # fmt: skip
    edits.save_draft(draft, take.path)
    return file(draft, library)
