"""A clip plays in browsers and hardware decoders: its stream is as docs/sharing.md says, at each size of a screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from capture.model import Clip, Cut, CutReason
from capture.render.chapter_copy import copy_clip
from capture.render.clip_renderer import render_clip
from tests.support.sample_videos import beep, film, numbered, take_video

END = 1_000
CLIP = Clip(END, (Cut(300, 400, reason=CutReason.STILL),))
LEVELS = {(1920, 1080): 40, (1080, 1920): 40, (2560, 1440): 50, (3840, 2160): 51}


def rendered(folder: Path, size: tuple[int, int], *, own: bool) -> Path:
    """A clip of a recording (``own``), or of another video."""
    pictures = [(at, numbered(number, *size)) for number, at in enumerate((0, 350, 700))]
    sound = beep(range(0, END, 200), END)
    if own:
        source = take_video(folder / "take.mp4", pictures, END, sound)
    else:
        source = film(folder / "video.mkv", pictures, END, [sound], pix_fmt="yuv444p")
    render_clip(source, CLIP, folder / "clip.mp4", (500,))
    return folder / "clip.mp4"


def sizes_in(path: Path) -> set[tuple[int, int]]:
    with av.open(str(path)) as file:
        return {(frame.width, frame.height) for frame in file.decode(video=0)}


@pytest.mark.parametrize("own", [True, False], ids=["recording", "other video"])
@pytest.mark.parametrize("size", LEVELS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_its_pictures_are_what_decoders_take(tmp_path: Path, size: tuple[int, int], own: bool) -> None:
    clip = rendered(tmp_path, size, own=own)
    with av.open(str(clip)) as file:
        context: Any = file.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert context.profile == ("Constrained Baseline" if own else "High")
        assert not context.has_b_frames
        assert context.extradata[3] <= LEVELS[size], "level of the parameter sets"
        times = [(packet.pts, packet.dts) for packet in file.demux(video=0) if packet.size]
    assert all(pts == dts for pts, dts in times)
    assert times[0][0] == 0
    assert sizes_in(clip) == {size}


def test_odd_sizes_become_even(tmp_path: Path) -> None:
    assert all(
        not width % 2 and not height % 2 for width, height in sizes_in(rendered(tmp_path, (333, 187), own=False))
    )


def test_its_sound_is_aac_from_the_first_moment(tmp_path: Path) -> None:
    with av.open(str(rendered(tmp_path, (320, 180), own=True))) as file:
        context = file.streams.audio[0].codec_context
        assert (context.name, context.profile, context.sample_rate) == ("aac", "LC", 32_000)
        assert next(packet.pts for packet in file.demux(audio=0) if packet.size) == 0


def test_a_copy_with_a_title_has_the_same_pictures_and_its_index_first(tmp_path: Path) -> None:
    clip = rendered(tmp_path, (320, 180), own=True)
    copy = copy_clip(clip, tmp_path / "copy.mp4", (), 'Raise a "PO" <now> · é', "Priya")
    found = []
    for path in (clip, copy):
        with av.open(str(path)) as file:
            found.append([(p.stream.index, p.pts, p.dts, p.duration, bytes(p)) for p in file.demux() if p.size])
    assert found[0] == found[1]
    with av.open(str(copy)) as file:
        assert (file.metadata["title"], file.metadata["artist"]) == ('Raise a "PO" <now> · é', "Priya")
    data = copy.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
