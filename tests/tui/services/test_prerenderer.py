"""The clip is got ready beside the review: at once, again after edits, never two, and Enter waits for the right one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from capture.errors import Cancelled, VideoError
from capture.progress import Progress
from library.draft import edits
from library.model import Draft
from tests.library.factories import draft
from tests.support.desktop import wait_for
from tui.services.prerenderer import Prerenderer


@dataclass
class Kitchen:
    """Renders that end when they are let."""

    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    let: threading.Event = field(default_factory=threading.Event)
    fails: bool = False

    def make(self, one: Draft, progress: Progress) -> None:
        self.begun.append(one.title)
        while not self.let.wait(0.005):
            progress(1, 2, "Rendering the clip")
        if self.fails:
            raise VideoError("it cannot be read")
        self.ended.append(one.title)


def titled(title: str) -> Draft:
    return edits.with_title(draft("Open it"), title)


def readier(kitchen: Kitchen, settle_s: float = 0.0) -> Prerenderer:
    return Prerenderer(kitchen.make, lambda one: one.title, settle_s)


def test_the_first_draft_begins_at_once_and_the_same_again_changes_nothing() -> None:
    kitchen = Kitchen()
    one = readier(kitchen, 60)
    one.want(titled("A"))
    wait_for(lambda: kitchen.begun, "the render")
    one.want(titled("A"))
    kitchen.let.set()
    one.wait(titled("A"), lambda *_: None)
    assert kitchen.begun == kitchen.ended == ["A"]


def test_an_edit_stops_the_old_one_and_edits_in_a_row_render_the_last() -> None:
    kitchen = Kitchen()
    one = readier(kitchen, 0.2)
    one.want(titled("A"))
    wait_for(lambda: kitchen.begun, "the render")
    for title in "BCD":
        one.want(titled(title))
    wait_for(lambda: len(kitchen.begun) > 1, "the next render")
    kitchen.let.set()
    one.wait(titled("D"), lambda *_: None)
    assert (kitchen.begun, kitchen.ended) == (["A", "D"], ["D"])


def test_enter_does_not_wait_for_edits_to_settle() -> None:
    kitchen = Kitchen()
    kitchen.let.set()
    one = readier(kitchen, 600)
    one.want(titled("A"))
    one.want(titled("B"))
    one.wait(titled("B"), lambda *_: None)
    assert "B" in kitchen.ended


def test_waiting_tells_how_far_it_is_and_can_be_cancelled() -> None:
    kitchen = Kitchen()
    one = readier(kitchen)
    one.want(titled("A"))
    told: list[tuple[int, int, str]] = []

    def tell(done: int, total: int, what: str) -> None:
        told.append((done, total, what))
        if (1, 2, "Rendering the clip") in told:
            raise Cancelled

    with pytest.raises(Cancelled):
        one.wait(titled("A"), tell)
    one.stop()
    assert kitchen.ended == []


@pytest.mark.parametrize("ask", [lambda one: one.wait(titled("B"), lambda *_: None), Prerenderer.stop])
def test_another_draft_to_be_filed_or_the_end_stops_it(ask: Callable[[Prerenderer], None]) -> None:
    kitchen = Kitchen()
    one = readier(kitchen)
    one.want(titled("A"))
    wait_for(lambda: kitchen.begun, "the render")
    ask(one)
    assert not [thread for thread in threading.enumerate() if thread.name == "readier"]
    assert kitchen.ended == []


def test_a_render_that_fails_is_left_to_filing_to_explain() -> None:
    kitchen = Kitchen(fails=True)
    kitchen.let.set()
    one = readier(kitchen)
    one.want(titled("A"))
    one.wait(titled("A"), lambda *_: None)
    assert kitchen.ended == []


def test_a_render_begins_only_when_the_stopped_one_has_ended() -> None:
    running: list[str] = []
    together: list[list[str]] = []
    begun = {"A": threading.Event(), "B": threading.Event()}

    def make(one: Draft, _progress: Progress) -> None:
        running.append(one.title)
        together.append(list(running))
        begun[one.title].set()
        if one.title == "A":
            begun["B"].wait(0.3)  # it goes on for a moment, as a render does until its next report
        running.remove(one.title)

    one = Prerenderer(make, lambda one: one.title, 0.0)
    one.want(titled("A"))
    assert begun["A"].wait(20)
    leaving = threading.Thread(target=one.stop)
    leaving.start()
    one.want(titled("B"))
    leaving.join()
    one.want(titled("B"))
    one.wait(titled("B"), lambda *_: None)
    assert together == [["A"], ["B"]]


def test_after_the_end_nothing_is_rendered() -> None:
    kitchen = Kitchen()
    one = readier(kitchen)
    one.close()
    one.want(titled("A"))
    one.wait(titled("A"), lambda *_: None)
    assert kitchen.begun == []
