"""A process that listens to mouse and keyboard and writes InputLines to standard output.

    python -m capture.backends.portable.input_process HOTKEYS [MOUSE]      a list of hotkeys as JSON; MOUSE: no keys

pynput may be killed by the system's own libraries (on a Mac by SIGTRAP or SIGILL when it reads the keyboard layout,
pynput issues 424 and 511), which must not end a recording. Ends when its standard input is closed.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time

import msgspec
from msgspec.structs import replace

from capture.backends.portable.input_line import MOUSE, InputLine
from capture.child_process import to_json
from capture.desktop.display_server import make_dpi_aware

_TICK_S = 0.1
Lines = queue.SimpleQueue[InputLine | None]


def main(arguments: list[str]) -> int:
    """Listen until standard input ends; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the recorder ends this process
    make_dpi_aware()  # otherwise Windows tells places as if every monitor had 96 dots an inch
    lines: Lines = queue.SimpleQueue()
    threading.Thread(target=_await_end, args=(lines,), name="end", daemon=True).start()
    try:
        _listen(msgspec.json.decode(arguments[0], type=list[str]), lines, keys=MOUSE not in arguments)
    except ImportError as error:  # pynput is missing, or this system has no desktop that it knows
        _write(InputLine("problem", text=str(error).splitlines()[0]))
        return 1
    except OSError:
        return 0  # the reader closed the pipe
    return 0


def _await_end(lines: Lines) -> None:
    while os.read(0, 4096):
        pass
    lines.put(None)


def _listen(hotkeys: list[str], lines: Lines, *, keys: bool) -> None:
    from capture.backends.portable.pynput_input import PynputInput

    inputs = PynputInput(hotkeys, lambda line: lines.put(_stamped(line)), keys=keys)
    dead = inputs.dead()
    _write(_problem(dead) if dead else InputLine("ready"))
    while True:
        try:
            line = lines.get(timeout=_TICK_S)
        except queue.Empty:
            inputs.rest()
            line = _stamped(InputLine("tick"))
        if line is None:
            return
        _write(line)
        if inputs.dead() != dead:
            dead = inputs.dead()
            _write(_problem(dead))


def _stamped(line: InputLine) -> InputLine:
    return replace(line, at_ns=time.monotonic_ns())


def _problem(dead: list[str]) -> InputLine:
    return InputLine("problem", text=f"the system stopped the listener of the {' and the '.join(dead)}")


def _write(line: InputLine) -> None:
    left = memoryview(to_json(line) + b"\n")
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    # Skips the interpreter's shutdown: pynput's threads wait for input that may not come.
    os._exit(main(sys.argv[1:]))
