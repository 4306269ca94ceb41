"""A clip's pictures copied from their file, and only those encoded that must be: one after a cut across which the
picture changed, one at each step, and what is blurred or runs fast.

Owns where a copied picture may follow another one. Works on what our own recorder writes (see
``capture/video/take_writer.py``): every picture follows from the one before it, so one key frame that shows the picture
before is a place from where everything can be copied. Over a cut in which nothing changed, or once (a caret that
blinked), copying simply goes on. Refuses other files, which are encoded whole.

A key frame is not to the bit the picture it stands for, and what is copied after it carries that small error on until
the take's next key frame, ten seconds later. Copied pictures say what changed, not what is, so it grows little.
Measured on a 1080p demo, clip against take: SSIM 0.9999 on average, 0.9997 at worst (ipratio 1.4, x264's own); 0.9987
with key frames no finer than the rest, and finer ones than 1.4 gain nothing until they cost a third more (3.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import av
from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from capture.model import Blur, Clip, Piece
from capture.render.blur import blurred
from capture.render.encode_cache import EncodeCache
from capture.render.h264_bitstream import (
    FramePosition,
    NotSpliced,
    ParameterSets,
    parameter_sets,
    place_of,
    renumbered,
    sample,
    with_lengths,
    with_start_codes,
)
from capture.render.keyframes import KEY_EVERY_COPIED, KeyframeSchedule
from capture.video.media_file import TICKS, VideoFile
from capture.video.take_writer import H264

_TIME_BASE = Fraction(1, TICKS * 1000)


class EncodedSample(NamedTuple):
    """The tick of the clip from which a picture is shown, its sample for an MP4, and whether it is a key frame."""

    at: int
    data: bytes
    key: bool


def splicer(footage: VideoFile, parts: EncodeCache | None = None) -> PacketCopier | None:
    """What splices this file, or None when its pictures must be encoded anew.

    Key frames that lie in ``parts`` are taken from there, and new ones are put there.
    """
    stream = footage.picture
    if stream is None or stream.codec_context.name != "h264" or "mp4" not in footage.container.format.name:
        return None
    try:
        sets = parameter_sets(bytes(stream.codec_context.extradata or b""))
        encoder = _Encoder(stream)
    except (NotSpliced, av.FFmpegError):
        return None
    return PacketCopier(footage, stream, sets, encoder, parts) if encoder.fits(sets) else None


class _Encoder:
    """The recorder's own encoder again, for single pictures."""

    def __init__(self, stream: VideoStream) -> None:
        context = av.CodecContext.create("libx264", "w")
        assert isinstance(context, VideoCodecContext)  # noqa: S101  the stubs do not tell by the codec's name
        context.width, context.height, context.pix_fmt = stream.width, stream.height, "yuv420p"
        context.time_base, context.thread_count = _TIME_BASE, 1
        context.options = dict(H264)
        context.flags |= Flags.global_header  # parameter sets apart from the pictures, to be compared
        context.open()
        self._context, self._count = context, 0

    def fits(self, sets: ParameterSets) -> bool:
        """Whether its pictures can lie among those of a stream with these parameters."""
        mine = parameter_sets(bytes(self._context.extradata or b""))
        return (mine.layout, mine.picture) == (sets.layout, sets.picture)

    def unchanged(self, bits: int) -> bytes:
        """How a picture in which nothing changed is written, numbered 0."""
        frame = VideoFrame(self._context.width, self._context.height, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        self.encode(frame, key=True)
        return b"".join(renumbered(unit, 0, bits) for unit in self.encode(frame, key=False))

    def encode(self, frame: VideoFrame, *, key: bool) -> list[bytes]:
        """The units of one picture."""
        frame.pts, frame.time_base = self._count, _TIME_BASE
        frame.pict_type = PictureType.I if key else PictureType.NONE
        self._count += 1
        packets = self._context.encode(frame)
        if len(packets) != 1:
            raise NotSpliced("the encoder holds pictures back")
        return with_start_codes(bytes(packets[0]))


class _Standing:
    """The picture that stands where the copying is; decoded only when somebody asks for it."""

    def __init__(self, stream: VideoStream) -> None:
        self._decoder = stream.codec_context
        self._decoder.thread_type, self._decoder.thread_count = "NONE", 1
        self._decoder.flags |= Flags.low_delay  # each picture comes out as it goes in
        self._waiting: list[Packet[VideoStream]] = []
        self._picture: VideoFrame | None = None
        self.since: int | None = None

    def push(self, packet: Packet[VideoStream]) -> None:
        """The picture after; ``since`` is when it came."""
        self.since = packet.pts
        if packet.is_keyframe:
            self._waiting.clear()
            self._picture = None
        self._waiting.append(packet)

    def picture(self) -> VideoFrame:
        """The picture now."""
        for packet in self._waiting:
            for frame in self._decoder.decode(packet):
                self._picture = frame
        self._waiting.clear()
        if self._picture is None or self._picture.format.name != "yuv420p":
            raise NotSpliced("nothing can be decoded here")
        return self._picture


class PacketCopier:
    """Puts the pictures of a clip together. ``stream`` is where they come from."""

    def __init__(
        self, footage: VideoFile, stream: VideoStream, sets: ParameterSets, encoder: _Encoder, parts: EncodeCache | None
    ) -> None:
        self.stream, self._parts = stream, parts
        self._footage, self._bits, self._encoder = footage, sets.frame_bits, encoder
        self._unchanged = encoder.unchanged(sets.frame_bits)
        self._standing = _Standing(stream)
        self._last = FramePosition(key=False, number=0, key_id=0)
        self._encoded = self._faithful = False

    def pictures(self, clip: Clip, moments_ms: Sequence[int], blurs: Sequence[Blur]) -> Iterator[EncodedSample]:
        """The samples of the clip in order; each piece begins with the picture that stands at its start.

        Raises NotSpliced when the file is not what it seemed: then encode it whole.
        """
        try:
            yield from self._pictures(clip, moments_ms, blurs)
        except av.FFmpegError as error:
            raise NotSpliced(str(error)) from error

    def _pictures(self, clip: Clip, moments_ms: Sequence[int], blurs: Sequence[Blur]) -> Iterator[EncodedSample]:
        rhythm = KeyframeSchedule(clip, moments_ms, blurs, KEY_EVERY_COPIED)
        arrivals = self._arrivals()
        ahead = next(arrivals, None)
        for piece in clip.pieces:
            beyond: list[Packet[VideoStream]] = []
            while ahead is not None and ahead[0] <= piece.start_ms * TICKS:
                self._standing.push(ahead[1])
                beyond += [ahead[1]] if self._changes(ahead[1]) else []
                ahead = next(arrivals, None)
            # One picture brought all that is new since the last one shown: then it may stand in the place of them all.
            brought = bool(beyond) and (beyond[-1].is_keyframe or (len(beyond) == 1 and self._faithful))
            self._faithful = self._faithful and len(beyond) < 2
            yield from self._show(piece.clip_ms * TICKS, beyond[-1] if brought else None, piece, rhythm)
            while ahead is not None and ahead[0] < piece.end_ms * TICKS:
                at = rhythm.place(piece, ahead[0])
                yield from self._stand_until(at, piece, rhythm)
                self._standing.push(ahead[1])
                if rhythm.shows(at, piece):
                    yield from self._show(at, ahead[1], piece, rhythm)
                ahead = next(arrivals, None)
            yield from self._stand_until(piece.clip_end_ms * TICKS, piece, rhythm)

    def _arrivals(self) -> Iterator[tuple[int, Packet[VideoStream]]]:
        before, scale = -1, Fraction(0)
        zero = self._footage.zero * 1000 * TICKS
        for packet in self._footage.container.demux(self.stream):
            if not packet.size:
                continue
            if packet.pts is None or packet.pts != packet.dts or not (scale or packet.time_base):
                raise NotSpliced("a picture without a time of its own")
            scale = scale or packet.time_base * 1000 * TICKS  # the same for every packet
            at = max(0, packet.pts * scale.numerator // scale.denominator - round(zero))
            if at <= before or (before < 0 and not packet.is_keyframe):
                raise NotSpliced("times that do not go on")
            before = at
            yield at, packet

    def _changes(self, packet: Packet[VideoStream]) -> bool:
        """Whether it changes the picture, or says it anew."""
        if packet.is_keyframe or packet.size != len(self._unchanged) + 4:
            return True
        return b"".join(renumbered(u, 0, self._bits) for u in with_lengths(bytes(packet))) != self._unchanged

    def _stand_until(self, end: int, piece: Piece, rhythm: KeyframeSchedule) -> Iterator[EncodedSample]:
        while (at := rhythm.next_before(end)) is not None:
            yield from self._show(at, None, piece, rhythm)

    def _show(
        self, at: int, packet: Packet[VideoStream] | None, piece: Piece, rhythm: KeyframeSchedule
    ) -> Iterator[EncodedSample]:
        """The standing picture from ``at`` on: ``packet`` itself where it brought it and may follow, else encoded."""
        veils = rhythm.veils(at)
        plain, due = piece.factor == 1 and not veils, rhythm.key_due(at)
        key = due or not (self._faithful if plain else self._encoded)
        copied = self._copied(packet, due=due) if packet is not None and plain else None
        if copied is not None:
            self._encoded = False
        elif packet is not None or key or not plain:
            kept = self._kept_key() if plain else None
            copied = kept or self._coded(blurred(self._standing.picture(), veils), key=key or plain)
            self._encoded = kept is None
            if plain and kept is None and self._parts is not None:
                self._parts.put(self._name(self._last.key_id), sample(copied))
        if copied is not None:
            self._faithful = plain
            yield EncodedSample(at, sample(copied), self._last.key)
        rhythm.passed(at, key=copied is not None and self._last.key, new=copied is not None)

    def _copied(self, packet: Packet[VideoStream], *, due: bool) -> list[bytes] | None:
        """The packet's own units with their place in the clip, or None where it may not stand."""
        if not packet.is_keyframe and (due or not self._faithful):
            return None
        units = with_lengths(bytes(packet))
        place = place_of(units, self._bits)
        if place.key != packet.is_keyframe or (place.key and self._confused(place)):
            return None
        if place.key:
            self._last = place
            return units
        number = (self._last.number + 1) % (1 << self._bits)
        self._last = FramePosition(key=False, number=number, key_id=self._last.key_id)
        return units if number == place.number else [renumbered(unit, number, self._bits) for unit in units]

    def _name(self, key_id: int) -> tuple[str, int | None, int]:
        return ("key", self._standing.since, key_id)

    def _kept_key(self) -> list[bytes] | None:
        """The standing picture as a key frame, if an earlier clip had one of it that may stand here."""
        if self._parts is None:
            return None
        for key_id in (0, 1):
            place = FramePosition(key=True, number=0, key_id=key_id)
            if not self._confused(place) and (found := self._parts.get(self._name(key_id))) is not None:
                self._last = place
                return with_lengths(found)
        return None

    def _coded(self, frame: VideoFrame, *, key: bool) -> list[bytes]:
        units = self._encoder.encode(frame, key=key)
        if self._confused(place := place_of(units, self._bits)):
            units = self._encoder.encode(frame, key=key)  # the next one has the other id
            place = place_of(units, self._bits)
        self._last = place
        return units

    def _confused(self, place: FramePosition) -> bool:
        """Whether two key frames in a row would be taken for parts of one picture."""
        return self._last.key and place.key and self._last.key_id == place.key_id
