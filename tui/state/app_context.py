"""``AppContext``: the part of the application that screens and workflows use; ``tui/app.py`` implements it."""

from __future__ import annotations

from typing import Protocol

from tui.services.protocols import Services
from tui.state.active_recording import ActiveRecording
from tui.state.jobs import Jobs
from tui.state.navigator import Navigator


class AppContext(Protocol):
    """The running application without Textual. ``services`` and ``navigator`` are there once ``is_open``."""

    @property
    def is_open(self) -> bool:
        """Whether the library is open."""

    @property
    def services(self) -> Services:
        """Library, recording and review."""

    @property
    def navigator(self) -> Navigator:
        """Navigation between screens."""

    @property
    def jobs(self) -> Jobs:
        """Long work in the background."""

    @property
    def recording(self) -> ActiveRecording:
        """The active recording, if any."""
