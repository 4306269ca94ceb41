"""EncodeCache: encoded parts of a recording's earlier clips, reused for the next one, so that toggling a cut is fast.

Owns keeping the parts of different recordings apart. The data is in an unnamed temporary file, so that a long recording
takes no memory and nothing is left behind. Does not interpret keys or data.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Hashable
from contextlib import suppress
from types import TracebackType
from typing import IO, Protocol


class FrameStore(Protocol):
    """Encoded parts by the key of their content."""

    def get(self, key: Hashable) -> bytes | None:
        """The encoded bytes, or None."""

    def put(self, key: Hashable, data: bytes) -> None:
        """Store encoded bytes."""

    def __contains__(self, key: Hashable) -> bool: ...


class EncodeCache:
    """Encoded bytes by content key. Thread-safe: a cancelled render may still put some while the next one runs.

    Close it, or use it as a context manager; after closing it can be filled again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._positions: dict[Hashable, tuple[int, int]] = {}
        self._source: Hashable = None

    def set_source(self, source: Hashable) -> None:
        """Set the recording that later calls are about; the parts of another one are deleted."""
        with self._lock:
            if source != self._source:
                self._source = source
                self._positions.clear()
                if self._file is not None:
                    self._file.close()
                    self._file = None

    def close(self) -> None:
        """Delete all parts and the file."""
        self.set_source(None)

    def __enter__(self) -> EncodeCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, key: Hashable) -> bytes | None:
        """The cached bytes, or None."""
        with self._lock:
            if self._file is None or (position := self._positions.get(key)) is None:
                return None
            self._file.seek(position[0])
            return self._file.read(position[1])

    def put(self, key: Hashable, data: bytes) -> None:
        """Store bytes; without free disk space they are dropped."""
        with self._lock, suppress(OSError):
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="showhow-")  # noqa: SIM115  `close` closes it
            at = self._file.seek(0, 2)
            self._file.write(data)
            self._positions[key] = at, len(data)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._positions
