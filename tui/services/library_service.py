"""``LocalLibraryService``: library service for the screens (search, read, replay, edit, export), and the glossary's.

Maps library records to files and players. Long operations take a progress callback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from capture.progress import Progress
from capture.span import Span, clock
from library.catalog.usage import Use, Visit
from library.connection.library import Library
from library.index.model import no_pause
from library.intake.late_words import complete
from library.intake.options import IntakeOptions
from library.learning.notes.model import NoteKind
from library.learning.opening import open_learning
from library.maintenance.edit import edit_demo
from library.maintenance.glossary import Glossary, corrected_terms
from library.maintenance.revisions import remove_demo
from library.maintenance.stats import NO_WORK, Work, insight
from library.model import Demo, Draft, Found, LibraryError
from library.search.ask import ask
from library.search.search import search
from library.search.similar import more_like
from tui.model import DemoEdit, Exported, Names, Picture
from tui.playback.replayer import READER, Replayer
from tui.playback.system_player import MPV
from tui.services.prerenderer import lower_priority
from tui.services.video_import import load_video

HITS = 60
"""Number of hits per search: more than a user scrolls through, few enough to redraw on every key press."""


class LocalLibraryService:
    """Service over an open library. Thread-safe, as its catalog is."""

    def __init__(self, library: Library, options: IntakeOptions, exports: Path, reader_url: str = "") -> None:
        self._library, self._options, self._exports, self._reader_url = library, options, exports, reader_url
        self._replayer, self._visit = Replayer(library, noted=self._note_step), Visit()
        self._learning = open_learning(library)

    @property
    def name(self) -> str:
        """Display name of the library."""
        return self._library.name

    def close(self) -> None:
        """Close the replayer and the library."""
        self._replayer.close()
        self._library.close()

    def count(self) -> int:
        """Number of demos, including those that others filed since the last call."""
        self._library.refresh()
        return self._library.catalog.count()

    def search(self, query: str, pause: Callable[[], None] = no_pause) -> Found:
        """Hits, best first; for an empty query the newest demos. Raises Cancelled when ``pause`` does."""
        return search(self._library.catalog, query, HITS, pause=pause)

    @property
    def has_meaning(self) -> bool:
        """Whether there is a sentence model."""
        return self._library.meaning.ready

    @property
    def trouble(self) -> str:
        """One line on why meaning is not searched, or not everywhere; empty otherwise."""
        return self._library.meaning.trouble

    def ask(self, query: str, pause: Callable[[], None] = no_pause) -> Found:
        """Hits by words and by meaning. Raises Cancelled when ``pause`` does."""
        return ask(self._library.catalog, self._library.meaning, query, HITS, pause=pause)

    def read_meanings(self, progress: Progress) -> None:
        """Make the vectors that are missing, at low priority."""
        lower_priority()
        self._library.meaning.fill_quietly(progress)

    def like(self, demo_id: str) -> Found:
        """Demos like this one."""
        return more_like(self._library.catalog, self.demo(demo_id), HITS)

    def note_search(self, query: str, hits: int) -> None:
        """Record a search in the usage log."""
        with suppress(LibraryError):  # a read-only library
            visit = self._visit.searching()
            self._library.catalog.use.note_search(query, hits, self._options.author, visit)

    def ask_for(self, query: str) -> str:
        """Ask for a demo. Raises LibraryError."""
        return self._learning.needs.ask(query).query

    def note_opened(self) -> None:
        """Say that a demo was opened."""
        self._visit.opening()

    def visit(self) -> str:
        """The visit of the search before a note."""
        return self._visit.opening()

    def _note_step(self, demo: Demo, kind: str, at_ms: int) -> None:
        """Note what a key in the player said, at the step that it showed."""
        step = next((one.number for one in reversed(demo.steps) if one.start_ms <= at_ms), 0)
        with suppress(LibraryError):  # a read-only library
            self._learning.notes.add(demo.demo_id, NoteKind(kind), step=step, visit=self._visit.opening())

    def _note(self, demo: Demo, use: Use) -> None:
        with suppress(LibraryError):  # a read-only library
            self._library.catalog.use.note(demo.demo_id, use, self._options.author, self._visit.opening())

    def demo(self, demo_id: str) -> Demo:
        """One demo."""
        return self._library.catalog.get(demo_id)

    def still(self, demo: Demo, number: int) -> Path | None:
        """Still of a step; None when it is missing."""
        for step in demo.steps:
            if step.number == number and step.still:
                path = self._library.store.fetch_local(demo, step.still).path / step.still
                return path if path.is_file() else None
        return None

    def play(self, demo: Demo, start_ms: int, speed: float, loop: Span | None = None) -> str:
        """Open the clip at ``start_ms``; returns a message for the user."""
        player = self._replayer.play(demo, start_ms, speed, loop=loop)
        self._note(demo, Use.REPLAY)
        if player == MPV:
            return f"Playing “{demo.title}” in mpv from {clock(start_ms)}"
        if player == READER:
            return f"Opened “{demo.title}” in {player} at {clock(start_ms)}"
        return f"Opened “{demo.title}” in {player}: the step begins at {clock(start_ms)}"

    def playing(self, demo: Demo) -> int | None:
        """Position of mpv in this demo, in ms; None when it does not play it."""
        position = self._replayer.position(demo)
        return None if position is None else position.at_ms

    def motion(self, demo: Demo, start_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        """Frames of the clip as (ms, RGB picture)."""
        load_video()
        from capture.video.reader import frames

        self._library.store.fetch_local(demo, demo.clip.path)
        for shown in frames(demo.path / demo.clip.path, start_ms=start_ms, width=width):
            yield shown.at_ms, shown.picture[..., ::-1]

    def edit(self, demo: Demo, changes: DemoEdit) -> Demo:
        """File the changes, based on the version the user saw."""
        return edit_demo(
            self._library, demo.demo_id, title=changes.title, tags=changes.tags, owner=changes.owner,
            collections=changes.collections, review_unix_ms=changes.review_unix_ms, by=self._options.author,
            base=demo.version,
        )  # fmt: skip

    def every_demo(self) -> Sequence[Demo]:
        """Every demo, newest first."""
        return self._library.catalog.list()

    def work(self) -> Work:
        """Work queued for the team's workers; NO_WORK without a team."""
        if self._library.team is None:
            return NO_WORK
        from library.intake.tasks import work_of

        return work_of(self._library)

    def names(self) -> Names:
        """Tags, collections and people for completion."""
        found = insight(self._library.catalog.list(), 0)
        return Names(*(tuple(one.name for one in each) for each in (found.tags, found.collections, found.authors)))

    def remove(self, demo: Demo) -> None:
        """Move the demo to the library's trash."""
        remove_demo(self._library, demo.demo_id)

    def export(self, demo: Demo, form: str, step: int) -> Exported:
        """Write to the folder showhow was started from, named by the demo's id."""
        from library.export.exporter import export_to, notices

        found = self._library.store.fetch_local(demo)
        path = export_to(found, form, self._exports, step=step, reader_url=self._reader_url)
        return Exported(path, tuple(notices(found, form)))

    def transcribe(self, demo_id: str, progress: Progress) -> Demo:
        """Add words and steps to a demo that waits for them."""
        return complete(demo_id, self._library, self._options, progress)

    def read_screens(self, progress: Progress) -> None:
        """Index the text on the stills of the user's own new demos, at low priority."""
        from library.intake.screen_text import read_unread
        from transcribe.model import TranscribeError

        lower_priority()
        if self._options.reader is not None:
            with suppress(TranscribeError):  # optional; showhow doctor names what is missing
                read_unread(self._library, self._options.reader, progress, author=self._options.author)


class LocalGlossaryService:
    """Glossary of the open library."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary

    def offered(self, draft: Draft) -> tuple[str, ...]:
        """Corrected names of a draft that are not in the glossary yet."""
        return corrected_terms(draft, self._glossary.terms())

    def keep(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Add terms; returns the new ones."""
        return self._glossary.add(terms)
