"""The H.264 syntax needed to splice pictures: compare parameter sets, renumber slices.

Pure functions on bytes. Owns the check whether pictures of two encoders may be in one stream, and the frame number of a
copied picture after another key frame. Does not decode. Names follow ITU-T H.264, sections 7.3.2 and 7.3.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_SLICE, _IDR, _SPS, _PPS = 1, 5, 7, 8
_HIGH = {100, 110, 122, 244}  # profiles whose parameter sets have colour fields
_HEAD = 64  # bytes that contain all slice header fields read here


class NotSpliced(Exception):
    """This stream cannot be spliced, though it may be valid."""


class ParameterSets(NamedTuple):
    """What pictures of one stream must agree on: the fields of the SPS, and the whole PPS.

    ``layout`` leaves out the level and the VUI, which is for players only. ``frame_bits`` is the width of frame_num.
    """

    layout: tuple[int, ...]
    picture: bytes
    frame_bits: int


class _Bits:
    """Reads bits and Exp-Golomb numbers."""

    def __init__(self, data: bytes) -> None:
        self._value, self._size = int.from_bytes(data), len(data) * 8
        self.at = 0

    def take(self, count: int) -> int:
        self.at += count
        if self.at > self._size:
            raise NotSpliced("the stream's description ends too early")
        return self._value >> self._size - self.at & (1 << count) - 1

    def golomb(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)


def parameter_sets(extradata: bytes) -> ParameterSets:
    """The parameter sets of an avcC record or of a stream with start codes.

    Raises NotSpliced unless each picture references only the one before it and is shown in decoding order: only then
    can one picture replace another.
    """
    nals = _avcc_sets(extradata) if extradata[:1] == b"\1" else with_start_codes(extradata)
    sequences = [nal for nal in nals if nal[0] & 31 == _SPS]
    pictures = [nal for nal in nals if nal[0] & 31 == _PPS]
    if len(sequences) != 1 or len(pictures) != 1:
        raise NotSpliced("more than one way of reading the stream")
    return _sequence(_unescaped(sequences[0][1:]), pictures[0])


def _sequence(data: bytes, picture: bytes) -> ParameterSets:
    bits = _Bits(data)
    profile, constraints, _level = bits.take(8), bits.take(8), bits.take(8)
    layout = [profile, constraints, bits.golomb()]
    if profile in _HIGH:
        layout += [bits.golomb(), bits.golomb(), bits.golomb(), bits.take(1), bits.take(1)]
        if layout[3] != 1 or layout[-1]:
            raise NotSpliced("colours or scaling that are not handled")
    layout += [frame_bits := bits.golomb() + 4, order := bits.golomb()]
    if order != 2:
        raise NotSpliced("pictures that are shown in another order")
    layout += [references := bits.golomb(), gaps := bits.take(1), bits.golomb(), bits.golomb(), whole := bits.take(1)]
    if references != 1 or gaps or not whole:
        raise NotSpliced("pictures that follow from others than the one before, or are interlaced")
    layout.append(bits.take(1))
    if bits.take(1):
        layout += [bits.golomb() for _edge in range(4)]
    return ParameterSets(tuple(layout), picture, frame_bits)


def _avcc_sets(record: bytes) -> list[bytes]:
    """The parameter sets of an avcC record (ISO/IEC 14496-15, 5.3.3.1)."""
    if len(record) < 7 or record[4] & 3 != 3:
        raise NotSpliced("lengths of another size than four bytes")
    sequences, at = _length_prefixed_sets(record, 6, record[5] & 31)
    pictures, _end = _length_prefixed_sets(record, at + 1, record[at] if at < len(record) else 0)
    return [*sequences, *pictures]


def _length_prefixed_sets(record: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    sets = []
    for _set in range(count):
        length = int.from_bytes(record[at : at + 2])
        if not length or at + 2 + length > len(record):
            raise NotSpliced("a parameter set that is cut short")
        sets.append(record[at + 2 : at + 2 + length])
        at += 2 + length
    return sets, at


def with_lengths(data: bytes) -> list[bytes]:
    """The NAL units of an MP4 sample, each preceded by its length. Raises NotSpliced on other data."""
    units, at = [], 0
    while at < len(data):
        length, at = int.from_bytes(data[at : at + 4]), at + 4
        if not length or at + length > len(data):
            raise NotSpliced("a picture that is cut short")
        units.append(data[at : at + length])
        at += length
    return units


def with_start_codes(data: bytes) -> list[bytes]:
    """The NAL units of a stream in which each begins with 00 00 01."""
    return [unit for unit in re.split(rb"\x00\x00+\x01", data) if unit]


def sample(units: Iterable[bytes]) -> bytes:
    """NAL units as an MP4 sample; slices only."""
    return b"".join(len(unit).to_bytes(4) + unit for unit in units if unit[0] & 31 in {_SLICE, _IDR})


class FramePosition(NamedTuple):
    """Position fields of a picture: frame_num since the last key frame, and idr_pic_id to separate key frames."""

    key: bool
    number: int
    key_id: int


def frame_position(units: Iterable[bytes], frame_bits: int) -> FramePosition:
    """The position of a picture, from its first slice. Raises NotSpliced when it has none."""
    for unit in units:
        kind = unit[0] & 31
        if kind in {_SLICE, _IDR}:
            bits = _Bits(_unescaped(unit[1:_HEAD]))
            _first, _type, _set = bits.golomb(), bits.golomb(), bits.golomb()
            number = bits.take(frame_bits)
            return FramePosition(kind == _IDR, number, bits.golomb() if kind == _IDR else 0)
    raise NotSpliced("a sample without a picture")


def renumbered(unit: bytes, number: int, frame_bits: int) -> bytes:
    """A slice with another frame_num; other units unchanged. Its width is fixed, so no other bits move."""
    if unit[0] & 31 != _SLICE:
        return unit
    data = bytearray(_unescaped(unit[1:]))
    head = _Bits(bytes(data[:_HEAD]))
    _first, _type, _set = head.golomb(), head.golomb(), head.golomb()
    size = (head.at + frame_bits + 7) // 8
    value = int.from_bytes(data[:size])
    shift = size * 8 - head.at - frame_bits
    mask = (1 << frame_bits) - 1
    value = value & ~(mask << shift) | (number & mask) << shift
    data[:size] = value.to_bytes(size)
    return unit[:1] + _escaped(bytes(data))


def _unescaped(data: bytes) -> bytes:
    """The data without emulation prevention bytes."""
    return data.replace(b"\0\0\3", b"\0\0")


def _escaped(data: bytes) -> bytes:
    return re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\0\0\3", data)
