"""Splicing: the parts come one behind the other, and what is not at a joint is byte for byte what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from capture.model import Clip, Cut, CutReason
from capture.render.clip_renderer import render_clip
from capture.render.h264_bitstream import with_lengths
from capture.render.splice import SOUND_FRAME_MS, SplicePart, splice
from capture.span import Span
from capture.video.reader import frames, grab_frame
from tests.support.sample_videos import beep, film, number_of, numbered, onsets, take_video
from tests.support.whole_sound import read_sound

LENGTH = 12_000
STEP = Span(4_000, 8_000)


def pictures(first: int, length: int = LENGTH) -> list[tuple[int, NDArray[np.uint8]]]:
    return [(at, numbered((first + n) % 64)) for n, at in enumerate(range(0, length, 400))]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    take = take_video(folder / "take.mp4", pictures(0), LENGTH, beep([1_000, 5_000, 9_000, 11_000], LENGTH))
    render_clip(take, Clip(LENGTH), folder / "clip.mp4", [STEP.start_ms, STEP.end_ms])
    return folder / "clip.mp4"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return take_video(tmp_path_factory.mktemp("other") / "take.mp4", pictures(40, 6_000), 6_000, beep([2_000], 6_000))


def parts(clip: Path, other: Path) -> list[SplicePart]:
    return [
        SplicePart(clip, LENGTH, Span(0, STEP.start_ms)),
        SplicePart(other, 6_000, Span(0, 5_984)),
        SplicePart(clip, LENGTH, Span(STEP.end_ms, LENGTH)),
    ]


def packets(path: Path, kind: str) -> list[tuple[float, bytes]]:
    """Time in ms and the bytes of each packet; of a picture without the first bytes, in which its number lies."""
    found: list[tuple[float, bytes]] = []
    with av.open(str(path)) as file:
        streams: Any = file.streams
        for packet in file.demux(getattr(streams, kind)[0]):
            if packet.size:
                data = bytes(packet)
                data = b"".join(u[8:] for u in with_lengths(data) if u[0] & 31 in {1, 5}) if kind == "video" else data
                found.append((float(packet.pts * packet.time_base * 1000), data))
    return found


def between(found: list[tuple[float, bytes]], start: float, end: float) -> list[tuple[int, bytes]]:
    return [(round(at - start), data) for at, data in found if start <= at < end]


def test_the_parts_are_shown_and_heard_one_behind_the_other(clip: Path, other: Path, tmp_path: Path) -> None:
    made = tmp_path / "spliced.mp4"
    splice(parts(clip, other), made)
    shown = {at: number_of(picture) for at, picture in frames(made)}
    assert [shown[at] for at in (0, 3_600, 4_000, 9_600, 9_984, 13_584)] == [0, 9, 40, 54, 20, 29]
    assert onsets(read_sound(made), 16_000) == pytest.approx([1_000, 6_000, 10_984, 12_984], abs=12)


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_what_is_copied_is_byte_for_byte_what_it_was(clip: Path, other: Path, tmp_path: Path, kind: str) -> None:
    """Also in a clip of it, from which some of the new part is cut."""
    spliced, made = tmp_path / "spliced.mp4", tmp_path / "clip.mp4"
    splice(parts(clip, other), spliced)
    gone = 30 * SOUND_FRAME_MS
    cut = Clip(13_984, (Cut(4_000, 4_000 + gone, reason=CutReason.HEAD),))
    render_clip(spliced, cut, made, [STEP.start_ms, 9_984 - gone])
    near = 0 if kind == "video" else 4 * SOUND_FRAME_MS
    before, after = packets(clip, kind), 9_984 - gone
    assert between(packets(made, kind), near, 4_000 - near) == between(before, near, 4_000 - near)
    left = LENGTH - STEP.end_ms - near
    tail = between(packets(made, kind), after + near, after + left)
    assert tail == between(before, STEP.end_ms + near, STEP.end_ms + left)
    assert len(tail) > 8


def test_a_clip_encoded_otherwise_is_spliced_too_and_can_be_copied_from_then_on(other: Path, tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", pictures(0), LENGTH, [beep([1_000, 9_000], LENGTH)])
    splice(parts(tmp_path / "film.mp4", other), tmp_path / "spliced.mp4")
    assert number_of(grab_frame(tmp_path / "spliced.mp4", 4_100)) == 40
    assert number_of(grab_frame(tmp_path / "spliced.mp4", 10_100)) == 20
    render_clip(tmp_path / "spliced.mp4", Clip(13_984), tmp_path / "clip.mp4")
    assert [data for _, data in packets(tmp_path / "spliced.mp4", "video")] == [
        data for _, data in packets(tmp_path / "clip.mp4", "video")
    ]


def test_a_silent_part_and_a_silent_clip_keep_their_place(clip: Path, tmp_path: Path) -> None:
    silent = take_video(tmp_path / "silent.mp4", pictures(40, 6_000), 6_000)
    splice(parts(clip, silent), tmp_path / "one.mp4")
    assert onsets(read_sound(tmp_path / "one.mp4"), 16_000) == pytest.approx([1_000, 10_984, 12_984], abs=12)
    splice([SplicePart(silent, 6_000, Span(0, 3_000)), SplicePart(silent, 6_000, Span(0, 0))], tmp_path / "two.mp4")
    assert len(list(frames(tmp_path / "two.mp4"))) == 8
