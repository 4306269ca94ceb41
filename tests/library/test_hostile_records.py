"""A demo.json that anybody may have written is refused in one line, or shown by everything that shows demos."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from capture.errors import ShowhowError
from library.connection.library import Library, open_library
from library.draft.reopen import from_clip
from library.export.exporter import FORMS, export_to
from library.format import age, day
from library.maintenance.check import check
from library.search.search import search
from tests.support.mutations import mutated_record
from tests.support.web_library import ask, served
from transcribe.captions import captions

WHOLE = Path(__file__).parents[1] / "data/made_by_0_1/showhow/library/demos/order-paper-xbyx"
ID = WHOLE.name
FORMS_OF_RECORD = tuple(form for form in FORMS if form not in {"webp", "gif", "audio", "clip"})
"""The others read only the clip."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library with one demo, and the folder of its newest version."""
    shutil.copytree(WHOLE, tmp_path / "library/demos" / ID)
    return tmp_path / "library"


def newest(folder: Path) -> Path:
    shutil.rmtree(folder / "demos" / ID / "v1", ignore_errors=True)
    return folder / "demos" / ID / "v2" / "demo.json"


def use(folder: Path, tmp_path: Path, forms: tuple[str, ...] = FORMS_OF_RECORD) -> int:
    """Do with a library what people do: find, read, print; returns the number of demos in it. No error is tolerated."""
    with open_library(folder, cache=tmp_path / "cache") as library:
        assert all("\n" not in notice for notice in library.notices)
        demos = library.catalog.list()
        search(library.catalog, "order paper")
        check(library)
        for demo in demos:
            _show(library, tmp_path, demo.demo_id, forms)
        with served(library) as running:
            for path in ("/", "/browse", "/?q=order", f"/demo/{ID}", f"/demo/{ID}?view=read"):
                assert ask(running, path).status in {200, 404}, path
        return len(demos)


def _show(library: Library, tmp_path: Path, demo_id: str, forms: tuple[str, ...]) -> None:
    demo = library.catalog.get(demo_id)
    assert day(demo.updated_unix_ms)
    age(demo.updated_unix_ms)
    from_clip(demo, "clip.mp4")
    for form in forms:
        with suppress(ShowhowError):
            export_to(demo, form, tmp_path / f"out.{FORMS[form].ending}")


def changed(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = newest(folder)
    record = json.loads(path.read_bytes())
    change(record)
    path.write_text(json.dumps(record))


def one_segment(record: dict[str, Any], texts: list[str]) -> None:
    words = [{"start_ms": n * 10, "end_ms": n * 10 + 9, "text": text} for n, text in enumerate(texts)]
    record["transcript"]["segments"] = [
        {"start_ms": 0, "end_ms": len(texts) * 10, "text": " ".join(texts), "words": words}
    ]


def many_steps(record: dict[str, Any], count: int) -> None:
    step = record["steps"][0]
    record["steps"] = [step | {"number": n, "start_ms": n, "end_ms": n + 1} for n in range(1, count + 1)]


REFUSED: dict[str, Callable[[dict[str, Any]], None]] = {
    "an update after the last year": lambda r: r.update(updated_unix_ms=1 << 53),
    "a review after the last year": lambda r: r.update(review_unix_ms=1 << 53),
    "a recording after the last year": lambda r: r["take"].update(started_unix_ms=1 << 60),
    "a picture of negative width": lambda r: r["clip"].update(width=-1),
    "a picture of two thousand million rows": lambda r: r["clip"].update(height=1 << 31),
    "an event before the beginning": lambda r: r["steps"][0].update(events=[{"kind": "marker", "at_ms": -5}]),
    "a click beyond all screens": lambda r: r["steps"][0].update(
        events=[{"kind": "click", "at_ms": 5, "x": 10**17, "y": 1}]
    ),
    "a cut before the beginning": lambda r: r.update(cuts=[{"start_ms": -9, "end_ms": 5, "reason": "head"}]),
}
SHOWN: dict[str, Callable[[dict[str, Any]], None]] = {
    "a title of a megabyte": lambda r: r.update(title="x" * (1 << 20)),
    "a step's title of 9 kB": lambda r: r["steps"][0].update(title="Press the button " * 500),
    "a step's title of one word": lambda r: r["steps"][0].update(title="x" * 9_000),
    "five hundred corrections of 9 kB": lambda r: r["transcript"]["segments"][0].update(
        corrections=[{"heard": "order", "right": "x" * 9_000}] * 500
    ),
    "a thousand tags": lambda r: r.update(tags=[f"tag {n}" for n in range(1_000)]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_impossible_is_refused_in_one_line(folder: Path, tmp_path: Path, what: str) -> None:
    changed(folder, REFUSED[what])
    with open_library(folder, cache=tmp_path / "cache") as library:
        assert not library.catalog.list()
        [notice] = library.notices
        assert "impossible" in notice
        assert "\n" not in notice


@pytest.mark.parametrize("what", SHOWN)
def test_what_is_too_long_is_shown_shortened(folder: Path, tmp_path: Path, what: str) -> None:
    changed(folder, SHOWN[what])
    assert use(folder, tmp_path, ("contact-sheet", "markdown", "html")) == 1
    with open_library(folder, cache=tmp_path / "cache") as library:
        demo = library.catalog.get(ID)
        assert max(len(demo.title), len(demo.steps[0].title)) <= 200
        assert len(demo.tags) <= 20
        corrections = demo.transcript.segments[0].corrections
        assert len(corrections) <= 100
        assert max((len(one.right) for one in corrections), default=0) <= 200


def test_a_word_of_two_megabytes_is_shortened(folder: Path, tmp_path: Path) -> None:
    changed(folder, lambda record: one_segment(record, ["x" * (2 << 20), "order"]))
    assert use(folder, tmp_path, ("srt", "html")) == 1


def test_hours_in_one_sentence_become_captions_in_time_that_grows_with_them(folder: Path, tmp_path: Path) -> None:
    """Counted, not timed: ten times the words must not put hundred times the words together."""
    from transcribe import captions as module

    def letters(count: int) -> int:
        changed(folder, lambda record: one_segment(record, ["word"] * count))
        seen = 0

        def counting(words: Any) -> str:
            nonlocal seen
            seen += len(words)
            return whole(words)

        whole = module.joined
        with open_library(folder, cache=tmp_path / f"cache-{count}") as library, pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "joined", counting)
            assert captions(library.catalog.get(ID).transcript)
        return seen

    assert letters(10_000) < 15 * letters(1_000)


@pytest.mark.parametrize("count", [200, pytest.param(2_000, marks=pytest.mark.long)])
def test_far_more_steps_than_anybody_makes_are_shown(folder: Path, tmp_path: Path, count: int) -> None:
    changed(folder, lambda record: many_steps(record, count))
    assert use(folder, tmp_path, ("markdown", "contact-sheet", "srt")) == 1


@pytest.mark.parametrize("seed", range(8))
def test_a_changed_record_is_shown_or_refused(folder: Path, tmp_path: Path, seed: int) -> None:
    path = newest(folder)
    path.write_bytes(mutated_record(path.read_bytes(), seed))
    use(folder, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200))
def test_two_hundred_changed_records_are_shown_or_refused(folder: Path, tmp_path: Path, seed: int) -> None:
    path = newest(folder)
    path.write_bytes(mutated_record(path.read_bytes(), 1_000 + seed))
    use(folder, tmp_path)
