"""The recorder's own process: ``python -m capture.recorder.process OPTIONS`` (RecordOptions as JSON).

Owns the border between a recording and whoever asked for it: commands as lines on standard input, Status as JSON lines
on standard output, signals. It outlives its parent: when that goes away without a word, or the system says good-bye
(SIGTERM, SIGHUP), it finishes the take by itself. Told to end before its first picture, it ends without a take: nobody
has seen it record. Refuses to record; ``capture/recorder/recorder.py`` does.

Commands: those of RecorderCommand, with their argument after a space.
SIGINT, SIGTERM and SIGHUP stop, SIGUSR1 pauses and resumes, SIGUSR2 marks a step.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import time
import traceback

import msgspec
from msgspec.structs import replace

from capture.child_process import from_json, to_json
from capture.errors import CaptureError, ShowhowError
from capture.recorder.options import RecorderCommand, RecordOptions, Status
from capture.recorder.recorder import NOTHING_RECORDED, Recorder

STATUS_S, DISK_S = 0.2, 1.0
_PATIENCE_S = 20.0
_UNWANTED_S = 5.0
"""How long a start that nobody wants any more may take to be undone: a display that hangs must not hold it."""
_SIGNALS = {
    "SIGINT": RecorderCommand.STOP,
    "SIGTERM": RecorderCommand.STOP,
    "SIGHUP": RecorderCommand.STOP,
    "SIGUSR1": RecorderCommand.TOGGLE_PAUSE,
    "SIGUSR2": RecorderCommand.MARK,
}
_COMMANDS = set(RecorderCommand)
_ORPHANED = "orphaned"
_ENDING = {RecorderCommand.STOP, RecorderCommand.ABANDON, _ORPHANED}
_OPENED = "opened"

Commands = queue.SimpleQueue[str]


class StatusPipe:
    """Lines to the parent. Never waits: a parent that does not read (stopped, or gone) must not stop a recording."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._waiting = descriptor, b""
        self.gone = False
        with contextlib.suppress(OSError, AttributeError):  # Windows knows no such pipes; there it may wait
            os.set_blocking(descriptor, False)

    def send(self, status: Status, *, last: bool = False) -> None:
        """A status; left out while the parent has not read the one before, unless it is the last."""
        if last or not self._waiting:
            self._waiting += to_json(status) + b"\n"
        try:
            while self._waiting:
                self._waiting = self._waiting[os.write(self._descriptor, self._waiting) :]
        except BlockingIOError:
            return
        except OSError:
            self.gone, self._waiting = True, b""


def main(arguments: list[str]) -> int:
    """Record as told; 0 when the take was finished or abandoned."""
    try:
        options = from_json(arguments[0], RecordOptions)
    except (IndexError, msgspec.MsgspecError) as error:
        sys.stderr.write(f"usage: python -m capture.recorder.process OPTIONS_AS_JSON ({error})\n")
        return 2
    commands: Commands = queue.SimpleQueue()
    _obey_signals(commands)
    threading.Thread(target=_read_commands, args=(commands,), name="commands", daemon=True).start()
    post = StatusPipe(1)
    try:
        recorder, early = _opened(options, commands)
    except Exception as error:  # noqa: BLE001  nobody reads a traceback here; the one who asked reads this
        post.send(Status(state="failed", error=_in_a_line(error)), last=True)
        return 1
    for line in early:
        _obey(recorder, line)
    return _follow(recorder, commands, post)


