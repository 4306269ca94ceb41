"""LiveTranscriber: runs the live transcription process during a recording. The recording does not depend on it.

Owns starting the process, restarting it after a crash, and the text so far. Does not transcribe or record itself. Safe
to use from any thread.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from capture.child_process import ChildProcess, to_json
from capture.span import Span
from transcribe.streaming.live_messages import LiveOptions, LiveUpdate

__all__ = ["LiveOptions", "LiveTranscriber"]

_TRIES, _PAUSE_S = 6, 0.2
"""How often in a row the process may end without any result before it is given up."""
_PASSIVE = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Otherwise helper threads spin on the recorder's core, for three times the CPU time of their work."""


class LiveTranscriber:
    """A running live transcription. ``on_update`` is called with each update, from another thread."""

    def __init__(self, options: LiveOptions, on_update: Callable[[LiveUpdate], None] | None = None) -> None:
        self._options, self._on_update = options, on_update
        self._updates: list[LiveUpdate] = []
        self._scrapped: list[Span] = []
        self._child: ChildProcess | None = None
        self._closed, self._ended = threading.Event(), threading.Event()
        self._progressed = False
        self.ready, self.problem = False, ""
        self._thread = threading.Thread(target=self._run, name="live words", daemon=True)
        self._thread.start()

    @property
    def text(self) -> str:
        """The text so far as one line, without scrapped parts."""
        texts = (u.text for u in tuple(self._updates) if not self._is_scrapped(u))
        return " ".join(text for text in texts if text)

    def _is_scrapped(self, update: LiveUpdate) -> bool:
        span = Span(update.start_ms, max(update.start_ms, update.end_ms))
        return any(span.overlap_ms(scrapped) * 2 > span.duration_ms for scrapped in self._scrapped)

    @property
    def pid(self) -> int | None:
        """Process id; None before the start."""
        return self._child.pid if self._child is not None else None

    def scrap(self, span: Span) -> None:
        """Leave out the text of this span of take time."""
        self._scrapped.append(span)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it has ended, which it does after the recording. False when it still runs after ``timeout_s``."""
        return self._ended.wait(timeout_s)

    def close(self) -> None:
        """End it now; its log is kept."""
        self._closed.set()
        if self._child is not None:
            self._child.kill()
        self._ended.wait(5)

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            left = _TRIES
            while left and not self._closed.is_set():
                self._progressed = self.ready = False
                if self._run_process() == 0 or self.problem:
                    break
                left = _TRIES if self._progressed else left - 1
                self._closed.wait(_PAUSE_S)
        self._ended.set()

    def _run_process(self) -> int | None:
        options = to_json(self._options).decode()
        with ChildProcess("transcribe.streaming.live_process", options, variables=_PASSIVE) as self._child:
            if not self._closed.is_set():  # close() may have run while the process was starting
                for update in self._child.records(LiveUpdate):
                    self._handle(update)
                return self._child.wait()
        return None

    def _handle(self, update: LiveUpdate) -> None:
        self.ready = self.ready or update.ready
        self.problem = update.problem or self.problem
        self._progressed = self._progressed or bool(update.end_ms)
        if update.end_ms:
            # What begins here was transcribed again, in another language, as all that followed will be.
            self._updates[:] = [one for one in self._updates if one.start_ms < update.start_ms]
        if update.text:
            self._updates.append(update)
        if self._on_update is not None:
            self._on_update(update)
