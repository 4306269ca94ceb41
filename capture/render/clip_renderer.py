"""A Clip rendered: one MP4 of H.264 and AAC that plays everywhere and seeks at once to any step.

Owns the choice between copying pictures and encoding them, and that a half-made file is never left under its name.
Refuses to decide what is cut.

No B-frames and no edit list: the first picture and the first sample both lie at 0 in every player.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import chain
from operator import itemgetter
from pathlib import Path

import msgspec
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from capture.errors import VideoError
from capture.model import Blur, Clip
from capture.progress import Progress, silent
from capture.render.aac_encoder import Frame, aac_frames
from capture.render.clip_audio import FADE_MS, RATE, ClipAudio
from capture.render.clip_frames import ClipFrame, shots
from capture.render.encode_cache import EncodeCache
from capture.render.h264_bitstream import NotSpliced
from capture.render.keyframes import KEY_EVERY
from capture.render.mp4_writer import Mp4Writer
from capture.render.packet_copier import EncodedSample, splicer
from capture.video.audio_reader import AudioTrackReader
from capture.video.media_file import TICKS, VideoFile, video_errors

__all__ = ["FADE_MS", "KEY_EVERY", "render_clip"]

_RENDERING = "Rendering the clip"


class _Job(msgspec.Struct, frozen=True):
    """What is rendered."""

    source: Path
    clip: Clip
    moments_ms: Sequence[int]
    progress: Progress
    tracks: Sequence[int]
    blurs: Sequence[Blur]
    parts: EncodeCache | None


def render_clip(
    source: Path,
    clip: Clip,
    output: Path,
    key_frames_ms: Sequence[int] = (),
    progress: Progress = silent,
    *,
    tracks: Sequence[int] = (0,),
    blurs: Sequence[Blur] = (),
    parts: EncodeCache | None = None,
) -> None:
    """Write ``clip`` of ``source`` to ``output``, replacing what is there only when all is well.

    ``key_frames_ms`` are moments of the clip at which a player shall land exactly (steps). ``tracks`` are the sound
    tracks mixed into one. ``blurs`` are burnt in: what lay under them is not in the file. ``parts`` of earlier
    clips of ``source`` are not encoded again, and those of this one are kept there. Progress counts milliseconds
    of the clip. Raises VideoError, or Cancelled when ``progress`` does.
    """
    if not clip.duration_ms:
        raise VideoError(f"Nothing of {source} is left to keep", "Take back some of its cuts.")
    if parts is not None:
        parts.about((source, source.stat().st_size, source.stat().st_mtime_ns, tuple(tracks)))
    with video_errors(output):
        handle, name = tempfile.mkstemp(prefix=".clip-", suffix=".part", dir=output.parent)
        os.close(handle)
        part = Path(name)
        try:
            _render(_Job(source, clip, key_frames_ms, progress, tracks, blurs, parts), part)
            part.chmod(0o644)  # mkstemp keeps it to its owner; a library is shared
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)


def _render(job: _Job, part: Path) -> None:
    with contextlib.suppress(NotSpliced), VideoFile(job.source) as footage:
        if (copying := splicer(footage, job.parts)) is not None:
            _film(job, part, footage, copying.stream, copying.pictures(job.clip, job.moments_ms, job.blurs))
            return
    with VideoFile(job.source) as footage:
        pictures = shots(footage, job.clip, job.moments_ms, job.blurs)
        first = next(pictures)
        _film(job, part, footage, first.frame, chain([first], pictures))


def _film(
    job: _Job,
    part: Path,
    footage: VideoFile,
    first: VideoFrame | VideoStream,
    pictures: Iterable[ClipFrame | EncodedSample],
) -> None:
    with contextlib.ExitStack() as stack:
        tracks = [t for t in job.tracks if t < len(footage.sounds)]
        channels = min(2, max((footage.sounds[t].channels for t in tracks), default=0))
        readers = [
            stack.enter_context(AudioTrackReader(job.source, rate=RATE, channels=channels, track=t))
            for t in tracks
            if channels
        ]
        film = stack.enter_context(Mp4Writer(part, first, channels, footage.pixel_shape))
        end = job.clip.duration_ms * TICKS
        sound = aac_frames(ClipAudio(readers, job.clip), channels, job.parts) if channels else ()
        _write(film, merge(pictures, sound, key=itemgetter(0)), job)
        film.finish(end)


def _write(film: Mp4Writer, pieces: Iterable[ClipFrame | EncodedSample | Frame], job: _Job) -> None:
    reported, whole_ms = 0, job.clip.duration_ms
    for piece in pieces:
        if isinstance(piece, ClipFrame):
            film.add_picture(piece.at, piece.frame, key=piece.key, veils=piece.veils)
        elif isinstance(piece, EncodedSample):
            film.add_sample(piece.at, piece.data, key=piece.key)
        else:
            film.add_sound(piece.number, piece.data)
        if piece.at >= reported:  # five times a second of clip is often enough, for cancelling too
            job.progress(piece.at // TICKS, whole_ms, _RENDERING)
            reported = piece.at + 200 * TICKS
    job.progress(whole_ms, whole_ms, _RENDERING)
