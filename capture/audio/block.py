"""Block: timestamped samples from an audio source."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NS_PER_S = 1_000_000_000


class Block(NamedTuple):
    """Samples int16 (n, channels) at ``rate`` Hz. ``start_ns``: capture time of the first, on the monotonic clock;
    ``gap``: samples were lost before it."""

    start_ns: int
    samples: NDArray[np.int16]
    rate: int
    gap: bool = False

    @property
    def end_ns(self) -> int:
        """End of the last sample on the monotonic clock."""
        return self.start_ns + len(self.samples) * NS_PER_S // self.rate
