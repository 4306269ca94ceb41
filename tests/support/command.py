"""Runs a command of showhow in a process of its own, forked from one that has loaded the command line before.

Loading it takes longer than most commands do. A command has its own arguments, environment, folder and output, and sees
nothing of what another one did. What depends on how the interpreter starts (encodings, a terminal) is tested with the
installed program.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

SHOWHOW = Path(sys.executable).with_name("showhow")
ONE_PROCESS = [sys.executable, "-m", "tui.cli"] if sys.platform == "win32" else [str(SHOWHOW)]
"""showhow as one process, which can be ended: on Windows the installed program starts another one and waits for it."""
_LARGEST_REQUEST = 200_000
_starting = threading.Lock()


def run_command(
    *words: str | Path, env: Mapping[str, str] | None = None, check: bool = False, timeout_s: float = 120.0
) -> subprocess.CompletedProcess[str]:
    """Run ``showhow`` with these words and without input to its end; the result as ``subprocess.run`` gives it."""
    command = [str(SHOWHOW), *map(str, words)]
    if sys.platform == "win32":  # it has no fork
        return subprocess.run(command, env=env, capture_output=True, text=True, check=check, timeout=timeout_s)
    with _starting:
        forker = _forker()
    given = dict(os.environ if env is None else env)
    request = json.dumps({"command": command, "env": given, "folder": str(Path.cwd())}).encode()
    answer, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    (out, told), (error, complained) = os.pipe(), os.pipe()
    with answer, os.fdopen(out, encoding="utf-8") as output, os.fdopen(error, encoding="utf-8") as complaints:
        with asked:
            socket.send_fds(forker, [request], [asked.fileno(), told, complained])
        os.close(told)
        os.close(complained)
        with ThreadPoolExecutor(2) as readers:
            texts = [readers.submit(output.read), readers.submit(complaints.read)]
            code = _wait(answer, command, timeout_s)
            done = subprocess.CompletedProcess(command, code, *(text.result() for text in texts))
    if check:
        done.check_returncode()
    return done


def _wait(answer: socket.socket, command: list[str], timeout_s: float) -> int:
    """The exit code of a command, negative for a signal; kills it when it takes longer."""
    pid = int(answer.recv(64))
    answer.settimeout(timeout_s)
    try:
        return int(answer.recv(64))
    except TimeoutError as error:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        raise subprocess.TimeoutExpired(command, timeout_s) from error


@cache
def _forker() -> socket.socket:
    """The socket on which this process's forker is asked. It ends when this process has closed its end."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-P", __file__, str(theirs.fileno())]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _fork_at_request(requests: socket.socket) -> None:
    """Fork a process for each request; returns in the process of a command, ready to run it, and at the end."""
    while True:
        request, sent, _, _ = socket.recv_fds(requests, _LARGEST_REQUEST, 3)
        if not request:
            sys.exit(0)
        if os.fork() == 0:
            requests.close()
            _run_watched(json.loads(request), *sent)
            return
        for one in sent:
            os.close(one)


def _run_watched(request: dict[str, Any], answer: int, out: int, error: int) -> None:
    """Become the command in a process whose parent tells its number and its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if pid := os.fork():
        os.close(out)
        os.close(error)
        with socket.socket(fileno=answer) as told:
            told.send(str(pid).encode())
            told.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
        os._exit(0)
    os.close(answer)
    for sent, known in ((out, 1), (error, 2)):
        os.dup2(sent, known)
        os.close(sent)
    sys.stdout = sys.__stdout__ = _text_to(1, "strict")
    sys.stderr = sys.__stderr__ = _text_to(2, "backslashreplace")
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = request["command"]


def _text_to(number: int, errors: str) -> io.TextIOWrapper:
    """A stream as Python makes it at its start; errors are written line by line."""
    raw = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
    return io.TextIOWrapper(raw, "utf-8", errors, line_buffering=number == 2)


if __name__ == "__main__":
    import tui.commands.root.app  # noqa: F401  loaded for the commands to come
    from tui.cli import main

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the watching processes answer for themselves
    gc.freeze()  # what is loaded is never garbage, and collecting it would copy its memory
    _fork_at_request(socket.socket(fileno=int(sys.argv[1])))
    main()
