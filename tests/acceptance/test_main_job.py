"""The main job on real input: real screen and microphone are recorded, the demo is found and replayed by its words."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import pytest

from capture.model import Clip, Cut, CutReason
from capture.render.keyframes import KEY_EVERY_COPIED
from capture.span import Span, merge
from scripts.demo import QUESTION, Outcome, Product, run
from tests.support.desktop import Stage

# What a sound server may add between paplay's start and the first sample reaching the microphone.
PLAYBACK_MS = 400


@dataclass
class Filed:
    """The demo that was filed, and the product it can be asked through."""

    outcome: Outcome
    product: Product

    @property
    def demo(self) -> dict[str, Any]:
        return self.outcome.demo

    @property
    def clip_file(self) -> Path:
        return Path(self.demo["clip"]["path"])

    @property
    def clip(self) -> Clip:
        cuts = (Cut(c["start_ms"], c["end_ms"], reason=CutReason(c["reason"])) for c in self.demo["cuts"])
        return Clip(self.demo["take"]["duration_ms"], tuple(cuts))

    def take_time(self, span: dict[str, Any]) -> Span:
        """A span of the truth, in take time."""
        shift = self.outcome.started_unix_ms - self.outcome.take["started_unix_ms"]
        return Span(span["start_ms"] + shift, span["end_ms"] + shift)


@pytest.fixture(scope="module")
def filed(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filed]:
    with Stage() as stage:
        home = tmp_path_factory.mktemp("main-job")
        yield Filed(run(stage, home, base), Product(stage, home, base))


def test_the_title_is_what_the_expert_shows(filed: Filed) -> None:
    assert filed.demo["title"] == "Raise a purchase order"


def test_it_is_found_by_the_words_a_colleague_would_ask_with(filed: Filed) -> None:
    assert filed.product.ask("search", QUESTION)["hits"][0]["demo_id"] == filed.demo["demo_id"]


def test_the_words_heard_are_those_spoken(filed: Filed) -> None:
    rate = filed.outcome.word_error_rate
    assert rate is not None
    assert rate <= 0.05


def test_every_instruction_is_a_step_of_its_own_with_a_still(filed: Filed) -> None:
    steps = filed.demo["steps"]
    assert [step["number"] for step in steps] == list(range(1, len(steps) + 1))
    instructions = filed.outcome.truth.speech[1:-1]  # the others open and close the demo
    begins = [filed.clip.to_clip(filed.take_time(spoken).start_ms) for spoken in instructions]
    nearest = [min(steps, key=lambda step: abs(step["start_ms"] - at)) for at in begins]
    assert len({step["number"] for step in nearest}) == len(instructions)
    assert all(abs(step["start_ms"] - at) < 1500 for step, at in zip(nearest, begins, strict=True))
    stills = [filed.clip_file.parent / step["still"] for step in steps]
    assert all(still.read_bytes()[8:12] == b"WEBP" for still in stills)


def test_every_instruction_is_found_by_two_of_its_words_at_the_start_of_the_step_that_says_it(filed: Filed) -> None:
    spans = {step["start_ms"]: step["end_ms"] for step in filed.demo["steps"]}
    for spoken in filed.outcome.truth.speech:
        said_at = filed.clip.to_clip(filed.take_time(spoken).start_ms)
        ends_at = filed.clip.to_clip(filed.take_time(spoken).end_ms)
        words = [w for w in re.findall(r"[a-z]+", spoken["text"].lower()) if len(w) > 3]
        pairs = itertools.combinations(sorted(set(words), key=len, reverse=True)[:4], 2)
        starts: list[int] = []  # of a step, or of the words before the first
        for pair in pairs:
            starts += [hit["start_ms"] for hit in filed.product.ask("search", *pair)["hits"]]
            if any(start <= ends_at and said_at <= spans.get(start, ends_at) for start in starts):
                break
        else:
            pytest.fail(f"{spoken['text']} at {said_at} is not among {starts}")


def test_no_speech_and_no_silent_work_is_cut(filed: Filed) -> None:
    cuts = filed.clip.cuts
    for spoken in filed.outcome.truth.speech:
        span = filed.take_time(spoken)
        lost = sum(cut.overlap_ms(Span(span.start_ms + PLAYBACK_MS, span.end_ms)) for cut in cuts)
        assert lost == 0, spoken["text"]
    for action in filed.outcome.truth.actions:
        assert sum(cut.overlap_ms(filed.take_time(action)) for cut in cuts) <= 60, action


def test_most_of_the_dead_time_is_gone(filed: Filed) -> None:
    busy = [filed.take_time(span) for span in (*filed.outcome.truth.speech, *filed.outcome.truth.actions)]
    whole = filed.demo["take"]["duration_ms"]
    idle = whole - sum(span.duration_ms for span in merge(busy, gap_ms=1000))
    assert sum(cut.duration_ms for cut in merge(filed.clip.cuts)) >= idle * 0.5  # type: ignore[attr-defined]


def test_the_clip_decodes_whole_and_plays(filed: Filed) -> None:
    # vfr: ffmpeg's null output otherwise guesses a frame rate and complains of pictures that are true to their moments.
    decode = ["ffmpeg", "-v", "error", "-i", filed.clip_file, "-fps_mode", "vfr", "-f", "null", "-"]
    decoded = subprocess.run(decode, capture_output=True, text=True, check=True)
    assert decoded.stderr == ""
    played = subprocess.run(
        ["mpv", "--no-config", "--vo=null", "--ao=null", "--untimed", "--no-audio-display", filed.clip_file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stdout


def test_the_clip_can_be_entered_at_every_step(filed: Filed) -> None:
    """A player that can only begin at key frames still begins at the step, and elsewhere has little to decode."""
    with av.open(str(filed.clip_file)) as file:
        pictures = [packet for packet in file.demux(video=0) if packet.pts is not None]
        rate = file.streams.video[0].time_base or 0
    keys = [float((one.pts or 0) * rate) * 1000 for one in pictures if one.is_keyframe]
    places = [n for n, one in enumerate(pictures) if one.is_keyframe]
    assert max(b - a for a, b in itertools.pairwise([*places, len(pictures)])) <= KEY_EVERY_COPIED
    for step in filed.demo["steps"]:
        assert min(abs(key - step["start_ms"]) for key in keys) <= 50, step


@pytest.mark.parametrize("form", ["markdown", "srt", "vtt"])
def test_it_can_be_taken_elsewhere(filed: Filed, form: str) -> None:
    text = filed.product.ask("export", filed.demo["demo_id"], "--format", form)["text"].lower()
    assert "warehouse" in text
    assert ("-->" in text) == (form != "markdown")
