"""SourceFrames: the AAC frames that a recording has already, copied where a clip of it keeps their sound.

Owns when a recording's frames may stand in a clip: same encoding, and frame on frame. So a clip that is made of an
earlier clip loses nothing of its sound. Does not cut.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from pathlib import Path

from av.audio.stream import AudioStream

from capture.render.aac_encoder import FRAME, aac_encoder
from capture.render.clip_audio import RATE
from capture.render.encode_cache import FrameStore
from capture.video.media_file import VideoFile


class SourceFrames:
    """A FrameStore with the AAC ``frames`` of a recording; the rest is in ``cache``.

    Keys are those of ``capture/render/aac_encoder.py``: channels, and the recording's sample at which the frame before
    begins.
    """

    def __init__(self, frames: Sequence[bytes], channels: int, cache: FrameStore | None) -> None:
        self._frames, self._channels, self._cache = frames, channels, cache

    def get(self, key: Hashable) -> bytes | None:
        """The recording's own frame, else the cached one, else None."""
        own = self._own(key)
        return own if own is not None or self._cache is None else self._cache.get(key)

    def put(self, key: Hashable, data: bytes) -> None:
        """Store a frame that was encoded."""
        if self._cache is not None:
            self._cache.put(key, data)

    def __contains__(self, key: Hashable) -> bool:
        return self._own(key) is not None or (self._cache is not None and key in self._cache)

    def _own(self, key: Hashable) -> bytes | None:
        match key:
            case (int() as channels, int() as before) if channels == self._channels and not before % FRAME:
                number = before // FRAME + 1
                return self._frames[number] if number < len(self._frames) else None
            case _:
                return None


def with_own_frames(
    video: Path, channels: int, tracks: Sequence[int], gains: Sequence[float], cache: FrameStore | None
) -> FrameStore | None:
    """A store with the frames of a recording before those of ``cache``; ``cache`` where none may be copied.

    They may be copied from one track of sound that is encoded as clips are, and is not made louder. Raises VideoError.
    """
    if len(tracks) != 1 or any(gain != 1.0 for gain in gains):
        return cache
    with VideoFile(video) as file:
        frames = _frames(file, tracks[0], channels)
    return SourceFrames(frames, channels, cache) if frames else cache


def _frames(file: VideoFile, track: int, channels: int) -> list[bytes]:
    """All frames of a track from time zero on without a gap; empty when they are not such that they can be copied."""
    stream = file.sounds[track] if track < len(file.sounds) else None
    if stream is None or not _encoded_alike(stream, channels):
        return []
    frames: list[bytes] = []
    for packet in file.container.demux(stream):
        if not packet.size:
            continue
        if packet.pts is None or packet.time_base is None:
            return []
        if round((packet.pts * packet.time_base - file.zero) * RATE) != len(frames) * FRAME:
            return []
        frames.append(bytes(packet))
    return frames


def _encoded_alike(stream: AudioStream, channels: int) -> bool:
    context = stream.codec_context
    if context.name != "aac" or context.sample_rate != RATE or context.channels != channels:
        return False
    return (
        stream.time_base is not None
        and Fraction(stream.start_time or 0) * stream.time_base == 0
        and bytes(context.extradata or b"") == bytes(aac_encoder(channels).extradata or b"")
    )
