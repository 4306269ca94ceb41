"""Tests under Windows: what needs something that it lacks is skipped there, with the reason."""

from __future__ import annotations

import signal
import sys

WINDOWS: bool = sys.platform == "win32"
KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
"""The signal that ends a process at once: on Windows every signal does."""
KILLED = int(KILL) if WINDOWS else -int(KILL)
"""The exit code of a process that was ended so."""


def skip_on_windows(needs: str) -> None:
    """Skip the running test on Windows; ``needs`` says what it has not."""
    if WINDOWS:
        import pytest  # late: the demo uses these modules without it

        pytest.skip(f"Windows has no {needs}")
