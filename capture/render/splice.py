"""Splices parts of recordings into one file: what is encoded already is copied, but for the sound around the joints.

Owns that the parts follow each other without a gap, and that pictures which cannot be copied are encoded as a recorder
encodes them, so that a clip of the result can copy all of them. All parts have the same picture size. Does not decide
what is spliced.
"""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from operator import itemgetter
from pathlib import Path

import msgspec
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from capture.model import Clip, Cut, CutReason
from capture.progress import Progress, silent
from capture.render.aac_encoder import FRAME, aac_frames
from capture.render.clip_audio import RATE, ClipAudio
from capture.render.clip_renderer import ClipFrame, clip_frames, write_pieces
from capture.render.encode_cache import FrameStore
from capture.render.h264_bitstream import NotSpliced
from capture.render.mp4_writer import Mp4Writer
from capture.render.packet_copier import EncodedSample, PacketCopier, packet_copier
from capture.render.source_frames import with_own_frames
from capture.span import Span
from capture.video.audio_reader import AudioTrackReader, Samples
from capture.video.h264.picture_encoder import H264
from capture.video.media_file import TICKS, VideoFile, video_errors

SOUND_FRAME_MS = FRAME * 1000 // RATE
"""Length of a frame of sound. A part that comes later by a multiple of it keeps its sound as it is encoded."""
_PER_MS = RATE // 1000
_Source = tuple["SplicePart", VideoFile]


class SplicePart(msgspec.Struct, frozen=True):
    """``span`` of a file that lasts ``duration_ms``, with these sound tracks of it, mixed and times ``gains``."""

    video: Path
    duration_ms: int
    span: Span
    tracks: Sequence[int] = (0,)
    gains: Sequence[float] = ()

    @property
    def clip(self) -> Clip:
        """The part as a clip of its file."""
        around = Span(0, self.span.start_ms), Span(self.span.end_ms, self.duration_ms)
        cuts = (Cut(one.start_ms, one.end_ms, reason=CutReason.BY_HAND) for one in around if one.duration_ms)
        return Clip(self.duration_ms, tuple(cuts))


def splice(parts: Sequence[SplicePart], output: Path, progress: Progress = silent) -> None:
    """Write the parts one behind the other to ``output``, which is incomplete after an error; empty ones are left out.

    Progress counts milliseconds. Raises VideoError, and Cancelled when ``progress`` does.
    """
    parts = [part for part in parts if part.span.duration_ms]
    with video_errors(output):
        with contextlib.suppress(NotSpliced), contextlib.ExitStack() as stack:
            sources = [(part, stack.enter_context(VideoFile(part.video))) for part in parts]
            copiers = _copiers([file for _, file in sources])
            _write(sources, output, copiers[0].stream, _copied(parts, copiers), progress)
            return
        with contextlib.ExitStack() as stack:
            sources = [(part, stack.enter_context(VideoFile(part.video))) for part in parts]
            pictures = _encoded(sources)
            first = next(pictures)
            _write(sources, output, first.frame, chain([first], pictures), progress)


def _copiers(files: Sequence[VideoFile]) -> Sequence[PacketCopier]:
    """A copier for each file. Raises NotSpliced when their pictures cannot be in one stream."""
    copiers = [copier for file in files if (copier := packet_copier(file)) is not None]
    if len(copiers) < len(files) or len({(copier.sets.layout, copier.sets.picture) for copier in copiers}) != 1:
        raise NotSpliced("pictures that are encoded in different ways")
    return copiers


def _copied(parts: Sequence[SplicePart], copiers: Sequence[PacketCopier]) -> Iterator[EncodedSample]:
    at, before = 0, copiers[0]
    for part, copier in zip(parts, copiers, strict=True):
        copier.follow(before)
        for picture in copier.pictures(part.clip, (), ()):
            yield picture._replace(at=picture.at + at)
        at, before = at + part.span.duration_ms * TICKS, copier


