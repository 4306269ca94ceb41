"""``Recording``: handle to a recorder process, for the application and ``showhow record``.

Owns its start, commands, status and exit. If the owner of the handle dies, the process finishes the take by itself.
Thread-safe.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from capture.child_process import ChildProcess, to_json
from capture.errors import CaptureError, TakeError
from capture.model import Take
from capture.recorder.options import RecorderCommand, RecordOptions, Status
from capture.takes import delete, load_take

__all__ = ["RecordOptions", "RecorderCommand", "Recording", "Status"]

START_S, STOP_S = 20.0, 30.0
_LOOK_S = 0.2
_PROCESS = "capture.recorder.process"


class Recording:
    """A running recorder. Create it with :meth:`start`, or with :meth:`launch` where starting may be cancelled."""

    def __init__(self, child: ChildProcess) -> None:
        self._child = child
        self._status = Status()
        self._started, self._ended = threading.Event(), threading.Event()
        self._reader = threading.Thread(target=self._read, name="recording", daemon=True)
        self._reader.start()

    @classmethod
    def start(cls, options: RecordOptions, meanwhile: Callable[[Status], None] | None = None) -> Recording:
        """Start a recorder; returns once it has picture and sound. Raises CaptureError when it cannot record.

        ``meanwhile`` is called a few times a second, and gives up by raising: then nothing is left.
        """
        recording = cls.launch(options)
        try:
            recording.wait_started(meanwhile)
        except CaptureError:
            raise  # the process has ended
        except BaseException:
            recording.abandon()
            raise
        return recording

    @classmethod
    def launch(cls, options: RecordOptions) -> Recording:
        """Start a recorder process and return at once, so that it can be abandoned. See :meth:`wait_started`."""
        return cls(ChildProcess(_PROCESS, to_json(options).decode(), listens=True))

    def wait_started(self, meanwhile: Callable[[Status], None] | None = None) -> None:
        """Wait for first picture and sound; without limit while the desktop asks its user.

        ``meanwhile`` is called a few times a second. Raises what it raises, and CaptureError when the recorder cannot
        record, or was abandoned.
        """
        deadline_s = time.monotonic() + START_S
        while not self._started.wait(_LOOK_S):
            if self._status.state == "asking":
                deadline_s = time.monotonic() + START_S
            elif time.monotonic() > deadline_s:  # a slow machine, or a display that does not answer
                self._child.kill()
                self._ended.wait(STOP_S)
                raise CaptureError("The recorder did not start in time", "Try again; showhow doctor may tell why.")
            if meanwhile is not None:
                meanwhile(self._status)
        if (status := self.status).state == "failed":
            self._ended.wait(STOP_S)
            raise CaptureError(status.error.rstrip(".") or "The recorder could not start")

    @property
    def status(self) -> Status:
        """Latest status, at most 0.2 s old; never blocks."""
        return self._status

    @property
    def pid(self) -> int:
        """Process id of the recorder."""
        return self._child.pid

    def stop(self) -> Take:
        """Stop and return the take, also if it has ended by itself. Raises TakeError when the recorder died."""
        self.send(RecorderCommand.STOP)
        if (take := self.wait(STOP_S)) is None:
            raise TakeError("The recorder does not stop", "What was shown is kept: showhow recover")
        return take

    def send(self, command: RecorderCommand, argument: str = "") -> None:
        """Send a command; does not wait. Ignored once the recorder has ended: wait() says how it ended."""
        self._child.send(" ".join([command, *argument.split()]).encode())

    def abandon(self) -> None:
        """Stop and delete the take, also while it starts. Ask the user first."""
        self.send(RecorderCommand.ABANDON)
        if not self._ended.wait(STOP_S):
            self._child.kill()
            self._ended.wait(STOP_S)
        take = Path(self._status.take_path)
        if self._status.take_path and take.exists():  # without a first picture there is no folder
            delete(take)

    def wait(self, timeout_s: float | None = None) -> Take | None:
        """Wait for the recorder to end; the take, or None if it still runs.

        Raises TakeError when it died; the take up to then can be recovered.
        """
        if not self._ended.wait(timeout_s):
            return None
        status = self._status
        if status.state == "failed":
            take = Path(status.take_path)
            kept = "Its take is kept: showhow recover" if take.is_dir() else ""
            raise TakeError(status.error.rstrip(".") or f"The recorder of {take.name} died", kept)
        return load_take(Path(status.take_path))

    def _read(self) -> None:
        for status in self._child.records(Status):
            self._status = status
            if status.started:
                self._started.set()
        self._child.wait()
        if not self._status.ended:
            complaint = "" if self._started.is_set() else self._child.complaint
            error = f"The recorder could not start ({complaint})" if complaint else ""
            self._status = replace(self._status, state="failed", error=error)
        self._child.close()
        self._started.set()
        self._ended.set()
