"""A Clip rendered: one MP4 of H.264 and AAC that plays everywhere and seeks at once to any step.

Owns encoding, true picture times, key frames, sample-exact sound with short fades at the joints, and that a half-made
file is never left under its name. Refuses to decide what is cut.

No B-frames and no edit list: the first picture and the first sample both lie at 0 in every player.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from av.video.frame import VideoFrame

from capture.errors import VideoError
from capture.model import Blur, Clip, Piece
from capture.progress import Progress, silent
from capture.video.film import BLOCK, RATE, Film
from capture.video.pictures import alike, encodable, even_size
from capture.video.sound import Samples, SoundTrack
from capture.video.timeline import TICKS, Footage, explained
from capture.video.veil import veiled

KEY_EVERY_MS = 2_000
FADE_MS = 5
_PER_MS = RATE // 1000
_FOLLOW_MS = 66  # a blur that moves does so fifteen times a second
_SWIFTEST = TICKS * 1000 // 30  # pictures of a span that runs fast lie no closer together

Shot = tuple[int, VideoFrame]
"""A picture and the tick of the clip from which it is shown."""


def render_clip(
    source: Path,
    clip: Clip,
    output: Path,
    key_frames_ms: Sequence[int] = (),
    progress: Progress = silent,
    *,
    tracks: Sequence[int] = (0,),
    blurs: Sequence[Blur] = (),
) -> None:
    """Write ``clip`` of ``source`` to ``output``, replacing what is there only when all is well.

    ``key_frames_ms`` are moments of the clip at which a player shall land exactly (steps). ``tracks`` are the sound
    tracks mixed into one. ``blurs`` are burnt in: what lay under them is not in the file. Progress counts milliseconds
    of the clip. Raises VideoError, or Cancelled when ``progress`` does.
    """
    if not clip.duration_ms:
        raise VideoError(f"Nothing of {source} is left to keep", "Take back some of its cuts.")
    with explained(output):
        handle, name = tempfile.mkstemp(prefix=".clip-", suffix=".part", dir=output.parent)
        os.close(handle)
        part = Path(name)
        try:
            _render(source, clip, part, moments_ms=key_frames_ms, progress=progress, tracks=tracks, blurs=blurs)
            part.chmod(0o644)  # mkstemp keeps it to its owner; a library is shared
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)


def _render(
    source: Path,
    clip: Clip,
    part: Path,
    *,
    moments_ms: Sequence[int],
    progress: Progress,
    tracks: Sequence[int],
    blurs: Sequence[Blur],
) -> None:
    with contextlib.ExitStack() as stack:
        footage = stack.enter_context(Footage(source))
        pictures = _kept_pictures(footage, clip.pieces)
        if blurs:
            pictures = _blurred(pictures, clip, blurs)
        shots = _with_keys(pictures, moments_ms, clip.duration_ms * TICKS)
        first = next(shots)
        channels = min(2, max((footage.sounds[t].channels for t in tracks if t < len(footage.sounds)), default=0))
        readers = [
            stack.enter_context(SoundTrack(source, rate=RATE, channels=channels, track=t)) for t in tracks if channels
        ]
        film = stack.enter_context(Film(part, first[1], channels, footage.pixel_shape))
        pieces = merge(chain([first], shots), _blocks(_kept_sound(readers, clip)), key=itemgetter(0))
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


def _kept_pictures(footage: Footage, pieces: Sequence[Piece]) -> Iterator[Shot]:
    """Pictures in clip ticks. Each piece begins with the picture that stands at its start."""
    moments = footage.pictures(pieces[0].start_ms)
    _, standing = coming = next(moments)
    ahead: Shot | None = coming
    for piece in pieces:
        start, end, offset = piece.start_ms * TICKS, piece.end_ms * TICKS, piece.clip_ms * TICKS
        last = offset
        while ahead is not None and ahead[0] <= start:
            standing, ahead = ahead[1], next(moments, None)
        yield offset, standing
        while ahead is not None and ahead[0] < end:
            at = offset + (ahead[0] - start) // piece.factor
            # Many recorders repeat a still picture 30 times a second; and at eight times the speed nobody sees each.
            if not alike(standing, ahead[1]) and (piece.factor == 1 or at - last >= _SWIFTEST):
                yield at, ahead[1]
                last = at
            standing, ahead = ahead[1], next(moments, None)


def _blurred(pictures: Iterator[Shot], clip: Clip, blurs: Sequence[Blur]) -> Iterator[Shot]:
    """The pictures with blurs burnt in; the standing one again wherever a blur begins, ends or moves on."""
    moments = sorted({clip.to_clip(ms) * TICKS for blur in blurs for ms in _turns(blur)})
    for at, frame in _standing_at(pictures, moments, clip.duration_ms * TICKS):
        take_ms = clip.to_take(at // TICKS)
        regions = [blur.at(take_ms) for blur in blurs if blur.contains(take_ms)]
        yield at, veiled(encodable(frame, even_size(frame)), regions) if regions else frame


def _turns(blur: Blur) -> Iterable[int]:
    return (*range(blur.start_ms, blur.end_ms, _FOLLOW_MS if blur.until else blur.duration_ms or 1), blur.end_ms)


def _standing_at(pictures: Iterator[Shot], moments: Sequence[int], end: int) -> Iterator[Shot]:
    """The pictures, and the one that stands there at each of the moments."""
    waiting = deque(moments)
    standing: VideoFrame | None = None
    for at, frame in chain(pictures, [(end, None)]):
        while waiting and waiting[0] < at:
            moment = waiting.popleft()
            if standing is not None:
                yield moment, standing
        while waiting and waiting[0] == at:
            waiting.popleft()
        if frame is not None:
            yield at, frame
            standing = frame


def _with_keys(pictures: Iterator[Shot], moments_ms: Sequence[int], end: int) -> Iterator[tuple[int, VideoFrame, bool]]:
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
    for span in clip.pieces if tracks else ():
        if span.factor > 1:
            yield np.zeros((tracks[0].channels, (span.clip_end_ms - span.clip_ms) * _PER_MS), np.float32)
            continue
        start, end = span.start_ms * _PER_MS, span.end_ms * _PER_MS
        while at < end:
            count = min(RATE, (start if at < start else end) - at)
            block = sum((track.take(count) for track in tracks[1:]), start=tracks[0].take(count))
            if at >= start:
                yield block * _fade(at, count, span, clip.take_duration_ms)
            at += count


def _fade(at: int, count: int, piece: Piece, whole_ms: int) -> Samples:
    """Gain over samples ``[at, at + count)``: up after a cut and down before one, so that no joint clicks."""
    ramp = FADE_MS * _PER_MS
    moment = np.arange(at, at + count, dtype=np.float32) + 0.5
    up = (moment - piece.start_ms * _PER_MS) / ramp if piece.start_ms > 0 else np.ones(count, np.float32)
    down = (piece.end_ms * _PER_MS - moment) / ramp if piece.end_ms < whole_ms else np.ones(count, np.float32)
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
