"""Opens the product's own services for the application: the library and this machine's recorder.

Owns putting them together from the settings. Refuses to keep anything open but the library.
"""

from __future__ import annotations

from pathlib import Path

from tui.config import Settings
from tui.services.glossary_service import LocalGlossaryService
from tui.services.protocols import Services
from tui.services.recognizers import intake_options, words_ready


def open_services(settings: Settings) -> Services:
    """Services over the settings. Raises LibraryError when the library cannot be opened."""
    from library.connection.library import open_library
    from library.maintenance.glossary import glossary_of
    from tui.services.library_service import LocalLibraryService
    from tui.services.recording_service import LocalRecordingService
    from tui.services.review_service import LocalReviewService

    library = open_library(settings.library_url, cache=settings.indexes_folder, media=settings.media)
    options = intake_options(settings)
    shelf = LocalLibraryService(library, options, Path.cwd())
    return Services(
        shelf,
        LocalRecordingService(settings, options),
        LocalReviewService(settings, library, options),
        author=settings.author,
        countdown_s=settings.countdown_s,
        fps=settings.fps,
        live_words=settings.live_words,
        hotkeys=tuple(settings.hotkeys.items()),
        terms=LocalGlossaryService(glossary_of(library)),
        words_ready=lambda: words_ready(settings),
        reader_url=settings.reader_url,
        notices=library.notices,
        close=shelf.close,
    )
