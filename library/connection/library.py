"""Library: an open library, with a catalog and a store of bundles that agree.

Owns creating and opening, the update of the index from the bundles, and its rebuild. Does not search or file.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from capture.progress import Progress, silent
from library.catalog.catalog import Catalog, CatalogBusy, CatalogUnwritable
from library.catalog.sqlite_catalog import SqliteCatalog
from library.catalog.sqlite_file import BUSY_MS, OPENING_MS
from library.connection.address import folder_of, index_path, is_team
from library.connection.library_facts import FACTS, REVIEW_DAYS, LibraryFacts, read_facts, write_facts
from library.connection.sync import refill, refresh
from library.connection.synonyms import FolderSynonyms, Synonyms, TeamSynonyms
from library.files import library_errors
from library.meaning.meaning import MeaningSearch
from library.meaning.sentence_models import NO_MODEL, WantedModel
from library.model import LibraryError
from library.rights import mend_rights, take_rights
from library.storage.bucket import AWS, MediaOptions
from library.storage.folder_store import FolderStore
from library.storage.store import Store
from library.team_packages import team_packages
from library.text import clean

if TYPE_CHECKING:
    from library.connection.team import TeamState


_LOOK_AGAIN_S = 60.0


class _LastLook:
    """When each demo's folder was looked at last; a program that syncs folders changes them below ``demos``."""

    def __init__(self) -> None:
        self._at_s = time.monotonic()

    def due(self) -> bool:
        """Whether it is time again; then it counts as done."""
        now = time.monotonic()
        if now - self._at_s < _LOOK_AGAIN_S:
            return False
        self._at_s = now
        return True


@dataclass(frozen=True)
class Library:
    """An open library. ``name`` is for display. Use it as a context manager, or close it.

    ``review_days``: days after filing until a demo is due for review; 0 for never. ``scanned``: the catalog belongs to
    this machine and finds new demos by scanning the folder; a team's catalog is shared. ``team``: the other shared data
    of a team, None for a folder. ``synonyms``: what means the same in this library; its catalog searches with them.
    ``sentences``: the model for search by meaning. ``local``: a folder of this machine alone.
    """

    url: str
    folder: Path
    catalog: Catalog
    name: str
    store: Store
    review_days: int = REVIEW_DAYS
    scanned: bool = True
    team: TeamState | None = None
    sentences: WantedModel = NO_MODEL
    synonyms: Synonyms = field(kw_only=True)
    local: Path = field(default_factory=lambda: _user_cache(), kw_only=True)  # noqa: PLW0108  it is defined below
    _last_look: _LastLook = field(default_factory=_LastLook, repr=False, compare=False)

    @property
    def address(self) -> str:
        """Where it is, the same however that was typed."""
        return str(self.folder) if self.team is None else self.url

    @cached_property
    def meaning(self) -> MeaningSearch:
        """The search by meaning; it finds nothing without a model."""
        return MeaningSearch(self.catalog, *self.sentences, shared=self.team is not None)

    @property
    def demos(self) -> Path:
        """The folder of bundles on this machine."""
        return self.store.demos

    @property
    def notices(self) -> tuple[str, ...]:
        """Messages for the user since the library was opened: a new index, demos that cannot be read."""
        return self.catalog.notices

    def refresh(self) -> bool:
        """Index what others filed or removed; returns whether anything changed.

        One ``stat`` when nothing did; once a minute a look at each demo's folder, as at the opening.
        """
        if self.scanned:
            try:
                return refresh(self.catalog, self.demos, whole=self._last_look.due())
            except CatalogUnwritable:  # said at opening and when filing; what is indexed can be read
                return False
        return self.team.catch_up(self.store) if self.team else False

    def mark_pending(self, demo_id: str) -> None:
        """Record that a version of this demo is about to be filed. If this program dies, others index it."""
        if self.team is not None:
            self.team.mark_pending(demo_id)

    def clear_pending(self, demo_id: str) -> None:
        """Remove the record of ``mark_pending``: the demo is indexed, or was not filed."""
        if self.team is not None:
            self.team.clear_pending(demo_id)

    def rebuild(self, progress: Progress = silent) -> int:
        """Rebuild the index from the bundles, and make the vectors that are missing; returns the number of demos.

        ``meaning.trouble`` says why vectors could not be made. Raises LibraryError, Cancelled.
        """
        self.store.sweep()
        if self.scanned:
            self.catalog.renew()
            refresh(self.catalog, self.demos, progress)
        else:  # others are using it: it is updated in place and never empty
            refill(self.catalog, self.store, progress)
        self.meaning.fill_quietly(progress)
        return self.catalog.count()

    def rename(self, name: str) -> Library:
        """Rename the library; returns it with the new name. Raises LibraryError."""
        cleaned = clean(name, 100)
        if self.team is not None:
            self.team.set_setting("name", cleaned)
            return with_changes(self, name=cleaned or self.name)
        facts, _ = read_facts(self.folder)
        write_facts(
            self.folder,
            msgspec.structs.replace(facts, library_id=facts.library_id or secrets.token_hex(8), name=cleaned),
        )
        return with_changes(self, name=cleaned or self.folder.name)

    def gather_use(self, on: bool) -> None:
        """Say for all machines whether they share their use logs from their next opening. Raises LibraryError."""
        if self.team is not None:
            raise LibraryError("A team's use log is in its database already", "There is nothing to gather.")
        facts, _ = read_facts(self.folder)
        library_id = facts.library_id or secrets.token_hex(8)
        write_facts(self.folder, msgspec.structs.replace(facts, library_id=library_id, gather_use=on))

    def close(self) -> None:
        """Close the catalog."""
        self.catalog.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_library(
    url: str | Path,
    *,
    cache: Path | None = None,
    media: MediaOptions = AWS,
    share_use: bool = True,
    sentences: WantedModel = NO_MODEL,
    progress: Progress = silent,
) -> Library:
    """Open a library: a folder, created on first use, or ``postgresql://...``, which must have been set up.

    ``cache``: folder for indexes that cannot be in the library's folder, and for downloaded media. ``media``: options
    for a bucket. ``share_use``: take part where the library's owner gathers the use logs. ``sentences``: the model for
    search by meaning. ``progress``: of the reading of demos that are not in the index; the next opening goes on
    where it was broken off. Raises Cancelled when ``progress`` does, and LibraryError: not a folder, not writable, not
    set up, from a newer showhow, an unknown kind of address.
    """
    if is_team(str(url)):
        return _open_team(str(url), cache or _user_cache(), media, sentences)
    folder, local = folder_of(str(url)), cache or _user_cache()
    if folder.exists() and not folder.is_dir():
        raise LibraryError(f"The library {folder} is a file, not a folder", "Choose another path.")
    if not (folder / "demos").is_dir():
        _create(folder)
    facts, trouble = read_facts(folder)
    index = index_path(folder, local)
    demos = folder / "demos"
    catalog = SqliteCatalog(index, demos, refill=lambda new: refresh(new, demos, progress), busy_ms=OPENING_MS)
    if trouble:
        catalog.note(trouble)
    try:
        _refresh_index(catalog, demos, progress)
    except BaseException:
        catalog.close()
        raise
    if facts.gather_use and share_use:
        catalog.share_use(folder)
    store, synonyms = FolderStore(demos, folder / ".trash"), FolderSynonyms(folder)
    catalog.read_synonyms_with(synonyms.folded)
    name, review_days = facts.name or folder.name, max(0, facts.review_days)
    return Library(
        str(url), folder, catalog, name, store, review_days, sentences=sentences, synonyms=synonyms, local=local
    )


