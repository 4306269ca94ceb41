"""A real terminal controlled by keys: tmux on its own socket. It never sleeps, it waits for text on the screen."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import uuid
from collections.abc import Mapping, Sequence

from tests.support.desktop import wait_for
from tests.support.windows import skip_on_windows


class Terminal:
    """One program in one tmux pane. Use as a context manager; the program and the server end with it."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], *, columns: int = 120, rows: int = 36) -> None:
        skip_on_windows("tmux")
        self._socket = f"showhow-{uuid.uuid4().hex[:10]}"
        self._command, self._env, self._size = command, dict(env) | {"TERM": "xterm-256color"}, (columns, rows)

    def __enter__(self) -> Terminal:
        columns, rows = self._size
        wanted = {
            key: value
            for key, value in self._env.items()
            if key.startswith(("SHOWHOW", "PULSE", "XDG", "DISPLAY", "PATH", "HOME", "LANG"))
        }
        settings = [f"{key}={value}" for key, value in wanted.items()]
        line = shlex.join(["env", *settings, *self._command])
        # The pane remains after the program has ended, so that its last output can be read.
        self._tmux(
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            str(columns),
            "-y",
            str(rows),
            line,
            ";",
            "set",
            "remain-on-exit",
            "on",
            ";",
            "set",
            "-s",
            "set-clipboard",
            "on",
        )
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the terminal as its window button does: the program gets SIGHUP."""
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], env=self._env, capture_output=True, check=False)

    def attach_command(self) -> list[str]:
        """What shows this terminal in a window, for a terminal program that runs it."""
        return ["tmux", "-u", "-L", self._socket, "attach"]

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-u", "-L", self._socket, *words]
        return subprocess.run(command, env=self._env, capture_output=True, text=True, check=True, timeout=20).stdout

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: ``Enter``, ``Escape``, ``C-p``, ``Down``, ``a``."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Type text letter by letter."""
        self._tmux("send-keys", "-l", text)

    def screen(self) -> str:
        """Current content of the screen, as text."""
        return self._tmux("capture-pane", "-p")

    def copied(self, seconds: float = 20.0) -> str:
        """Wait until the program has copied text (OSC 52). Returns it."""

        def buffer() -> str:
            return self._tmux("show-buffer") if self._tmux("list-buffers").strip() else ""

        return str(wait_for(buffer, "something copied", seconds))

    def pid(self) -> int:
        """Process id of the program."""
        return int(self._tmux("display", "-p", "#{pane_pid}"))

    def kill(self) -> None:
        """Kill the program, like a crash, without any cleanup."""
        os.killpg(self.pid(), signal.SIGKILL)
        assert self.ended()

    def shows(self, text: str, seconds: float = 30.0) -> str:
        """Wait until ``text`` is on the screen. Returns the screen; fails with its content instead."""
        return self._until(lambda screen: text in screen, f"“{text}”", seconds)

    def hides(self, text: str, seconds: float = 30.0) -> str:
        """Wait until ``text`` has gone from the screen. Returns the screen."""
        return self._until(lambda screen: text not in screen, f"“{text}” to go", seconds)

    def running(self) -> bool:
        """Whether the program runs in its terminal."""
        command = ["tmux", "-L", self._socket, "display", "-p", "#{pane_dead}"]
        return subprocess.run(command, env=self._env, capture_output=True, text=True, check=False).stdout.strip() == "0"

    def ended(self, seconds: float = 20.0) -> bool:
        """Wait until the program has ended."""
        return bool(
            wait_for(lambda: self._tmux("display", "-p", "#{pane_dead}").strip() == "1", "the program to end", seconds)
        )

    def _until(self, condition: object, what: str, seconds: float) -> str:
        seen = ""

        def look() -> bool:
            nonlocal seen
            seen = self.screen()
            return bool(condition(seen))  # type: ignore[operator]  # a callable by this class's own use

        try:
            wait_for(look, what, seconds)
        except RuntimeError as error:
            raise AssertionError(f"{error}; the screen shows:\n{seen}") from None
        return seen
