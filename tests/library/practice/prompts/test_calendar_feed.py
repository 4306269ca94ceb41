"""Calendar programs can read the feed, and it says nothing but what is planned."""

from __future__ import annotations

import os
import stat
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from library.model import LibraryError
from library.practice.prompts.calendar_feed import feed, write_feed
from library.practice.prompts.model import DaysOff, Prompt
from library.practice.prompts.plan import ahead
from tests.library.practice.prompts.learner import MINUTE_MS, Learner, demo

DAY = date(2026, 3, 2)


def events(data: bytes) -> list[Any]:
    calendar = Calendar.from_ical(data)
    assert not calendar.errors
    return list(calendar.walk("VEVENT"))


def test_each_practice_is_a_whole_day_that_blocks_nothing() -> None:
    (event,) = events(feed([(DAY, Prompt(demo_id="d1", title="Split an order", takes_ms=4 * MINUTE_MS))], 0))
    assert event.decoded("dtstart") == DAY
    assert event.decoded("dtend") == DAY + timedelta(days=1)
    assert str(event["summary"]) == "Practise: Split an order (4 min)"
    assert str(event["description"]) == "showhow try d1"
    assert str(event["transp"]) == "TRANSPARENT"


@settings(max_examples=40, deadline=None, database=None)
@given(title=st.text(max_size=200))
def test_any_title_is_read_back_and_no_line_is_too_long(title: str) -> None:
    data = feed([(DAY, Prompt(demo_id="d1", title=title))], 0)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    (event,) = events(data)
    whole = f"Practise: {title} (1 min)".splitlines()
    assert str(event["summary"]) == "\n".join("".join(c for c in line if c.isprintable()) for line in whole)


def test_what_means_something_in_a_calendar_is_escaped() -> None:
    assert rb"SUMMARY:Practise: a\;b\,c\\d (1 min)" in feed([(DAY, Prompt(demo_id="d1", title="a;b,c\\d"))], 0)


def test_a_hostile_title_begins_no_event_of_its_own() -> None:
    title = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nURL:http://evil.example/\r\n"
    (event,) = events(feed([(DAY, Prompt(demo_id="d1", title=title))], 0))
    assert "url" not in event


def test_the_same_practice_keeps_its_uid_on_another_day() -> None:
    prompt = Prompt(demo_id="d1", title="A")
    (first,), (second,) = (events(feed([(day, prompt)], 0)) for day in (DAY, DAY + timedelta(days=3)))
    assert first["uid"] == second["uid"]


def test_the_weeks_ahead_are_planned_within_the_cap_and_without_days_off(tmp_path: Path) -> None:
    learner = Learner(tmp_path)
    for n in range(12):
        learner.prompts.begin(demo(f"d{n:02}", 1.5))
    prompts, off = learner.prompts.readable()[0], DaysOff(weekdays=(2,))
    planned = ahead(prompts, [], learner.now_ms, off, count=28, zone=UTC)
    days = [day for day, _ in planned]
    assert len({prompt.demo_id for _, prompt in planned}) == len(planned) == 12
    assert all(days.count(day) <= 2 and day.weekday() != 2 for day in days)
    assert all(sum(first <= day < first + timedelta(days=7) for day in days) <= 3 for first in days)
    assert learner.prompts.days() == [], "looking ahead asks for nothing"


def test_the_feed_is_private_takes_its_own_place_and_no_others(tmp_path: Path) -> None:
    target = tmp_path / "today.ics"
    write_feed(target, [], 0)
    write_feed(target, [(DAY, Prompt(demo_id="d1", title="A"))], 0)
    assert len(events(target.read_bytes())) == 1
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    with pytest.raises(LibraryError, match="no calendar of showhow"):
        write_feed(other, [], 0)
    assert other.read_text() == "mine"
