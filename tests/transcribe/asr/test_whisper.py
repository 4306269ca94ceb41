"""Hearing for real: Whisper tiny.en and base, a natural voice, and what must hold for any model."""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from capture.errors import Cancelled
from capture.progress import silent
from capture.span import Span
from tests.support.same_words import assert_same_transcript
from tests.support.speech import SENTENCES, TALK, speak, speech_spans
from tests.support.windows import WINDOWS
from tests.support.word_errors import word_error_rate
from transcribe.asr.whisper import Whisper
from transcribe.model import SAMPLE_RATE, TranscribeError, Transcript
from transcribe.models.known import ModelRef
from transcribe.models.registry import find_model

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def spoken() -> tuple[Sound, list[Span]]:
    return speak()


@pytest.fixture(scope="module")
def whisper(tiny_en: Path) -> Whisper:
    return Whisper(find_model(tiny_en, tiny_en))


@pytest.fixture(scope="module")
def heard(whisper: Whisper, spoken: tuple[Sound, list[Span]]) -> Transcript:
    return whisper.transcribe(spoken[0], speech_spans(spoken[0]))


def test_what_is_heard_names_its_model_and_language(heard: Transcript) -> None:
    assert (heard.model, heard.language) == ("tiny.en", "en")


def test_what_is_hard_to_hear_is_less_sure(
    whisper: Whisper, heard: Transcript, spoken: tuple[Sound, list[Span]]
) -> None:
    """So that review can mark it: a word of which no recognizer is ever unsure is never looked at."""
    noise = np.random.default_rng(5).normal(0, 0.06, len(spoken[0])).astype(np.float32)
    drowned = whisper.transcribe(spoken[0] + noise, spoken[1])
    clear, dull = (np.mean([word.confidence for word in words]) for words in (heard.words, drowned.words))
    assert 0.5 < clear < 1
    assert dull < clear - 0.1


def test_words_come_in_order_inside_their_segments(heard: Transcript) -> None:
    assert len(heard.words) > 10
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(heard.words))
    for segment in heard.segments:
        assert segment.words
        assert (segment.start_ms, segment.end_ms) == (segment.words[0].start_ms, segment.words[-1].end_ms)
        assert segment.text == " ".join(w.text for w in segment.words)
    assert all(w.text and w.text == w.text.strip() and 0 <= w.confidence <= 1 for w in heard.words)


def test_every_sentence_is_heard_where_it_was_spoken(heard: Transcript, spoken: tuple[Sound, list[Span]]) -> None:
    for true in spoken[1]:
        inside = [w for w in heard.words if true.overlap_ms(w)]
        assert inside
        assert abs(inside[0].start_ms - true.start_ms) < 600
        assert abs(inside[-1].end_ms - true.end_ms) < 600
    assert all(any(true.overlap_ms(w) for true in spoken[1]) for w in heard.words)


def test_the_words_heard_are_the_spoken_ones(heard: Transcript) -> None:
    assert word_error_rate(" ".join(SENTENCES), heard.text) <= 0.1


def test_the_same_sound_gives_the_same_words(
    whisper: Whisper, heard: Transcript, spoken: tuple[Sound, list[Span]]
) -> None:
    assert_same_transcript(whisper.transcribe(spoken[0], speech_spans(spoken[0])), heard)


def test_nobody_speaks_nothing_is_heard(whisper: Whisper) -> None:
    told: list[object] = []
    nothing = whisper.transcribe(np.zeros(SAMPLE_RATE * 5, np.float32), [], lambda *report: told.append(report))
    assert nothing == Transcript(model="tiny.en")
    assert told == []


@pytest.mark.parametrize("level", [0.0, 1e-3, 0.02])
def test_noise_called_speech_by_mistake_gives_no_words_outside_it(whisper: Whisper, level: float) -> None:
    noise = np.random.default_rng(3).normal(0, level, SAMPLE_RATE * 8).astype(np.float32)
    mistake = Span(2_000, 4_000)
    words = whisper.transcribe(noise, [mistake]).words
    assert all(mistake.start_ms - 300 <= w.start_ms <= w.end_ms <= mistake.end_ms + 300 for w in words)


@pytest.mark.parametrize("samples", [1, 160, 1_600, 15_999])
def test_a_sound_of_any_length_can_be_heard(whisper: Whisper, samples: int) -> None:
    sound = np.random.default_rng(3).normal(0, 0.05, samples).astype(np.float32)
    assert isinstance(whisper.transcribe(sound, [Span(0, 5_000)]), Transcript)


def test_progress_counts_speech_and_comes_to_its_end(whisper: Whisper, spoken: tuple[Sound, list[Span]]) -> None:
    told: list[tuple[int, int, str]] = []
    speech = speech_spans(spoken[0])
    whisper.transcribe(spoken[0], speech, lambda *report: told.append(report))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] >= sum(s.duration_ms for s in speech)


def test_hearing_can_be_cancelled(whisper: Whisper, spoken: tuple[Sound, list[Span]]) -> None:
    def enough(done: int, total: int, what: str) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        whisper.transcribe(spoken[0], speech_spans(spoken[0]), enough)


