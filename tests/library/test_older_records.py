"""Names and kinds on disk do not change: a record an older showhow wrote is written again under the very same ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from capture.files import Lines, read_lines
from capture.model import Change, Event
from capture.takes import load_take, write_take
from library.connection.library_facts import read_facts, write_facts
from library.draft.edits import load_draft, save_draft
from library.draft.journal import Entry, append_journal
from library.model import Demo
from library.records import decode_record, encode_record
from library.storage.bundle import read_bundle
from tests.support.older_files import copy_older, missing
from transcribe.streaming.transcript_log import Ended, TranscribedUtterance, TranscriptHeader


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return copy_older(tmp_path / "ana")


def parsed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def parsed_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def files(place: Path, name: str, count: int) -> list[Path]:
    found = sorted(place.rglob(name))
    assert len(found) == count
    return found


def test_demos(place: Path) -> None:
    for path in files(place, "demo.json", 7):
        if ".trash" not in path.parts:
            assert not missing(parsed(path), json.loads(encode_record(read_bundle(path.parent))))


def test_words_left_in_pieces_are_whole_in_steps_and_titles_as_well() -> None:
    words = [
        {"start_ms": n * 300, "end_ms": n * 300 + 300, "text": text}
        for n, text in enumerate(["Put", "$12", ",500", "there.", "C", "'est", "tout."])
    ]
    record = {
        "demo_id": "pay-k3f9",
        "title": "Pay",
        "transcript": {
            "segments": [
                {"start_ms": 0, "end_ms": 1_200, "text": "Put $12,500 there.", "words": words[:4]},
                {"start_ms": 1_200, "end_ms": 2_100, "text": "C'est tout.", "words": words[4:]},
            ]
        },
        "steps": [
            {
                "number": 1,
                "start_ms": 0,
                "end_ms": 2_100,
                "title": "Put $12 ,500",
                "text": "Put $12 ,500 there. C 'est tout.",
            },
            {"number": 2, "start_ms": 2_100, "end_ms": 3_000, "title": "Use .NET", "text": "Written by hand -v"},
        ],
    }
    demo = decode_record(json.dumps(record).encode(), Demo, "it")
    assert [word.text for word in demo.words] == ["Put", "$12,500", "there.", "C'est", "tout."]
    assert [step.title for step in demo.steps] == ["Put $12,500", "Use .NET"]
    assert [step.text for step in demo.steps] == ["Put $12,500 there. C'est tout.", "Written by hand -v"]


def test_what_a_library_says_of_itself(place: Path) -> None:
    [path] = files(place, "library.json", 1)
    then = parsed(path)
    write_facts(path.parent, read_facts(path.parent)[0])
    assert not missing(then, parsed(path))


def test_takes(place: Path) -> None:
    for path in files(place, "take.json", 4):
        then = parsed(path)
        write_take(load_take(path.parent))
        assert not missing(then, parsed(path))


def test_drafts(place: Path) -> None:
    for path in [*files(place, "draft.json", 2), *files(place / "showhow" / "drafts", "*[0-9a-f].json", 1)]:
        then = parsed(path)
        save_draft(load_draft(path), path)
        assert not missing(then, parsed(path))


LOGS = [
    ("events.jsonl", Event, 4),
    ("changes.jsonl", Change, 4),
    ("words.jsonl", TranscriptHeader | TranscribedUtterance | Ended, 3),
]


@pytest.mark.parametrize(("name", "kind", "count"), LOGS)
def test_what_a_take_noted_and_what_was_heard_of_it(place: Path, name: str, kind: Any, count: int) -> None:
    for path in files(place, name, count):
        copy = Lines(path.with_suffix(".again"))
        copy.add(*read_lines(path, kind))
        copy.close()
        assert not missing(parsed_lines(path), parsed_lines(path.with_suffix(".again")))


def test_the_edits_of_drafts(place: Path) -> None:
    kind: Any = Entry
    kinds, edited = set[str](), set[str]()
    for path in files(place, "*.journal.jsonl", 3):
        then = parsed_lines(path)
        entries = list(read_lines(path, kind))
        draft_file = path.with_name(path.name.replace(".journal.jsonl", ".json"))
        path.unlink()
        append_journal(draft_file, entries)
        assert not missing(then, parsed_lines(path))
        kinds |= {line["type"] for line in then}
        edited |= {name for line in then for name in line.get("after", ())}
    assert kinds == {"edit", "undo", "redo"}
    assert edited == {"title", "tags", "cuts", "dropped", "fasts", "blurs", "steps", "by_hand"}
