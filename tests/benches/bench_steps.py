"""Steps and labels against the truth of scripted sessions. Prints Markdown tables.

    python -m tests.benches.bench_steps [steps] [labels] [page]
    pytest -m bench tests/benches/bench_steps.py -s

The project's own scene is recorded anew, in two sizes. With SHOWHOW_BENCH_SESSION or a cache of its takes (see
``sessions.py``) its sessions are rows too. A found step is right when it begins within a second of a true one, each
counted once. Without words a true step is one in which something was clicked or typed; it begins with the pointer's
first move towards it. ``page``: elements of a web page drawn by Chromium, through the encoder of takes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from capture.model import Click, Event, Take
from capture.takes import load_take, read_events
from capture.video.reader import grab_frame
from library.intake.screen_text import read_labels
from library.intake.source import open_source
from scripts.demo import Product
from tests.benches.hearing import model
from tests.benches.label_page import Tally, bench_page
from tests.benches.sessions import EVERY, session
from tests.benches.stand import table
from tests.support.desktop import Stage
from tests.support.scripted_app import CENTRES
from tests.support.scripted_task import Scene, Truth
from tests.support.speech import speech_spans
from transcribe.asr.whisper import Whisper
from transcribe.model import Segment, Transcript, Word
from transcribe.ocr.rapidocr_reader import RapidOcrReader
from transcribe.steps.builder import make_steps

NEAR_MS = 1_000
SIZES = ((1280, 720), (1920, 1080))
KINDS = {"new": "button", "submit": "button", "confirm": "button", "ok": "button", "add": "button", "update": "button"}
TEXTS = {
    "new": "New order", "submit": "Submit", "confirm": "Confirm", "ok": "Confirm", "add": "Add item",
    "update": "Update", "supplier": "Supplier", "quantity": "Quantity", "date": "Delivery date", "qty": "Quantity",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A recorded session with its truth in take time: what was said, where steps begin, what was clicked."""

    name: str
    take: Take
    events: tuple[Event, ...]
    spoken: tuple[tuple[int, int, str], ...]
    told_ms: tuple[int, ...]
    done_ms: tuple[int, ...]
    clicked: tuple[tuple[int, str, str], ...] = ()  # moment, kind, label


def f1(found: Sequence[int], true: Sequence[int], near_ms: int = NEAR_MS) -> float:
    """Of starts, paired nearest first, at most ``near_ms`` apart."""
    near = sorted((abs(a - b), i, j) for i, a in enumerate(found) for j, b in enumerate(true) if abs(a - b) <= near_ms)
    left, right = set(), set()
    for _, i, j in near:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
    return 2 * len(left) / (len(found) + len(true)) if found or true else 1.0


def perfect(spoken: Sequence[tuple[int, int, str]]) -> Transcript:
    """What a recognizer without fault would hear."""
    segments = []
    for start, end, text in spoken:
        words = text.split()
        edges = np.linspace(start, end, len(words) + 1).astype(int)
        timed = tuple(Word(int(a), int(b), text=word) for word, a, b in zip(words, edges, edges[1:], strict=False))
        segments.append(Segment(start, end, text=text, words=timed))
    return Transcript(segments=tuple(segments), language="en", model="truth")


def heard(take: Take) -> Transcript:
    """What the model of the bench hears (``hearing.py``)."""
    from tests.support.whole_sound import read_sound

    sound = read_sound(open_source(take.path).video)
    whisper = Whisper(model())
    return whisper.transcribe(sound, speech_spans(sound), lambda *_: None)


def own_scenes(folder: Path) -> Iterator[Known]:
    """The project's scene, recorded now."""
    for size in SIZES:
        home = folder / f"{size[1]}"
        home.mkdir()
        with Stage(size) as stage:
            scene = Scene(stage)
            document, truth, _, _ = Product(stage, home, model().path).record(scene)
            box = scene._places()["centres"]
        take = load_take(Path(document["path"]))
        yield _scene(f"scene {size[1]}p", take, truth, box)


def _scene(name: str, take: Take, truth: Truth, box: Sequence[int]) -> Known:
    zero = (time.time() - time.monotonic() + truth.started_monotonic) * 1000 - take.started_unix_ms
    spoken = tuple(
        (round(zero + s["start_ms"]), round(zero + s["end_ms"]), str(s["text"]))
        for s in truth.speech  # type: ignore[operator]
    )
    done, clicked = [], []
    for start, _, _ in spoken:
        later = [s for s, _, _ in spoken if s > start]
        mine = [a for a in truth.actions if start <= zero + a["start_ms"] < (later[0] if later else 1 << 60)]  # type: ignore[operator]
        acts = [a for a in mine if a["kind"] in {"click", "type"}]
        done += [round(zero + acts[0]["start_ms"])] if acts else []  # type: ignore[operator]
        clicked += [_clicked(round(zero + a["end_ms"]), str(a["what"]), box) for a in acts if a["kind"] == "click"]  # type: ignore[operator]
    return Known(
        name, take, _events(take), spoken, tuple(s[0] for s in spoken), tuple(done), tuple(filter(None, clicked))
    )