def test_long_talk_is_heard_to_its_end(whisper: Whisper) -> None:
    sound, true = speak(TALK[:13], pause_ms=120)
    words = whisper.transcribe(sound, [Span(0, len(sound) * 1000 // SAMPLE_RATE)]).words
    assert words[-1].end_ms > true[-1].start_ms
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))


def test_a_packed_window_puts_each_word_back_in_its_place(heard: Transcript, spoken: tuple[Sound, list[Span]]) -> None:
    """Several utterances are in one window, and the silences between them are left out."""
    assert all(any(Span(t.start_ms - 300, t.end_ms + 300).overlap_ms(w) for t in spoken[1]) for w in heard.words)
    assert heard.words[-1].end_ms > spoken[1][-1].start_ms


@pytest.mark.parametrize(("wanted", "found"), [("de", "de"), (None, "en")])
def test_a_given_language_is_taken_and_else_the_spoken_one(
    base: Path, spoken: tuple[Sound, list[Span]], wanted: str | None, found: str
) -> None:
    assert Whisper(find_model(base, base), wanted).transcribe(spoken[0], [Span(1_000, 5_500)]).language == found


def test_a_language_nobody_speaks_is_told(base: Path, spoken: tuple[Sound, list[Span]]) -> None:
    with pytest.raises(TranscribeError, match="knows no language “english”"):
        Whisper(find_model(base, base), "english").transcribe(spoken[0], [Span(1_000, 3_000)], silent)


def test_words_of_the_house_are_told_within_the_models_prompt(tiny_en: Path, spoken: tuple[Sound, list[Span]]) -> None:
    """As many as fit, the newest first; and what is heard is still what is said, not the list."""
    terms = [f"supplier number {n}" for n in range(300)]
    whisper = Whisper(find_model(tiny_en, tiny_en), "en", terms=terms)
    whisper.load()
    hotwords = whisper._hotwords
    assert hotwords is not None
    assert hotwords.endswith("supplier number 298. supplier number 299.")
    tokens = whisper._model.hf_tokenizer.encode(f" {hotwords}").ids
    assert 60 < len(tokens) <= 120
    assert Whisper(find_model(tiny_en, tiny_en), "en", terms=["order"]).transcribe(*spoken).words


def test_a_name_that_is_expected_is_written_as_it_is(whisper: Whisper) -> None:
    sound, _ = speak(("Send the order to Odoo and wait.",))
    speech = speech_spans(sound)
    assert "Odoo" not in whisper.transcribe(sound, speech).text
    expecting = whisper.expecting(["Odoo"])
    assert "Odoo" in expecting.transcribe(sound, speech).text
    assert expecting._model is whisper._model, "the model was loaded again"


def test_a_translation_is_english(base: Path, spoken: tuple[Sound, list[Span]], monkeypatch: Any) -> None:
    """That it is asked to translate, and that what it writes is called English."""
    whisper = Whisper(find_model(base, base), "de", translate=True)
    whisper.load()
    asked: list[list[str]] = []
    prompt = whisper._model.get_prompt

    def listening(tokenizer: Any, *arguments: Any, **options: Any) -> Any:
        tokens = prompt(tokenizer, *arguments, **options)
        asked.append([tokenizer.tokenizer.id_to_token(token) for token in tokens])
        return tokens

    monkeypatch.setattr(whisper._model, "get_prompt", listening)
    assert whisper.transcribe(spoken[0], [Span(1_000, 3_000)]).language == "en"
    assert all("<|de|>" in tokens and "<|translate|>" in tokens for tokens in asked)
    assert asked


@pytest.mark.parametrize("name", ["turbo", "base.en"])
def test_a_model_that_cannot_translate_says_so(tiny_en: Path, spoken: tuple[Sound, list[Span]], name: str) -> None:
    with pytest.raises(TranscribeError, match=f"{name} does not translate"):
        Whisper(ModelRef(name, tiny_en), translate=True).transcribe(spoken[0], [Span(1_000, 3_000)])


def test_a_graphics_card_that_cannot_be_used_is_done_without(
    tiny_en: Path, spoken: tuple[Sound, list[Span]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library sees a card, but its driver or libraries are missing, as on many an office machine."""
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    assert Whisper(find_model(tiny_en, tiny_en)).transcribe(spoken[0], [Span(1_000, 3_000)]).words


@pytest.mark.parametrize(("name", "keep"), [("model.bin", 0.5), ("model.bin", 0.001), ("vocabulary.txt", 0.0)])
def test_a_model_that_cannot_be_loaded_is_told_in_one_line(
    tiny_en: Path, tmp_path: Path, name: str, keep: float
) -> None:
    model = tmp_path / "model"
    shutil.copytree(tiny_en, model, copy_function=os.link if WINDOWS else os.symlink)
    data = (tiny_en / name).read_bytes()
    (model / name).unlink()
    if keep:
        (model / name).write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(TranscribeError) as told:
        Whisper(ModelRef("base", model)).transcribe(np.zeros(SAMPLE_RATE * 2, np.float32), [Span(0, 1_000)])
    assert "\n" not in str(told.value)
    assert "base cannot be loaded" in str(told.value)
    assert "showhow model download base" in str(told.value)
