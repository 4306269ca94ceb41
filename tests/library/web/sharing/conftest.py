"""A reader that asks for a token, with demos that are shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from library.connection.library import Library, open_library
from library.links import share_link_to
from library.model import Demo
from library.sharing.model import Share
from library.sharing.shares import Shares, shares_of
from library.web.server import Running, ServeOptions
from tests.library.factories import demo, put_bundle
from tests.support.web_library import filed, served

TOKEN = "the-reader-s-own-token"  # noqa: S105  of a test
HOSTILE = '<img src=x onerror=alert(1)></script><script>alert(2)</script>"'


@dataclass(frozen=True)
class SharedReader:
    """A running reader with a demo that can be played and one with a hostile title; ``path`` is a link's, on it."""

    running: Running
    library: Library
    shares: Shares
    demo: Demo
    other: Demo

    def path(self, share: Share) -> str:
        """The path of a share link."""
        return share_link_to("", share.demo_id, self.shares.code(share))


def options(**more: object) -> ServeOptions:
    """A reader that asks for a token, reached as this machine."""
    return ServeOptions(port=0, token=TOKEN, **more)  # type: ignore[arg-type]  # a test's own fields


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The library, made once for the tests of a module; those that change demos make their own."""
    folder = tmp_path_factory.mktemp("sharing")
    (folder / "films").mkdir()
    with open_library(folder / "library") as library:
        filed(library, folder / "films", "Raise a purchase order", tags=("finance",))
        put_bundle(library.demos, demo("hostile-ab12", HOSTILE, "Open the menu.", "Save it.", author=HOSTILE))
        library.refresh()
        yield library


@pytest.fixture(scope="module")
def reader(shelf: Library) -> Iterator[SharedReader]:
    """The reader over it."""
    demos = {one.demo_id == "hostile-ab12": one for one in shelf.catalog.list()}
    with served(shelf, options()) as running:
        yield SharedReader(running, shelf, shares_of(shelf), demos[False], demos[True])
