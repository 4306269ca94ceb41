"""The ways to the screens that ``tests/tui/test_snapshots.py`` compares, on a small sample library."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from textual.pilot import Pilot

from library.learning.notes.model import NoteKind
from library.maintenance.stats import Work
from library.practice.feedback.model import FeedbackOutcome
from tests.tui import sample
from tests.tui.fake_feedback import FakeFeedbackService
from tests.tui.fake_learning_service import FakeLearningService
from tests.tui.fake_pathways import FakePathwayService
from tests.tui.fake_prompts import FakePromptService
from tui.app import Showhow
from tui.screens.review import ReviewScreen


async def library(app: Showhow, pilot: Pilot[int]) -> None:
    """A search, with its preview."""
    await pilot.press(*"purch")
    await shown(app, "2 demos")


async def record(app: Showhow, pilot: Pilot[int]) -> None:
    """The record screen, with a voice on the meter."""
    await pilot.press("ctrl+r")
    await shown(app, "Built-in Audio Analog")
    await shown(app, "▃▅▇▅▃▁▁▃▅▇▅▃")


async def live(app: Showhow, pilot: Pilot[int]) -> None:
    """A running recording."""
    await record(app, pilot)
    await pilot.press("c", "c", "c", "enter")
    await shown(app, "fps")
    await pilot.press("k")
    await shown(app, "▃▅▇▅▃▁▁▃▅▇▅▃")


async def review(app: Showhow, pilot: Pilot[int]) -> None:
    """A draft with its cuts and steps."""
    screen = ReviewScreen()
    await app.push_screen(screen)
    screen.fill(sample.draft(Path()))
    await shown(app, "1  Open")
    await pilot.press("down", "down")


async def demo(app: Showhow, pilot: Pilot[int]) -> None:
    """A demo at one of its steps."""
    found = next(demo for demo in app.services.library.search("").hits if demo.title.startswith("Raise"))
    app.navigator.open_demo(found.demo_id, 0)
    await shown(app, "Watch here")
    await pilot.press("n", "n")


async def browse(app: Showhow, pilot: Pilot[int]) -> None:
    """Every demo, those due for review marked."""
    await pilot.press("ctrl+b")
    await shown(app, "newest first")
    await shown(app, "due for review")


async def figures(app: Showhow, pilot: Pilot[int]) -> None:
    """The library in figures, with work for a worker."""
    app.services.library.for_workers = Work(waiting=3, working=1)  # type: ignore[attr-defined]  # the fake's
    await browse(app, pilot)
    await pilot.press("i")
    await shown(app, "waiting for a worker")


async def asking(app: Showhow, pilot: Pilot[int]) -> None:
    """A search for what nobody has shown."""
    await pilot.press(*"visa")
    await shown(app, "ask for it")


async def nearest(app: Showhow, pilot: Pilot[int]) -> None:
    """The same with demos that are only near."""
    library = app.services.library
    library.has_meaning, library.near = True, {"visa": ["Book a meeting room"]}  # type: ignore[attr-defined,misc]  # the fake's
    await pilot.press(*"visa")
    await shown(app, "nearest:")


async def attempt(app: Showhow, pilot: Pilot[int]) -> None:
    """A try that is being recorded, with a hint."""
    await demo(app, pilot)
    await pilot.press("T")
    await shown(app, "Watch it once")
    await pilot.press("s")
    await shown(app, "Enter stops")
    await pilot.press("n", "n", "h", "h", "h")
    await shown(app, "The ring marks the place.")


async def comparison(app: Showhow, pilot: Pilot[int]) -> None:
    """The difference."""
    await attempt(app, pilot)
    await pilot.press("enter")
    await shown(app, "not seen")


async def hand_over(app: Showhow, pilot: Pilot[int]) -> None:
    """A try before it is handed over, without its beginning."""
    await comparison(app, pilot)
    await pilot.press("g")
    await shown(app, "Your own recording stays")
    await pilot.press(*("right",) * 8, "left_square_bracket", *("right",) * 9)
    await shown(app, "0:52 of 1:00")


async def reviewed(app: Showhow, pilot: Pilot[int]) -> None:
    """A try of somebody else, with a remark at a step."""
    service = app.services.feedback
    assert isinstance(service, FakeFeedbackService)
    service.put_given(service.put().handed.attempt, (FeedbackOutcome.ONCE_MORE, ()))
    await pilot.press("ctrl+f")
    await shown(app, "waits for you")
    await pilot.press("enter")
    await shown(app, "Tom says")
    await pilot.press("c")
    await shown(app, "Say something of step 3")
    await pilot.press(*"F2 opens it", "enter")
    await shown(app, "You say of step 3: F2 opens it")


async def notes(app: Showhow, pilot: Pilot[int]) -> None:
    """A demo with what people said of its steps."""
    learning = _said(app)
    found = next(demo for demo in learning.demos if demo.title.startswith("Raise"))
    app.navigator.show_notes(found, 2)
    await shown(app, "renamed")


async def noted(app: Showhow, pilot: Pilot[int]) -> None:
    """The step of a demo at which people said something."""
    learning = _said(app)
    found = next(demo for demo in learning.demos if demo.title.startswith("Raise"))
    app.navigator.open_demo(found.demo_id, found.steps[1].start_ms)
    await shown(app, "looks different now")


async def needs(app: Showhow, pilot: Pilot[int]) -> None:
    """What is asked for."""
    _said(app)
    await pilot.press("ctrl+n")
    await shown(app, "Tom may know")


async def insight(app: Showhow, pilot: Pilot[int]) -> None:
    """What helps and what does not."""
    _said(app)
    await pilot.press("ctrl+n")
    await shown(app, "3 needs")
    await pilot.press("i")
    await shown(app, "does not help")


async def today(app: Showhow, pilot: Pilot[int]) -> None:
    """A day with something of each kind."""
    prompts = app.services.prompts
    assert isinstance(prompts, FakePromptService)
    prompts.fill()
    await pilot.press("ctrl+t")
    await shown(app, "Needs you may know")


async def stale(app: Showhow, pilot: Pilot[int]) -> None:
    """One's own demos that may be out of date."""
    learning = _said(app)
    raised = next(demo for demo in learning.demos if demo.title.startswith("Raise"))
    for machine in "ab":
        learning.note(raised, NoteKind.OUTDATED, 3, machine=machine, seen="Create order")
    await pilot.press("ctrl+n")
    await shown(app, "3 needs")
    await pilot.press("i")
    await shown(app, "does not help")
    await pilot.press("m")
    await shown(app, "probably called")


