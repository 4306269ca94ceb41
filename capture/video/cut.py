"""A Clip rendered: one MP4 of H.264 and AAC that plays everywhere and seeks at once to any step.

Owns encoding, true picture times, key frames, sample-exact sound with short fades at the joints, and that a half-made
file is never left under its name. Refuses to decide what is cut.

No B-frames and no edit list: the first picture and the first sample both lie at 0 in every player.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from av.video.frame import VideoFrame

from capture.errors import VideoError
from capture.model import Clip
from capture.progress import Progress, silent
from capture.span import Span
from capture.video.film import BLOCK, RATE, Film
from capture.video.pictures import alike
from capture.video.sound import Samples, SoundTrack
from capture.video.timeline import TICKS, Footage, explained

KEY_EVERY_MS = 2_000
FADE_MS = 5
_PER_MS = RATE // 1000


def render_clip(
    source: Path,
    clip: Clip,
    output: Path,
    key_frames_ms: Sequence[int] = (),
    progress: Progress = silent,
    *,
    tracks: Sequence[int] = (0,),
) -> None:
    """Write ``clip`` of ``source`` to ``output``, replacing what is there only when all is well.

    ``key_frames_ms`` are moments of the clip at which a player shall land exactly (steps). ``tracks`` are the sound
    tracks mixed into one. Progress counts milliseconds of the clip.
    Raises VideoError, or Cancelled when ``progress`` does.
    """
    if not clip.duration_ms:
        raise VideoError(f"Nothing of {source} is left to keep", "Take back some of its cuts.")
    with explained(output):
        handle, name = tempfile.mkstemp(prefix=".clip-", suffix=".part", dir=output.parent)
        os.close(handle)
        part = Path(name)
        try:
            _render(source, clip, part, moments_ms=key_frames_ms, progress=progress, tracks=tracks)
            part.chmod(0o644)  # mkstemp keeps it to its owner; a library is shared
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)


def _render(
    source: Path, clip: Clip, part: Path, *, moments_ms: Sequence[int], progress: Progress, tracks: Sequence[int]
) -> None:
    with contextlib.ExitStack() as stack:
        footage = stack.enter_context(Footage(source))
        pictures = _paced(_kept_pictures(footage, clip.kept), moments_ms, clip.duration_ms * TICKS)
        first = next(pictures)
        channels = min(2, max((footage.sounds[t].channels for t in tracks if t < len(footage.sounds)), default=0))
        readers = [
            stack.enter_context(SoundTrack(source, rate=RATE, channels=channels, track=t)) for t in tracks if channels
        ]
        film = stack.enter_context(Film(part, first[1], channels, footage.pixel_shape))
        pieces = merge(chain([first], pictures), _blocks(_kept_sound(readers, clip)), key=itemgetter(0))
        _write(film, pieces, clip.duration_ms, progress)
        film.finish(clip.duration_ms * TICKS)


def _write(film: Film, pieces: Iterable[tuple[int, Any, bool]], whole_ms: int, progress: Progress) -> None:
    reported = 0
    for at, piece, key in pieces:
        if isinstance(piece, VideoFrame):
            film.add_picture(at, piece, key=key)
        else:
            film.add_sound(piece)
        if at >= reported:  # five times a second of clip is often enough, for cancelling too
            progress(at // TICKS, whole_ms, "Rendering the clip")
            reported = at + 200 * TICKS
    progress(whole_ms, whole_ms, "Rendering the clip")


def _kept_pictures(footage: Footage, kept: Sequence[Span]) -> Iterator[tuple[int, VideoFrame]]:
    """Pictures in clip ticks. Each kept span begins with the picture that stands at its start."""
    moments = footage.pictures(kept[0].start_ms)
    _, standing = coming = next(moments)
    ahead: tuple[int, VideoFrame] | None = coming
    offset = 0
    for span in kept:
        start, end = span.start_ms * TICKS, span.end_ms * TICKS
        while ahead is not None and ahead[0] <= start:
            standing, ahead = ahead[1], next(moments, None)
        yield offset, standing
        while ahead is not None and ahead[0] < end:
            if not alike(standing, ahead[1]):  # many recorders repeat a still picture 30 times a second
                yield offset + ahead[0] - start, ahead[1]
            standing, ahead = ahead[1], next(moments, None)
        offset += end - start


def _paced(
    pictures: Iterator[tuple[int, VideoFrame]], moments_ms: Sequence[int], end: int
) -> Iterator[tuple[int, VideoFrame, bool]]:
    """The pictures, and whether each is a key frame; the standing one again where a key frame is due and none comes."""
    wanted = iter(sorted({m * TICKS for m in moments_ms if 0 < m * TICKS < end}))
    moment = next(wanted, end)
    last_key, standing = -KEY_EVERY_MS * TICKS, None
    for at, frame in chain(pictures, [(end, None)]):
        while standing is not None and (due := min(moment, last_key + KEY_EVERY_MS * TICKS)) < at:
            yield due, standing, True
            last_key, moment = due, next(wanted, end) if due == moment else moment
        if frame is not None:
            key = at >= min(moment, last_key + KEY_EVERY_MS * TICKS)
            yield at, frame, key
            last_key, moment = at if key else last_key, next(wanted, end) if at == moment else moment
            standing = frame


def _kept_sound(tracks: Sequence[SoundTrack], clip: Clip) -> Iterator[Samples]:
    at = 0
    for span in clip.kept if tracks else ():
        start, end = span.start_ms * _PER_MS, span.end_ms * _PER_MS
        while at < end:
            count = min(RATE, (start if at < start else end) - at)
            block = sum((track.take(count) for track in tracks[1:]), start=tracks[0].take(count))
            if at >= start:
                yield block * _fade(at, count, span, clip.take_duration_ms)
            at += count


def _fade(at: int, count: int, span: Span, whole_ms: int) -> Samples:
    """Gain over samples ``[at, at + count)``: up after a cut and down before one, so that no joint clicks."""
    ramp = FADE_MS * _PER_MS
    moment = np.arange(at, at + count, dtype=np.float32) + 0.5
    up = (moment - span.start_ms * _PER_MS) / ramp if span.start_ms > 0 else np.ones(count, np.float32)
    down = (span.end_ms * _PER_MS - moment) / ramp if span.end_ms < whole_ms else np.ones(count, np.float32)
    return np.asarray(np.clip(np.minimum(up, down), 0, 1), np.float32)


def _blocks(sound: Iterator[Samples]) -> Iterator[tuple[int, Samples, bool]]:
    """Sound in frames as AAC wants them, each with its clip ticks."""
    at, waiting = 0, None
    for block in sound:
        waiting = block if waiting is None else np.concatenate([waiting, block], axis=1)
        while waiting.shape[1] >= BLOCK:
            yield at * TICKS // _PER_MS, waiting[:, :BLOCK], False
            waiting, at = waiting[:, BLOCK:], at + BLOCK
    if waiting is not None and waiting.shape[1]:
        yield at * TICKS // _PER_MS, waiting, False
