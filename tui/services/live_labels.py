"""Labels during a recording: starts the process that reads the text under each click while it is recorded.

The recording does not depend on it, and what it leaves is read when the recording is filed.
"""

from __future__ import annotations

import threading
from pathlib import Path

from capture.child_process import ChildProcess

_PROCESS = "transcribe.ocr.live_labels"


class LabelReading:
    """A running process; it ends by itself after the recording. Raises OSError when it cannot be started."""

    def __init__(self, take: Path) -> None:
        self._child = ChildProcess(_PROCESS, str(take))
        threading.Thread(target=self._wait, name="live labels", daemon=True).start()

    def _wait(self) -> None:
        with self._child:
            self._child.wait()

    def close(self) -> None:
        """End it now; what it has read is kept."""
        self._child.kill()


def start_live_labels(take: Path) -> LabelReading | None:
    """Start reading the labels of the take being recorded in a folder; None when no process can be started."""
    try:
        return LabelReading(take)
    except OSError:
        return None
