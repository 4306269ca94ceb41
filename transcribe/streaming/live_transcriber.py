"""Live: the handle to a recogniser beside a recording. Whoever records holds one; without it the take is the same.

Owns starting it, what it has said so far, and starting it anew when it was killed. Refuses to hear and to record. Safe
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
"""How often in a row it may die without having heard anything; then the machine cannot do it."""
_PASSIVE = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Helper threads otherwise spin on the recorder's core for three times what they compute."""


class LiveTranscriber:
    """A recogniser at work. ``told`` is called with each piece of news, from a thread of its own."""

    def __init__(self, options: LiveOptions, told: Callable[[LiveUpdate], None] | None = None) -> None:
        self._options, self._told = options, told
        self._news: list[LiveUpdate] = []
        self._scrapped: list[Span] = []
        self._child: ChildProcess | None = None
        self._closed, self._ended = threading.Event(), threading.Event()
        self._heard_something = False
        self.ready, self.problem = False, ""
        self._thread = threading.Thread(target=self._run, name="live words", daemon=True)
        self._thread.start()

    @property
    def said(self) -> str:
        """Everything recognised so far, scrapped stretches left out, as one line."""
        kept = (n.text for n in tuple(self._news) if not self._gone(n))
        return " ".join(text for text in kept if text)

    def _gone(self, news: LiveUpdate) -> bool:
        span = Span(news.start_ms, max(news.start_ms, news.end_ms))
        return any(span.overlap_ms(scrapped) * 2 > span.duration_ms for scrapped in self._scrapped)

    @property
    def pid(self) -> int | None:
        """The recogniser's process; None before it was started."""
        return self._child.pid if self._child is not None else None

    def scrap(self, span: Span) -> None:
        """Words of this stretch of take time are not wanted any more."""
        self._scrapped.append(span)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until it has heard everything; it ends by itself after the recording. False when it still hears."""
        return self._ended.wait(timeout_s)

    def close(self) -> None:
        """End it now; what it has heard is kept."""
        self._closed.set()
        if self._child is not None:
            self._child.kill()
        self._ended.wait(5)

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            left = _TRIES
            while left and not self._closed.is_set():
                self._heard_something = self.ready = False
                if self._once() == 0 or self.problem:
                    break
                left = _TRIES if self._heard_something else left - 1
                self._closed.wait(_PAUSE_S)
        self._ended.set()

    def _once(self) -> int | None:
        options = to_json(self._options).decode()
        with ChildProcess("transcribe.streaming.live_process", options, variables=_PASSIVE) as self._child:
            if not self._closed.is_set():  # it may have been closed while the process was started
                for news in self._child.records(LiveUpdate):
                    self._take_in(news)
                return self._child.wait()
        return None

    def _take_in(self, news: LiveUpdate) -> None:
        self.ready = self.ready or news.ready
        self.problem = news.problem or self.problem
        self._heard_something = self._heard_something or bool(news.end_ms)
        if news.text:
            self._news.append(news)
        if self._told is not None:
            self._told(news)
