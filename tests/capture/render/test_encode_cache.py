"""A clip made with the parts of an earlier one is the clip made without them, for a fraction of the work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.analysis.trim import SOUND_FRAME_MS
from capture.model import Clip, Cut, CutReason, SpeedUp
from capture.render import aac_encoder as aac
from capture.render import packet_copier as splice
from capture.render.aac_encoder import FRAME
from capture.render.clip_audio import RATE
from capture.render.clip_renderer import render_clip
from capture.render.encode_cache import EncodeCache
from capture.video.reader import frames
from tests.capture.render.test_packet_copier import scene
from tests.support.sample_videos import beep, take_video
from tests.support.whole_sound import read_sound

END, SHORT = 24_000, 12_500
FIRST = ((1_000, 3_048), (6_000, 9_008), (15_000, 19_000))


@pytest.fixture
def parts() -> Iterator[EncodeCache]:
    with EncodeCache() as kept:
        yield kept


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of(tmp_path_factory.mktemp("parts"), busy_ms=9_000, end_ms=END)


@pytest.fixture(scope="module")
def short_take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Long enough for a second key frame, and half the work."""
    return film_of(tmp_path_factory.mktemp("short"), busy_ms=5_000, end_ms=SHORT)


def film_of(folder: Path, *, busy_ms: int, end_ms: int) -> Path:
    """A take with nine pictures a second at first, then one a second, and a beep every 730 ms."""
    pictures = [(at, scene(n)) for n, at in enumerate([*range(0, busy_ms, 111), *range(busy_ms, end_ms, 1_000)])]
    return take_video(folder / "take.mp4", pictures, end_ms, beep(range(450, end_ms, 730), end_ms))


def clip_of(*cuts: tuple[int, int], end_ms: int = END, fasts: tuple[SpeedUp, ...] = ()) -> Clip:
    return Clip(end_ms, tuple(Cut(a, b, reason=CutReason.STILL) for a, b in cuts), fasts)


def test_a_cut_length_is_counted_in_frames_of_sound() -> None:
    assert FRAME * 1000 == SOUND_FRAME_MS * RATE


def test_the_same_clip_again_is_the_same_file_and_nothing_is_encoded(
    take: Path, tmp_path: Path, parts: EncodeCache
) -> None:
    render_clip(take, clip_of(*FIRST), tmp_path / "a.mp4", [4_321], cache=parts)
    with (
        mock.patch.object(aac, "aac_encoder", side_effect=AssertionError("sound was encoded")),
        mock.patch.object(splice._CurrentPicture, "picture", side_effect=AssertionError("a picture was decoded")),
    ):
        render_clip(take, clip_of(*FIRST), tmp_path / "b.mp4", [4_321], cache=parts)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("back", range(len(FIRST)))
def test_of_a_toggled_cut_only_its_joint_is_encoded(take: Path, tmp_path: Path, parts: EncodeCache, back: int) -> None:
    encoded: list[tuple[int, int]] = []
    render_clip(take, clip_of(*FIRST), tmp_path / "a.mp4", cache=parts)
    true, fewer = aac._encoded, [cut for n, cut in enumerate(FIRST) if n != back]

    def noted(sound: object, channels: int, first: int, end: int) -> object:
        encoded.append((first, end))
        return true(sound, channels, first, end)  # type: ignore[arg-type]  # a stand-in for the very same

    with mock.patch.object(aac, "_encoded", noted):
        render_clip(take, clip_of(*fewer), tmp_path / "b.mp4", cache=parts)
    span_ms = FIRST[back][1] - FIRST[back][0]
    assert len(encoded) == 1
    assert (encoded[0][1] - encoded[0][0]) * SOUND_FRAME_MS < span_ms + 12 * SOUND_FRAME_MS


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    clips=st.lists(
        st.tuples(st.lists(st.integers(0, SHORT), max_size=6, unique=True), st.booleans(), st.integers(1, SHORT - 1)),
        min_size=2,
        max_size=4,
    )
)
def test_any_clip_after_any_others_sounds_and_looks_as_if_it_were_the_first(
    short_take: Path, tmp_path: Path, parts: EncodeCache, clips: list[tuple[list[int], bool, int]]
) -> None:
    parts.close()
    for chosen, quick, step in clips:
        edges = sorted(chosen)[: len(chosen) // 2 * 2]
        cuts = zip(edges[::2], edges[1::2], strict=True)
        clip = clip_of(*cuts, end_ms=SHORT, fasts=(SpeedUp(3_000, 4_500),) if quick else ())
        if clip.duration_ms < 300:
            continue
        render_clip(short_take, clip, tmp_path / "a.mp4", [step], cache=parts)
        render_clip(short_take, clip, tmp_path / "b.mp4", [step])
        heard, alone = read_sound(tmp_path / "a.mp4"), read_sound(tmp_path / "b.mp4")
        assert len(heard) == len(alone)
        assert np.abs(heard - alone).max() < 0.03  # full scale is 1, the beep 0.5
        for one, other in zip(frames(tmp_path / "a.mp4"), frames(tmp_path / "b.mp4"), strict=True):
            assert one.at_ms == other.at_ms
            assert np.abs(one.picture.astype(int) - other.picture).mean() < 2
        with av.open(str(tmp_path / "a.mp4")) as file:
            times = [packet.pts for packet in file.demux(audio=0) if packet.size]
        assert times == [n * FRAME for n in range(len(times))]


def test_parts_of_another_recording_are_forgotten(parts: EncodeCache) -> None:
    parts.set_source("one")
    parts.put("a", b"1")
    parts.set_source("one")
    assert parts.get("a") == b"1"
    parts.set_source("two")
    assert parts.get("a") is None
    assert "a" not in parts
