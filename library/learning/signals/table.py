"""Signals as JSON objects and as a CSV table. Pure."""

from __future__ import annotations

import csv
import io
from typing import Any

from library.learning.needs.model import Need
from library.learning.signals.signals import DemoSignal, Signals

_COLUMNS = ("demo_id", "title", "owner", "helped", "stuck", "outdated", "thanks", "helps", "stale", "orphaned")
_FORMULA = tuple("=+-@\t\r")


def as_json(signals: Signals) -> dict[str, Any]:
    """All figures as plain values; a figure that is not shown is null."""
    return {
        "needs": [need_json(need) for need in signals.needs],
        "answered": signals.answered,
        "demos": [_row(one) for one in signals.demos],
        "weeks": [one._asdict() for one in signals.weeks],
    }


def need_json(need: Need) -> dict[str, Any]:
    """A need as plain values; of the machines that asked only their number."""
    given = need._asdict()
    del given["told"]
    return given | {"votes": len(need.votes), "state": need.state.value}


def as_csv(signals: Signals) -> str:
    """The demos, one a row; a figure that is not shown is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(_COLUMNS)
    for one in signals.demos:
        writer.writerow([_field(value) for value in _row(one).values()])
    return text.getvalue()


def _row(one: DemoSignal) -> dict[str, Any]:
    counts = one.counts
    figures = {name: getattr(counts, name) if counts else None for name in ("helped", "stuck", "outdated", "thanks")}
    row = {"demo_id": one.demo_id, "title": one.title, "owner": one.owner} | figures
    return row | {"helps": one.helps, "stale": one.stale, "orphaned": one.orphaned}


def _field(value: object) -> object:
    """A field that no spreadsheet takes for a formula: titles are anybody's words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
