"""Ages, sizes and counts as people read them, the same everywhere."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from library.format import age, count, day, moment, size, start_of_day, utc

PARIS = timezone(timedelta(hours=2))
NOON = round(datetime(2031, 4, 17, 12, 0, tzinfo=PARIS).timestamp() * 1000)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (-5 * MINUTE, "just now"),  # the clock of whoever filed it is ahead
        (0, "just now"),
        (59_999, "just now"),
        (MINUTE, "1 minute ago"),
        (59 * MINUTE, "59 minutes ago"),
        (90 * MINUTE, "90 minutes ago"),
        (2 * HOUR, "2 hours ago"),
        (13 * HOUR, "13 hours ago"),
        (24 * HOUR - 1, "23 hours ago"),
        (24 * HOUR, "yesterday"),
        (36 * HOUR, "yesterday"),
        (36 * HOUR + 1, "2 days ago"),
        (47 * HOUR, "2 days ago"),
        (3 * DAY, "3 days ago"),
        (13 * DAY, "13 days ago"),
        (14 * DAY, "2 weeks ago"),
        (60 * DAY, "8 weeks ago"),
        (61 * DAY, "2 months ago"),
        (365 * DAY, "11 months ago"),
        (730 * DAY, "23 months ago"),
        (731 * DAY, "2 years ago"),
        (3653 * DAY, "10 years ago"),
    ],
)
def test_an_age_is_said_as_people_say_it(ms: int, words: str) -> None:
    assert age(NOON - ms, NOON, PARIS) == words


@pytest.mark.parametrize(("hour", "words"), [(23, "yesterday"), (1, "2 days ago")])
def test_yesterday_is_the_date_before_and_no_number_of_hours(hour: int, words: str) -> None:
    now = NOON + (hour - 12) * HOUR
    assert age(now - 40 * HOUR, now, PARIS) == words


def test_days_are_those_of_the_zone() -> None:
    at, now = NOON - 36 * HOUR, NOON
    assert (age(at, now, PARIS), age(at, now, timezone(timedelta(hours=-8)))) == ("yesterday", "2 days ago")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC", "America/New_York"])
@pytest.mark.parametrize("year", [1970, 2999, 3001, 9999])
def test_every_date_that_a_record_may_have_is_shown(monkeypatch: pytest.MonkeyPatch, year: int, zone: str) -> None:
    if sys.platform != "win32":
        monkeypatch.setenv("TZ", zone)
        time.tzset()
    unix_ms = round((datetime(year, 12, 31, 23, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000
    try:
        assert day(unix_ms)[:4] in {str(year), str(year + 1)}
        assert moment(unix_ms).startswith(day(unix_ms))
        assert day(0)[:4] in {"1969", "1970"}
        assert utc(unix_ms).year == year
        assert day(start_of_day(f"{year}-12-31")) == f"{year}-12-31"
        assert day(start_of_day(f"{year}-01-01")) == f"{year}-01-01"
    finally:
        monkeypatch.undo()
        if sys.platform != "win32":
            time.tzset()


@pytest.mark.parametrize("none", [0, -1])
def test_no_time_has_no_age(none: int) -> None:
    assert age(none, NOON) == ""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 B"), (500, "500 B"), (999, "999 B"), (1000, "1.0 kB"), (9_949, "9.9 kB"), (9_951, "10 kB"),
        (640_000, "640 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (1_640_000, "1.6 MB"), (48_200_000_000, "48 GB"),
        (5 * 10**12, "5.0 TB"), (1_200 * 10**12, "1,200 TB"),
    ],
)  # fmt: skip
def test_a_size_is_said_with_two_or_three_digits(number: int, words: str) -> None:
    assert size(number) == words


def test_one_of_a_thing_is_said_in_the_singular_and_thousands_are_set_apart() -> None:
    assert [count(n, "demo") for n in (0, 1, 2, 1200)] == ["0 demos", "1 demo", "2 demos", "1,200 demos"]
    assert [count(n, "copy", "copies") for n in (1, 2)] == ["1 copy", "2 copies"]
