"""AppContext: what screens and workflows know of the application. ``tui/app.py`` is the product's own."""

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
        """The ways to other screens."""

    @property
    def jobs(self) -> Jobs:
        """Long work beside the screens."""

    @property
    def recording(self) -> ActiveRecording:
        """The one recording there may be."""
