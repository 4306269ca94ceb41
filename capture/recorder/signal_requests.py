"""SignalRequests: what the user asked for by signals while a recording runs. Handlers only note; a loop applies.

SIGINT, SIGTERM and SIGHUP stop, on Windows SIGBREAK too; SIGUSR1 pauses or resumes, SIGUSR2 marks. An ignored SIGINT is
handled all the same: shells start every background job (``&``) with it.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType, TracebackType
from typing import Any

from capture.recorder.options import RecorderCommand

_HANGUP: int | None = getattr(signal, "SIGHUP", None)
_COMMANDS = {
    "SIGINT": RecorderCommand.STOP,
    "SIGTERM": RecorderCommand.STOP,
    "SIGHUP": RecorderCommand.STOP,
    "SIGBREAK": RecorderCommand.STOP,
    "SIGUSR1": RecorderCommand.TOGGLE_PAUSE,
    "SIGUSR2": RecorderCommand.MARK,
}


def handle_signals(put: Callable[[RecorderCommand], object]) -> dict[int, Any]:
    """Pass each signal as a command to ``put``, which must be reentrant; returns the handlers that were there."""
    before: dict[int, Any] = {}
    for name, command in _COMMANDS.items():
        number = getattr(signal, name, None)
        if number is not None:
            before[number] = signal.signal(number, partial(_put, put, command))
    return before


def _put(
    put: Callable[[RecorderCommand], object], command: RecorderCommand, _number: int, _frame: FrameType | None
) -> None:
    put(command)


class SignalRequests:
    """Handles the signals while it is entered. ``stop`` is set once a stop was asked for.

    A SIGHUP that was ignored before stays so: that is how ``nohup`` lets a program outlive its terminal. In what
    follows, such as filing the take, Ctrl-C interrupts again and nothing is left to pause; but a terminal that closes
    interrupts nothing, and nothing fails for want of one.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._waiting: list[RecorderCommand] = []
        self._before: dict[int, Any] = {}
        self._hung_up = False

    def __enter__(self) -> SignalRequests:
        self._before = handle_signals(self._note)
        if _HANGUP is not None:
            ignored = self._before.pop(_HANGUP) is signal.SIG_IGN
            signal.signal(_HANGUP, signal.SIG_IGN if ignored else self._hang_up)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for number, before in self._before.items():
            after = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: before}
            # What a script sends a moment late, to pause or to mark, must not end the program.
            signal.signal(number, after.get(signal.Signals(number), signal.SIG_IGN))

    def _note(self, command: RecorderCommand) -> None:
        if command is RecorderCommand.STOP:
            self.stop.set()
        else:
            self._waiting.append(command)

    def _hang_up(self, _number: int, _frame: FrameType | None) -> None:
        self.stop.set()
        if not self._hung_up:
            self._hung_up = True
            forget_terminal()

    def forget(self) -> None:
        """Forget what was asked before there was a recording: nothing can be paused or marked yet."""
        self._waiting.clear()

    def commands(self) -> list[RecorderCommand]:
        """The commands asked for since the last call, in order, but for stopping."""
        found: list[RecorderCommand] = []
        while self._waiting:
            found.append(self._waiting.pop(0))
        return found


def forget_terminal() -> None:
    """Let standard output and error go nowhere if they are terminals: writing to one that was closed fails."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            if stat.S_ISCHR(os.fstat(stream.fileno()).st_mode):  # isatty does not know one that was closed
                os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
