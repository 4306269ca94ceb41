"""The recorder process: ``python -m capture.recorder.process OPTIONS`` (RecordOptions as JSON).

Owns the protocol with the parent process: commands as lines on standard input, Status as JSON lines on standard output,
signals. The process outlives its parent: when the parent exits, or on SIGTERM or SIGHUP, it finishes the take by
itself. Stopped before its first picture, it ends without a take. Recording itself is in
``capture/recorder/recorder.py``.

Commands: those of RecorderCommand, with their argument after a space.
SIGINT, SIGTERM and SIGHUP stop, on Windows SIGBREAK too; SIGUSR1 pauses and resumes, SIGUSR2 marks a step.
"""

from __future__ import annotations

import contextlib
import math
import os
import queue
import sys
import threading
import time
import traceback
from functools import partial

import msgspec
from msgspec.structs import replace

from capture.backends.screen import open_source
from capture.child_process import from_json, to_json
from capture.desktop.consent import Consent
from capture.errors import CaptureError, ShowhowError
from capture.recorder.control import ControlServer
from capture.recorder.options import RecorderCommand, RecordOptions, Status
from capture.recorder.recorder import NOTHING_RECORDED, Recorder
from capture.recorder.signal_requests import handle_signals

STATUS_S, DISK_S = 0.2, 1.0
_FINISH_S = 20.0
"""Time limit for finishing a take: a display that hangs must not block the process for ever."""
_CANCEL_S = 5.0
"""Time limit for undoing a cancelled start: a display that hangs must not block it."""
_COMMANDS = set(RecorderCommand)
_ORPHANED = "orphaned"
_ENDING = {RecorderCommand.STOP, RecorderCommand.ABANDON, _ORPHANED}
_OPENED, _CLOSED = "opened", "closed"

Commands = queue.SimpleQueue[str]


