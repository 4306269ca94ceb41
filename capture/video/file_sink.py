"""Sink: the output file of a take, and the only place that handles a full disk.

After a failed write it discards everything: FFmpeg would otherwise write a trailer to a file with missing parts, and
turn a take that plays up to its last second into one that cannot be opened.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import IO

from capture.errors import VideoError

_HEAD = struct.Struct(">I4s")


class Sink:
    """An unbuffered file object for av: written data survives the process. Raises VideoError when it cannot open."""

    def __init__(self, path: Path) -> None:
        try:
            self._file: IO[bytes] = path.open("wb", buffering=0)
        except OSError as error:
            raise VideoError(f"{path} cannot be written: {error.strerror}", "Choose another folder.") from error
        self._path = path
        self.size = 0
        self._at = 0
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write all of ``data``; discard it after a failed write."""
        if self.failure is None:
            try:
                self._write(memoryview(data))
            except OSError as error:
                self.failure = error
        self._at += len(data)
        return len(data)

    def _write(self, data: memoryview) -> None:
        self._file.seek(self._at)
        done = 0
        while done < len(data):
            done += write_what_fits(self._file, data[done:])
            self.size = max(self.size, self._at + done)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Set the position, like a file's ``seek``."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Position of the next byte."""
        return self._at

    def close(self) -> None:
        """Sync the file to disk and close it; after a failed write cut it to whole boxes."""
        with self._file:
            if self.failure is not None:
                self._file.truncate(whole_boxes(self._path))
                return
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                self.failure = error


def write_what_fits(file: IO[bytes], data: memoryview) -> int:
    """Write as many bytes as fit; their number. Raises OSError when there is no space."""
    return file.write(data)


def whole_boxes(path: Path) -> int:
    """Length in bytes of the whole boxes of a truncated MP4; a fragment's header (moof) counts with its data only."""
    size, at, whole = path.stat().st_size, 0, 0
    with path.open("rb") as file:
        while at + _HEAD.size <= size:
            file.seek(at)
            length, kind = _HEAD.unpack(file.read(_HEAD.size))
            if length < _HEAD.size or at + length > size:
                break
            at += length
            whole = whole if kind == b"moof" else at
    return whole
