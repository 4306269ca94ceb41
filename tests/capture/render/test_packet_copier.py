"""Splicing a take: what a clip copies is the take's own picture in its place, and what it encodes looks the same."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from capture.model import Blur, Clip, Cut, CutReason, Region, SpeedUp
from capture.render.clip_renderer import render_clip
from capture.render.h264_bitstream import frame_position, parameter_sets, renumbered, with_lengths, with_start_codes
from capture.render.keyframes import KEY_EVERY_COPIED
from capture.render.packet_copier import packet_copier
from capture.video.media_file import VideoFile
from capture.video.reader import frames, grab_frame
from tests.support.sample_videos import beep, film, number_of, numbered, onsets, take_video
from tests.support.whole_sound import read_sound

END = 24_000
TIMES = [0, *range(300, 3_000, 130), *range(5_000, 8_000, 33), *range(9_990, 14_000, 377), *range(20_050, 23_500, 250)]
BEEPS = [700, 2_300, 3_500, 9_000, 13_800, 22_000]

Special = tuple[tuple[int, int, int] | None, tuple[int, int] | None]
"""A span that runs fast (start, length, factor) and one that is blurred (start, length)."""


def scene(count: int) -> NDArray[np.uint8]:
    """A numbered picture with some texture and a mark that wanders, as a screen has."""
    picture = numbered(count % 64)
    picture[::3, ::5] //= 2
    cv2.circle(picture, (20 + count * 7 % 280, 20), 9, (40, 200, 240), -1)
    return picture


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("take") / "take.mp4"
    return take_video(path, [(at, scene(n)) for n, at in enumerate(TIMES)], END, beep(BEEPS, END))


def clip_of(*cuts: tuple[int, int], fasts: tuple[SpeedUp, ...] = ()) -> Clip:
    return Clip(END, tuple(Cut(a, b, reason=CutReason.STILL) for a, b in cuts), fasts)


def samples(path: Path) -> list[Any]:
    with av.open(str(path)) as file:
        return [packet for packet in file.demux(video=0) if packet.size]


def slices(path: Path) -> list[bytes]:
    """The pictures without the first bytes of each, in which their numbers lie."""
    return [
        b"".join(unit[8:] for unit in with_lengths(bytes(packet)) if unit[0] & 31 in {1, 5}) for packet in samples(path)
    ]


def test_most_pictures_of_a_clip_are_the_takes_own(take: Path, tmp_path: Path) -> None:
    clip = clip_of((8_200, 9_500), (14_500, 19_800))
    render_clip(take, clip, tmp_path / "clip.mp4", [700])
    own, made = set(slices(take)), slices(tmp_path / "clip.mp4")
    encoded = sum(one not in own for one in made)
    keys = sum(packet.is_keyframe for packet in samples(tmp_path / "clip.mp4"))
    own_keys = sum(packet.is_keyframe for packet in samples(take))
    assert 0 < encoded <= keys <= own_keys + len(clip.pieces)
    assert len(made) > 100


@pytest.mark.parametrize("cuts", [(), ((100, 2_000), (5_001, 6_003), (9_000, 9_991), (12_345, 20_051))])
def test_every_picture_looks_as_in_the_take_and_comes_at_its_time(
    take: Path, tmp_path: Path, cuts: tuple[tuple[int, int], ...]
) -> None:
    clip = clip_of(*cuts)
    render_clip(take, clip, tmp_path / "clip.mp4", [1_234, 4_000])
    source = list(frames(take))
    times = [shown.at_ms for shown in source]
    seen = {}
    for at, picture in frames(tmp_path / "clip.mp4"):
        true = source[bisect_right(times, clip.to_take(at)) - 1].picture
        assert np.abs(true.astype(int) - picture).mean() < 4, at  # the take itself is 1.7 from what was filmed
        seen[at] = picture
    for at in (t for t in TIMES if clip.keeps(t)):
        assert clip.to_clip(at) in seen


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edges=st.lists(st.integers(0, END), min_size=2, max_size=10, unique=True),
    steps=st.lists(st.integers(0, END), max_size=5),
    special=st.tuples(
        st.one_of(st.none(), st.tuples(st.integers(0, END - 3_000), st.integers(100, 3_000), st.integers(2, 9))),
        st.one_of(st.none(), st.tuples(st.integers(0, END - 4_000), st.integers(1, 4_000))),
    ),
)
def test_any_clip_of_a_take_shows_each_moment_of_it_and_decodes_without_a_fault(
    take: Path, tmp_path: Path, edges: list[int], steps: list[int], special: Special
) -> None:
    quick, hidden = special
    edges = sorted(edges)[: len(edges) // 2 * 2]
    fasts = (SpeedUp(quick[0], quick[0] + quick[1], factor=quick[2]),) if quick else ()
    blurs = [Blur(hidden[0], sum(hidden), region=Region(0, 0, 320, 40))] if hidden else []
    clip = clip_of(*zip(edges[::2], edges[1::2], strict=True), fasts=fasts)
    output = tmp_path / "clip.mp4"
    if clip.duration_ms < 100:
        return
    render_clip(take, clip, output, steps, blurs=blurs)
    with VideoFile(take) as footage:
        assert packet_copier(footage) is not None
    shown = list(frames(output))
    made = samples(output)
    assert len(shown) == len(made)  # nothing was dropped by a decoder that lost its way
    for at, picture in shown:
        near = {bisect_right(TIMES, clip.to_take(t)) - 1 & 63 for t in range(max(0, at - 40 if fasts else at), at + 1)}
        assert number_of(picture) in near, at
    keys = [round(packet.pts * packet.time_base * 1000) for packet in made if packet.is_keyframe]
    assert {step for step in steps if 0 < step < clip.duration_ms} <= set(keys)
    places_of_keys = [n for n, packet in enumerate(made) if packet.is_keyframe]
    assert max(np.diff([*places_of_keys, len(made)])) <= KEY_EVERY_COPIED
    bits = _bits(output)
    places = [frame_position(with_lengths(bytes(packet)), bits) for packet in made]
    for before, place in pairwise(places):
        if place.key:
            assert not before.key or before.key_id != place.key_id  # two in a row are two pictures
        else:
            assert place.number == (before.number + 1) % (1 << bits)


def blinking(folder: Path) -> Path:
    """A take in which a mark comes and goes (0.4 s apart), and else only its second's picture is said again."""
    off = scene(3)
    on = off.copy()
    on[10:30, 10:14] = 255
    pictures = [(at, on if at in range(2_000, 2_400) or at in range(4_000, 4_400) else off) for at in STILL]
    return take_video(folder / "take.mp4", pictures, 8_000, beep([1_000], 8_000))


