"""Recording: the handle to a recorder process. What the application and ``showhow record`` hold while a take grows.

Owns starting it, asking it, and knowing how it ended. Refuses to record: should its owner die, the process finishes the
take by itself. Safe to use from any thread.
"""

from __future__ import annotations

import threading
from pathlib import Path

from msgspec.structs import replace

from capture.child_process import ChildProcess, to_json
from capture.errors import CaptureError, TakeError
from capture.model import Take
from capture.recorder.options import RecorderCommand, RecordOptions, Status
from capture.takes import delete, load_take

__all__ = ["RecordOptions", "RecorderCommand", "Recording", "Status"]

START_S, STOP_S = 20.0, 30.0
_PROCESS = "capture.recorder.process"


class Recording:
    """A recorder at work. Make one with :meth:`start`, or with :meth:`launch` where starting may be cancelled."""

    def __init__(self, child: ChildProcess) -> None:
        self._child = child
        self._status = Status()
        self._begun, self._ended = threading.Event(), threading.Event()
        self._reader = threading.Thread(target=self._read, name="recording", daemon=True)
        self._reader.start()

    @classmethod
    def start(cls, options: RecordOptions) -> Recording:
        """Start a recorder; returns once it has its first picture and its sound. Raises CaptureError when it cannot."""
        recording = cls.launch(options)
        try:
            recording.wait_started()
        except CaptureError:
            raise  # it has ended by itself
        except BaseException:
            recording.abandon()
            raise
        return recording

    @classmethod
    def launch(cls, options: RecordOptions) -> Recording:
        """Start a recorder's process and return at once: from then on it can be abandoned. See :meth:`wait_started`."""
        return cls(ChildProcess(_PROCESS, to_json(options).decode(), listens=True))

    def wait_started(self) -> None:
        """Wait for the first picture and the sound. Raises CaptureError when it cannot record, or was abandoned."""
        if not self._begun.wait(START_S):  # a slow machine, or a display that does not answer
            self._child.kill()
            self._ended.wait(STOP_S)
            raise CaptureError("The recorder did not start in time", "Try again; showhow doctor may tell why.")
        if (status := self.status).state == "failed":
            self._ended.wait(STOP_S)
            raise CaptureError(status.error.rstrip(".") or "The recorder could not start")

    @property
    def status(self) -> Status:
        """The latest figures, at most a fifth of a second old; never blocks."""
        return self._status

    @property
    def pid(self) -> int:
        """The recorder's process."""
        return self._child.pid

    def stop(self) -> Take:
        """End the take and return it; also one that has ended by itself. Raises TakeError when the recorder died."""
        self.send(RecorderCommand.STOP)
        if (take := self.wait(STOP_S)) is None:
            raise TakeError("The recorder does not stop", "What was shown is kept: showhow recover")
        return take

    def send(self, command: RecorderCommand, argument: str = "") -> None:
        """Tell the recorder something; does not wait. One that has ended cannot be told: wait() says how it ended."""
        self._child.send(" ".join([command, *argument.split()]).encode())

    def abandon(self) -> None:
        """End it and delete everything, also while it still starts. Ask before."""
        self.send(RecorderCommand.ABANDON)
        if not self._ended.wait(STOP_S):
            self._child.kill()
            self._ended.wait(STOP_S)
        take = Path(self._status.take_path)
        if self._status.take_path and take.exists():  # stopped before its first picture, it left nothing
            delete(take)

    def wait(self, timeout_s: float | None = None) -> Take | None:
        """The take once the recorder has ended, None while it still runs.

        Raises TakeError when it died; what was shown until then can be recovered.
        """
        if not self._ended.wait(timeout_s):
            return None
        status = self._status
        if status.state == "failed":
            name = Path(status.take_path).name
            raise TakeError(
                status.error.rstrip(".") or f"The recorder of {name} died", "Its take is kept: showhow recover"
            )
        return load_take(Path(status.take_path))

    def _read(self) -> None:
        for status in self._child.records(Status):
            self._status = status
            if status.state != "starting":
                self._begun.set()
        self._child.wait()
        if not self._status.ended:
            complaint = "" if self._begun.is_set() else self._child.complaint
            error = f"The recorder could not start ({complaint})" if complaint else ""
            self._status = replace(self._status, state="failed", error=error)
        self._child.close()
        self._begun.set()
        self._ended.set()
