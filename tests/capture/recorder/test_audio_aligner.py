"""Sound keeps step with the picture: gaps, drift, pauses, mutes and stamps that wobble."""

from __future__ import annotations

import numpy as np
import pytest

from capture.audio.block import NS_PER_S, Block
from capture.recorder.audio_aligner import RATE, Aligner
from capture.recorder.clock import ActivePeriods, Clock

BLOCK = 4800
MS = 1_000_000


class Bench:
    """A clock moved by hand and an aligner fed with a ramp, so that every sample tells when it was heard."""

    def __init__(self, rate: float = RATE) -> None:
        self.now = 10 * NS_PER_S
        self.clock = Clock(lambda: self.now)
        self.muted = ActivePeriods()
        self.aligner = Aligner(self.clock, self.muted)
        self.rate, self.heard_ns = rate, float(self.now)
        self.out: list[np.ndarray[tuple[int, int], np.dtype[np.int16]]] = []

    def start(self) -> None:
        self.clock.start()
        self.heard_ns = float(self.now)

    def hear(self, blocks: int = 1, *, wobble_ms: float = 0, level: int = 1000, gap: bool = False) -> None:
        for _ in range(blocks):
            stamp = round(self.heard_ns + wobble_ms * MS)
            self.heard_ns += BLOCK / self.rate * NS_PER_S
            self.now = round(self.heard_ns)
            samples = np.full((BLOCK, 1), level, np.int16)
            self.out.append(self.aligner.add(Block(stamp, samples, RATE, gap)))

    def miss(self, ms: float) -> None:
        self.heard_ns += ms * MS
        self.now = round(self.heard_ns)

    @property
    def off_ms(self) -> float:
        """How far the track is behind the clock."""
        return (self.clock.take_ns() - self.aligner.written * NS_PER_S / RATE) / MS

    @property
    def track(self) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        return np.concatenate(self.out)[:, 0]


def test_sound_that_comes_in_step_is_written_untouched() -> None:
    bench = Bench()
    bench.start()
    bench.hear(20)
    assert len(bench.track) == 20 * BLOCK
    assert (bench.track == 1000).all()
    assert bench.aligner.lost_ms == 0


def test_what_was_heard_before_time_zero_is_left_out_and_a_late_first_block_is_led_by_silence() -> None:
    bench = Bench()
    bench.now += 50 * MS
    bench.clock.start()
    bench.hear(1)
    assert len(bench.track) == BLOCK // 2, "the first 50 ms were before the take"
    late = Bench()
    late.start()
    late.miss(200)
    late.hear(1)
    assert (late.track[: RATE // 5] == 0).all()
    assert (late.track[RATE // 5 :] == 1000).all()
    assert late.aligner.lost_ms == 0, "nothing was lost: the device only started later"


@pytest.mark.parametrize("card", [47_950, 47_995, 48_005, 48_050])
def test_a_sound_card_of_another_speed_stays_within_eight_ms_over_ten_minutes(card: int) -> None:
    bench = Bench(rate=card)
    bench.start()
    worst = 0.0
    for _ in range(6000):
        bench.hear(1)
        bench.out.clear()
        worst = max(worst, abs(bench.off_ms))
    assert worst < 8
    assert bench.aligner.lost_ms == 0, "drift is stretched away, never patched"


def test_stamps_that_wobble_by_twenty_ms_move_the_sound_by_less_than_five() -> None:
    bench = Bench()
    bench.start()
    rng = np.random.default_rng(3)
    for _ in range(300):
        bench.hear(1, wobble_ms=float(rng.uniform(-20, 20)))
        bench.out.clear()
    assert abs(bench.off_ms) < 5
    assert bench.aligner.lost_ms == 0


def test_one_wild_stamp_is_not_obeyed() -> None:
    bench = Bench()
    bench.start()
    bench.hear(20)
    bench.hear(1, wobble_ms=300)
    bench.hear(20)
    assert len(bench.track) == 41 * BLOCK
    assert (bench.track == 1000).all()


@pytest.mark.parametrize("marked", [True, False])
def test_lost_sound_becomes_silence_and_what_follows_is_in_its_place(marked: bool) -> None:
    bench = Bench()
    bench.start()
    bench.hear(20)
    bench.miss(500)
    bench.hear(1, gap=marked)
    bench.hear(9)
    assert abs(bench.off_ms) < 1
    assert bench.aligner.lost_ms == pytest.approx(500, abs=1)
    silent = np.flatnonzero(bench.track == 0)
    assert len(silent) == pytest.approx(RATE // 2, abs=48)


def test_silence_is_written_for_a_device_that_is_gone_and_late_sound_does_not_come_twice() -> None:
    bench = Bench()
    bench.start()
    bench.hear(10)
    bench.now += 2 * NS_PER_S
    bench.out.append(bench.aligner.pad(bench.clock.take_ns()))
    assert bench.aligner.written == RATE * 3
    assert bench.aligner.pad(bench.clock.take_ns()).shape == (0, 1)
    bench.hear(25, gap=True)  # the device had kept what was said meanwhile
    assert bench.aligner.written == pytest.approx(RATE * 3.5, abs=1)
    assert abs((bench.track[RATE * 3 :] == 1000).sum() - RATE // 2) <= 1


def test_a_pause_is_cut_to_the_sample_though_its_sound_comes_later() -> None:
    bench = Bench()
    bench.start()
    bench.hear(10)
    start = bench.now
    bench.now = start + 37 * MS
    bench.clock.pause()
    bench.now = start + 537 * MS
    bench.clock.resume()
    bench.now = start
    bench.hear(10)
    assert len(bench.track) == 20 * BLOCK - RATE // 2
    assert bench.aligner.lost_ms == 0


def test_fifty_pauses_leave_the_sound_where_it_belongs() -> None:
    bench = Bench(rate=48_010)
    bench.start()
    for _ in range(50):
        bench.hear(4)
        bench.clock.pause()
        bench.hear(3)
        bench.clock.resume()
        bench.out.clear()
    bench.hear(2)
    assert abs(bench.off_ms) < 5
    assert bench.aligner.lost_ms == 0


def test_muted_sound_is_silence_from_the_moment_of_muting() -> None:
    bench = Bench()
    bench.start()
    bench.hear(10)
    bench.muted.begin(bench.now + 50 * MS)
    bench.hear(2)
    bench.muted.end(bench.now + 50 * MS)
    bench.hear(2)
    at = 10 * BLOCK + BLOCK // 2
    assert (bench.track[:at] == 1000).all()
    assert (bench.track[at : at + 2 * BLOCK] == 0).all()
    assert (bench.track[at + 2 * BLOCK + 2 :] == 1000).all()


def test_a_card_of_another_rate_is_brought_to_ours() -> None:
    bench = Bench()
    bench.start()
    block = Block(bench.now, np.full((4410, 1), 7, np.int16), 44_100)
    assert len(bench.aligner.add(block)) == BLOCK


def test_stereo_stays_stereo() -> None:
    bench = Bench()
    aligner = Aligner(bench.clock, ActivePeriods(), channels=2)
    bench.start()
    samples = np.tile(np.array([[5, -5]], np.int16), (BLOCK, 1))
    assert (aligner.add(Block(bench.now, samples, RATE)) == samples).all()
    assert aligner.pad(NS_PER_S).shape == (RATE - BLOCK, 2)
