"""What lies on disk stays readable: a library, takes and drafts made by showhow 0.1.0 open, unchanged, in this one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from capture.model import CutReason, TakeState
from capture.span import Span
from capture.takes import load_take, read_changes, read_events
from capture.video.reader import grab_frame
from capture.video.repair import check
from library.connection.library import Library, open_library
from library.intake.pipeline import propose
from library.learning.notes.model import NoteKind
from library.learning.opening import open_learning
from library.links import parse_link
from tests.support.command import run_command
from tests.support.older_files import (
    BRIEF,
    CONFIRM,
    CRASHED,
    FULL,
    MODEL,
    ORDER,
    REMOVED,
    WAITING,
    copy_older,
    expected,
    missing,
)
from tests.support.windows import same_folder
from transcribe.models.hardware import known_speeds
from transcribe.streaming.transcript_log import read_words
from tui.config import load_settings
from tui.services.recognizers import intake_options
from tui.services.review_service import LocalReviewService

FOR_EVER = "36500"
KINDS = {"click", "scroll", "chord", "typed", "window", "marker", "pointer", "pause", "scrap", "notice"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_en: Path) -> Path:
    """A copy of what the older showhow left; this process and its commands live in it."""
    copied = copy_older(tmp_path / "ana")
    same_folder(copied / "showhow" / "models" / MODEL, tiny_en)
    monkeypatch.setenv("SHOWHOW_HOME", str(copied / "showhow"))
    monkeypatch.setenv("SHOWHOW_CONFIG", str(copied / "none.toml"))
    monkeypatch.setenv("SHOWHOW_MODEL", MODEL)
    monkeypatch.setenv("SHOWHOW_AUTHOR", "Ana")
    monkeypatch.setenv("TZ", "UTC")  # exports name the day
    return copied


def ask(*words: str) -> dict[str, Any]:
    """What a command says with ``--json``."""
    done = run_command(*words, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def opened(place: Path) -> Library:
    return open_library(place / "showhow" / "library", cache=place / "cache")


def finds_alike(place: Path) -> bool:
    """Every query meets the same demos, the best step as it was shown.

    Scores are weighed otherwise, a hit starts with its step, and steps that only show a word on the screen are one hit.
    """
    for query, then in expected(place)["search"].items():
        now = ask("search", query)["hits"]
        assert {hit["demo_id"] for hit in now} == {hit["demo_id"] for hit in then}
        assert not missing(then[0] | {name: now[0][name] for name in ("score", "start_ms")}, now[0])
        step = next(one for one in ask("show", now[0]["demo_id"])["steps"] if one["number"] == now[0]["step"])
        assert now[0]["start_ms"] == step["start_ms"]
    return True


def test_every_demo_is_listed_and_shown_with_all_it_had(place: Path) -> None:
    then = expected(place)
    assert {demo["demo_id"] for demo in ask("list")["demos"]} == {ORDER, CONFIRM, WAITING}
    for demo_id, record in then["demos"].items():
        assert not missing(record, ask("show", demo_id))


def test_the_index_is_made_anew_once_which_is_said(place: Path) -> None:
    with opened(place) as library:
        assert "older showhow" in library.notices[0]
        assert library.catalog.count() == 3
    with opened(place) as library:
        assert library.notices == ()


def test_a_word_is_found_at_the_step_it_was_found_at(place: Path) -> None:
    assert finds_alike(place)


def test_the_library_is_whole_and_an_index_made_anew_answers_alike(place: Path) -> None:
    assert ask("library", "check")["ok"]
    for index in (place / "showhow" / "library").glob("index.sqlite*"):
        index.unlink()
    assert ask("library", "rebuild")["demos"] == 3
    assert finds_alike(place)
    assert ask("library", "check")["ok"]


def test_versions_collections_and_glossary_are_what_they_were(place: Path) -> None:
    then = expected(place)
    for demo_id in (ORDER, CONFIRM):
        assert not missing(then["versions"][demo_id], ask("library", "versions", demo_id)["versions"])
    assert not missing(then["collections"], ask("collection", "list"))
    assert not missing(then["glossary"], ask("glossary", "list"))
    with opened(place) as library:
        assert (library.name, library.review_days) == ("Office how-tos", 180)


def test_what_was_removed_and_what_was_changed_come_back(place: Path) -> None:
    assert not missing(expected(place)["trash"], ask("library", "trash"))
    assert ask("library", "restore", REMOVED)["title"] == "Old menu"
    first = ask("library", "restore", CONFIRM, "--version", "1")
    assert (first["version"], first["owner"], first["collections"]) == (4, "Ana", [])
    assert ask("edit", ORDER, "--title", "Order more paper")["version"] == 3
    assert ask("library", "check")["ok"]


def test_how_the_library_was_used_is_remembered(place: Path) -> None:
    assert not missing(expected(place)["gaps"], ask("library", "gaps", "--days", FOR_EVER))
    with opened(place) as library:
        assert library.catalog.used([ORDER, CONFIRM]) == {ORDER: 4, CONFIRM: -3}
        said = {(note.demo_id, note.kind) for note in open_learning(library).notes.every()}
        assert said == {(ORDER, NoteKind.HELPED), (CONFIRM, NoteKind.STUCK)}


def test_a_demo_is_exported_as_it_was(place: Path) -> None:
    then = expected(place)["markdown"][ORDER].replace(os.sep, "/")  # so links of Markdown are on every system
    assert ask("export", ORDER)["text"] == then
    captions = place / "showhow" / "library" / "demos" / ORDER / "v2" / "captions.vtt"
    assert ask("export", ORDER, "--format", "vtt")["text"] == captions.read_text(encoding="utf-8")


@pytest.mark.parametrize("address", [f"showhow://{ORDER}#3", f"http://howto.example/demo/{ORDER}#step-3", f"{ORDER}#3"])
def test_an_address_written_down_then_leads_to_its_moment(place: Path, address: str) -> None:
    link = parse_link(address)
    with opened(place) as library:
        demo = library.catalog.resolve(link.demo)
        step = demo.step(link.step)
        assert (step.title, step.start_ms) == ("Set the quantity to twelve", 4911)
        assert grab_frame(demo.path / demo.clip.path, step.start_ms).shape == (360, 640, 3)


def test_a_demo_that_waited_for_its_words_gets_them(place: Path) -> None:
    ask("transcribe", "--waiting")
    now = ask("show", WAITING)
    assert not now["waiting_for_words"]
    assert "button" in " ".join(word["text"].strip() for word in now["transcript"]["words"])


def test_takes_are_listed_with_all_that_was_noted_in_them(place: Path) -> None:
    assert not missing(expected(place)["takes"], ask("takes"))
    take = load_take(place / "showhow" / "takes" / FULL)
    assert (take.state, take.filed_as) == (TakeState.FINISHED, ORDER)
    events = (take.path / "events.jsonl").read_bytes().splitlines()
    assert {json.loads(line)["kind"] for line in events} == KINDS
    assert len(read_events(take)) == len(events), "none is passed over as damaged"
    assert len(list(read_changes(take))) == len((take.path / "changes.jsonl").read_bytes().splitlines())


def test_a_draft_is_proposed_of_a_take_from_what_was_noted_and_heard(place: Path) -> None:
    take = place / "showhow" / "takes" / FULL
    draft = propose(take)  # nobody hears: the words are those in the take's log
    assert draft.transcript == read_words(take).transcript
    assert draft.transcript.text.startswith("First, click the new order button.")
    assert Span(25_243, 25_943) in [cut.span for cut in draft.cuts if cut.reason is CutReason.BY_HAND]
    assert {CutReason.HEAD, CutReason.STILL, CutReason.TAIL} <= {cut.reason for cut in draft.cuts}
    [wait] = draft.waits
    assert Span(16_000, 22_500).overlap_ms(wait.span) == wait.span.duration_ms > 5_000
    titles = [step.title for step in draft.steps]
    assert {"Enter the name of the supplier", "Set the quantity to twelve", "The order is complete"} <= set(titles)


@pytest.mark.parametrize("name", [BRIEF, "db9381a70338c1be.json"])
def test_an_unfiled_draft_is_gone_on_with_where_it_was_left(place: Path, name: str) -> None:
    settings = load_settings()
    with opened(place) as library:
        reviews = LocalReviewService(settings, library, intake_options(settings))
        assert len(reviews.unfiled()) == 3
        left = next(unfiled for unfiled in reviews.unfiled() if unfiled.path.name == name)
        draft = reviews.resume(left, lambda *_: None, lambda _: None)
        assert (draft.title, draft.tags, draft.by_hand) == ("Enter a supplier", ("suppliers",), ("title",))
        assert draft.dropped
        journal = reviews.journal(draft)
        again = journal.redo(draft)
        assert again is not None
        assert again[0].steps[0].title == "Start"
        back = draft = again[0]
        while undone := journal.undo(back):
            back = undone[0]
        assert (back.tags, back.by_hand, back.dropped) == ((), (), ())
        filed = reviews.file(draft, lambda *_: None)
        assert (filed.title, filed.steps[0].title) == ("Enter a supplier", "Start")
    assert ask("search", "Enter a supplier")["hits"][0]["demo_id"] == filed.demo_id


def test_a_take_left_by_a_crash_is_mended_and_heard_on_from_where_its_words_end(place: Path) -> None:
    take = place / "showhow" / "takes" / CRASHED
    log = take / "words.jsonl"
    # A word nobody said: it is still there afterwards, so what was heard before the crash was not heard anew.
    log.write_text(log.read_text(encoding="utf-8").replace("supplier.", "printer."), encoding="utf-8")
    before = read_words(take)
    assert before.heard
    assert before.ended_ms is None
    [demo] = ask("recover")["demos"]
    mended, after = load_take(take), read_words(take)
    assert mended.state is TakeState.RECOVERED
    assert check(mended.video) == mended.duration_ms > before.until_ms
    assert after.hearing == before.hearing
    assert after.heard[: len(before.heard)] == before.heard
    assert after.ended_ms is not None
    assert len(after.heard) > len(before.heard)
    assert "name of the printer." in " ".join(word["text"].strip() for word in demo["transcript"]["words"])


def test_a_recording_that_waits_in_the_inbox_can_be_fetched(place: Path) -> None:
    with opened(place) as library:
        names = library.store.inbox.fetch("demo-736baccad7a4306b", place / "fetched")
    assert names == ["changes.jsonl", "events.jsonl", "take.json"]
    assert load_take(place / "fetched").take_id == BRIEF


def test_the_settings_file_and_the_measured_speeds_are_understood(place: Path) -> None:
    settings = load_settings({"SHOWHOW_HOME": str(place / "showhow"), "SHOWHOW_CONFIG": str(place / "config.toml")})
    assert (settings.author, settings.language, settings.countdown_s, settings.fps) == ("Ana", "en", 2, 20)
    assert (settings.live_words, settings.reader_url) == (True, "http://howto.example")
    assert (settings.hotkeys["stop"], settings.hotkeys["pause"]) == ("ctrl+alt+x", "ctrl+alt+p")
    endpoint = settings.endpoint_url, settings.endpoint_model, settings.endpoint_timeout_s
    assert endpoint == ("http://hearing.example/v1", "whisper-2", 30)
    assert known_speeds(settings.models_folder) == {MODEL: 12.5}
