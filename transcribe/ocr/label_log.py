"""LabelLog: the labels under the clicks of a take, in ``labels.jsonl`` in its folder, one click per line.

They are read while the take is recorded (``live_labels.py``), from pictures that the take has anyway. Owns the file and
its lock. Does not read pictures.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from capture.file_lock import FileLock
from capture.files import Lines, read_lines, write_bytes
from capture.span import Span

LABELS, LOCK = "labels.jsonl", "labels.lock"
READING_VERSION = 1
"""Version of choosing pictures and of reading them; lines with another number are not used."""
_POLL_S = 0.02


class ReadLabel(msgspec.Struct, frozen=True, omit_defaults=True):
    """The text at the place of the click at ``at_ms`` (take time); where there is none, the text ``beside`` it.

    The text beside it, to the left, names a field; only what follows the click shows whether it went into one.
    ``version`` is the READING_VERSION it was read with.
    """

    at_ms: int
    version: int
    text: str = ""
    beside: str = ""

    def label(self, *, field: bool) -> str:
        """The label of the click; ``field``: whether it was into a field."""
        return self.text or (self.beside if field else "")


class LabelLog:
    """The log of a take, locked by this process while it reads. Raises OSError when it cannot be written."""

    def __init__(self, take: Path) -> None:
        self._path, self._lock = take / LABELS, FileLock(take / LOCK)
        self._labels: dict[int, ReadLabel] = {}
        self._lines: Lines | None = None

    def take(self) -> bool:
        """Lock the log; False when another process has it."""
        if not self._lock.take():
            return False
        self._lines = Lines(self._path)
        return True

    def add(self, label: ReadLabel) -> None:
        """Append a label."""
        self._labels[label.at_ms] = label
        if self._lines is not None:
            self._lines.add(label)

    def drop(self, span: Span) -> None:
        """Delete the labels of the clicks in a span of take time, also from the disk."""
        left = {at_ms: label for at_ms, label in self._labels.items() if not span.contains(at_ms)}
        if len(left) == len(self._labels) or self._lines is None:
            return
        self._labels = left
        self._lines.close()
        write_bytes(self._path, b"".join(msgspec.json.encode(label) + b"\n" for label in left.values()))
        self._lines = Lines(self._path)

    def release(self) -> None:
        """Close and unlock the log."""
        if self._lines is not None:
            self._lines.close()
            self._lines = None
        self._lock.release()


def labels_read(take: Path, waiting: Callable[[], None], longest_s: float) -> dict[int, ReadLabel]:
    """The labels that were read while a take was recorded, by time of the click (ms).

    Waits for a process that still reads, at most ``longest_s`` seconds, and calls ``waiting`` meanwhile, which may
    raise. Raises TakeError when the log cannot be read.
    """
    lock, deadline = FileLock(take / LOCK), time.monotonic() + longest_s
    while lock.held and time.monotonic() < deadline:
        waiting()
        time.sleep(_POLL_S)
    found = read_lines(take / LABELS, ReadLabel)
    return {label.at_ms: label for label in found if label.version == READING_VERSION}
