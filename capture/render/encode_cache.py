"""What was encoded for one clip of a recording, kept for the next one: a cut that is toggled leaves the rest as it was.

Owns that parts of one recording are never taken for those of another. They lie in a file without a name, so that a long
recording takes no memory and nothing is left behind. Refuses to know what the parts are.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Hashable
from contextlib import suppress
from types import TracebackType
from typing import IO


class EncodeCache:
    """Bytes by what they show. A clip that is no longer wanted may still put some while the next one is made.

    To be closed, or used as a context manager; closed, it can be filled again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._places: dict[Hashable, tuple[int, int]] = {}
        self._about: Hashable = None

    def about(self, source: Hashable) -> None:
        """What comes is about this recording; what was kept of another one is forgotten."""
        with self._lock:
            if source != self._about:
                self._about = source
                self._places.clear()
                if self._file is not None:
                    self._file.close()
                    self._file = None

    def close(self) -> None:
        """Forget all, and give its room back."""
        self.about(None)

    def __enter__(self) -> EncodeCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, what: Hashable) -> bytes | None:
        """What was kept, if it was."""
        with self._lock:
            if self._file is None or (place := self._places.get(what)) is None:
                return None
            self._file.seek(place[0])
            return self._file.read(place[1])

    def put(self, what: Hashable, data: bytes) -> None:
        """Keep it; where there is no room it will have to be made again."""
        with self._lock, suppress(OSError):
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="showhow-")  # noqa: SIM115  `close` closes it
            at = self._file.seek(0, 2)
            self._file.write(data)
            self._places[what] = at, len(data)

    def __contains__(self, what: Hashable) -> bool:
        return what in self._places
