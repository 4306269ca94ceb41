"""Whisper's known failures must not reach a library: inventions, loops, lost speech, odd tails, times past the end."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from capture.span import Span
from tests.support.non_speech import NOBODY
from tests.support.speech import TALK, say, speak, speech_spans
from transcribe.asr import whisper
from transcribe.asr import whisper_decode as decode
from transcribe.asr.guards import in_order, too_few
from transcribe.asr.speech_windows import silent_at
from transcribe.asr.whisper import Whisper
from transcribe.asr.whisper_decode import FULL, Decoded, DecodeOptions, WindowSound, context, transcribe_window
from transcribe.model import SAMPLE_RATE, Word
from transcribe.models.known import ModelRef

ASKED = DecodeOptions(tokenizer=None)
SECOND, LONG = (np.zeros(seconds * SAMPLE_RATE, np.float32) for seconds in (1, 28))


@pytest.fixture(scope="module")
def hears(tiny_en: Path) -> Whisper:
    return Whisper(ModelRef("tiny.en", tiny_en), "en")


def said(text: str, log_prob: float = -0.1, no_speech: float = 0.0, each_ms: int = 300) -> Decoded:
    words = [Word(n * each_ms, n * each_ms + each_ms * 5 // 6, text=f" {w}") for n, w in enumerate(text.split())]
    return Decoded(words, log_prob, no_speech)


class Decoding:
    """Stands in for the decoder: gives what it is told to, and keeps how it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *results: Decoded) -> None:
        self.asked: list[tuple[int, dict[str, Any]]] = []
        self._results = iter(results)
        monkeypatch.setattr(decode, "decode", self)

    def __call__(self, _model: Any, _samples: Any, _asked: Any, frames: int, **options: Any) -> Decoded:
        self.asked.append((frames, options))
        return next(self._results)

    def text(self, sound: NDArray[np.float32] = LONG) -> str:
        words = transcribe_window(None, WindowSound(None, sound), DecodeOptions(tokenizer=None))
        return "".join(word.text for word in words).strip()


def test_what_was_heard_before_is_no_prompt_for_what_comes(hears: Whisper, monkeypatch: pytest.MonkeyPatch) -> None:
    hears.load()
    before: list[list[int]] = []
    prompt = hears._model.get_prompt

    def watched(tokenizer: Any, previous: list[int], **options: Any) -> Any:
        before.append(previous)
        return prompt(tokenizer, previous, **options)

    monkeypatch.setattr(hears._model, "get_prompt", watched)
    sound, speech = speak(TALK[:13])
    assert len(hears.transcribe(sound, speech).words) > 80
    assert len(before) >= 2
    assert not any(before)


def test_a_good_result_is_not_heard_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    decoding = Decoding(monkeypatch, said("click save"))
    assert decoding.text() == "click save"
    assert decoding.asked == [(FULL, {})]


def test_a_poor_result_is_heard_again_with_rising_temperature_until_it_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    decoding = Decoding(monkeypatch, said("cake shave", -1.4), said("cake save", -1.2), said("click save", -0.7))
    assert decoding.text() == "click save"
    assert [ways.get("sampling_temperature", 0) for _, ways in decoding.asked] == [0, 0.2, 0.4]


def test_the_best_of_poor_results_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    poor = [said("cake shave", -1.4), said("click save", -1.2), *(said("cake shave", -1.5) for _ in range(4))]
    assert Decoding(monkeypatch, *poor).text() == "click save"


def test_who_got_stuck_is_asked_not_to_repeat_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    looped = said("the the the the the the", -0.05, each_ms=20)
    decoding = Decoding(monkeypatch, looped, said("the save button", -0.6))
    assert decoding.text() == "the save button"
    assert decoding.asked[1][1]["no_repeat_ngram_size"] == 4


def test_who_stays_stuck_leaves_one_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    looped = [said("thank you " * times, each_ms=20) for times in (9, 5, 7, 8, 7, 8, 6)]
    assert Decoding(monkeypatch, *looped).text() == "thank you"


