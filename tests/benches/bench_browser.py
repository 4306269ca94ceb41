"""Recording in a browser measured: the wait for the steps, what a killed tab loses, sound against picture.

    python -m tests.benches.bench_browser [--brief] [PART ...]
    pytest -m bench tests/benches/bench_browser.py -s

Parts: stop (takes of 40 s), kills, sync. Chromium records a private desktop of 1280x720. ``SHOWHOW_BENCH_MODEL`` names
another model than base.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from library.connection.library import open_library
from library.intake.options import IntakeOptions
from tests.benches.hearing import model, narration
from tests.benches.measures import Clap, clap, claps_in
from tests.benches.stand import table
from tests.support.desktop import SINK, Stage, wait_for
from tests.support.recording_browser import crash, recording_browser
from tests.support.sent_recording import Place, mended
from transcribe.asr.whisper import Whisper
from transcribe.ocr.rapidocr_reader import RapidOcrReader
from tui.services.live_words import start_live_transcription

LENGTH_S = 40
_BEGAN = """const start = MediaRecorder.prototype.start;
MediaRecorder.prototype.start = function (...given) {
  this.addEventListener("start", () => { window.began = performance.now(); });
  return start.apply(this, given);
};"""
_ELAPSED_S = "(performance.now() - window.began) / 1000"


def narrated(path: Path, seconds: float, seed: int) -> Path:
    """A WAV file of sentences with pauses between them."""
    told = narration(seconds, seed)
    sound = np.zeros(round(seconds * 48_000), np.int16)
    for at_s, piece in told.pieces:
        sound[round(at_s * 48_000) :][: len(piece)] = piece
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(sound.tobytes())
    return path


def begin(page: Page, address: str) -> None:
    """Begin to record the screen."""
    page.set_default_timeout(120_000)
    page.add_init_script(_BEGAN)
    page.goto(f"{address}record")
    page.select_option("#countdown", "0")
    page.click("#choose")
    page.click("#start")
    wait_for(lambda: page.evaluate("window.began"), "the start", 60)


@contextmanager
def library_in(folder: Path) -> Iterator[Place]:
    """A library of its own, with a folder for takes."""
    with open_library(folder / "library") as library:
        yield Place(library, folder / "takes")


def stop_to_steps(seed: int) -> tuple[float, float]:
    """Seconds from the stop of a narrated take of 40 s to its steps on the page, and to the form to file them."""
    whisper = partial(Whisper, model(), "en")
    options = IntakeOptions(recognizer=whisper, reader=RapidOcrReader())
    with tempfile.TemporaryDirectory() as name, Stage(sound=False) as stage, library_in(Path(name)) as place:
        spoken = narrated(Path(name) / "spoken.wav", LENGTH_S, seed)
        listen = partial(start_live_transcription, options=options)
        with (
            place.served(intake=options, listen=listen) as running,
            recording_browser(stage, Path(name) / "profile", spoken=spoken) as context,
        ):
            page = context.pages[0]
            begin(page, running.url)
            wait_for(lambda: page.evaluate(_ELAPSED_S) > LENGTH_S, "the take", LENGTH_S + 60)
            stopped = time.monotonic()
            page.keyboard.press("Enter")
            page.locator("[data-field=step]").first.wait_for()
            shown = time.monotonic() - stopped
            page.locator("#file").wait_for()
            return shown, time.monotonic() - stopped


def tab_kills(count: int) -> list[float]:
    """The tab is killed at random moments: seconds of each take that the server does not have."""
    dice, lost = random.Random(7), []  # noqa: S311  moments, no secrets
    with tempfile.TemporaryDirectory() as name, Stage(sound=False) as stage, library_in(Path(name)) as place:
        spoken = narrated(Path(name) / "spoken.wav", 20, 1)
        with (
            place.served(at_once=count) as running,
            recording_browser(stage, Path(name) / "profile", spoken=spoken) as context,
        ):
            for _ in range(count):
                before = set(place.takes.glob("*"))
                page = context.new_page()
                begin(page, running.url)
                until = dice.uniform(2, 6)
                wait_for(lambda page=page, until=until: page.evaluate(_ELAPSED_S) > until, "the moment", 60)
                elapsed = page.evaluate(_ELAPSED_S)
                crash(page)
                page.close()
                [take] = set(place.takes.glob("*")) - before
                lost.append((take, elapsed))
        return [elapsed - mended(take) / 1000 for take, elapsed in lost]


def browser_claps(count: int) -> list[Clap]:
    """So many claps, as they are in a take."""
    with tempfile.TemporaryDirectory() as name, Stage() as stage, library_in(Path(name)) as place:
        # Chromium does not offer the monitor of a sink as a microphone.
        stage.run(["pactl", "load-module", "module-remap-source", f"master={SINK}.monitor", "source_name=mic"])
        stage.run(["pactl", "set-default-source", "mic"])
        with place.served() as running, recording_browser(stage, Path(name) / "profile") as context:
            page = context.pages[0]
            begin(page, running.url)
            clap(stage, 1.117, count).communicate()
            page.keyboard.press("Enter")
            page.locator("#file").wait_for()
            return claps_in(place.take / "take.mp4")[:count]  # then the browser's own white stands where the square was


def bench_stop(times: int) -> str:
    """From the stop to the steps."""
    shown, ready = zip(*(stop_to_steps(seed) for seed in range(times)), strict=True)
    cells = [
        f"{LENGTH_S} s x {times}",
        *(f"{statistics.median(all_):.1f} s ({max(all_):.1f})" for all_ in (shown, ready)),
    ]
    return table([cells], ["take", "stop to first steps, median (most)", "stop to all of the draft"])


def bench_kills(count: int) -> str:
    """What a killed tab loses on the server."""
    lost = tab_kills(count)
    cells = [count, f"{statistics.mean(lost):.2f} s", f"{max(lost):.2f} s"]
    return table([cells], ["tabs killed", "lost, mean", "lost, most"])


def bench_sync(count: int) -> str:
    """How far beep and flash of one moment are apart."""
    found = [one.off_ms for one in browser_claps(count)]
    near = sum(abs(off) <= 80 for off in found)
    cells = [len(found), f"{np.median(found):+.0f} ms", f"{min(found):+.0f} to {max(found):+.0f} ms", f"{near}"]
    return table([cells], ["claps", "sound after picture, median", "range", "within 80 ms"])


def parts(*, brief: bool) -> dict[str, Callable[[], str]]:
    """What can be measured."""
    return {
        "stop": lambda: bench_stop(1 if brief else 3),
        "kills": lambda: bench_kills(3 if brief else 20),
        "sync": lambda: bench_sync(6 if brief else 20),
    }


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_recording_in_a_browser_measured(capsys: pytest.CaptureFixture[str]) -> None:
    for name, measure in parts(brief=False).items():
        result = measure()
        with capsys.disabled():
            sys.stdout.write(f"\n### {name}\n\n{result}\n")


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("part", nargs="*")
    given = parser.parse_args()
    for name, measure in parts(brief=given.brief).items():
        if not given.part or name in given.part:
            sys.stdout.write(f"\n### {name}\n\n{measure()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
