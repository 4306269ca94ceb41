"""A learner's day at the command line: what to practise, how it went, days off, and a calendar of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from icalendar import Calendar
from msgspec.structs import replace

from library.connection.library import open_library
from library.practice.store import PracticeStore
from tests.library.factories import demo, put_bundle
from tests.support.practice_desk import bytes_outside

SHOWHOW = Path(sys.executable).with_name("showhow")


def showhow(*words: str) -> dict[str, Any]:
    """What a command answers in JSON."""
    done = subprocess.run([SHOWHOW, *words, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_demo_is_marked_practised_rated_and_comes_again(home: Path, tmp_path: Path) -> None:
    with open_library(home / "library") as library:
        put_bundle(library.demos, demo("d1", "Pay an invoice", "Open it.", "Be very careful now.", "Pay it."))
    marked = showhow("practice", "d1", "--guess", "--target", "45")["practice"]
    assert (marked["mode"], marked["target_ms"]) == ("practise", 45_000)
    showhow("today", "add", "Pay an invoice")
    (line,) = showhow("today")["lines"]
    assert (line["kind"], line["key"], line["takes_min"]) == ("practice", "d1", 1)
    assert "errors are costly" in line["why"]
    assert showhow("today", "rate", "d1", "good")["due_in_days"] == 2
    assert showhow("today", "off", "--every", "sat, sun", "--holiday", "2031-04-17", "2031-04-30") == {
        "weekdays": [5, 6], "holidays": [["2031-04-17", "2031-04-30"]],
    }  # fmt: skip
    feed = tmp_path / "today.ics"
    showhow("today", "--ics", str(feed))
    (event,) = Calendar.from_ical(feed.read_bytes()).walk("VEVENT")
    assert str(event["summary"]) == "Practise: Pay an invoice (1 min)"
    assert event.decoded("dtstart").weekday() < 5
    kinds = {record.kind for record in PracticeStore(home / "mine").everything()}
    assert kinds == {"prompt", "prompt-day", "days-off"}
    assert bytes_outside(home, "stability", "prompt-day", "days-off") == []


def test_a_demo_that_takes_too_long_to_be_asked_for_says_so(home: Path) -> None:
    long = demo("d1", "Close the year", "Open it.", "Close it.")
    with open_library(home / "library") as library:
        put_bundle(library.demos, replace(long, clip=replace(long.clip, duration_ms=660_000)))
    for words in (("add", "d1"), ("snooze", "d1"), ("every",)):
        done = subprocess.run([SHOWHOW, "today", *words], capture_output=True, text=True, check=False)
        assert "it takes about 22 min, a week has 10, so you are not asked" in done.stdout, done.stderr
    assert showhow("today", "add", "d1")["too_long"] is True
