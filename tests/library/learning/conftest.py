"""A library that several machines share, in a folder or a team's database: what holds for one holds for the other."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from library.connection import library as opening
from library.connection.library import Library, make_library, open_library
from library.learning.opening import Learning, open_learning
from tests.library.factories import demo, put_bundle
from tests.support.postgres_server import PostgresServer


@dataclass
class SharedLibrary:
    """``machine`` opens it as one more machine does, with caches of its own."""

    address: str
    folder: Path
    opened: ExitStack
    libraries: dict[str, Library] = field(default_factory=dict)

    def library(self, name: str) -> Library:
        if name not in self.libraries:
            made = open_library(self.address, cache=self.folder / name)
            self.libraries[name] = self.opened.enter_context(made)
        self.libraries[name].refresh()
        return self.libraries[name]

    def machine(self, name: str) -> Learning:
        return open_learning(self.library(name))

    def file(self, demo_id: str, title: str, *texts: str, author: str = "Priya") -> None:
        library = self.library("filer")
        library.catalog.insert(
            put_bundle(library.store, demo(demo_id, title, *(texts or ("Open it", "Press it")), author=author))
        )


@pytest.fixture(params=["folder", "team"])
def shared(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedLibrary]:
    """An empty library of each kind."""
    address = str(tmp_path / "library")
    if request.param == "team":
        postgres: PostgresServer = request.getfixturevalue("postgres")
        address = postgres.create(f"team_{secrets.token_hex(4)}")
        make_library(address, str(tmp_path / "media"), tmp_path / "maker")
    monkeypatch.setattr(opening, "index_path", lambda _, cache: cache / "index.sqlite")  # as on a network drive
    with ExitStack() as opened:
        yield SharedLibrary(address, tmp_path, opened)
