"""Opens the product's own services for the application: the library and this machine's recorder.

Owns putting them together from the settings. Refuses to keep anything open but the library.
"""

from __future__ import annotations

from pathlib import Path

from tui.config import Settings
from tui.hearing import intake_options, library_folder, words_ready
from tui.services import Services
from tui.terms import HouseTerms


def open_services(settings: Settings) -> Services:
    """Services over the settings. Raises LibraryError when the library cannot be opened."""
    from library.connect import open_library
    from tui.shelf import LibraryShelf
    from tui.studio import HouseStudio

    library = open_library(settings.library_url, cache=settings.indexes_folder, media=settings.media)
    options, folder = intake_options(settings), library_folder(settings)
    shelf = LibraryShelf(library, options, Path.cwd())
    return Services(
        shelf,
        HouseStudio(settings, library, options),
        author=settings.author,
        countdown_s=settings.countdown_s,
        fps=settings.fps,
        live_words=settings.live_words,
        hotkeys=tuple(settings.hotkeys.items()),
        terms=HouseTerms(folder) if folder is not None else None,
        words_ready=lambda: words_ready(settings),
        reader_url=settings.reader_url,
        close=shelf.close,
    )
