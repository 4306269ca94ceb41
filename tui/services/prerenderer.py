"""Renders the clip of the draft under review beside the screen, so that Enter finds it done.

Owns when: at once for the first draft, after edits once they settle; what an edit made stale is stopped at its next
report. Refuses to know what is rendered and where: a callable does, and a key tells drafts apart that look different.
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
"""Longer than the pause between two presses of a key, shorter than a look at the result."""
_NICE = 10
"""Below the screen and the words that are being heard; above nothing else that matters."""


class Prerenderer:
    """One render at a time. ``make`` renders a draft and may take long; ``key`` tells which drafts look the same."""

    def __init__(
        self, make: Callable[[Draft, Progress], object], key: Callable[[Draft], str], settle_s: float = SETTLE_S
    ) -> None:
        self._make, self._key, self._settle_s = make, key, settle_s
        self._lock = threading.Lock()
        self._work: _Work | None = None

    def want(self, draft: Draft) -> None:
        """This is the draft now: get it ready unless it is or is about to be. Never blocks for long."""
        key = self._key(draft)
        with self._lock:
            if self._work is not None and self._work.key == key:
                return
            delay = 0.0 if self._work is None else self._settle_s
            if self._work is not None:
                self._work.stop()
            self._work = _Work(key, draft, self._make, delay)

    def wait(self, draft: Draft, progress: Progress) -> None:
        """Until what is being rendered for this very draft is done; anything else is stopped.

        A render that failed is done as well: filing tries again and says why. Raises Cancelled when ``progress`` does.
        """
        key = self._key(draft)
        with self._lock:
            work = self._work
        if work is None or work.key != key:
            self.stop()
            return
        work.now()
        while not work.done.wait(0.05):
            progress(*work.told)

    def stop(self) -> None:
        """Render nothing more, and wait until that is so."""
        with self._lock:
            work, self._work = self._work, None
        if work is not None:
            work.stop()
            work.done.wait()


class _Work:
    def __init__(self, key: str, draft: Draft, make: Callable[[Draft, Progress], object], delay_s: float) -> None:
        self.key, self.done, self.told = key, threading.Event(), (0, 0, "Rendering the clip")
        self._draft, self._make, self._delay_s = draft, make, delay_s
        self._stopped, self._go = threading.Event(), threading.Event()
        threading.Thread(target=self._run, name="readier").start()

    def _run(self) -> None:
        try:
            if self._delay_s:
                self._go.wait(self._delay_s)
            if not self._stopped.is_set():
                lower_priority()
                self._make(self._draft, self._report)
        except Exception:  # noqa: BLE001, S110  filing does it again and says what is wrong; here nobody asked
            pass
        finally:
            self.done.set()

    def _report(self, done: int, total: int, what: str) -> None:
        if self._stopped.is_set():
            raise Cancelled
        self.told = (done, total, what)

    def now(self) -> None:
        """Wait for no more edits."""
        self._go.set()

    def stop(self) -> None:
        """End at the next report."""
        self._stopped.set()
        self._go.set()


def lower_priority() -> None:
    """This thread, and those the encoder starts from it, give way; elsewhere than on Linux a nice is a process's."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
