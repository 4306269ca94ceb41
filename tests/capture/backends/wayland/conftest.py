"""Private Wayland desktops, and this process's environment pointed at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from capture.backends.screen import open_source
from capture.model import Target
from tests.support.wayland_proxy import PORTAL_ONLY
from tests.support.wayland_source import WatchedSource
from tests.support.wayland_stage import WaylandStage, live_on

Watch = Callable[..., WatchedSource]


@pytest.fixture(scope="module")
def shared_wayland() -> Iterator[WaylandStage]:
    """A desktop whose compositor offers screencopy, for a module's tests."""
    with WaylandStage() as stage:
        yield stage


@pytest.fixture
def wayland(shared_wayland: WaylandStage, monkeypatch: pytest.MonkeyPatch) -> WaylandStage:
    """It, with this process's environment pointed at it."""
    live_on(shared_wayland, monkeypatch)
    return shared_wayland


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Opens a target, with what is seen of it; all are closed at the end."""
    opened: list[WatchedSource] = []

    def of(target: Target | None = None) -> WatchedSource:
        opened.append(WatchedSource(open_source(target or Target(monitor=1))))
        return opened[-1]

    yield of
    for source in opened:
        source.close()


@pytest.fixture(scope="module")
def shared_portal() -> Iterator[WaylandStage]:
    """A desktop that gives its screen through the portal only, for a module's tests."""
    with WaylandStage(portal=True) as stage:
        yield stage


@pytest.fixture
def portal(shared_portal: WaylandStage, monkeypatch: pytest.MonkeyPatch) -> WaylandStage:
    """It, with this process's environment pointed at it; nothing is remembered, and whoever is asked says yes."""
    live_on(shared_portal, monkeypatch, PORTAL_ONLY)
    shared_portal.forget()
    shared_portal.allow()
    return shared_portal
