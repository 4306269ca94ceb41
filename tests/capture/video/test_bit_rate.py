"""Full motion does not fill the disk, and what stands still is sharp all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from capture.model import Clip, Cut, CutReason, Region
from capture.render.clip_renderer import render_clip
from capture.render.packet_copier import packet_copier
from capture.video.h264.bit_rate import QUANTIZERS, BitRateControl, ceiling
from capture.video.media_file import VideoFile
from capture.video.reader import grab_frame
from capture.video.take_writer import TakeWriter
from tests.support.recorder_on_desktop import decodes

NS = 1_000_000_000
WIDTH, HEIGHT = 640, 360
WHOLE = Region(0, 0, WIDTH, HEIGHT)


def played(control: BitRateControl, sizes: list[int], begin_ns: int = 0, fps: int = 30) -> list[int]:
    """The levels of pictures of these sizes (at level 0), each level 2.2 times smaller than the one before."""
    levels = []
    for number, size in enumerate(sizes):
        at_ns = begin_ns + number * NS // fps
        level = control.level_at(at_ns)
        control.add(at_ns, round(size / 2.2**level))
        levels.append(level)
    return levels


def test_a_bit_rate_under_the_ceiling_changes_nothing() -> None:
    assert set(played(BitRateControl(20_000_000), [80_000] * 300)) == {0}


@pytest.mark.parametrize("megabits", [30, 70, 100, 150])
def test_more_is_brought_under_the_ceiling_and_stays_there(megabits: int) -> None:
    size = megabits * 1_000_000 // 8 // 30
    levels = played(BitRateControl(20_000_000), [size] * 600)
    last = levels[-300:]
    assert len(set(last)) == 1, "it does not swing"
    assert size * 8 * 30 / 2.2 ** last[0] < 20_000_000 or last[0] == len(QUANTIZERS) - 1
    assert levels[29] >= 1, "within a second"


def test_what_rests_is_sharp_at_once_and_calmer_motion_after_a_while() -> None:
    control = BitRateControl(20_000_000)
    assert played(control, [400_000] * 150)[-1] >= 2
    assert control.level_at(5 * NS + NS // 3) == 0
    assert played(control, [400_000] * 150, 6 * NS)[-1] >= 2
    calm = played(control, [20_000] * 600, 11 * NS)
    assert calm[-1] == 0


def test_larger_pictures_may_take_more() -> None:
    assert ceiling(3840, 2160) == 4 * ceiling(1920, 1080)
    assert ceiling(320, 240) > 0


def moving() -> Iterator[NDArray[np.uint8]]:
    """Grain over stripes: nothing repeats."""
    random = np.random.default_rng(3)
    stripes = (np.arange(HEIGHT)[:, None] // 8 % 2 * 120 + 60 + np.zeros((1, WIDTH))).astype(np.float32)
    while True:
        grain = random.normal(0, 24, (HEIGHT, WIDTH)).astype(np.float32)
        grey = np.clip(stripes + grain, 0, 255).astype(np.uint8)
        yield np.repeat(grey[..., None], 4, axis=2)


@pytest.fixture(scope="module")
def motion(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NDArray[np.uint8]]:
    """A take of three seconds of motion, whose last picture stays; and that picture."""
    path = tmp_path_factory.mktemp("motion") / "take.mp4"
    writer, pictures = TakeWriter(path, WIDTH, HEIGHT, channels=()), moving()
    for number in range(90):
        picture = next(pictures)
        writer.paint(picture, WHOLE)
        writer.show(number * NS // 30, key=not number)
    writer.show(3 * NS + NS // 3)
    writer.close(4 * NS)
    return path, picture


def test_a_take_of_full_motion_is_written_at_the_ceiling_and_plays(motion: tuple[Path, NDArray[np.uint8]]) -> None:
    path, _ = motion
    decodes(path)
    with VideoFile(path) as video:
        assert video.picture is not None
        packets = [packet for packet in video.container.demux(video.picture) if packet.size]
    last_s = sum(packet.size for packet in packets[60:90] if not packet.is_keyframe) * 8
    assert last_s < 1.2 * ceiling(WIDTH, HEIGHT)
    assert packets[1].size * 8 * 30 > 2 * ceiling(WIDTH, HEIGHT), "what it would have been"


def test_the_picture_that_stays_is_sharp(motion: tuple[Path, NDArray[np.uint8]]) -> None:
    path, picture = motion
    moved = np.abs(grab_frame(path, 2_990)[..., 0].astype(float) - picture[..., 0]).mean()
    stays = np.abs(grab_frame(path, 3_900)[..., 0].astype(float) - picture[..., 0]).mean()
    assert stays < 3
    assert stays < moved / 2


def test_its_pictures_can_still_be_copied_into_a_clip(motion: tuple[Path, NDArray[np.uint8]], tmp_path: Path) -> None:
    path, picture = motion
    with VideoFile(path) as video:
        assert packet_copier(video) is not None
    clip = Clip(4_000, tuple(Cut(*span, reason=CutReason.BY_HAND) for span in ((500, 900), (1_200, 2_000))))
    render_clip(path, clip, tmp_path / "clip.mp4")
    decodes(tmp_path / "clip.mp4")
    shown = grab_frame(tmp_path / "clip.mp4", clip.duration_ms - 100)[..., 0].astype(float)
    assert np.abs(shown - picture[..., 0]).mean() < 4
