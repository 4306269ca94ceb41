"""ChildProcess: runs a module of this package in a child process, and JSON lines to and from it.

A child with a standard input ends when that is closed, which also happens when its owner dies.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from capture.files import prepared

_TAIL_BYTES = 4096
_NONE: Mapping[str, str] = {}
if sys.platform == "win32":
    APART = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    APART = 0
"""Flags of a process that no Ctrl-C and no closed console reaches; ``start_new_session``, which Windows ignores.
It has a console of its own without a window."""


def command_of(module: str) -> list[str]:
    """The command that runs a module of this package. ``-P``: a folder of that name in the current one is not used."""
    return [sys.executable, "-P", "-m", module]


def environment(**more: str) -> dict[str, str]:
    """The environment of a child: it finds this package in any current folder and for any kind of installation.

    One thread for NumPy's OpenBLAS, which is not used here: its other threads spin for up to 0.2 s of CPU at start.
    """
    inherited = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    path = os.pathsep.join([str(Path(__file__).parent.parent), *inherited])
    return os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"} | more


_Record = TypeVar("_Record")


def to_json(record: msgspec.Struct) -> bytes:
    """A record as one line of JSON; paths as text."""
    return msgspec.json.encode(record, enc_hook=str)


def from_json(data: bytes | str, kind: type[_Record]) -> _Record:
    """The record of one line of JSON. Raises msgspec.MsgspecError."""
    return msgspec.json.decode(data, type=prepared(kind), dec_hook=_path)


def _path(kind: type, value: Any) -> Any:
    return kind(value)


def _nameless_file() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile()
    except OSError:  # the disk is full: the output is lost
        return Path(os.devnull).open("r+b")


class ChildProcess:
    """A module of this package running in its own process and session. Thread-safe; only one thread may read.

    A closed terminal or a Ctrl-C does not reach it: its owner ends it. As a context manager it is killed at the end.
    Raises OSError when it cannot be started.

    ``listens`` gives it a standard input for :meth:`send`. ``pipe_bytes`` is the size of its pipes (Linux only).
    ``variables`` are added to its environment. Standard error goes to an unnamed file, so that writing never blocks.
    """

    def __init__(
        self,
        module: str,
        *arguments: str,
        listens: bool = False,
        pipe_bytes: int = -1,
        variables: Mapping[str, str] = _NONE,
    ) -> None:
        self._sending = threading.Lock()
        self._stderr = _nameless_file()
        try:
            self._process = subprocess.Popen(
                [*command_of(module), *arguments],
                stdin=subprocess.PIPE if listens else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=environment(**variables),
                start_new_session=True,
                creationflags=APART,
                pipesize=pipe_bytes,
            )
        except BaseException:
            self._stderr.close()
            raise
        assert self._process.stdout is not None  # noqa: S101  a pipe was requested above; for the type checker
        self._out = self._process.stdout

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Write a line to its standard input; may block until it reads. Lost when it has ended, which a reader sees."""
        with self._sending, suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.write(line + b"\n")
                self._process.stdin.flush()

    def lines(self) -> Iterator[bytes]:
        """The lines of its standard output until it ends; an incomplete last line is left out."""
        with suppress(ValueError):  # closed by another thread
            for line in self._out:
                if line.endswith(b"\n"):
                    yield line

    def records(self, kind: type[_Record]) -> Iterator[_Record]:
        """Its lines of JSON as records; other lines are left out."""
        for line in self.lines():
            with suppress(msgspec.MsgspecError):
                yield from_json(line, kind)

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes of its standard output. Raises EOFError when it ends before."""
        try:
            data = self._out.read(size)
        except ValueError:  # closed by another thread
            data = b""
        if len(data) < size:
            raise EOFError
        return data

    def end(self) -> None:
        """Close its standard input: a child that listens then ends. Waits for a running :meth:`send`."""
        with self._sending, suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def kill(self) -> None:
        """Kill it and the processes it has started; harmless when it has ended.

        On Windows those that it has started end by themselves, when their pipes to it are closed.
        """
        if sys.platform == "win32":
            self._process.kill()
        elif self._process.returncode is None:  # not reaped yet, so no other process can have its id
            with suppress(ProcessLookupError, PermissionError):  # macOS refuses when only zombies are left
                os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Its exit code, negative for a signal (on Windows 1 for a kill); None while it still runs."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    @property
    def complaints(self) -> list[str]:
        """The last lines of its standard error that are not empty. Only between its end and :meth:`close`."""
        self._stderr.seek(max(0, self._stderr.seek(0, os.SEEK_END) - _TAIL_BYTES))
        lines = self._stderr.read().decode("utf-8", "replace").splitlines()
        return [line.strip() for line in lines if line.strip()]

    @property
    def complaint(self) -> str:
        """The last of its :attr:`complaints`; empty without one."""
        return next(reversed(self.complaints), "")

    def close(self) -> None:
        """Kill it and close its pipes."""
        self.kill()
        self._process.wait()
        self.end()
        self._out.close()
        self._stderr.close()

    def __enter__(self) -> ChildProcess:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
