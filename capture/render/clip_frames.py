"""The pictures of a clip, decoded: those that were kept at their clip times, and which of them are key frames.

Owns which picture stands at each moment of the clip. Refuses to encode.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from av.video.frame import VideoFrame

from capture.model import Blur, Clip, Region
from capture.render.keyframes import KeyframeSchedule
from capture.video.frames import alike
from capture.video.media_file import TICKS, VideoFile


class ClipFrame(NamedTuple):
    """A picture, the tick of the clip from which it is shown, whether it is a key frame, and what of it is blurred."""

    at: int
    frame: VideoFrame
    key: bool
    veils: list[Region]


def shots(footage: VideoFile, clip: Clip, moments_ms: Sequence[int], blurs: Sequence[Blur]) -> Iterator[ClipFrame]:
    """The pictures in order. Each piece begins with the one that stands at its start; it comes again where one is due.

    Raises VideoError.
    """
    rhythm = KeyframeSchedule(clip, moments_ms, blurs)
    moments = footage.pictures(clip.kept[0].start_ms)
    _, standing = coming = next(moments)
    ahead: tuple[int, VideoFrame] | None = coming
    for piece in clip.pieces:
        while ahead is not None and ahead[0] <= piece.start_ms * TICKS:
            standing, ahead = ahead[1], next(moments, None)
        yield _shot(piece.clip_ms * TICKS, standing, rhythm)
        while ahead is not None and ahead[0] < piece.end_ms * TICKS:
            at = rhythm.place(piece, ahead[0])
            yield from _stand_until(at, standing, rhythm)
            before, standing = standing, ahead[1]
            # Many recorders repeat a still picture 30 times a second.
            if not alike(before, standing) and rhythm.shows(at, piece):
                yield _shot(at, standing, rhythm)
            ahead = next(moments, None)
        yield from _stand_until(piece.clip_end_ms * TICKS, standing, rhythm)


def _stand_until(end: int, standing: VideoFrame, rhythm: KeyframeSchedule) -> Iterator[ClipFrame]:
    while (at := rhythm.next_before(end)) is not None:
        yield _shot(at, standing, rhythm)


def _shot(at: int, frame: VideoFrame, rhythm: KeyframeSchedule) -> ClipFrame:
    shot = ClipFrame(at, frame, rhythm.key_due(at), rhythm.veils(at))
    rhythm.passed(at, key=shot.key)
    return shot
