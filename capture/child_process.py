"""Processes of our own: the same Python, this very package, nobody else's modules; and the JSON that crosses to them.

A child that is asked something ends by itself when its standard input ends, which it does when its owner dies.
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

_TAIL_BYTES = 4096
_NONE: Mapping[str, str] = {}


def command_of(module: str) -> list[str]:
    """The command that runs a module of ours; ``-P`` keeps a folder of that name in the user's place from being it."""
    return [sys.executable, "-P", "-m", module]


def environment(**more: str) -> dict[str, str]:
    """The environment for it: the package is found wherever the user stands and however it was installed.

    One thread for NumPy's OpenBLAS, which nothing here uses: its others spin for up to 0.2 s of CPU when they start.
    """
    inherited = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    path = os.pathsep.join([str(Path(__file__).parent.parent), *inherited])
    return os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"} | more


_Record = TypeVar("_Record")


def to_json(record: msgspec.Struct) -> bytes:
    """One line of JSON; paths as text."""
    return msgspec.json.encode(record, enc_hook=str)


def from_json(data: bytes | str, kind: type[_Record]) -> _Record:
    """The record of one line. Raises msgspec.MsgspecError."""
    return msgspec.json.decode(data, type=kind, dec_hook=_path)


def _path(kind: type, value: Any) -> Any:
    return kind(value)


def _nameless_file() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile()
    except OSError:  # the disk is full: what it writes there is lost
        return Path(os.devnull).open("r+b")


class ChildProcess:
    """A module of ours at work in a process and a session of its own. Safe to use from any thread; one may read.

    A closed terminal or a Ctrl-C does not reach it: what becomes of it is its owner's business. A context manager that
    kills. Raises OSError when it cannot be started.

    ``listens`` gives it a standard input for :meth:`send`. ``pipe_bytes`` is how much its pipes hold (Linux only).
    ``variables`` are added to its environment. What it writes to standard error goes into a file without a name, which
    it never has to wait for.
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
        self._complaints = _nameless_file()
        try:
            self._process = subprocess.Popen(
                [*command_of(module), *arguments],
                stdin=subprocess.PIPE if listens else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=environment(**variables),
                start_new_session=True,
                pipesize=pipe_bytes,
            )
        except BaseException:
            self._complaints.close()
            raise
        assert self._process.stdout is not None  # noqa: S101  asked for above; tells the type checker
        self._out = self._process.stdout

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Write a line to its standard input; lost when it has ended, which a reader sees. May wait until it reads."""
        with self._sending, suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.write(line + b"\n")
                self._process.stdin.flush()

    def lines(self) -> Iterator[bytes]:
        """What it writes to standard output, until it ends; a last line that is torn is left out."""
        with suppress(ValueError):  # closed meanwhile
            for line in self._out:
                if line.endswith(b"\n"):
                    yield line

    def records(self, kind: type[_Record]) -> Iterator[_Record]:
        """Its lines of JSON as records; what is no such record is left out."""
        for line in self.lines():
            with suppress(msgspec.MsgspecError):
                yield from_json(line, kind)

    def read(self, size: int) -> bytes:
        """Exactly so many bytes of its standard output. Raises EOFError when it ends before."""
        try:
            data = self._out.read(size)
        except ValueError:  # closed meanwhile
            data = b""
        if len(data) < size:
            raise EOFError
        return data

    def end(self) -> None:
        """No more lines for it: one that listens ends by itself. Waits for a :meth:`send` under way."""
        with self._sending, suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def kill(self) -> None:
        """End it at once, together with what it has started; harmless when it has ended."""
        if sys.platform == "win32":
            self._process.kill()
        elif self._process.returncode is None:  # nobody has waited for it: no other process can have its number
            with suppress(ProcessLookupError, PermissionError):  # macOS refuses where only the dead are left
                os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Its exit code, negative for a signal; None while it still runs."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    @property
    def complaint(self) -> str:
        """The last line on its standard error, empty for none. Only between its end and :meth:`close`."""
        self._complaints.seek(max(0, self._complaints.seek(0, os.SEEK_END) - _TAIL_BYTES))
        said = self._complaints.read().decode("utf-8", "replace").splitlines()
        return next((line.strip() for line in reversed(said) if line.strip()), "")

    def close(self) -> None:
        """End it and let go of its pipes."""
        self.kill()
        self._process.wait()
        self.end()
        self._out.close()
        self._complaints.close()

    def __enter__(self) -> ChildProcess:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