def _encoded(sources: Sequence[_Source]) -> Iterator[ClipFrame]:
    at = 0
    for part, file in sources:
        for picture in clip_frames(file, part.clip, (), ()):
            yield picture._replace(at=picture.at + at)
        at += part.span.duration_ms * TICKS


def _write(
    sources: Sequence[_Source],
    output: Path,
    first: VideoFrame | VideoStream,
    pictures: Iterable[ClipFrame | EncodedSample],
    progress: Progress,
) -> None:
    parts = [part for part, _ in sources]
    whole_ms = sum(part.span.duration_ms for part in parts)
    channels = max(_channels(part, file) for part, file in sources)
    with contextlib.ExitStack() as stack:
        spliced = SplicedSound(parts, [_sound(part, file, channels, stack) for part, file in sources], channels)
        writer = stack.enter_context(Mp4Writer(output, first, channels, sources[0][1].pixel_shape, H264))
        frames = aac_frames(spliced, channels, SplicedFrames(parts, channels)) if channels else ()
        write_pieces(writer, merge(pictures, frames, key=itemgetter(0)), whole_ms, progress)
        writer.finish(whole_ms * TICKS)


def _tracks(part: SplicePart, file: VideoFile) -> Sequence[int]:
    return [track for track in part.tracks if track < len(file.sounds)]


def _channels(part: SplicePart, file: VideoFile) -> int:
    return min(2, max((file.sounds[track].channels for track in _tracks(part, file)), default=0))


def _sound(part: SplicePart, file: VideoFile, channels: int, stack: contextlib.ExitStack) -> ClipAudio | None:
    """The sound of a part; None without any."""
    readers = [
        stack.enter_context(AudioTrackReader(part.video, rate=RATE, channels=channels, track=track))
        for track in _tracks(part, file)
    ]
    return ClipAudio(readers, part.clip, part.gains) if readers else None


class SplicedSound:
    """The sound of all parts, one behind the other; a ClipSound. Parts without sound are silent."""

    def __init__(self, parts: Sequence[SplicePart], sounds: Sequence[ClipAudio | None], channels: int) -> None:
        self._sounds, self._channels = sounds, channels
        ends = np.cumsum([part.span.duration_ms * _PER_MS for part in parts])
        self._bounds = [0, *(int(end) for end in ends)]

    def __len__(self) -> int:
        return self._bounds[-1]

    def take(self, start: int, stop: int) -> Samples:
        """Samples ``[start, stop)``, shape [channels, stop - start]; calls must go forward."""
        blocks = [np.zeros((self._channels, 0), np.float32)]
        for sound, first, end in zip(self._sounds, self._bounds, self._bounds[1:], strict=False):
            begins, ends = max(start, first), min(stop, end)
            if begins < ends:
                silence = np.zeros((self._channels, ends - begins), np.float32)
                blocks.append(silence if sound is None else sound.take(begins - first, ends - first))
        return np.concatenate(blocks, axis=1)

    def content(self, start: int, stop: int) -> Hashable:
        """A key for the samples ``[start, stop)``: the part they are all of, and the key there."""
        for number, (sound, first, end) in enumerate(zip(self._sounds, self._bounds, self._bounds[1:], strict=False)):
            if sound is not None and first <= start and stop <= end:
                return number, sound.content(start - first, stop - first)
        return "joint", start, stop


class SplicedFrames:
    """The frames of sound that the parts have already; a FrameStore."""

    def __init__(self, parts: Sequence[SplicePart], channels: int) -> None:
        self._channels = channels
        self._stores: list[FrameStore | None] = [
            with_own_frames(part.video, channels, part.tracks, part.gains, None) for part in parts
        ]

    def get(self, key: Hashable) -> bytes | None:
        """The frame of the part that has it."""
        match key:
            case (int() as channels, (int() as number, content)):
                store = self._stores[number]
                return store.get((channels, content)) if store is not None else None
            case _:
                return None

    def put(self, key: Hashable, data: bytes) -> None:
        """What is encoded is not needed again."""

    def __contains__(self, key: Hashable) -> bool:
        return self.get(key) is not None
