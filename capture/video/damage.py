"""Damage: how much of a media file could be read, and how much it promises.

Owns what counts as missing. A file says its length in its header, which a copy that stops halfway still has; what is
there ends earlier. Lost sectors leave packets that cannot be decoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

_EXACT = {"mov", "mp4"}
"""The index of these states the time of every packet, so that a missing end is known to a packet."""
_TIMES = {"flv", "asf"}
_LOST_MS, _MISSING_MS, _MISSING_BY_TIMES_MS = 250, 400, 1_500
_SKIPPING = {"matroska", "webm"}
"""After damage their reader goes on at the next cluster: all streams have a gap at once. One stream alone may have one:
a picture that does not change, a speaker who is silent."""
_GAP_S = Fraction(1, 2)
_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
_HEADER = 64 << 10

_Gap = tuple[Fraction, Fraction]


class Damage:
    """What was read of one stream: the end of its last packet, the length of those that could not be decoded, and the
    gaps between packets.

    All in seconds of the file's timestamps; ``VideoFile`` and ``decode`` fill it in.
    """

    def __init__(self) -> None:
        self.end, self.lost = Fraction(0), Fraction(0)
        self.gaps: list[_Gap] = []

    def note(self, packet: Any, *, lost: bool) -> None:
        """Count a packet that was read."""
        if not packet.time_base:
            return
        length = (packet.duration or 0) * packet.time_base
        self.lost += length if lost else 0
        if packet.pts is not None:
            start = packet.pts * packet.time_base
            if self.end and start - self.end > _GAP_S:
                self.gaps.append((self.end, start))
            self.end = max(self.end, start + length)


def readable_ms(path: Path, forms: str, promised_ms: int, streams: Sequence[Damage], zero: Fraction) -> int | None:
    """Milliseconds of a file that could be read; None when nothing is missing.

    ``forms``: FFmpeg's names of its container. ``streams``: what was read of each stream to its end; ``zero``: time
    zero of the file in seconds.
    """
    end_ms = min(promised_ms, round(max((one.end - zero for one in streams), default=Fraction(0)) * 1000))
    kinds = set(forms.split(","))
    lost = max((one.lost for one in streams), default=Fraction(0))
    lost += _common_gaps(streams) if kinds & _SKIPPING else 0
    lost_ms = round(lost * 1000)
    missing_ms = promised_ms - end_ms if _is_short(path, kinds, promised_ms - end_ms) else 0
    if missing_ms <= 0 and lost_ms <= _LOST_MS:
        return None
    return max(0, promised_ms - max(0, missing_ms) - lost_ms)


def _common_gaps(streams: Sequence[Damage]) -> Fraction:
    """Seconds in which no stream has anything; 0 for a single stream, which may be still."""
    if len(streams) < 2:
        return Fraction(0)
    common = streams[0].gaps
    for other in streams[1:]:
        common = list(_both(common, other.gaps))
    return sum((end - start for start, end in common), Fraction(0))


def _both(one: Sequence[_Gap], other: Sequence[_Gap]) -> Iterator[_Gap]:
    """What two rows of gaps have in common; each is in order."""
    at = there = 0
    while at < len(one) and there < len(other):
        start, end = max(one[at][0], other[there][0]), min(one[at][1], other[there][1])
        if end > start:
            yield start, end
        if one[at][1] < other[there][1]:
            at += 1
        else:
            there += 1


def _is_short(path: Path, forms: set[str], missing_ms: int) -> bool:
    if forms & _EXACT:
        return missing_ms > _MISSING_MS
    if forms & _TIMES:
        return missing_ms > _MISSING_BY_TIMES_MS
    # Matroska does not say how long its last picture is shown, but how many bytes follow; so does AVI.
    return missing_ms > 0 and _promised_bytes(path) > path.stat().st_size


def _promised_bytes(path: Path) -> int:
    """The size that a Matroska or AVI file states in its header; 0 when it does not."""
    with path.open("rb") as file:
        head = file.read(_HEADER)
    if head[:4] == b"RIFF":
        return int.from_bytes(head[4:8], "little") + 8
    at, (name, size, start) = 0, _element(head, 0)
    if name != _EBML:
        return 0
    at = start + size
    name, size, start = _element(head, at)
    return start + size if name == _SEGMENT else 0


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """Id, size and start of the content of an EBML element; the size is 0 when it is not stated."""
    name_end = at + _width(data, at)
    width = _width(data, name_end)
    size = int.from_bytes(data[name_end : name_end + width], "big") & ((1 << 7 * width) - 1)
    known = 0 if size == (1 << 7 * width) - 1 else size
    return int.from_bytes(data[at:name_end], "big"), known, name_end + width


def _width(data: bytes, at: int) -> int:
    return max(1, 9 - data[at].bit_length()) if at < len(data) else 1
