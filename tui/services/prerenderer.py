"""``Prerenderer``: renders the clip in a background thread while the draft is reviewed, so that filing is fast.

Owns the timing: the first draft is rendered at once, edits after a delay without changes; a stale render is cancelled
at its next progress report. Does not know what is rendered or where: a callable and a key function are passed in.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from capture.errors import Cancelled
from capture.progress import Progress
from library.model import Draft

SETTLE_S = 1.2
"""Delay after an edit, in seconds: longer than the time between two key presses, shorter than a look at the result."""
_NICE = 10
"""Niceness of background work: lower priority than the screen and live transcription."""


class Prerenderer:
    """One render at a time. ``make`` renders a draft and may take long; drafts with equal ``key`` look the same."""

    def __init__(
        self, make: Callable[[Draft, Progress], object], key: Callable[[Draft], str], settle_s: float = SETTLE_S
    ) -> None:
        self._make, self._key, self._settle_s = make, key, settle_s
        self._lock = threading.Lock()
        self._work: _Work | None = None
        self._last: _Work | None = None
        self._closed = False

    def want(self, draft: Draft) -> None:
        """Schedule a render of the current draft unless it is rendered or scheduled. Waits only for the lock."""
        key = self._key(draft)
        with self._lock:
            if self._closed or (self._work is not None and self._work.key == key):
                return
            delay = 0.0 if self._work is None else self._settle_s
            if self._work is not None:
                self._work.stop()
            self._last = self._work = _Work(key, draft, self._make, delay, self._last)

    def wait(self, draft: Draft, progress: Progress) -> None:
        """Wait for the render of this draft; any other render is stopped.

        A failed render counts as done: filing renders again and reports the error. Raises Cancelled when ``progress``
        does.
        """
        key = self._key(draft)
        with self._lock:
            work = self._work
        if work is None or work.key != key:
            self.stop()
            return
        work.now()
        while not work.done.wait(0.05):
            progress(*work.progress)

    def stop(self) -> None:
        """Cancel the current render and wait for its thread."""
        with self._lock:
            work, self._work = self._work, None
        if work is not None:
            work.stop()
            work.done.wait()

    def close(self) -> None:
        """Stop, and render nothing more: a draft saved at the last moment must not keep the process."""
        with self._lock:
            self._closed = True
        self.stop()


class _Work:
    """The render of one draft. It begins once ``before``, which was stopped, has ended: they share a cache."""

    def __init__(
        self, key: str, draft: Draft, make: Callable[[Draft, Progress], object], delay_s: float, before: _Work | None
    ) -> None:
        self.key, self.done, self.progress = key, threading.Event(), (0, 0, "Rendering the clip")
        self._draft, self._make, self._delay_s, self._before = draft, make, delay_s, before
        self._stopped, self._go = threading.Event(), threading.Event()
        threading.Thread(target=self._run, name="prerenderer").start()

    def _run(self) -> None:
        try:
            if self._delay_s:
                self._go.wait(self._delay_s)
            if self._before is not None:
                self._before.done.wait()
                self._before = None
            if not self._stopped.is_set():
                lower_priority()
                self._make(self._draft, self._report)
        except Exception:  # noqa: BLE001, S110  filing renders again and reports the error
            pass
        finally:
            self.done.set()

    def _report(self, done: int, total: int, what: str) -> None:
        if self._stopped.is_set():
            raise Cancelled
        self.progress = (done, total, what)

    def now(self) -> None:
        """Skip the rest of the delay."""
        self._go.set()

    def stop(self) -> None:
        """Cancel at the next progress report."""
        self._stopped.set()
        self._go.set()


def lower_priority() -> None:
    """Lower the priority of this thread and of those started from it. Linux only: elsewhere niceness is per process."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