STILL = [0, 1_000, 2_000, 2_400, 3_000, 4_000, 4_400, 5_000, 6_000, 7_000]


@pytest.mark.parametrize(
    ("cut", "keys", "encoded"),
    [((500, 1_500), 1, 0), ((1_500, 2_200), 1, 0), ((2_200, 2_700), 1, 0), ((1_500, 4_200), 2, 1), ((0, 2_200), 1, 1)],
    ids=["nothing changed", "a mark came", "a mark went", "it came, went and came", "the beginning"],
)
def test_over_a_cut_in_which_next_to_nothing_changed_the_copying_goes_on(
    tmp_path: Path, cut: tuple[int, int], keys: int, encoded: int
) -> None:
    take, clip = blinking(tmp_path), Clip(8_000, (Cut(*cut, reason=CutReason.STILL),))
    render_clip(take, clip, tmp_path / "clip.mp4")
    made, own = samples(tmp_path / "clip.mp4"), slices(take)
    assert sum(packet.is_keyframe for packet in made) == keys
    assert sum(one not in own for one in slices(tmp_path / "clip.mp4")) == encoded
    for at in range(0, clip.duration_ms, 250):
        true = grab_frame(take, clip.to_take(at)).astype(int)
        assert np.abs(true - grab_frame(tmp_path / "clip.mp4", at)).max() < 40, at  # the mark is 60 and more


