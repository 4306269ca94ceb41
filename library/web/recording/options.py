"""RecordingOptions: where the takes of browsers go, and their limits. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from capture.errors import ShowhowError
from capture.recorder.disk_space import Space, space_of
from library.intake.options import PLAIN, IntakeOptions

CHUNK_LIMIT_BYTES = 32 << 20
"""A second of a busy 4K screen is about 3 MB; browsers may send several seconds at once."""


class LiveHearing(Protocol):
    """A transcription that runs while a take grows, and ends with it."""

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for its end; False when it still runs."""

    def close(self) -> None:
        """End it now."""


def _silent(_line: str) -> None:
    pass


def _hears_nothing(_take: Path) -> LiveHearing | None:
    return None


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class RecordingOptions:
    """How browsers record.

    ``told`` gets a line for the owner whenever somebody begins or ends; ``listen`` may transcribe a take while it
    grows; ``filed`` is called after a demo was filed. ``longest_ms`` and ``largest_bytes`` limit one recording,
    ``at_once`` the recordings at the same time; ``space`` measures the disk. One that has sent nothing for ``idle_s``
    seconds counts as cut off.
    """

    takes_folder: Path
    intake: IntakeOptions = PLAIN
    told: Callable[[str], None] = _silent
    listen: Callable[[Path], LiveHearing | None] = _hears_nothing
    filed: Callable[[], object] = _nothing
    longest_ms: int = 60 * 60_000
    largest_bytes: int = 4 << 30
    stop_free_bytes: int = 500 << 20
    at_once: int = 8
    idle_s: float = 60.0
    space: Callable[[Path], Space] = space_of


class RecordingRefused(ShowhowError):
    """What a browser sent is not taken: one line for the page, and the HTTP status.

    ``expected``: the chunk that is expected next, where the order was wrong. ``over``: nothing more is taken of this
    recording; what has come so far is kept.
    """

    def __init__(self, status: int, what: str, remedy: str = "", *, expected: int | None = None, over: bool = False):
        super().__init__(what, remedy)
        self.status, self.expected, self.over = status, expected, over
