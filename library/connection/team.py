"""TeamState: a team's library, with its catalog and settings in PostgreSQL and its media in a bucket or a folder.

Owns setting it up, opening it, and indexing demos whose filing program died before it could. Does not file or search.
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack, closing, suppress
from dataclasses import replace as with_changes
from pathlib import Path
from typing import Any

import msgspec

from capture.files import prepared
from capture.progress import Progress, silent
from library.catalog.postgres_catalog import PostgresCatalog, without_password
from library.connection.address import folder_of
from library.connection.library_facts import FACTS, LibraryFacts, read_facts, write_facts
from library.connection.sync import refill
from library.files import library_errors
from library.index.model import Row
from library.model import DemoNotFound, LibraryError
from library.rights import take_rights
from library.storage.bucket import AWS, Bucket, MediaMissing, MediaOptions, MediaTaken
from library.storage.bucket_store import BucketStore
from library.storage.folder_store import FolderStore
from library.storage.store import Store, newest

CACHE_BYTES = 5 << 30
"""Size of the local cache of downloaded media: some hundred clips."""
_FRESH_S = 30.0
"""A demo marked pending more recently is most likely still being filed."""
_ABANDONED_S = 86_400.0
"""A demo marked pending longer ago that does not exist will not be filed any more."""


class TeamState:
    """The shared data in a team's database besides the catalog: settings, pending demos, tasks and glossary."""

    def __init__(self, catalog: PostgresCatalog) -> None:
        self._catalog = catalog

    def fetch(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named query of ``sql/team.sql``."""
        return self._catalog.transact(lambda session: session.fetch(name, **values))

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement of ``sql/team.sql``, in a transaction of its own."""
        self._catalog.transact(lambda session: session.run(name, **values))

    def setting(self, name: str) -> str:
        """The text stored under a name; empty when there is none."""
        rows = self.fetch("setting", name=name)
        return str(rows[0][0]) if rows else ""

    def set_setting(self, name: str, value: str) -> None:
        """Store a text under a name."""
        self.run("set_setting", name=name, value=value)

    def mark_pending(self, demo_id: str) -> None:
        """Record that a version of this demo is about to be filed."""
        self.run("mark_pending", demo_id=demo_id)

    def clear_pending(self, demo_id: str) -> None:
        """Remove the record of ``mark_pending``."""
        self.run("clear_pending", demo_id=demo_id)

    def catch_up(self, store: Store, fresh_s: float = _FRESH_S) -> bool:
        """Index demos that were filed but not indexed, or by an older showhow; returns whether there were any."""
        found = self._catalog.update_format() > 0
        for demo_id, age_s in self.fetch("overdue", older_s=fresh_s):
            try:
                self._catalog.insert(newest(store, demo_id))
                found = True
            except DemoNotFound:  # it never appeared, or was removed since
                if age_s < _ABANDONED_S:
                    continue
                self._catalog.remove(demo_id)
            self.clear_pending(demo_id)
        return found


def set_up(
    url: str, media: str, cache: Path, options: MediaOptions = AWS, *, name: str = "", review_days: int | None = None,
    progress: Progress = silent,
) -> int:  # fmt: skip
    """Create a team's library. Demos that exist in ``media`` are indexed; returns their number.

    Raises LibraryError: the database or ``media`` cannot be used, or the library is set up already.
    """
    with closing(PostgresCatalog(url)) as catalog:
        team = TeamState(catalog)
        if (there := team.setting("media")) and there != _normalized(media):
            what = f"The library {without_password(url)} is set up already, with its media in {there}"
            raise LibraryError(what, "To move them: showhow library copy FROM TO, into another database.")
        facts = _media_facts(_normalized(media), options)
        facts = msgspec.structs.replace(
            facts, name=name or facts.name, review_days=facts.review_days if review_days is None else review_days
        )
        for key, value in (("name", facts.name), ("library_id", facts.library_id), ("endpoint", options.endpoint)):
            team.set_setting(key, value)
        team.set_setting("region", options.region)
        team.set_setting("review_days", str(facts.review_days))
        store = _store(team, _normalized(media), cache, options)
        catalog.set_demos_folder(store.demos)
        count = refill(catalog, store, progress)
        team.set_setting("media", _normalized(media))  # last: until then it is not set up
        return count


def open_catalog(
    url: str, cache: Path, options: MediaOptions
) -> tuple[PostgresCatalog, TeamState, Store, LibraryFacts]:
    """The parts of a team's library. Raises LibraryError: not set up, or it cannot be reached."""
    with ExitStack() as undo:
        catalog = PostgresCatalog(url)
        undo.callback(catalog.close)
        team = TeamState(catalog)
        media = team.setting("media")
        if not media:
            what = f"The library {without_password(url)} has not been set up"
            raise LibraryError(what, "Do it once: showhow library init URL --media s3://bucket/prefix (or a folder)")
        store = _store(team, media, cache, options)
        catalog.set_demos_folder(store.demos)
        with suppress(LibraryError):  # the media may be unreachable; search works without them
            team.catch_up(store)
        review = team.setting("review_days")
        facts = LibraryFacts(team.setting("library_id"), team.setting("name"), review_days=int(review or 0))
        undo.pop_all()
    return catalog, team, store, facts


def _normalized(media: str) -> str:
    """The media address as it is stored: valid on every machine."""
    return media.rstrip("/") if media.startswith("s3://") else str(folder_of(media))


def _store(team: TeamState, media: str, cache: Path, options: MediaOptions) -> Store:
    if media.startswith("s3://"):
        given = with_changes(
            options,
            endpoint=options.endpoint or team.setting("endpoint"),
            region=options.region or team.setting("region"),
        )
        return BucketStore(Bucket(media, given), cache / "media" / team.setting("library_id"), CACHE_BYTES)
    folder = Path(media)
    if not (folder / "demos").is_dir():
        raise LibraryError(f"The media folder {folder} is not there", "Mount the drive it lies on.")
    return FolderStore(folder / "demos", folder / ".trash")


def _media_facts(media: str, options: MediaOptions) -> LibraryFacts:
    """The facts stored with the media; they are created in a new place."""
    fresh = LibraryFacts(secrets.token_hex(8))
    if not media.startswith("s3://"):
        with library_errors(f"create the library {media}"):
            (Path(media) / "demos").mkdir(parents=True, exist_ok=True)
            take_rights(Path(media) / "demos", Path(media))
        if not (Path(media) / FACTS).exists():
            write_facts(Path(media), fresh)
        return read_facts(Path(media))[0]
    place = Bucket(media, options)
    place.check_create_only()
    with suppress(MediaTaken):
        place.write(FACTS, msgspec.json.encode(fresh), new=True)
    try:
        return msgspec.json.decode(place.read(FACTS, 1 << 20), type=prepared(LibraryFacts))
    except msgspec.MsgspecError:  # it holds a name and a period, which the database keeps from now on
        return fresh
    except MediaMissing as error:
        raise LibraryError(f"{media}/{FACTS} is not there", "Run it again, or choose another prefix.") from error
