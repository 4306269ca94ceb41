"""Takes that wait are heard once more beside everything else: after filing, and at the next start."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from capture.progress import Progress
from library.model import HeardAgain
from tests.tui.conftest import Desk, Open
from tests.tui.fakes import Fakes
from tui import app as application
from tui.screens.demo import DemoScreen


@dataclass
class FakeHearing:
    """Hears when it is told to, or ends when it is cancelled."""

    heard: Sequence[HeardAgain] = ()
    go_on: threading.Event = field(default_factory=threading.Event)
    runs: int = 0
    cancelled: bool = False

    def waits(self) -> bool:
        return bool(self.heard) and not self.runs

    def run(self, progress: Progress) -> Sequence[HeardAgain]:
        self.runs += 1
        try:
            while not self.go_on.wait(0.02):
                progress(1, 4, "Hearing “Approve” once more")
        except Exception:
            self.cancelled = True
            raise
        return self.heard


@pytest.fixture
def hearing(monkeypatch: pytest.MonkeyPatch) -> FakeHearing:
    """A hearing that waits; looked for as soon as the library is open."""
    monkeypatch.setattr(application, "TAKE_UP_S", 0.01)
    fake = FakeHearing()
    services = Fakes.services
    monkeypatch.setattr(Fakes, "services", lambda self: replace(services(self), second_hearing=fake))
    return fake


def newest(fakes: Fakes) -> HeardAgain:
    demo = fakes.library.demos[0]
    return HeardAgain(demo_id=demo.demo_id, title=demo.title, version=2)


def told(desk: Desk) -> list[str]:
    """The lines over the screen, which wrap there."""
    return [notification.message for notification in desk.app._notifications]


async def opened(desk: Desk) -> DemoScreen:
    await desk.press("tab", "space")
    await desk.shows("Watch here")
    assert isinstance(desk.app.screen, DemoScreen)
    return desk.app.screen


async def test_what_was_left_is_taken_up_at_the_start_and_a_line_says_what_came_of_it(
    open_app: Open, hearing: FakeHearing
) -> None:
    def prepare(fakes: Fakes) -> None:
        hearing.heard = [newest(fakes), HeardAgain(demo_id="x", title="Other")]

    async with open_app(prepare=prepare) as desk:
        await desk.shows("Hearing “Approve” once more")
        screen = await opened(desk)
        before = desk.library.demos[0]
        desk.library.demos[0] = replace_title(before, "Approve a voucher")
        hearing.go_on.set()
        await desk.until(lambda: told(desk), "a line about it")
        assert told(desk) == [f"“{before.title}” was heard once more: surer words, now version 2"]
        await desk.until(lambda: screen.model.demo.title == "Approve a voucher", "the open demo to follow")
        await desk.until(lambda: desk.library.screens_read, "the screens to be read after it")


def replace_title(demo: object, title: str) -> object:
    from msgspec.structs import replace as with_fields

    return with_fields(demo, title=title)  # type: ignore[type-var]  # a Demo


async def test_leaving_does_not_ask_and_cancels_it(open_app: Open, hearing: FakeHearing) -> None:
    async with open_app(prepare=lambda fakes: setattr(hearing, "heard", [newest(fakes)])) as desk:
        await desk.shows("Hearing “Approve” once more")
        await desk.press("ctrl+q")
        await desk.until(lambda: hearing.cancelled, "it to be cancelled")
        assert not desk.app.is_running or "leave now" not in desk.text()


async def test_nothing_waiting_starts_nothing(open_app: Open, hearing: FakeHearing) -> None:
    async with open_app() as desk:
        await desk.pilot.pause()
        assert hearing.runs == 0
