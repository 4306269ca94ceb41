"""Region: a rectangle in pixels. Arithmetic only."""

from __future__ import annotations

import msgspec


class Region(msgspec.Struct, frozen=True):
    """A rectangle in pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column outside."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row outside."""
        return self.y + self.height

    @property
    def empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    def intersect(self, other: Region) -> Region:
        """The part shared with another region; empty when they are apart."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Region(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def unite(self, other: Region) -> Region:
        """The smallest region that holds both."""
        if self.empty or other.empty:
            return other if self.empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Region(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def even(self, within: Region) -> Region:
        """Grown to even edges (4:2:0 colour needs them), clipped to ``within``, whose own size must be even."""
        x, y = self.x & ~1, self.y & ~1
        return Region(x, y, (self.right + 1 & ~1) - x, (self.bottom + 1 & ~1) - y).intersect(within)