def _open_team(url: str, cache: Path, media: MediaOptions, sentences: WantedModel) -> Library:
    with team_packages():
        from library.catalog.postgres_catalog import without_password
        from library.connection.team import open_catalog

    catalog, team, store, facts = open_catalog(url, cache, media)
    shown = without_password(url)
    name = facts.name or urlsplit(shown).path.strip("/") or "team"
    synonyms = TeamSynonyms(team)
    catalog.read_synonyms_with(synonyms.folded)
    days = facts.review_days
    return Library(
        shown, cache, catalog, name, store, days, scanned=False, team=team, sentences=sentences, synonyms=synonyms,
        local=cache,
    )  # fmt: skip


def _refresh_index(catalog: SqliteCatalog, demos: Path, progress: Progress) -> None:
    """Update the index; if another program locks it or it cannot be written, note that and go on with it as it is."""
    try:
        refresh(catalog, demos, progress, whole=True)
    except (CatalogBusy, CatalogUnwritable) as error:
        catalog.note(f"{error} The newest demos may not be found yet.")
    catalog.wait_for(BUSY_MS)


def _create(folder: Path) -> None:
    with library_errors(f"create the library {folder}"):
        (folder / "demos").mkdir(parents=True, exist_ok=True)
        take_rights(folder / "demos", folder)
    if not (folder / FACTS).exists():
        write_facts(folder, LibraryFacts(secrets.token_hex(8)))


def _user_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("showhow", appauthor=False) / "indexes"


def make_library(
    url: str, media: str, cache: Path, options: MediaOptions = AWS, *, name: str = "", review_days: int | None = None,
    progress: Progress = silent,
) -> int:  # fmt: skip
    """Create a library in a folder, or a team's library in a database with its media in ``media`` (bucket or folder).

    Demos that exist there are indexed; returns their number. Raises LibraryError.
    """
    if is_team(url):
        with team_packages():
            from library.connection.team import set_up

        if not media:
            remedy = "Say so: --media s3://bucket/prefix, or a folder everybody can reach."
            raise LibraryError("A team's library needs a place for its media", remedy)
        return set_up(url, media, cache, options, name=name, review_days=review_days, progress=progress)
    if media:
        raise LibraryError("A folder keeps its media itself", "Leave --media out, or give postgresql://...")
    with open_library(url, cache=cache) as library:
        if name:
            library.rename(name)
        if review_days is not None:
            write_facts(library.folder, msgspec.structs.replace(read_facts(library.folder)[0], review_days=review_days))
        mend_rights(library.folder)
        return library.catalog.count()
