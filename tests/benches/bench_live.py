"""Live words measured: how soon they are there, how right, what they cost the recorder. Prints Markdown tables.

    python -m tests.benches.bench_live [--brief] [PART ...]
    pytest -m bench tests/benches/bench_live.py -s

Parts: stop (60 and 180 s, with words on screen), right (word errors and decode time, twice 50 unseen sentences), nobody
(10 minutes each of silence, noise, music, keys), kills, late (ticks of the recorder with and without
words and labels).
``SHOWHOW_BENCH_MODEL`` names another model than base. ``--brief`` does a little of each.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from library.intake.options import IntakeOptions
from library.intake.pipeline import propose
from tests.benches.hearing import Recorded, errors, model, narration, play_scene, record, stage
from tests.benches.stand import table
from tests.support.non_speech import NOBODY
from tests.support.speech import speech_spans
from tests.support.whole_sound import read_sound
from transcribe.asr.silero_vad import Detector
from transcribe.asr.whisper import Whisper, load_model
from transcribe.streaming.transcriber import transcribe_stream
from transcribe.streaming.transcript_log import Log, PartialTranscript, TranscriptHeader, TranscriptLog, read_words

Sound = NDArray[np.float32]


def whisper() -> Whisper:
    """The model, loaded."""
    found = Whisper(model(), "en")
    found.load()
    return found


def heard_again(take: Path) -> PartialTranscript:
    """The words of a take by somebody who finds no log."""
    with tempfile.TemporaryDirectory() as place:
        log = TranscriptLog(Path(place))
        assert log.take(TranscriptHeader(model=model().name, language="en"))
        transcribe_stream([read_sound(take / "take.mp4")], whisper(), log, Detector(), lambda _: None)
        log.release()
        return log.words


def bench_stop(lengths: tuple[int, ...], times: int) -> str:
    """From the call of stop to the last word and to the finished draft; from a sentence to its words on the screen."""
    rows = []
    for length in lengths:
        with tempfile.TemporaryDirectory() as place, stage() as on:
            takes: list[Recorded] = []
            drafted: list[float] = []
            for number in range(times):
                folder = Path(place) / str(number)
                folder.mkdir()
                takes.append(record(on, folder, narration(length, number)))
                begun = time.monotonic()
                propose(takes[-1].take.path, IntakeOptions(recognizer=whisper_lazily))
                drafted.append(takes[-1].final_s + time.monotonic() - begun)
            finals = [take.final_s for take in takes]
            delays = [delay for take in takes for delay in take.delays_s]
            rows.append(
                [
                    f"{length} s x {times}",
                    f"{statistics.median(finals):.2f} s ({max(finals):.2f})",
                    f"{statistics.median(drafted):.2f} s ({max(drafted):.2f})",
                    f"{statistics.median(delays):.2f} s ({np.percentile(delays, 95):.2f}, {max(delays):.2f})",
                ]
            )
    head = ["take", "stop to last word, median (most)", "stop to draft", "said to shown, median (p95, most)"]
    return table(rows, head)


def whisper_lazily() -> Whisper:
    """As the intake gets it: found, not loaded."""
    return Whisper(model(), "en")


def spoken(count: int, seed: int = 50) -> tuple[list[str], Sound]:
    """Unseen sentences as one sound of 16 kHz, in a quiet room."""
    made = narration(count * 6, seed)
    said, pieces = made.said[:count], made.pieces[:count]
    rate = 48_000
    end = pieces[-1][0] + len(pieces[-1][1]) / rate + 1.0
    track = np.random.default_rng(1).normal(0, 3e-4, round(end * rate))
    for at, sound in pieces:
        track[round(at * rate) : round(at * rate) + len(sound)] += sound / 32_768
    track = track[: len(track) // 3 * 3]
    return said, track.reshape(-1, 3).mean(axis=1).astype(np.float32)


def bench_right(count: int, seed: int) -> str:
    """Word errors live, whole, and by WhisperModel.transcribe, each with its decode time on the same sound."""
    said, sound = spoken(count, seed)
    ours, plain = whisper(), load_model(model())
    live_text, live_s = _timed(lambda: _live(ours, sound))
    _, speech_s = _timed(lambda: speech_spans(sound))
    whole_text, whole_s = _timed(lambda: _whole(ours, sound))
    rows = []
    peers: dict[str, dict[str, Any]] = {
        "WhisperModel.transcribe": {"word_timestamps": True, "language": "en"},
        "the same with its own voice activity": {"word_timestamps": True, "language": "en", "vad_filter": True},
    }
    for name, asked in peers.items():
        text, spent = _timed(lambda asked=asked: " ".join(s.text for s in plain.transcribe(sound, **asked)[0]))
        rows.append([name, f"{errors(said, text):.3f}", f"{spent:.2f} s", spent])
    base = rows[0][3]
    mine = [["live, utterance by utterance", live_text, live_s], ["whole file", whole_text, whole_s]]
    rows = [[n, f"{errors(said, t):.3f}", f"{s:.2f} s", s] for n, t, s in mine] + rows
    told = [[n, e, s, f"{spent / base:.2f}x"] for n, e, s, spent in rows]
    words = sum(len(s.split()) for s in said)
    note = f"{len(said)} sentences, {words} words, {len(sound) / 16_000:.0f} s; its voice activity {speech_s:.2f} s."
    return table(told, ["heard by", "word errors", "decode, wall", "against plain"]) + f"\n\n{note}"


def _live(ours: Whisper, sound: Sound) -> str:
    """As beside a recording: a quarter of a second at a time, utterance by utterance, each kept on disk."""
    with tempfile.TemporaryDirectory() as place:
        log = TranscriptLog(Path(place))
        log.take(TranscriptHeader(model="x"))
        transcribe_stream(_blocks(sound, 4_000), ours, log, Detector(), lambda _: None)
        log.release()
        return log.words.transcript.text


def _whole(ours: Whisper, sound: Sound) -> str:
    """As a file is heard: half a second at a time, and as much in a window as the model likes."""
    log = Log(PartialTranscript(hearing=TranscriptHeader(model="x")))
    transcribe_stream(_blocks(sound, 8_000), ours, log, Detector(), lambda _: None, together=True)
    return log.words.transcript.text


def _blocks(sound: Sound, samples: int) -> list[Sound]:
    return [sound[at : at + samples] for at in range(0, len(sound), samples)]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begun


def bench_nobody(seconds: float) -> str:
    """Words heard where nobody speaks, live and whole, and by plain transcribe."""
    ours, plain = whisper(), load_model(model())
    rows = []
    for name, make in NOBODY.items():
        sound = make(seconds)
        whole = _whole(ours, sound)
        theirs = " ".join(s.text for s in plain.transcribe(sound, language="en")[0])
        rows.append(
            [
                f"{seconds / 60:g} min of {name}",
                len(_live(ours, sound).split()),
                len(whole.split()),
                len(theirs.split()),
            ]
        )
    return table(rows, ["sound", "words, live", "words, whole file", "words, WhisperModel.transcribe"])


def bench_kills(kills: int) -> str:
    """A recogniser killed again and again while it hears a take of a minute: what the take and its words lost."""
    with tempfile.TemporaryDirectory() as place, stage() as on:
        folder = Path(place)
        dice = random.Random(9)  # noqa: S311  moments, no secrets
        moments = tuple(sorted(dice.uniform(1, 58) for _ in range(kills)))
        made = narration(60, 9)
        found = record(on, folder, made, kills=moments)
        words, again = read_words(found.take.path), heard_again(found.take.path)
        sound = len(read_sound(found.take.video)) / 16
        same = "the same" if words.transcript == again.transcript else "different"
        row = [kills, f"{max(0.0, found.take.duration_ms - sound):.0f} ms", same, f"{found.final_s:.2f} s"]
        row.append(f"{errors(made.said, words.transcript.text):.3f}")
    return table(
        [row], ["kills", "sound lost", "final text against an undisturbed run", "stop to last word", "word errors"]
    )


def bench_late(times: int) -> str:
    """The recorder's late ticks over a busy scene of a minute, with and without words and labels, in turns (ABAB)."""
    late: dict[bool, list[tuple[int, int, int]]] = {True: [], False: []}
    for number in range(times * 2):
        with tempfile.TemporaryDirectory() as place, stage() as on:
            take = _scene(on, Path(place), words=bool(number % 2))
            figures = take.figures
            late[bool(number % 2)].append((figures.late_ticks, figures.ticks, figures.cpu_ms))
    rows = []
    for words, found in late.items():
        ticks, all_ticks, cpu = (sum(column) for column in zip(*found, strict=True))
        each = ", ".join(str(one[0]) for one in found)
        rows.append(
            [
                "with words and labels" if words else "without",
                f"{ticks} of {all_ticks:,} ({each})",
                f"{cpu / 1000 / times:.2f} s",
            ]
        )
    return table(rows, ["recorder", "late ticks", "its own CPU, a take"])


