"""Consent: the desktop asks its user whether the screen may be recorded, which takes as long as the user does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from capture.errors import CaptureError


class Consent:
    """Passed to whatever opens a screen. ``asking`` is true while the desktop's dialogue may be open. Thread-safe."""

    def __init__(self) -> None:
        self.asking = False
        self._withdrawn = threading.Event()

    @contextmanager
    def question(self) -> Iterator[None]:
        """The dialogue is open within this block."""
        self.asking = True
        try:
            yield
        finally:
            self.asking = False

    def withdraw(self) -> None:
        """Nobody waits for the answer any more."""
        self._withdrawn.set()

    def check(self) -> None:
        """Raises CaptureError when nobody waits for the answer any more. Call it a few times a second."""
        if self._withdrawn.is_set():
            raise CaptureError("The recording was given up before the desktop's question was answered")
