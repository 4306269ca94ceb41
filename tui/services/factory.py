"""``open_services``: builds the application's services from the settings. Of these only the library stays open."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from capture.progress import Progress, silent
from tui.config import Settings, settings_file
from tui.services.protocols import Services
from tui.services.recognizers import intake_options, local_recognizer, words_ready
from tui.services.remembered import Remembered

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.intake.options import IntakeOptions
    from tui.services.learning.service import LocalLearningService
    from tui.services.practice.feedback import LocalFeedbackService
    from tui.services.practice.pathway_protocol import PathwayService
    from tui.services.practice.prompt_service import LocalPromptService
    from tui.services.practice.protocols import PracticeService


def open_services(settings: Settings, progress: Progress = silent) -> Services:
    """Services for these settings; ``progress`` of opening. Raises LibraryError when the library cannot be opened."""
    from library.connection.library import open_library
    from library.maintenance.glossary import glossary_of
    from tui.services.learning.service import LocalLearningService
    from tui.services.library_service import LocalGlossaryService, LocalLibraryService
    from tui.services.model_service import LocalModelService
    from tui.services.recording_service import LocalRecordingService
    from tui.services.review_service import LocalReviewService
    from tui.services.second_hearing import LocalSecondHearing
    from tui.services.sharing.link_handler import user_handler
    from tui.services.sharing.link_sharing import LibraryLinks

    library = open_library(
        settings.library_url,
        cache=settings.indexes_folder,
        media=settings.media,
        share_use=settings.share_use,
        sentences=settings.sentences,
        progress=progress,
    )
    options = intake_options(settings)
    remembered = Remembered(settings.home)
    library_service = LocalLibraryService(library, options, Path.cwd(), settings.reader_url)
    learning = LocalLearningService(library, settings.author, library_service.visit)
    return Services(
        library_service,
        LocalRecordingService(settings, options),
        LocalReviewService(settings, library, options),
        author=settings.author,
        countdown_s=settings.countdown_s,
        fps=settings.fps,
        live_words=settings.live_words,
        hotkeys=tuple(settings.hotkeys.items()),
        second_hearing=LocalSecondHearing(settings, library),
        glossary=LocalGlossaryService(glossary_of(library)),
        models=LocalModelService(settings),
        practice=_practice(settings, library, options),
        feedback=feedback_of(settings, library),
        prompts=prompt_service(settings, library, learning),
        pathways=_pathways(settings, library),
        words_ready=lambda: words_ready(settings),
        remembered=remembered,
        microphone=settings.microphone,
        reader_url=settings.reader_url,
        sharing=LibraryLinks(
            library,
            settings.reader_url,
            settings.author,
            settings.share_days,
            handler=user_handler,
            asked=lambda: remembered.asked_about_links,
            keep_asked=remembered.keep_asked_about_links,
        ),
        settings_file=str(settings_file(os.environ)),
        learning=learning,
        notices=(*library.notices, *filter(None, [library.meaning.trouble])),
        close=library_service.close,
    )


def _practice(settings: Settings, library: Library, options: IntakeOptions) -> PracticeService:
    from library.practice.store import PracticeStore
    from tui.services.live_labels import start_live_labels
    from tui.services.practice.service import LocalPracticeService

    store = PracticeStore(settings.mine_folder)
    return LocalPracticeService(
        library, store, options.reader, start_live_labels, fps=settings.fps, hotkeys=settings.hotkeys
    )


def feedback_of(settings: Settings, library: Library) -> LocalFeedbackService:
    """Feedback in an open library, for the user of the settings."""
    from library.practice.store import PracticeStore
    from tui.services.practice.feedback import LocalFeedbackService

    return LocalFeedbackService(
        library, PracticeStore(settings.mine_folder), settings.author, microphone=settings.microphone,
        recognizer=partial(local_recognizer, settings),
    )  # fmt: skip


def prompt_service(settings: Settings, library: Library, learning: LocalLearningService) -> LocalPromptService:
    """Today's practice of this user, and who else has lines for Today."""
    from library.practice.store import PracticeStore
    from tui.services.practice.prompt_service import LocalPromptService
    from tui.services.practice.today_sources import KnownNeeds, OwnDemos, WaitingReviews

    author = settings.author
    sources = (
        WaitingReviews(feedback_of(settings, library)), OwnDemos(learning, author), KnownNeeds(learning, author),
    )  # fmt: skip
    return LocalPromptService(library, PracticeStore(settings.mine_folder), author, sources)


def _pathways(settings: Settings, library: Library) -> PathwayService:
    from library.practice.store import PracticeStore
    from tui.services.practice.pathways import LocalPathwayService

    return LocalPathwayService(library, PracticeStore(settings.mine_folder), settings.author)
