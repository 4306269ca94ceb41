"""Renders a Clip to an MP4 with H.264 and AAC that plays everywhere and seeks fast to any step.

Owns the choice between copied pictures and encoding them, which frame is shown at each time of the clip, and replacing
the output atomically. Does not decide what is cut.

No B-frames and no edit list: the first picture and the first sample are both at 0 in every player.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import msgspec
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from capture.errors import VideoError
from capture.files import replace_file
from capture.model import Blur, Clip, Region
from capture.progress import Progress, silent
from capture.render.aac_encoder import Frame, aac_frames
from capture.render.clip_audio import RATE, ClipAudio
from capture.render.encode_cache import EncodeCache
from capture.render.h264_bitstream import NotSpliced
from capture.render.keyframes import KeyframeSchedule
from capture.render.mp4_writer import Mp4Writer
from capture.render.packet_copier import EncodedSample, packet_copier
from capture.render.source_frames import with_own_frames
from capture.video.audio_reader import AudioTrackReader
from capture.video.frames import identical
from capture.video.media_file import TICKS, VideoFile, video_errors

_RENDERING = "Rendering the clip"


class _Job(msgspec.Struct, frozen=True):
    """The arguments of a rendering."""

    source: Path
    clip: Clip
    moments_ms: Sequence[int]
    progress: Progress
    tracks: Sequence[int]
    blurs: Sequence[Blur]
    cache: EncodeCache | None
    gains: Sequence[float]


def render_clip(
    source: Path,
    clip: Clip,
    output: Path,
    key_frames_ms: Sequence[int] = (),
    progress: Progress = silent,
    *,
    tracks: Sequence[int] = (0,),
    blurs: Sequence[Blur] = (),
    cache: EncodeCache | None = None,
    gains: Sequence[float] = (),
) -> None:
    """Write ``clip`` of ``source`` to ``output``, which is replaced only after success.

    ``key_frames_ms`` are clip times to which a player can seek exactly (steps). ``tracks`` are the sound tracks mixed
    into one; ``gains`` are factors for the first ones of them. ``blurs`` are burnt in: the file does not contain what
    was under them. ``cache`` provides encoded parts of earlier clips of ``source`` and receives those of this one.
    Progress counts milliseconds of the clip. Raises VideoError, or Cancelled when ``progress`` does.
    """
    if not clip.duration_ms:
        raise VideoError(f"Nothing of {source} is left to keep", "Take back some of its cuts.")
    if cache is not None:
        cache.set_source((source, source.stat().st_size, source.stat().st_mtime_ns, tuple(tracks), tuple(gains)))
    with video_errors(output):
        part = output.with_name(f".clip-{os.getpid()}-{secrets.token_hex(6)}.part")
        try:
            _render(_Job(source, clip, key_frames_ms, progress, tracks, blurs, cache, gains), part)
            replace_file(part, output)
        finally:
            part.unlink(missing_ok=True)


def _render(job: _Job, part: Path) -> None:
    with contextlib.suppress(NotSpliced), VideoFile(job.source) as video:
        if (copier := packet_copier(video, job.cache)) is not None:
            _write_clip(job, part, video, copier.stream, copier.pictures(job.clip, job.moments_ms, job.blurs))
            return
    with VideoFile(job.source) as video:
        pictures = clip_frames(video, job.clip, job.moments_ms, job.blurs)
        first = next(pictures)
        _write_clip(job, part, video, first.frame, chain([first], pictures))


def _write_clip(
    job: _Job,
    part: Path,
    video: VideoFile,
    first: VideoFrame | VideoStream,
    pictures: Iterable[ClipFrame | EncodedSample],
) -> None:
    with contextlib.ExitStack() as stack:
        tracks = [t for t in job.tracks if t < len(video.sounds)]
        channels = min(2, max((video.sounds[t].channels for t in tracks), default=0))
        readers = [
            stack.enter_context(AudioTrackReader(job.source, rate=RATE, channels=channels, track=t))
            for t in tracks
            if channels
        ]
        writer = stack.enter_context(Mp4Writer(part, first, channels, video.pixel_shape))
        end = job.clip.duration_ms * TICKS
        store = with_own_frames(job.source, channels, tracks, job.gains, job.cache) if channels else None
        sound = aac_frames(ClipAudio(readers, job.clip, job.gains), channels, store) if channels else ()
        write_pieces(writer, merge(pictures, sound, key=itemgetter(0)), job.clip.duration_ms, job.progress)
        writer.finish(end)


def write_pieces(
    writer: Mp4Writer, pieces: Iterable[ClipFrame | EncodedSample | Frame], whole_ms: int, progress: Progress
) -> None:
    """Write pictures and sound in order of time. Progress counts milliseconds; raises Cancelled when it does."""
    reported = 0
    for piece in pieces:
        if isinstance(piece, ClipFrame):
            writer.add_picture(piece.at, piece.frame, key=piece.key, blurs=piece.blurs)
        elif isinstance(piece, EncodedSample):
            writer.add_sample(piece.at, piece.data, key=piece.key)
        else:
            writer.add_sound(piece.number, piece.data)
        if piece.at >= reported:  # every 200 ms of clip is often enough, also for cancelling
            progress(piece.at // TICKS, whole_ms, _RENDERING)
            reported = piece.at + 200 * TICKS
    progress(whole_ms, whole_ms, _RENDERING)


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