def _clicked(at_ms: int, what: str, box: Sequence[int]) -> tuple[int, str, str] | None:
    if what == "centres":  # rows of even height, clicked 30 pixels from the top
        return at_ms, "row", CENTRES[min(30, box[3] // 2) * len(CENTRES) // box[3]]
    return (at_ms, KINDS.get(what, "field"), TEXTS[what]) if what in TEXTS else None


def kept_sessions() -> Iterator[Known]:
    """The sessions of a script, where there is one."""
    for wish in EVERY:
        if (found := session(wish)) is None:
            continue
        zero, truth = found.zero_ms, found.truth
        spoken = tuple(
            (round(zero + s["start"] * 1000), round(zero + s["end"] * 1000), s["text"]) for s in truth["speech"]
        )
        begins = [round(zero + step["start"] * 1000) for step in truth["steps"]]
        ends = [*begins[1:], 1 << 60]
        acts = [(round(zero + e["t"] * 1000), e["kind"]) for e in truth["events"]]
        done = [_first(acts, begin, end) for begin, end in zip(begins, ends, strict=True)]
        clicked = [
            (round(zero + c["t"] * 1000), KINDS.get(c["target"], "field"), TEXTS[c["target"]])
            for c in truth["clicks"] if c["target"] in TEXTS
        ]  # fmt: skip
        told = tuple(begins) if spoken else ()
        yield Known(f"session {wish.name}", found.take, _events(found.take), spoken, told,
                    tuple(at for at in done if at is not None), tuple(clicked))  # fmt: skip


def _first(acts: Sequence[tuple[int, str]], begin: int, end: int) -> int | None:
    """When a step's first click or typing begins to be moved to; None when it has neither."""
    mine = [(at, kind) for at, kind in acts if begin - 50 <= at < end - 50]
    if not any(kind in {"click", "type"} for _, kind in mine):
        return None
    return next(at for at, kind in mine if kind in {"move", "type"})


def _events(take: Take) -> tuple[Event, ...]:
    return tuple(sorted(read_events(take), key=lambda event: event.at_ms))


def bench_steps(known: Sequence[Known]) -> str:
    """F1 of starts: with perfect words, with those a model heard, without any."""
    rows = []
    for one in known:
        told = f1(_starts(one, perfect(one.spoken)), one.told_ms) if one.spoken else None
        real = f1(_starts(one, heard(one.take)), one.told_ms) if one.spoken else None
        silent = f1(_starts(one, Transcript()), one.done_ms)
        rows.append([one.name, *("" if v is None else f"{v:.2f}" for v in (told, real, silent))])
    means = [np.mean([float(row[n]) for row in rows if row[n]]) for n in (1, 2, 3)]
    rows.append(["mean", *(f"{mean:.3f}" for mean in means)])
    return table(rows, ["session", "perfect words", f"heard by {model().name}", "no words"])


def _starts(one: Known, transcript: Transcript) -> list[int]:
    return [step.start_ms for step in make_steps(transcript, one.events, one.take.duration_ms)]


def bench_labels(known: Sequence[Known]) -> str:
    """Labels of the recorded clicks, and what one costs beside a whole picture read by the same engine."""
    tally, reader, spent, wall, count = Tally(), RapidOcrReader(), 0.0, 0.0, 0
    reader.lines(np.zeros((64, 64, 3), np.uint8))
    for one in known:
        begun, cpu = time.perf_counter(), time.process_time()
        clicks = [e for e in read_labels(one.take.video, one.events, reader) if isinstance(e, Click)]
        spent, wall, count = spent + time.process_time() - cpu, wall + time.perf_counter() - begun, count + len(clicks)
        for at_ms, kind, label in one.clicked:
            click = min(clicks, key=lambda c, at_ms=at_ms: abs(c.at_ms - at_ms))  # type: ignore[misc]
            tally.add(kind, click.label, label)
    whole, begun = [], 0.0
    for one in known[:2]:
        begun = time.process_time()
        reader.lines(grab_frame(one.take.video, one.take.duration_ms // 2))
        whole.append(time.process_time() - begun)
    cost = f"{spent / count * 1000:.0f} ms of CPU a click ({wall / count * 1000:.0f} ms of time), {count} clicks; "
    cost += f"a whole picture {np.mean(whole) * 1000:.0f} ms: {np.mean(whole) * count / spent:.1f}x as much"
    return f"{cost}\n\n{tally.table()}"


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_steps_and_labels_are_true(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    known = [*own_scenes(tmp_path), *kept_sessions()]
    with capsys.disabled():
        sys.stdout.write(f"\n{bench_steps(known)}\n\n{bench_labels(known)}\n\n{bench_page(tmp_path)}\n")


def main() -> None:
    """Measure what the command line names."""
    wanted = sys.argv[1:] or ["steps", "labels", "page"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        known = [*own_scenes(folder), *kept_sessions()] if {"steps", "labels"} & set(wanted) else []
        parts = {
            "steps": lambda: bench_steps(known),
            "labels": lambda: bench_labels(known),
            "page": lambda: bench_page(folder),
        }
        for name in wanted:
            sys.stdout.write(f"\n### {name}\n\n{parts[name]()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
