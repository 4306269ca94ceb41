"""Stand-ins behind the recorder's protocols, for tests that are not about the screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from capture.errors import CaptureError
from capture.model import Change, Region, Take, Target
from capture.recorder.options import RecordOptions
from capture.recorder.recorder import Recorder


class FakeScreen:
    """A ScreenSource whose picture changes when it is told to."""

    def __init__(self, width: int = 64, height: int = 48) -> None:
        self.width, self.height, self.label = width, height, "a fake"
        self.picture = np.zeros((height, width, 4), np.uint8)
        self.region, self.scale = Region(0, 0, width, height), 1.0
        self.pointer: tuple[int, int] | None = None
        self.told: list[str] = []
        self.closed = False
        self.gone: Exception | None = None
        self._changes: list[Change] = []

    def paint(self, value: int) -> None:
        """Fill the upper left corner with a grey."""
        box = Region(0, 0, 16, 16)
        self.picture[box.y : box.bottom, box.x : box.right] = value
        self._changes.append(Change(0, box.x, box.y, box.width, box.height, checksum=value))

    def poll(self) -> tuple[Change, ...]:
        if self.gone is not None:
            raise self.gone
        found, self._changes = tuple(self._changes), []
        return found

    def show_click(self, _x: int, _y: int) -> None:
        """Rings are not drawn."""

    def show_keys(self, _keys: str) -> None:
        """Neither are keys."""

    def notices(self) -> list[str]:
        told, self.told = self.told, []
        return told

    def close(self) -> None:
        self.closed = True


def goes_away() -> CaptureError:
    """What a screen says when its server has died."""
    return CaptureError("The display went away", "What was recorded until then is kept.")


class InThread:
    """A Recorder over a FakeScreen, running in a thread; ``take`` or ``fault`` is how it ended.

    ``screen`` None records the real one.
    """

    def __init__(self, folder: Path, **options: Any) -> None:
        more = {name: options.pop(name) for name in ("space",) if name in options}
        self.screen = FakeScreen()
        open_screen = (lambda _target: self.screen) if options.pop("screen", self.screen) is not None else None
        settings = {"microphone": "none", "events": False} | options
        wish = RecordOptions(target=Target(monitor=1), takes_folder=folder, **settings)
        self.recorder = Recorder(wish, open_screen=open_screen, **more)
        self.take: Take | None = None
        self.fault: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.take = self.recorder.run()
        except Exception as error:  # noqa: BLE001  the test looks at it
            self.fault = error

    def until(self, ms: int) -> None:
        """Wait until so much take time has passed."""
        wait_until(lambda: self.recorder.status.elapsed_ms >= ms)

    def end(self) -> Take:
        """Stop it; its take."""
        self.recorder.stop()
        return self.ended()

    def ended(self) -> Take:
        """Wait for its end; its take."""
        self._thread.join(10)
        if self.fault is not None:
            raise self.fault
        assert self.take is not None, "the recorder does not end"
        return self.take


def wait_until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Poll a condition with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "gave up waiting"
        time.sleep(0.005)