class StatusPipe:
    """Status lines to the parent. Never blocks: a parent that does not read must not stop a recording."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._unsent = descriptor, b""
        self.gone = False
        if sys.platform != "win32" or sys.version_info >= (3, 12):  # not supported before: there it may block
            with contextlib.suppress(OSError):
                os.set_blocking(descriptor, False)

    def send(self, status: Status, *, last: bool = False) -> None:
        """Send a status. Skipped while the one before is unread, unless it is the last."""
        if last or not self._unsent:
            self._unsent += to_json(status) + b"\n"
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._descriptor, self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self.gone, self._unsent = True, b""


def main(arguments: list[str]) -> int:
    """Record as the options say; exit code 0 when the take was finished or abandoned."""
    try:
        options = from_json(arguments[0], RecordOptions)
    except (IndexError, msgspec.MsgspecError) as error:
        sys.stderr.write(f"usage: python -m capture.recorder.process OPTIONS_AS_JSON ({error})\n")
        return 2
    commands: Commands = queue.SimpleQueue()
    handle_signals(commands.put)  # SimpleQueue.put is reentrant, the recorder's locks are not
    threading.Thread(target=_read_commands, args=(commands,), name="commands", daemon=True).start()
    pipe = StatusPipe(1)
    try:
        recorder, early = _open_recorder(options, commands, pipe)
    except Exception as error:  # noqa: BLE001  the parent reads the status, not a traceback
        pipe.send(Status(state="failed", error=_one_line(error)), last=True)
        return 1
    for line in early:
        _execute(recorder, line)
    return _follow(recorder, commands, pipe)


def _open_recorder(options: RecordOptions, commands: Commands, pipe: StatusPipe) -> tuple[Recorder, list[str]]:
    """An open recorder, and the commands that arrived while it opened.

    Opening can take seconds while a sound card wakes, and as long as the user takes to answer the desktop's question,
    so it runs in a thread while commands are read here. Raises what opening raises; CaptureError, with nothing left on
    disk, when a command ended it before it was open.
    """
    found: list[Recorder | Exception] = []
    consent = Consent()

    def run() -> None:
        try:
            opened = partial(open_source, rings=options.rings, consent=consent)
            found.append(Recorder(options, open_screen=opened))
        except Exception as error:  # noqa: BLE001  raised below, in the waiting thread
            found.append(error)
        commands.put(_OPENED)

    threading.Thread(target=run, name="opening", daemon=True).start()
    early: list[str] = []
    cancelled_s: float | None = None
    while not found:
        with contextlib.suppress(queue.Empty):
            line = commands.get(timeout=STATUS_S)
            if line in _ENDING and cancelled_s is None:
                cancelled_s = time.monotonic()
                consent.withdraw()
            elif line != _OPENED:
                early.append(line)
        if cancelled_s is not None and time.monotonic() - cancelled_s > _CANCEL_S:
            raise CaptureError(NOTHING_RECORDED)
        pipe.send(Status(state="asking" if consent.asking else "starting"))
    opened = found[0]
    if cancelled_s is not None:
        if not isinstance(opened, Exception):
            opened.discard()
        raise CaptureError(NOTHING_RECORDED)
    if isinstance(opened, Exception):
        raise opened
    return opened, early


def _read_commands(commands: Commands) -> None:
    rest = b""
    while data := os.read(0, 4096):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            commands.put(line.decode("utf-8", "replace").strip())
    commands.put(_ORPHANED)


def _follow(recorder: Recorder, commands: Commands, pipe: StatusPipe) -> int:
    """Run until the take has ended. An exception is reported in one line; its traceback is saved with the take."""
    faults: list[Exception] = []
    thread = threading.Thread(target=_run, args=(recorder, faults, commands), name="recorder", daemon=True)
    thread.start()
    control = ControlServer(commands.put, lambda: recorder.status)
    disk_s, finishing_s = 0.0, math.inf
    while thread.is_alive():
        with contextlib.suppress(queue.Empty):
            _execute(recorder, commands.get(timeout=STATUS_S))
        if time.monotonic() - disk_s >= DISK_S:
            disk_s = time.monotonic()
            recorder.watch_disk()
        status = recorder.status
        pipe.send(status)
        if pipe.gone:
            _execute(recorder, _ORPHANED)
        if status.state == "finishing":
            finishing_s = min(finishing_s, time.monotonic())
        if time.monotonic() - finishing_s > _FINISH_S:
            pipe.send(replace(status, state="failed", error="The screen does not answer. showhow recover"), last=True)
            control.close()
            return 1
    control.close()
    return _send_last(recorder, faults, pipe)


def _run(recorder: Recorder, faults: list[Exception], commands: Commands) -> None:
    try:
        recorder.run()
    except Exception as error:  # noqa: BLE001  reported by the other thread
        faults.append(error)
    commands.put(_CLOSED)  # wakes the thread that waits for commands


def _send_last(recorder: Recorder, faults: list[Exception], pipe: StatusPipe) -> int:
    status = recorder.status
    if faults:
        fault = faults[0]
        status = replace(status, state="failed", error=_one_line(fault))
        with contextlib.suppress(OSError):  # the disk may be full
            (recorder.folder / "fault.txt").write_text("".join(traceback.format_exception(fault)), encoding="utf-8")
    pipe.send(status, last=True)
    return 1 if faults else 0


def _one_line(error: Exception) -> str:
    text = str(error) if isinstance(error, ShowhowError) else f"The recorder failed ({type(error).__name__}: {error})"
    return " ".join(text.split())


def _execute(recorder: Recorder, line: str) -> None:
    word, _, argument = line.partition(" ")
    if word == _ORPHANED:
        recorder.finish_orphaned()
    elif word in _COMMANDS:
        recorder.obey(RecorderCommand(word), argument)


if __name__ == "__main__":
    # Skips the interpreter's shutdown, because a thread still waits for commands.
    os._exit(main(sys.argv[1:]))