def _said(app: Showhow) -> FakeLearningService:
    learning = app.services.learning
    assert isinstance(learning, FakeLearningService)
    raised = next(demo for demo in learning.demos if demo.title.startswith("Raise"))
    other = next(demo for demo in learning.demos if demo is not raised)
    for number in range(8):
        learning.note(raised, NoteKind.HELPED if number % 4 else NoteKind.STUCK, 2, machine=f"m{number}")
        learning.note(other, NoteKind.STUCK, 1, machine=f"m{number}")
    learning.note(raised, NoteKind.OUTDATED, 2, machine="m1")
    learning.note(raised, NoteKind.OUTDATED, 2, machine="m2")
    asked = learning.note(raised, NoteKind.COMMENT, 2, "Where is New order? I only see Create order", who="Ana")
    learning.note(raised, NoteKind.REPLY, 2, "It was renamed: the same button", who="Tom", about=asked.record_id)
    learning.ask("merge two suppliers", "Two invoices came for one supplier", "Orders", votes=4)
    learning.ask("export the monthly report as a spreadsheet", votes=2)
    learning.take(learning.ask("print a shipping label", app="Labels").need_id)
    return learning


async def pathway(app: Showhow, pilot: Pilot[int]) -> None:
    """The points of a pathway that was joined, one watched, one practised, an assessment that waits."""
    pathways = app.services.pathways
    assert isinstance(pathways, FakePathwayService)
    titles = [demo.title for demo in pathways.library.demos if len(demo.steps) > 1][:2]
    made = pathways.create("Orders for beginners", titles, about="For the first week.", sign_off="Shift lead=Tom, Ana")
    pathways.join(made)
    pathways.watched(made.points[0].demo_id, on=True)
    pathways.counted = 12
    pathways.create("Month end", ())
    await pilot.press("ctrl+l")
    await shown(app, "of 7 points reached")
    await pilot.press("enter")
    await shown(app, "not before")


SCREENS = (
    library,
    record,
    live,
    review,
    demo,
    browse,
    figures,
    asking,
    nearest,
    notes,
    noted,
    needs,
    insight,
    stale,
    attempt,
    comparison,
    hand_over,
    reviewed,
    today,
    pathway,
)


async def shown(app: Showhow, text: str, seconds: float = 60) -> None:
    """Wait until a text is on the screen. Raises TimeoutError, with what is there instead, after ``seconds``."""
    deadline = time.monotonic() + seconds
    while text not in (screen := "\n".join(strip.text for strip in app.screen._compositor.render_strips())):
        if time.monotonic() > deadline:
            raise TimeoutError(f"“{text}” did not come:\n{screen}")
        await asyncio.sleep(0.02)
