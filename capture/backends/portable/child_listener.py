"""ChildListener: input events from a process of their own, so that a crash of the listening ends no take.

Knows the windows by DesktopInfo, where the system tells them. Without the process, or the system's permission,
recording works and ``why_not`` says why inputs are not recorded.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import msgspec

from capture.backends.portable.input_line import MOUSE, InputLine
from capture.backends.portable.key_names import parse_hotkey
from capture.child_process import ChildProcess
from capture.desktop.desktop_info import DesktopInfo
from capture.desktop.input_events import EventAggregator
from capture.errors import CaptureError

_PROCESS = "capture.backends.portable.input_process"
_READY_S = 4.0
"""How long a recording waits for its listener, a fifth of what its whole start may take; a later one is used too."""
_END_S = 3.0
_NS_PER_MS = 1_000_000
_WINDOW_S = 0.2
"""How often the window that has the focus is looked up: a window change is a step's boundary, no faster than a hand."""
_BY_ITSELF = (0, 1)
"""Exit codes of a process that was not killed."""
_ENDED = "the process that listens ended"


class ChildListener:
    """Listens from construction on. Raises CaptureError when the process cannot be started.

    When it is killed, another one listens to the mouse alone: what kills it, on a Mac, is reading the keyboard.
    ``open_info`` is called in the thread that reads the process, and used there only.
    """

    def __init__(
        self,
        inputs: EventAggregator,
        hotkeys: Mapping[str, Callable[[], None]],
        open_info: Callable[[], DesktopInfo | None],
    ) -> None:
        self.why_not = ""
        self._inputs, self._hotkeys = inputs, hotkeys
        self._notices = [f"The hotkey {text} is no key of a keyboard and will not work." for text in _unknown(hotkeys)]
        self._answered, self._closing = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._looked_s, self._opened = 0.0, False
        try:
            self._child = self._start()
        except OSError as error:
            raise CaptureError(f"the process that listens cannot be started ({error.strerror})") from error
        self._thread = threading.Thread(target=self._run, args=(open_info,), name="input-listener", daemon=True)
        self._thread.start()
        self._answered.wait(_READY_S)
        self._opened = True

    def _start(self, *more: str) -> ChildProcess:
        return ChildProcess(_PROCESS, msgspec.json.encode(list(self._hotkeys)).decode(), *more, listens=True)

    def notices(self) -> list[str]:
        """Hotkeys that do not work, and what ended the listening, since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Stop listening; open bursts are put first. Called from a hotkey's action it only requests the stop."""
        with self._starting:
            self._closing.set()
            self._child.end()
        if threading.current_thread() is self._thread:
            return
        self._thread.join(_END_S)
        self._child.close()
        self._thread.join()

    def _run(self, open_info: Callable[[], DesktopInfo | None]) -> None:
        info = _try_open(open_info)
        if info is not None:
            self._inputs.starts_in(*info.active_window())
        info = self._read(info)
        if why := self._killed():
            self._lost(why, "Keys", " Clicks are.")
            if self._start_anew():
                info = self._read(info)
                if not self._closing.is_set():
                    self._lost(_ENDED)
        elif not self._closing.is_set():
            self._lost(_ENDED)
        if info is not None:
            info.close()
        self._inputs.finish()
        self._answered.set()

    def _read(self, info: DesktopInfo | None) -> DesktopInfo | None:
        """Pass on what the process says until it ends; the DesktopInfo that is left."""
        for line in self._child.records(InputLine):
            info = self._take(line, info)
        return info

    def _killed(self) -> str:
        """What killed the process; empty when it ended by itself or was asked to."""
        code = self._child.wait(_END_S)
        if self._closing.is_set() or code is None or code in _BY_ITSELF:
            return ""
        names = {number.value: number.name for number in signal.Signals}
        return f"the process that listens was ended by {names.get(-code, f'the system ({code})')}"

    def _start_anew(self) -> bool:
        """Have another process listen to the mouse; whether it does."""
        with self._starting:
            if self._closing.is_set():
                return False
            self._child.close()
            with suppress(OSError):
                self._child = self._start(MOUSE)
                return True
        self._lost(_ENDED)
        return False

    def _take(self, line: InputLine, info: DesktopInfo | None) -> DesktopInfo | None:
        """Pass one line on; the DesktopInfo to use from now on: None once the system's windows cannot be read."""
        # A burst must not fall apart because its lines are read late.
        self._inputs.behind((time.monotonic_ns() - line.at_ns) // _NS_PER_MS if line.at_ns else 0)
        try:
            self._pass(line, info)
            self._inputs.tick()
            if info is not None and time.monotonic() - self._looked_s >= _WINDOW_S:
                self._looked_s = time.monotonic()
                self._inputs.window(*info.active_window())
        except CaptureError:  # the display is gone, which the recorder finds by itself
            return None
        return info

    def _pass(self, line: InputLine, info: DesktopInfo | None) -> None:
        match line.kind:
            case "moved":
                self._inputs.moved(line.x, line.y)
            case "rested":
                self._inputs.rested(line.x, line.y)
            case "click":
                window = info.window_at(line.x, line.y) if info is not None else ("", "")
                self._inputs.click(line.x, line.y, line.button, window)
            case "scroll":
                self._inputs.scroll(line.x, line.y, line.dx, line.dy)
            case "typed":
                self._inputs.typed()
            case "corrected":
                self._inputs.corrected(line.text)
            case "chord":
                self._inputs.chord(line.text)
            case "hotkey":
                self._hotkeys[line.text]()
            case _:
                self._answer(line)

    def _answer(self, line: InputLine) -> None:
        if line.kind == "problem":
            self._lost(line.text)
        if line.kind in {"problem", "ready"}:
            self._answered.set()

    def _lost(self, why: str, what: str = "Clicks and keys", but: str = "") -> None:
        """Say it, once for each extent: as ``why_not``, which is read when this is opened, and later as a notice."""
        if self.why_not.startswith("Clicks"):
            return
        again = "no longer" if self._answered.is_set() else "not"
        self.why_not = f"{what} are {again} noted: {why.rstrip('.')}.{but}"
        if self._opened:
            self._notices.append(self.why_not)


def _unknown(hotkeys: Mapping[str, Callable[[], None]]) -> list[str]:
    return [text for text in hotkeys if parse_hotkey(text) is None]


def _try_open(open_info: Callable[[], DesktopInfo | None]) -> DesktopInfo | None:
    try:
        return open_info()
    except CaptureError:
        return None
