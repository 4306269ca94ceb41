"""Where a stream is parted: after utterances, in long silences, at the quietest place of talk without a pause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from capture.span import Span
from tests.support.non_speech import NOBODY
from tests.support.speech import SENTENCES, speak, speech_spans
from transcribe.asr.silero_vad import Detector
from transcribe.streaming.endpointing import BLOCK_MS, Endpointer, NoiseFloor, Utterance, count_contiguous, speech_of
from transcribe.streaming.segmenter import UtteranceAudio, UtteranceSegmenter

Sound = NDArray[np.float32]
ROOM = NoiseFloor(0.1, 1e-3)


def part(talk: Sequence[tuple[int, float]], levels: Sequence[float] | None = None) -> Iterator[Utterance]:
    """Stretches of (blocks, probability) pieces; a new stream begins where one ends, as an Ear does it."""
    blocks = [p for count, p in talk for _ in range(count)]
    loud = list(levels) if levels is not None else [0.1 if p > 0.3 else 1e-3 for p in blocks]
    stream, begun, at = Endpointer(), 0, 0
    while at < len(blocks):
        ended = stream.feed(blocks[at], loud[at], ROOM)
        at += 1
        if ended is not None:
            yield ended
            begun = ended.end_ms // BLOCK_MS
            stream, at = Endpointer(ended.end_ms), begun
    if (rest := stream.rest(len(blocks) * BLOCK_MS)) is not None:
        yield rest


def test_a_pause_of_576_ms_ends_an_utterance_and_a_shorter_one_does_not() -> None:
    assert len(list(part([(30, 0.9), (17, 0.0), (30, 0.9), (40, 0.0)]))) == 2
    [first, second, rest] = part([(30, 0.9), (18, 0.0), (30, 0.9), (40, 0.0)])
    assert first.end_ms == (30 + 9) * BLOCK_MS
    assert second.start_ms == first.end_ms
    assert not rest.speech


def test_the_run_up_of_an_utterance_belongs_to_it() -> None:
    [_, second, *_] = part([(20, 0.9), (100, 0.0), (20, 0.9), (40, 0.0)])
    assert second.start_ms + 250 < second.speech[0].start_ms


def test_a_click_is_no_speech() -> None:
    assert [s.speech for s in part([(50, 0.0), (3, 0.9), (50, 0.0)])] == [()]


def test_what_is_short_must_be_surely_speech() -> None:
    """“No” is; a plucked string that is taken for half a vowel is not."""
    assert [s.speech for s in part([(50, 0.0), (6, 0.7), (50, 0.0)])] == [()]
    assert next(part([(50, 0.0), (6, 0.9), (50, 0.0)])).speech


@pytest.mark.parametrize("name", NOBODY)
def test_where_nobody_speaks_no_speech_is_found(name: str) -> None:
    assert speech_of(p.utterance for p in parted(NOBODY[name](60), 16_000)) == []


def test_a_long_silence_is_told_in_stretches_of_20_s() -> None:
    silences = list(part([(2_000, 0.0)]))
    assert len(silences) == 4
    assert all(s.duration_ms < 20_000 for s in silences)


def test_talk_without_a_pause_is_parted_at_its_quietest_between_12_and_15_s() -> None:
    levels = [0.1] * 600
    levels[400:403] = [0.02] * 3
    first, *_ = part([(600, 0.9)], levels)
    assert abs(first.end_ms - 401 * BLOCK_MS) <= BLOCK_MS
    assert speech_of(part([(600, 0.9)], levels)) == [Span(0, 600 * BLOCK_MS)]


def test_what_is_no_louder_than_the_room_is_no_speech_whatever_the_detector_says() -> None:
    assert [s.speech for s in part([(50, 0.9)], [1.2e-3] * 50)] == [()]


pieces = st.lists(st.tuples(st.integers(1, 700), st.sampled_from([0.0, 0.3, 0.9])), max_size=8)


@given(pieces)
@settings(deadline=None)
def test_stretches_lie_end_to_end_and_hold_their_speech(talk: list[tuple[int, float]]) -> None:
    stretches = list(part(talk))
    assert count_contiguous(stretches) == len(stretches)
    assert (stretches[-1].end_ms if stretches else 0) == sum(count for count, _ in talk) * BLOCK_MS
    for stretch in stretches:
        assert all(stretch.start_ms <= s.start_ms < s.end_ms <= stretch.end_ms for s in stretch.speech)
        assert not stretch.speech or stretch.speech[-1].end_ms - stretch.speech[0].start_ms <= 15_400


def parted(sound: Sound, piece: int, ear: UtteranceSegmenter | None = None) -> list[UtteranceAudio]:
    ear = ear or UtteranceSegmenter(Detector())
    blocks = [sound[at : at + piece] for at in range(0, len(sound), piece)]
    return [*(p for block in blocks for p in ear.feed(block)), *ear.end()]


@pytest.fixture(scope="module")
def spoken() -> tuple[Sound, list[Span]]:
    return speak(SENTENCES * 2, pause_ms=900)


def test_the_same_sound_is_parted_at_the_same_places_however_it_comes_in(spoken: tuple[Sound, list[Span]]) -> None:
    once = parted(spoken[0], len(spoken[0]))
    assert [p.utterance for p in parted(spoken[0], 777)] == [p.utterance for p in once]
    assert np.array_equal(np.concatenate([p.sound for p in once]), spoken[0])


@pytest.mark.parametrize("after", [1, 3, 6])
def test_who_goes_on_from_a_stretch_parts_the_rest_at_the_same_places(
    spoken: tuple[Sound, list[Span]], after: int
) -> None:
    whole = parted(spoken[0], 1_600)
    last = whole[after - 1]
    end_ms = last.utterance.end_ms
    rest = parted(spoken[0][end_ms * 16 :], 1_600, UtteranceSegmenter(Detector(), end_ms, last.noise))
    assert [p.utterance for p in rest] == [p.utterance for p in whole[after:]]


def test_every_sentence_is_one_utterance_and_its_speech_is_where_the_whole_sound_has_it(
    spoken: tuple[Sound, list[Span]],
) -> None:
    stretches = [p.utterance for p in parted(spoken[0], 1_600) if p.utterance.speech]
    for true in spoken[1]:
        assert sum(s.start_ms <= true.start_ms and true.end_ms <= s.end_ms for s in stretches) == 1
    whole = speech_spans(spoken[0])
    found = speech_of(stretches)
    assert sum(max((s.overlap_ms(w) for w in whole), default=0) for s in found) >= 0.97 * sum(
        w.duration_ms for w in whole
    )


@pytest.mark.parametrize("gain", [1.0, 0.05, 0.01])
def test_soft_narration_is_found_too(gain: float) -> None:
    sound, true = speak(gain=gain, noise=1e-5)
    found = speech_of(p.utterance for p in parted(sound, 1_600))
    for span in true:
        assert any(f.start_ms <= span.start_ms + 100 and f.end_ms >= span.end_ms - 100 for f in found)


def test_the_detector_on_a_stream_says_what_it_says_of_the_whole(spoken: tuple[Sound, list[Span]]) -> None:
    blocks = spoken[0][: len(spoken[0]) // 512 * 512].reshape(-1, 512)
    once, stream = Detector()(blocks), Detector()
    pieces = np.concatenate([stream(blocks[at : at + 7]) for at in range(0, len(blocks), 7)])
    assert np.allclose(once, pieces, atol=1e-4)


class Asked(Detector):
    """The detector, and how many blocks it was asked about."""

    blocks = 0

    def __call__(self, blocks: NDArray[np.float32]) -> NDArray[np.float32]:
        self.blocks += len(blocks)
        return super().__call__(blocks)


def test_where_it_is_quiet_for_long_the_detector_is_not_asked_and_finds_what_comes_then() -> None:
    said, true = speak(SENTENCES[:2], pause_ms=700)
    room = np.random.default_rng(3).normal(0, 1e-4, 40 * 16_000).astype(np.float32)
    whole, asked = np.concatenate([said, room, said]), Asked()
    found = speech_of(p.utterance for p in parted(whole, 4_000, UtteranceSegmenter(asked)))
    again = len(said) // 16 + 40_000
    for span in (*true, *(Span(again + s.start_ms, again + s.end_ms) for s in true)):
        assert any(f.start_ms <= span.start_ms + 60 and f.end_ms >= span.end_ms - 60 for f in found)
    assert asked.blocks < len(whole) / 512 - 1_000