def _opened(options: RecordOptions, commands: Commands) -> tuple[Recorder, list[str]]:
    """A recorder about to begin, and the commands that came while it was opened.

    Opening takes seconds where a sound card sleeps, so it has a thread of its own while commands are read here.
    Raises what opening raises; CaptureError, with nothing left behind, when a command ended it meanwhile.
    """
    found: list[Recorder | Exception] = []

    def open_it() -> None:
        try:
            found.append(Recorder(options))
        except Exception as error:  # noqa: BLE001  raised below, where somebody waits
            found.append(error)
        commands.put(_OPENED)

    threading.Thread(target=open_it, name="opening", daemon=True).start()
    early: list[str] = []
    unwanted_s: float | None = None
    while not found:
        with contextlib.suppress(queue.Empty):
            line = commands.get(timeout=STATUS_S)
            if line in _ENDING and unwanted_s is None:
                unwanted_s = time.monotonic()
            elif line != _OPENED:
                early.append(line)
        if unwanted_s is not None and time.monotonic() - unwanted_s > _UNWANTED_S:
            raise CaptureError(NOTHING_RECORDED)
    if isinstance(opened := found[0], Exception):
        raise opened
    if unwanted_s is not None:
        opened.discard()
        raise CaptureError(NOTHING_RECORDED)
    return opened, early


def _obey_signals(commands: Commands) -> None:
    # Handlers only queue: SimpleQueue.put may interrupt itself, the recorder's locks may not. SIGINT is set even when
    # it comes ignored, as a shell's "&" leaves it.
    for name, command in _SIGNALS.items():
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, lambda *_, command=command: commands.put(command))


def _read_commands(commands: Commands) -> None:
    rest = b""
    while data := os.read(0, 4096):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            commands.put(line.decode("utf-8", "replace").strip())
    commands.put(_ORPHANED)


def _follow(recorder: Recorder, commands: Commands, post: StatusPipe) -> int:
    """Until the take has ended; what the thread raised is told in one line and kept beside the take."""
    faults: list[Exception] = []
    thread = threading.Thread(target=_run, args=(recorder, faults), name="recorder", daemon=True)
    thread.start()
    disk_s, patience = 0.0, _Patience(_PATIENCE_S)
    while thread.is_alive():
        with contextlib.suppress(queue.Empty):
            _obey(recorder, commands.get(timeout=STATUS_S))
        if time.monotonic() - disk_s >= DISK_S:
            disk_s = time.monotonic()
            recorder.watch_disk()
        status = recorder.status
        post.send(status)
        if post.gone:
            _obey(recorder, _ORPHANED)
        if patience.over(status.state == "finishing"):
            post.send(replace(status, state="failed", error="The screen does not answer. showhow recover"), last=True)
            return 1
    return _last_word(recorder, faults, post)


class _Patience:
    """How long the end may take: a display that hangs must not hold a recorder for ever."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None

    def over(self, finishing: bool) -> bool:
        if not finishing:
            return False
        if self._since is None:
            self._since = time.monotonic()
        return time.monotonic() - self._since > self._seconds


def _run(recorder: Recorder, faults: list[Exception]) -> None:
    try:
        recorder.run()
    except Exception as error:  # noqa: BLE001  the other thread tells it
        faults.append(error)


def _last_word(recorder: Recorder, faults: list[Exception], post: StatusPipe) -> int:
    status = recorder.status
    if faults:
        fault = faults[0]
        status = replace(status, state="failed", error=_in_a_line(fault))
        with contextlib.suppress(OSError):  # there may be no room for it
            (recorder.folder / "fault.txt").write_text("".join(traceback.format_exception(fault)), encoding="utf-8")
    post.send(status, last=True)
    return 1 if faults else 0


def _in_a_line(error: Exception) -> str:
    text = str(error) if isinstance(error, ShowhowError) else f"The recorder failed ({type(error).__name__}: {error})"
    return " ".join(text.split())


def _obey(recorder: Recorder, line: str) -> None:
    word, _, argument = line.partition(" ")
    if word == _ORPHANED:
        recorder.finish_orphaned()
    elif word in _COMMANDS:
        recorder.obey(RecorderCommand(word), argument)


if __name__ == "__main__":
    # Without Python's own ending: a thread still waits for commands.
    code = main(sys.argv[1:])
    os._exit(code)
