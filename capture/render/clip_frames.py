"""The decoded frames of a clip at their clip times, with their key frames and blurs.

Owns which frame is shown at each time of the clip. Does not encode.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from av.video.frame import VideoFrame

from capture.model import Blur, Clip, Region
from capture.render.keyframes import KeyframeSchedule
from capture.video.frames import identical
from capture.video.media_file import TICKS, VideoFile


class ClipFrame(NamedTuple):
    """A frame, the tick of the clip from which it is shown, whether it is a key frame, and its blurred regions."""

    at: int
    frame: VideoFrame
    key: bool
    blurs: list[Region]


def clip_frames(video: VideoFile, clip: Clip, moments_ms: Sequence[int], blurs: Sequence[Blur]) -> Iterator[ClipFrame]:
    """The frames in order. Each piece begins with the frame shown at its start; frames repeat where the schedule wants.

    Raises VideoError.
    """
    schedule = KeyframeSchedule(clip, moments_ms, blurs)
    moments = video.pictures(clip.kept[0].start_ms)
    _, current = coming = next(moments)
    ahead: tuple[int, VideoFrame] | None = coming
    for piece in clip.pieces:
        while ahead is not None and ahead[0] <= piece.start_ms * TICKS:
            current, ahead = ahead[1], next(moments, None)
        yield _frame_at(piece.clip_ms * TICKS, current, schedule)
        while ahead is not None and ahead[0] < piece.end_ms * TICKS:
            at = schedule.clip_ticks(piece, ahead[0])
            yield from _repeat_until(at, current, schedule)
            before, current = current, ahead[1]
            # Many recorders repeat an unchanged frame 30 times a second.
            if not identical(before, current) and schedule.shows(at, piece):
                yield _frame_at(at, current, schedule)
            ahead = next(moments, None)
        yield from _repeat_until(piece.clip_end_ms * TICKS, current, schedule)


def _repeat_until(end: int, current: VideoFrame, schedule: KeyframeSchedule) -> Iterator[ClipFrame]:
    while (at := schedule.next_before(end)) is not None:
        yield _frame_at(at, current, schedule)


def _frame_at(at: int, frame: VideoFrame, schedule: KeyframeSchedule) -> ClipFrame:
    shown = ClipFrame(at, frame, schedule.key_due(at), schedule.blurs(at))
    schedule.record(at, key=shown.key)
    return shown
