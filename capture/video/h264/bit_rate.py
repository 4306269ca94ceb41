"""BitRateControl: how finely pictures are quantised, so that full motion does not fill the disk. Pure.

A constant quantizer is cheapest and keeps text sharp, but a full-screen video writes 70 to 100 Mbit/s with it. The
control coarsens it in steps while pictures come at more than the ceiling, and goes back as soon as the screen rests:
what stands still is always sharp. Key frames do not count: there are few, and each change of level makes one.
"""

from __future__ import annotations

from collections import deque

QUANTIZERS = (20, 27, 33, 38)
"""x264's qp at each level; 6 more halve the bytes."""
_FULL_HD, _CEILING, _LEAST = 1920 * 1080, 20_000_000, 6_000_000
_NS = 1_000_000_000
_WINDOW_NS, _SETTLING_NS, _CALM_NS, _REST_NS = _NS, _NS // 2, 3 * _NS, _NS // 4


def ceiling(width: int, height: int) -> int:
    """Bits a second that moving pictures of this size may take: 20 million at 1920x1080, which is 9 GB an hour."""
    return max(_LEAST, _CEILING * width * height // _FULL_HD)


class BitRateControl:
    """The level for each picture. ``bits`` is the ceiling a second; times are take time."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self.level = 0
        self._sizes: deque[tuple[int, int]] = deque()
        self._changed_ns = self._quiet_since_ns = self._last_ns = 0

    def level_at(self, at_ns: int) -> int:
        """The level, an index of QUANTIZERS, for the picture at ``at_ns``."""
        rested, self._last_ns = at_ns - self._last_ns >= _REST_NS, at_ns
        if rested:
            self._change(0, at_ns)
            return self.level
        rate = self._rate(at_ns)
        if rate >= self._bits / 4:
            self._quiet_since_ns = at_ns
        if rate > self._bits and at_ns - self._changed_ns >= _SETTLING_NS:
            self._change(min(self.level + 1, len(QUANTIZERS) - 1), at_ns)
        elif self.level and at_ns - self._quiet_since_ns >= _CALM_NS:
            self._change(self.level - 1, at_ns)
        return self.level

    def add(self, at_ns: int, size: int) -> None:
        """A picture that is no key frame took ``size`` bytes."""
        self._sizes.append((at_ns, size))

    def _rate(self, at_ns: int) -> float:
        """Bits a second, over the last second or since the level changed."""
        while self._sizes and self._sizes[0][0] < at_ns - _WINDOW_NS:
            self._sizes.popleft()
        since_ns = min(_WINDOW_NS, max(_SETTLING_NS, at_ns - self._changed_ns))
        return sum(size for _, size in self._sizes) * 8 * _NS / since_ns

    def _change(self, level: int, at_ns: int) -> None:
        if level != self.level:
            self.level = level
            self._sizes.clear()
        self._changed_ns = self._quiet_since_ns = at_ns