def test_a_long_run_of_changes_has_a_key_frame_before_it_is_long_to_decode(tmp_path: Path) -> None:
    busy = [(at, scene(n)) for n, at in enumerate(range(0, 9_000, 33))]
    take = take_video(tmp_path / "take.mp4", busy, 9_000)
    render_clip(take, Clip(9_000), tmp_path / "clip.mp4")
    keys = [n for n, packet in enumerate(samples(tmp_path / "clip.mp4")) if packet.is_keyframe]
    assert keys == [0, KEY_EVERY_COPIED]


def _bits(path: Path) -> int:
    with av.open(str(path)) as file:
        return parameter_sets(bytes(file.streams.video[0].codec_context.extradata or b"")).frame_bits


def test_nothing_of_what_is_blurred_is_copied(take: Path, tmp_path: Path) -> None:
    render_clip(take, clip_of(), tmp_path / "clip.mp4", blurs=[Blur(5_000, 7_000, region=Region(30, 0, 60, 40))])
    first, last = TIMES.index(5_000), bisect_right(TIMES, 6_999)
    hidden = {one for one in slices(take)[first:last] if len(one) > 12}
    assert hidden
    assert not hidden & set(slices(tmp_path / "clip.mp4"))


def test_sound_lies_true_in_a_spliced_clip(take: Path, tmp_path: Path) -> None:
    clip = clip_of((400, 2_900), (14_500, 19_800))
    render_clip(take, clip, tmp_path / "clip.mp4")
    true = [clip.to_clip(at) for at in BEEPS if clip.keeps(at)]
    assert onsets(read_sound(tmp_path / "clip.mp4"), 16_000) == [pytest.approx(at, abs=3) for at in true]


@pytest.mark.parametrize("making", [{}, {"options": {"bf": "0"}}, {"options": {"preset": "ultrafast"}}])
def test_other_files_are_encoded(tmp_path: Path, making: dict[str, Any]) -> None:
    source = film(tmp_path / "a.mp4", [(at, scene(n)) for n, at in enumerate(TIMES[:20])], 3_000, **making)
    with VideoFile(source) as footage:
        assert packet_copier(footage) is None
    render_clip(source, Clip(3_000), tmp_path / "clip.mp4")
    assert number_of(grab_frame(tmp_path / "clip.mp4", 1_000)) == bisect_right(TIMES, 1_000) - 1


def test_a_damaged_take_is_encoded_as_far_as_it_can_be_read(take: Path, tmp_path: Path) -> None:
    data = bytearray(take.read_bytes())
    with av.open(str(take)) as file:
        places = [(p.pos, p.size) for p in file.demux(video=0) if p.size]
    for pos, size in places[4:9]:
        data[pos : pos + size] = b"\xff" * size
    (tmp_path / "broken.mp4").write_bytes(data)
    render_clip(tmp_path / "broken.mp4", clip_of(), tmp_path / "clip.mp4")
    assert number_of(grab_frame(tmp_path / "clip.mp4", 13_000)) == bisect_right(TIMES, 13_000) - 1 & 63


@given(st.binary(min_size=4, max_size=200), st.integers(0, 15), st.integers(0, 15))
def test_a_number_is_changed_and_nothing_else(data: bytes, one: int, other: int) -> None:
    """First macroblock 0, a P slice, set 0: seven bits, then the number in four, then anything."""
    unit = b"\x41" + re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\0\0\3", b"\x9a" + data + b"\x80")
    start = renumbered(unit, one, 4)
    moved = renumbered(start, other, 4)
    assert frame_position([moved], 4).number == other
    assert with_start_codes(b"\0\0\1" + moved) == [moved]  # nothing in it looks like the start of another
    assert renumbered(moved, one, 4) == start
