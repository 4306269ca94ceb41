"""Commands to a running recorder from other processes: ``showhow mark``, ``pause`` and ``stop``, as a desktop's own
shortcuts call them.

Owns a local socket beside the lock of the desktop (a named pipe on Windows), and a file of its owner's alone that says
where it is, with a key. Commands are those that the recorder's parent sends.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from pathlib import Path

import msgspec

from capture.child_process import from_json, to_json
from capture.desktop.display_server import desktop_name
from capture.errors import CaptureError
from capture.files import prepared, write_bytes
from capture.recorder.options import RecorderCommand, Status
from capture.recorder.workspace import runtime_folder

_ENDING = ".control"
_LONGEST = 4096
_ANSWER_S, _RETRY_S = 5.0, 0.1


class _Address(msgspec.Struct, frozen=True):
    """Where a recorder listens."""

    address: str
    key: str


class ControlServer:
    """Listens in a thread from construction on. ``obey`` receives each command as a line; ``status`` answers it.

    Commands are optional: where no socket can be made, recording goes on without them.
    """

    def __init__(self, obey: Callable[[str], None], status: Callable[[], Status]) -> None:
        self._obey, self._status = obey, status
        self._listener: Listener | None = None
        with contextlib.suppress(OSError, CaptureError):
            self._open(runtime_folder() / f"recorder-{desktop_name()}{_ENDING}")

    def _open(self, file: Path) -> None:
        name = secrets.token_hex(4)
        address = rf"\\.\pipe\showhow-{name}" if sys.platform == "win32" else str(file.with_name(f"{name}.sock"))
        key = secrets.token_hex(16)
        if (stale := _read_address(file)) is not None and Path(stale.address).parent == file.parent:
            Path(stale.address).unlink(missing_ok=True)  # of a recorder that was killed: the desktop is this one's now
        self._file, self._address = file, address
        self._listener = Listener(address, authkey=key.encode())
        write_bytes(file, msgspec.json.encode(_Address(address, key)), mode=0o600)
        threading.Thread(target=self._serve, args=(self._listener,), name="control", daemon=True).start()

    def _serve(self, listener: Listener) -> None:
        while True:
            try:
                with listener.accept() as caller:
                    if caller.poll(_ANSWER_S):
                        line = caller.recv_bytes(_LONGEST).decode("utf-8", "replace")
                        caller.send_bytes(to_json(self._status()))
                        self._obey(" ".join(line.split()))
            except AuthenticationError:
                continue
            except (OSError, EOFError):
                if self._listener is None:
                    return
                time.sleep(_RETRY_S)  # a caller that went away, or a system out of descriptors

    def close(self) -> None:
        """Stop listening, and take the socket away."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        where = _read_address(self._file)
        if where is not None and where.address == self._address:  # else it is the next recorder's
            self._file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            listener.close()


def send_command(command: RecorderCommand, argument: str = "") -> Status:
    """Send a command to the recorder of this desktop, else to the only one that runs; its status just before.

    Raises CaptureError when none runs.
    """
    for where in filter(None, map(_read_address, _candidates())):
        gone = contextlib.suppress(OSError, EOFError, AuthenticationError, msgspec.MsgspecError)
        with gone, Client(where.address, authkey=where.key.encode()) as recorder:
            recorder.send_bytes(f"{command} {argument}".strip().encode()[:_LONGEST])
            if recorder.poll(_ANSWER_S):
                return from_json(recorder.recv_bytes(), Status)
    raise CaptureError("Nothing is being recorded here", "Start with showhow record, or Ctrl+R in showhow.")


def _read_address(file: Path) -> _Address | None:
    """Where a recorder listens, by its file; None without one, or a damaged one."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(file.read_bytes(), type=prepared(_Address))
    return None


def age_ms() -> int:
    """How long ago this process was started, where the system tells (Linux, to 10 ms); 0 elsewhere.

    Python and its libraries take half a second to start, and a step begins when the key is pressed.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, ValueError, IndexError):
            started = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
            return round((time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")) * 1000)
    return 0


def _candidates() -> list[Path]:
    """Files that say where a recorder listens: this desktop's; without one, another's if it is the only one.

    A shortcut may be run without the names of the display.
    """
    folder = runtime_folder()
    own = folder / f"recorder-{desktop_name()}{_ENDING}"
    if own.exists():
        return [own]
    others = list(folder.glob(f"recorder-*{_ENDING}"))
    return others if len(others) == 1 else []
