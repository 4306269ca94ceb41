"""``practice_service`` and ``feedback_service``: the library and this user's practice for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from library.practice.store import PracticeStore
from tui.commands.options import CommandContext
from tui.services.live_labels import start_live_labels
from tui.services.recognizers import intake_options

if TYPE_CHECKING:
    from library.connection.library import Library
    from tui.services.practice.feedback import LocalFeedbackService
    from tui.services.practice.service import LocalPracticeService


@contextmanager
def feedback_service(cli: CommandContext) -> Iterator[LocalFeedbackService]:
    """Feedback in the library, for the user of the settings."""
    from tui.services.factory import feedback_of

    with cli.open_library() as library:
        yield feedback_of(cli.settings, library)


@contextmanager
def practice_service(cli: CommandContext) -> Iterator[tuple[Library, LocalPracticeService]]:
    """The open library and the attempts of this user at its demos."""
    from tui.services.practice.service import LocalPracticeService

    settings = cli.settings
    with cli.open_library() as library:
        yield library, LocalPracticeService(
            library, PracticeStore(settings.mine_folder), intake_options(settings).reader, start_live_labels,
            fps=settings.fps, hotkeys=settings.hotkeys,
        )  # fmt: skip
