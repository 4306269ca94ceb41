"""JSON records on disk: atomic writing, reading with a one-line error, and files of JSON lines.

Does not know what the records mean.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

import msgspec

from capture.errors import TakeError

_Record = TypeVar("_Record")
_LONGEST_LINE = 1 << 20
_BIGGEST_RECORD = 16 << 20
"""Bytes; a record is a page of JSON. A larger file is not a record and would only fill the memory."""
_OPEN_ELSEWHERE = {32, 33}
"""Windows' codes for a file that another program has open, or a part of it locked."""
_ACCESS_DENIED = 5
_TRIES, _WAIT_S = 20, 0.05
_decoding = threading.Lock()
_decodable = set[Any]()


def prepared(kind: type[_Record]) -> type[_Record]:
    """``kind``, a Struct or a type made of some, once one thread alone has made msgspec read its fields.

    While msgspec (0.22) does that, at the first use of a class, another thread that decodes the same class, or one that
    contains it, reads what is not there yet: the process ends by a segmentation fault.
    """
    if kind not in _decodable:
        with _decoding:
            msgspec.json.Decoder(kind)
            _decodable.add(kind)
    return kind


def write_bytes(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a file atomically: a reader sees the old or the whole new one, also after a power cut. Raises OSError.

    ``mode``: who may read and write it, less what the umask forbids.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(3)}")
    try:
        beside.touch(mode)
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        replace_file(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def replace_file(new: Path, path: Path) -> None:
    """Rename ``new`` over ``path``. Raises OSError.

    Windows replaces no file that is open. A virus scanner, a program that syncs the folder, or somebody who just reads
    it lets it go in a moment.
    """
    wait_while_open(lambda: new.replace(path))


def remove_file(path: Path) -> None:
    """Delete a file if it is there, when whoever has it open for a moment has let it go. Raises OSError."""
    wait_while_open(lambda: path.unlink(missing_ok=True))


def remove_folder(path: Path) -> None:
    """Delete a folder with all in it, in the same way. Raises OSError."""
    wait_while_open(lambda: shutil.rmtree(path))


def wait_while_open(work: Callable[[], object]) -> None:
    """Rename or delete something; on Windows again for a second while another program has it open. Raises OSError."""
    for _ in range(_TRIES):
        try:
            work()
        except PermissionError as error:
            if not may_be_open(error):
                raise
            time.sleep(_WAIT_S)
        else:
            return
    work()


def in_use(error: OSError) -> bool:
    """Whether an error of Windows says that another program has the file open."""
    return getattr(error, "winerror", None) in _OPEN_ELSEWHERE


def may_be_open(error: OSError) -> bool:
    """Whether an error of Windows may mean that: it says “access denied” of a folder, and of what is to be replaced."""
    return in_use(error) or getattr(error, "winerror", None) == _ACCESS_DENIED


def read_record(path: Path, kind: type[_Record], what: str) -> _Record:
    """Read one record; ``what`` is its name for users ("take"). Raises TakeError when it is missing or damaged."""
    try:
        with path.open("rb") as file:
            data = file.read(_BIGGEST_RECORD + 1)
    except FileNotFoundError as error:
        raise TakeError(f"{path.parent} holds no {what} ({path.name} is missing)", "Check the path.") from error
    except OSError as error:
        raise take_error("read", path, error) from error
    try:
        return msgspec.json.decode(data, type=prepared(kind))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise TakeError(f"{path} is damaged ({error})", "showhow recover may mend it.") from error


def take_error(doing: str, path: Path, error: OSError) -> TakeError:
    """A TakeError for an error of the system; ``doing`` is the verb ("read")."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return TakeError(f"Could not {doing} {path}: the disk is full", "Free some space.")
    if in_use(error):
        return TakeError(f"Could not {doing} {path}: it is open in another program", "Close it there and try again.")
    remedy = "Check its permissions." if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS} else "Check the path."
    return TakeError(f"Could not {doing} {path}: {error.strerror or error}", remedy)


class Lines:
    """An append-only file with one JSON record a line. Each :meth:`add` flushes: a kill loses no line.

    A full disk loses lines silently (``lost`` counts them): the take is worth more than its logs.
    """

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("ab", buffering=1 << 16)
        self._encoder = msgspec.json.Encoder()
        self.lost = 0

    def add(self, *records: msgspec.Struct) -> None:
        """Append records and flush them."""
        try:
            self._file.write(b"".join(self._encoder.encode(record) + b"\n" for record in records))
            self._file.flush()
        except OSError:
            self.lost += len(records)

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):  # counted in ``lost`` when it happened
            self._file.close()


def read_lines(path: Path, kind: type[_Record]) -> Iterator[_Record]:
    """The records of a file of JSON lines, in order; none when there is no file.

    Lines that do not parse are skipped: a crash may have truncated the last one, and a bad line must not hide the rest.
    Raises TakeError when the file cannot be read.
    """
    decoder = msgspec.json.Decoder(prepared(kind))
    try:
        with path.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                    yield decoder.decode(line)
    except FileNotFoundError:
        return
    except OSError as error:
        raise take_error("read", path, error) from error


class LinesTail(Generic[_Record]):
    """Reads a file of JSON lines while it grows."""

    def __init__(self, path: Path, kind: type[_Record]) -> None:
        self._path, self._at = path, 0
        self._decoder = msgspec.json.Decoder(prepared(kind))

    def read(self) -> list[_Record]:
        """The records of the whole lines since the last call, none without a file; lines that do not parse are skipped.

        Raises TakeError when it cannot be read.
        """
        found: list[_Record] = []
        try:
            with self._path.open("rb") as file:
                file.seek(self._at)
                data = file.read()
        except FileNotFoundError:
            return found
        except OSError as error:
            raise take_error("read", self._path, error) from error
        whole = data.rfind(b"\n") + 1
        self._at += whole
        for line in data[:whole].splitlines():
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                found.append(self._decoder.decode(line))
        return found
