"""The draft of a recording from a browser: proposed, corrected, filed, and never lost by a restart or an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.model import TakeState
from capture.takes import load_take
from library.connection.library import open_library
from library.draft.edits import load_draft
from library.intake.options import IntakeOptions
from tests.support.scripted_recognizer import ScriptedRecognizer
from tests.support.sent_recording import Place, Sender, browser_film, chunks_of, line_of
from tests.support.web_library import ask

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
MARKS = [{"kind": "marker", "at_ms": 3_000}, {"kind": "marker", "at_ms": 6_000}]


@pytest.fixture(scope="module")
def chunks(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return chunks_of(browser_film(tmp_path_factory.mktemp("film")))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_library(tmp_path / "library") as library:
        yield Place(library, tmp_path / "takes")


def sent(sender: Sender, chunks: list[bytes]) -> None:
    sender.begin()
    for number, data in enumerate(chunks):
        sender.chunk(number, data, MARKS if number == len(chunks) - 1 else ())
    assert sender.stop(len(chunks)).status == 200


def test_its_steps_appear_are_corrected_and_filed_for_everybody_to_find(place: Place, chunks: list[bytes]) -> None:
    filed: list[bool] = []
    with place.served(filed=lambda: filed.append(True)) as running:
        sender = Sender(running)
        sent(sender, chunks)
        page = sender.until("ready")["page"]
        assert page.count('data-field="step"') == len(load_draft(place.take).steps) >= 2
        assert sender.post("edit", {"title": "Raise a purchase order"}).status == 200
        assert sender.post("edit", {"tags": "finance, orders"}).status == 200
        assert sender.post("edit", {"step": 1, "title": "Open the menu", "text": "Open it."}).status == 200
        draft = load_draft(place.take)
        assert (draft.title, draft.tags, draft.author) == ("Raise a purchase order", ("finance", "orders"), "Priya")
        assert (draft.steps[0].title, draft.steps[0].text) == ("Open the menu", "Open it.")
        assert sender.post("file").status == 200
        demo_id = sender.until("filed")["demo"]
        assert "Open the menu" in ask(running, f"/demo/{demo_id}").text
        assert f"/demo/{demo_id}" in ask(running, "/?q=purchase").text
        assert sender.post("file").status == 200  # sent twice, it is filed once
        assert place.library.catalog.count() == 1
        refused = sender.post("discard")
        assert refused.status == 409
        assert "filed already" in line_of(refused)
    demo = place.library.catalog.get(demo_id)
    assert (demo.author, demo.title, demo.tags) == ("Priya", "Raise a purchase order", ("finance", "orders"))
    assert load_take(place.take).filed_as == demo_id
    assert filed == [True]
    assert any(demo_id in line for line in place.told)


def test_a_step_is_cut_and_kept_again(place: Place, chunks: list[bytes]) -> None:
    with place.served(intake=IntakeOptions(keep_all=True)) as running:
        sender = Sender(running)
        sent(sender, chunks)
        page = sender.until("ready")["page"]
        whole = load_draft(place.take).clip.duration_ms
        [toggle] = re.findall(r'data-toggle="(\d+)">Cut this step', page)[1:2]
        cut = sender.post("edit", {"toggle_ms": int(toggle)})
        assert "Keep this step" in cut.text
        assert load_draft(place.take).clip.duration_ms < whole
        assert "Keep this step" not in sender.post("edit", {"toggle_ms": int(toggle)}).text
        assert load_draft(place.take).clip.duration_ms == whole


def test_what_cannot_be_corrected_is_one_line_and_changes_nothing(place: Place, chunks: list[bytes]) -> None:
    with place.served() as running:
        sender = Sender(running)
        sent(sender, chunks)
        sender.until("ready")
        before = load_draft(place.take)
        for edit in ({"title": " "}, {"step": 99, "title": "x"}, {"step": 1, "title": ""}):
            answer = sender.post("edit", edit)
            assert answer.status == 422
            assert line_of(answer)
        assert sender.post("edit", {"step": "one"}).status == 400
        assert load_draft(place.take) == before


def test_texts_never_become_markup(place: Place, chunks: list[bytes]) -> None:
    with place.served() as running:
        sender = Sender(running)
        sent(sender, chunks)
        sender.until("ready")
        sender.post("edit", {"title": MARKUP, "tags": MARKUP})
        sender.post("edit", {"step": 1, "title": MARKUP, "text": f"</textarea>{MARKUP}"})
        page = sender.state()["page"]
    assert "alert" in page
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("</textarea>") == page.count("<textarea")


def test_a_restart_keeps_the_draft_with_its_corrections_and_makes_one_that_was_not_ready(
    place: Place, chunks: list[bytes]
) -> None:
    with place.served() as running:
        first, second = Sender(running), Sender(running)
        sent(first, chunks)
        first.until("ready")
        first.post("edit", {"title": "Raise a purchase order"})
        sent(second, chunks)  # and the server ends while its steps are made
    with place.served() as running:
        first.running = second.running = running
        assert 'value="Raise a purchase order"' in first.until("ready")["page"]
        assert second.until("ready")["page"]
        assert ask(running, f"/record/video?key={first.key}").status == 200


def test_words_are_heard_and_what_fails_there_loses_nothing(place: Place, chunks: list[bytes]) -> None:
    def broken() -> ScriptedRecognizer:
        raise MemoryError("no room")

    with place.served(intake=IntakeOptions(recognizer=broken)) as running:
        sender = Sender(running)
        sent(sender, chunks)
        failed = sender.until("failed")
        assert "The recording is kept" in failed["line"]
    assert load_take(place.take).state is TakeState.FINISHED
    with place.served() as running:
        sender.running = running
        assert sender.until("ready")["page"]
