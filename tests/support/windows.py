"""Tests under Windows: what needs something that it lacks is skipped there, with the reason."""

from __future__ import annotations

import sys

WINDOWS: bool = sys.platform == "win32"


def skip_on_windows(needs: str) -> None:
    """Skip the running test on Windows; ``needs`` says what it has not."""
    if WINDOWS:
        import pytest  # late: the demo uses these modules without it

        pytest.skip(f"Windows has no {needs}")