@pytest.mark.parametrize(
    ("text", "each_ms"),
    [
        ("no, no, no, not that one", 250),
        ("very, very, very important", 300),
        ("no no no no no no", 200),
        ("enter 0 0 0 0 as the PIN", 100),
        ("0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", 20),
        ("aha, hahaha", 300),
    ],
)
def test_what_was_really_said_again_and_again_is_kept(text: str, each_ms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    results = [said(text, each_ms=each_ms) for _ in range(7)]
    assert Decoding(monkeypatch, *results).text() == text


def test_a_loop_inside_a_word_is_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    decoding = Decoding(monkeypatch, said("es fafafafafafafa"), said("es war fertig", -0.8))
    assert decoding.text() == "es war fertig"


def test_text_that_compresses_too_well_is_a_loop_at_any_pace() -> None:
    assert said("and then you click on it and then you wait for it " * 6).looped
    assert not said("and then you click on it and then you wait for it").looped


@pytest.mark.parametrize(
    ("no_speech", "log_prob", "kept"), [(0.9, -1.5, ""), (0.9, -0.2, "okay"), (0.1, -1.5, "okay"), (0.1, -0.2, "okay")]
)
def test_only_nobody_speaking_and_being_unsure_together_make_an_invention(
    no_speech: float, log_prob: float, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = said("okay", log_prob, no_speech)
    assert Decoding(monkeypatch, *[result] * 6).text() == kept


def test_a_short_window_of_which_the_model_is_unsure_is_heard_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    decoding = Decoding(monkeypatch, said("choose the list", -0.5), said("choose the cost centre", -0.1))
    assert decoding.text(SECOND) == "choose the cost centre"
    assert [frames for frames, _ in decoding.asked] == [context(len(SECOND)), FULL]


@pytest.mark.parametrize("seconds", [0.1, 1, 2.5, 4, 12, 28])
def test_a_window_is_filled_to_some_times_its_length_or_in_full(seconds: float) -> None:
    frames = context(round(seconds * SAMPLE_RATE))
    assert frames == FULL or frames >= max(1_000, 3 * 100 * seconds)
    assert not frames % 2


def test_how_much_may_be_written_is_bound_by_how_long_was_spoken(
    hears: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop of 448 tokens takes seconds; nobody says that much in one."""
    hears.load()
    bounds: list[int] = []
    generate = hears._model.model.generate

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(model, name)

        def generate(self, *arguments: Any, **options: Any) -> Any:
            bounds.append(options["max_length"])
            return generate(*arguments, **options)

    model = hears._model.model
    monkeypatch.setattr(hears._model, "model", Watched())
    hears.transcribe(say("Click save."), [Span(0, 1_000)])
    assert bounds
    assert max(bounds) < 120


def test_text_in_true_silence_is_dropped(hears: Whisper) -> None:
    """Voice activity was wrong about a second of nothing: whatever is written for it is left out."""
    silent = np.zeros(SAMPLE_RATE * 6, np.float32)
    assert hears.transcribe(silent, [Span(1_000, 4_500)]).words == ()
    assert silent_at(silent, Span(1_000, 1_300))
    loud = silent.copy()
    loud[SAMPLE_RATE : SAMPLE_RATE + 3_200] = 0.1
    assert not silent_at(loud, Span(1_000, 1_300))


def test_words_beside_the_speech_are_dropped_where_there_is_nothing(
    hears: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, speech = speak(["Click save."], noise=0)
    words = [Word(300, 600, text=" Click"), Word(600, 900, text=" save."), Word(1_400, 1_500, text=" Thank")]
    monkeypatch.setattr(whisper, "transcribe_window", lambda *_: words)
    monkeypatch.setattr("transcribe.asr.guards.plausible", lambda *_: True)
    widened = [Span(speech[0].start_ms, len(sound) // 16)]
    assert [w.text for w in hears.transcribe(sound, widened).words] == ["Click", "save."]


def test_when_suspiciously_little_came_out_it_is_heard_again_without_voice_activity(
    hears: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Voice activity cut a talk of 8 s into bits of which little can be understood."""
    sound = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE * 9).astype(np.float32)
    bits = [Span(at, at + 700) for at in range(500, 8_500, 1_000)]
    lengths: list[int] = []

    def heard(_: Any, samples: Any, __: Any) -> list[Word]:
        lengths.append(len(samples))
        count = 1 if len(samples) < SAMPLE_RATE * 7 else 12
        return [Word(n * 600, n * 600 + 500, text=f" word{n}") for n in range(count)]

    monkeypatch.setattr(whisper, "transcribe_window", heard)
    monkeypatch.setattr("transcribe.asr.speech_windows.MARGIN_MS", 0)
    assert len(hears.transcribe(sound, bits).words) == 12
    assert len(lengths) == 2


def test_what_little_was_said_in_a_moment_is_not_suspicious() -> None:
    assert too_few([], 3_000)
    assert too_few([Word(0, 500, text="so")], 4_000)
    assert not too_few([Word(0, 500, text="so")], 1_900)
    assert not too_few([Word(n, n + 1, text="so") for n in range(3)], 4_000)


def test_no_time_lies_beyond_the_sound_or_before_the_word_before() -> None:
    crowded = [Word(900, 2_000, text="a"), Word(950, 2_100, text="b"), Word(3_000, 3_500, text="c")]
    placed = list(in_order(crowded, 1_000))
    assert all(0 <= w.start_ms <= w.end_ms <= 1_000 for w in placed)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(placed))


@pytest.mark.parametrize("samples", [1, 159, 161, 320, 1_601, 15_999, 28 * 16_000 + 1])
def test_odd_tails_are_heard(hears: Whisper, samples: int) -> None:
    sound = np.random.default_rng(3).normal(0, 0.05, samples).astype(np.float32)
    words = hears.transcribe(sound, [Span(0, 60_000)]).words
    assert all(w.end_ms <= samples // 16 for w in words)


@pytest.mark.parametrize("name", NOBODY)
def test_where_nobody_speaks_no_word_is_heard(hears: Whisper, name: str) -> None:
    nobody = NOBODY[name](45)
    assert hears.transcribe(nobody, speech_spans(nobody)).words == ()
