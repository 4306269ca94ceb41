"""Today over a real library: what is there, what has gone, and nothing of the learner outside her own folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.connection.library import Library, open_library
from library.maintenance.revisions import remove_demo
from library.model import Demo, LibraryError, Practice, PracticeMode
from library.practice.feedback.model import FeedbackOutcome
from library.practice.model import VerdictKind
from library.practice.prompts.looks import LookLog
from library.practice.prompts.model import RecallRating
from library.practice.store import PracticeStore
from tests.library.factories import demo, put_bundle
from tests.library.practice.prompts.learner import DAY_MS, attempt
from tests.support.practice_desk import bytes_outside
from tests.tui.fake_feedback import FakeFeedbackService
from tests.tui.fake_learning_service import FakeLearningService
from tests.tui.fake_library_service import FakeLibraryService
from tui.services.learning.service import LocalLearningService
from tui.services.practice.prompt_protocol import TodayKind, TodayLine, TodayPlan
from tui.services.practice.prompt_service import LocalPromptService
from tui.services.practice.service import LocalPracticeService
from tui.services.practice.today_sources import KnownNeeds, OwnDemos, WaitingReviews
from tui.services.practice.today_words import no_practice


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as library:
        for n, title in enumerate(("Raise an order", "Book a room", "Print a label")):
            put_bundle(library.demos, demo(f"d{n}", title, "Open it.", "Save it.", author="Priya"))
        library.refresh()
        yield library


@pytest.fixture
def service(library: Library, tmp_path: Path) -> LocalPromptService:
    return LocalPromptService(library, PracticeStore(tmp_path / "mine"), "Priya")


def of_kind(plan: TodayPlan, kind: TodayKind) -> list[str]:
    return [line.key for line in plan.lines if line.kind is kind]


def look_up(service: LocalPromptService, one: Demo) -> None:
    """Look a demo up four times in a week."""
    now = service.prompts.clock()
    for day in (6, 4, 2, 0):
        LookLog(service.prompts.store, clock=lambda day=day: now - day * DAY_MS).note(one)


def test_what_was_tried_is_done_and_a_removed_demo_is_asked_for_no_more(
    library: Library, service: LocalPromptService
) -> None:
    for one in ("d0", "d1"):
        service.practise(one)
    service.prompts.note_attempt(attempt(library.catalog.get("d0")), library.catalog.get("d0"))
    plan = service.today()
    assert of_kind(plan, TodayKind.PRACTICE) == ["d1"]
    assert of_kind(plan, TodayKind.DONE) == ["d0"]
    remove_demo(library, "d1")
    plan = service.today()
    assert of_kind(plan, TodayKind.PRACTICE) == []
    assert plan.troubles == ()


def test_the_experts_reason_is_shown_and_changed_steps_are_told(library: Library, service: LocalPromptService) -> None:
    one = service.mark(
        library.catalog.get("d0"), Practice(mode=PracticeMode.PRACTISE, why="errors are costly", optional=(2,))
    )
    service.prompts.note_attempt(attempt(one, VerdictKind.MISSING), one)
    prompt = service.prompts.get("d0")
    assert prompt is not None
    assert prompt.memory is not None
    earlier = replace(prompt, memory=replace(prompt.memory, due_unix_ms=0), steps=("Old",))
    service.prompts.store.put("prompt", "d0", earlier, at_unix_ms=0)
    service.prompts.store.remove("prompt-day", service.prompts.today.isoformat())
    (line,) = [line for line in service.today().lines if line.kind is TodayKind.PRACTICE]
    assert line.why == "last time not yet · errors are costly · its steps have changed since"


def test_the_question_is_told_once_and_no_ends_it(library: Library, service: LocalPromptService) -> None:
    look_up(service, library.catalog.get("d2"))
    assert service.told() == "you looked “Print a label” up 4 times: practise it once? 1 min"
    assert service.told() == ""
    assert of_kind(service.today(), TodayKind.QUESTION) == ["d2"]
    service.end("d2")
    assert of_kind(service.today(), TodayKind.QUESTION) == []


def test_a_yes_begins_practice(library: Library, service: LocalPromptService) -> None:
    look_up(service, library.catalog.get("d2"))
    service.practise("d2")
    plan = service.today()
    assert (of_kind(plan, TodayKind.QUESTION), of_kind(plan, TodayKind.PRACTICE)) == ([], ["d2"])


def test_a_day_off_is_silent(library: Library, service: LocalPromptService) -> None:
    look_up(service, library.catalog.get("d2"))
    service.practise("d0")
    service.keep_days_off(range(7), None)
    assert service.told() == ""
    assert of_kind(service.today(), TodayKind.PRACTICE) == []
    service.keep_days_off([], None)
    assert "4 times" in service.told()
    assert of_kind(service.today(), TodayKind.PRACTICE) == ["d0"]


def test_one_that_fails_takes_nothing_from_the_others(library: Library, tmp_path: Path) -> None:
    class Broken:
        def lines(self) -> list[TodayLine]:
            raise LibraryError("The share is not there", "Mount it.")

    service = LocalPromptService(library, PracticeStore(tmp_path / "mine"), "Priya", [Broken()])
    service.practise("d0")
    plan = service.today()
    assert of_kind(plan, TodayKind.PRACTICE) == ["d0"]
    assert plan.troubles == ("The share is not there. Mount it.",)


def test_a_learners_folder_that_is_damaged_is_told_in_one_line(service: LocalPromptService) -> None:
    service.practise("d0")
    (service.prompts.store.folder / "mine.sqlite").write_bytes(b"not a database, not at all" * 99)
    plan = service.today()
    assert plan.lines == ()
    (trouble,) = plan.troubles
    assert "damaged" in trouble


def test_a_disputed_verdict_changes_when_it_comes_again(library: Library, service: LocalPromptService) -> None:
    practice = LocalPracticeService(library, service.prompts.store, None, lambda _: None)
    one = library.catalog.get("d0")
    tried = attempt(one, VerdictKind.MISSING)
    practice.log.keep(tried)
    service.prompts.note_attempt(tried, one)
    assert service.after(tried) == "Not yet: again tomorrow"
    changed = practice.dispute(tried, 1)
    assert service.after(changed) == "Alone: again in 2 days"


def test_nothing_of_the_learner_lies_outside_her_folder(
    library: Library, service: LocalPromptService, tmp_path: Path
) -> None:
    look_up(service, library.catalog.get("d2"))
    service.practise("d0")
    service.prompts.note_attempt(
        replace(attempt(library.catalog.get("d0")), attempt_id="attempt-of-mine"), library.catalog.get("d0")
    )
    service.told()
    service.today()
    assert bytes_outside(tmp_path, "attempt-of-mine", "stability", "asked_unix_ms", "prompt-day") == []
    service.prompts.store.forget_everything()
    assert not service.today().lines


def test_who_should_look_at_something_sees_it(library: Library) -> None:
    learning = FakeLearningService([library.catalog.get("d0")])
    learning.ask("split an order", app="Erp")
    learning.ask("cook soup")
    assert [line.title for line in KnownNeeds(learning, "Tom").lines()] == ["split an order"]
    assert KnownNeeds(learning, "").lines() == []


def test_owners_see_their_demos_that_may_be_out_of_date_and_why(library: Library) -> None:
    put_bundle(library.demos, replace(demo("old", "Old one", "Open it.", author="Priya"), review_unix_ms=1))
    library.refresh()
    for author, keys in (("Priya", ["old"]), ("Tom", []), ("", [])):
        lines = OwnDemos(LocalLearningService(library, author, lambda: ""), author).lines()
        assert [line.key for line in lines] == keys
        assert all(line.why for line in lines)


def test_tries_that_were_handed_over_wait_on_today_until_something_was_said(library: Library, tmp_path: Path) -> None:
    feedback = FakeFeedbackService(FakeLibraryService(tmp_path))
    assert WaitingReviews(feedback).lines() == []
    one = feedback.put()
    (line,) = WaitingReviews(feedback).lines()
    assert (line.key, line.facts, line.why) == (one.hand_id, "from Tom", "Is there a shorter way to step 3?")
    feedback.answer(one, FeedbackOutcome.SIGNED_OFF)
    assert WaitingReviews(feedback).lines() == []


def test_one_that_takes_too_long_promises_nothing(library: Library, service: LocalPromptService) -> None:
    made = demo("d9", "Close the year", "Open it.")
    put_bundle(library.demos, replace(made, clip=replace(made.clip, duration_ms=360_000)))
    library.refresh()
    service.practise("d9")
    plan = service.today()
    assert (plan.lines, plan.next_day) == ((), None)
    assert "more than 10 min" in no_practice(plan, service.prompts.today)
    service.practise("d0")
    plan = service.today()
    assert of_kind(plan, TodayKind.PRACTICE) == ["d0"]
    assert no_practice(plan, service.prompts.today) == ""
    assert service.overrule("d9", RecallRating.GOOD) == (
        "Alone; it takes about 12 min, a week has 10, so you are not asked"
    )