def _scene(on: Any, folder: Path, *, words: bool) -> Any:
    from capture.model import Target
    from capture.recorder.handle import Recording, RecordOptions
    from transcribe.streaming.live_messages import live_options
    from transcribe.streaming.live_transcriber import LiveTranscriber
    from tui.services.live_labels import start_live_labels

    scene = play_scene(on)
    recording = Recording.start(RecordOptions(target=Target(monitor=1), takes_folder=folder / "takes"))
    live = None
    if words:
        start_live_labels(Path(recording.status.take_path))
        live = LiveTranscriber(live_options(whisper_lazily(), Path(recording.status.take_path)))
    scene.play()
    take = recording.stop()
    if live is not None:
        live.wait(60)
        assert read_words(take.path).transcript.words
    return take


def parts(*, brief: bool) -> dict[str, Callable[[], str]]:
    """What can be measured."""
    return {
        "stop": lambda: bench_stop((20,) if brief else (60, 180), 1 if brief else 5),
        "right": lambda: "\n\n".join(bench_right(10 if brief else 50, seed) for seed in (50, 51)),
        "nobody": lambda: bench_nobody(30 if brief else 600),
        "kills": lambda: bench_kills(3 if brief else 10),
        "late": lambda: bench_late(1 if brief else 2),
    }


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_words_are_there_soon_and_right(capsys: pytest.CaptureFixture[str]) -> None:
    for name, measure in parts(brief=bool(os.environ.get("SHOWHOW_BENCH_BRIEF"))).items():
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
