"""Blocks of sound as a microphone delivers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NS_PER_S = 1_000_000_000


class Block(NamedTuple):
    """Samples int16 (n, channels) at ``rate``, the first heard at ``start_ns``; ``gap``: some were lost before it."""

    start_ns: int
    samples: NDArray[np.int16]
    rate: int
    gap: bool = False

    @property
    def end_ns(self) -> int:
        """When the last one ended."""
        return self.start_ns + len(self.samples) * NS_PER_S // self.rate
