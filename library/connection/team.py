"""A team's library: the catalog in PostgreSQL, which says where the media lie, and the media in a bucket or a folder.

Owns setting one up, opening it, and that a demo whose filer died before it could be found is found all the same.
Refuses to file or to search.
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack, closing, suppress
from dataclasses import replace as with_changes
from pathlib import Path
from typing import Any

import msgspec

from capture.progress import Progress, silent
from library.catalog.postgres_catalog import PostgresCatalog, without_password
from library.connection.address import folder_of
from library.connection.library_facts import FACTS, LibraryFacts, read_facts, write_facts
from library.connection.sync import refill
from library.files import library_errors
from library.index.model import Row
from library.model import DemoNotFound, LibraryError
from library.storage.bucket import AWS, Bucket, MediaMissing, MediaOptions, MediaTaken
from library.storage.bucket_store import BucketStore
from library.storage.folder_store import FolderStore
from library.storage.store import Store, newest

CACHE_BYTES = 5 << 30
"""What is kept on a machine of what it looked at: some hundred clips."""
_FRESH_S = 30.0
"""A demo announced more lately is most likely still being filed."""
_FORGOTTEN_S = 86_400.0
"""What was announced longer ago and never came will not come any more."""


class TeamState:
    """What a team's database knows beside the demos: settings, and which demos are being filed this moment."""

    def __init__(self, catalog: PostgresCatalog) -> None:
        self._catalog = catalog

    def ask(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named question of ``sql/team.sql``."""
        return self._catalog.transact(lambda session: session.ask(name, **values))

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement of ``sql/team.sql``, in a transaction of its own."""
        self._catalog.transact(lambda session: session.run(name, **values))

    def setting(self, name: str) -> str:
        """What was kept under a name; empty when nothing was."""
        rows = self.ask("setting", name=name)
        return str(rows[0][0]) if rows else ""

    def keep(self, name: str, value: str) -> None:
        """Keep a text under a name."""
        self.run("keep_setting", name=name, value=value)

    def mark_pending(self, demo_id: str) -> None:
        """A version of this demo is about to appear among the media."""
        self.run("announce", demo_id=demo_id)

    def clear_pending(self, demo_id: str) -> None:
        """It can be found now."""
        self.run("settle", demo_id=demo_id)

    def catch_up(self, store: Store, fresh_s: float = _FRESH_S) -> bool:
        """Make findable what somebody filed and could not make findable any more; whether there was any."""
        caught = False
        for demo_id, age_s in self.ask("overlooked", older_s=fresh_s):
            try:
                self._catalog.insert(newest(store, demo_id))
                caught = True
            except DemoNotFound:  # it never appeared, or was removed since
                if age_s < _FORGOTTEN_S:
                    continue
                self._catalog.remove(demo_id)
            self.clear_pending(demo_id)
        return caught


def set_up(
    url: str,
    media: str,
    cache: Path,
    options: MediaOptions = AWS,
    *,
    name: str = "",
    review_days: int | None = None,
    progress: Progress = silent,
) -> int:
    """Make a team's library: once, by one of them. Demos that lie at the media place already are taken in.

    Returns how many those are. Raises LibraryError: the database or the place cannot be used, or it is set up already.
    """
    with closing(PostgresCatalog(url)) as catalog:
        team = TeamState(catalog)
        if (there := team.setting("media")) and there != _plain(media):
            what = f"The library {without_password(url)} is set up already, with its media in {there}"
            raise LibraryError(what, "To move them: showhow library copy FROM TO, into another database.")
        facts = _found(_plain(media), options)
        facts = msgspec.structs.replace(
            facts, name=name or facts.name, review_days=facts.review_days if review_days is None else review_days
        )
        for key, value in (("name", facts.name), ("library_id", facts.library_id), ("endpoint", options.endpoint)):
            team.keep(key, value)
        team.keep("region", options.region)
        team.keep("review_days", str(facts.review_days))
        store = _store(team, _plain(media), cache, options)
        catalog.lie_in(store.demos)
        count = refill(catalog, store, progress)
        team.keep("media", _plain(media))  # last: until then it is not set up
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
        catalog.lie_in(store.demos)
        with suppress(LibraryError):  # the media may be away; searching goes on without them
            team.catch_up(store)
        review = team.setting("review_days")
        facts = LibraryFacts(team.setting("library_id"), team.setting("name"), review_days=int(review or 0))
        undo.pop_all()
    return catalog, team, store, facts


def _plain(media: str) -> str:
    """The address as it is kept: every machine must understand it."""
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


def _found(media: str, options: MediaOptions) -> LibraryFacts:
    """The facts that lie at the media place; a new place is made one."""
    fresh = LibraryFacts(secrets.token_hex(8))
    if not media.startswith("s3://"):
        with library_errors(f"create the library {media}"):
            (Path(media) / "demos").mkdir(parents=True, exist_ok=True)
        if not (Path(media) / FACTS).exists():
            write_facts(Path(media), fresh)
        return read_facts(Path(media))
    place = Bucket(media, options)
    place.prove()
    with suppress(MediaTaken):
        place.write(FACTS, msgspec.json.encode(fresh), new=True)
    try:
        return msgspec.json.decode(place.read(FACTS, 1 << 20), type=LibraryFacts)
    except (msgspec.MsgspecError, MediaMissing) as error:
        raise LibraryError(f"{media}/{FACTS} is damaged", "Put a copy back, or choose another prefix.") from error
