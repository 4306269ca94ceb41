"""How attempts are printed: as text lines, or as JSON without the events."""

from __future__ import annotations

from typing import Any

from library.format import join, moment
from library.practice.attempts import cut_off
from library.practice.model import Attempt
from tui.console import plain, print_json, say
from tui.state.practice.attempt import ONLY_YOU, ComparisonModel, comparison_lines


def print_attempt(attempt: Attempt, *, json: bool, seen_by: str = ONLY_YOU) -> None:
    """One attempt with its comparison, and who sees it."""
    if json:
        print_json(attempt_document(attempt))
        return
    for line in comparison_lines(ComparisonModel(attempt), seen_by):
        say(line)
    say(f"Kept as {attempt.attempt_id}. See it again: showhow mine show {attempt.attempt_id}")


def attempt_document(attempt: Attempt) -> dict[str, Any]:
    """An attempt for ``--json``: without the events of its take, which are in the take's folder, and of the steps."""
    document: dict[str, Any] = plain(attempt)
    del document["events"]
    document["steps"] = [{"number": step.number, "title": step.title} for step in attempt.steps]
    return document


def attempt_line(attempt: Attempt) -> str:
    """An attempt as one line of a list."""
    model = ComparisonModel(attempt)
    state = "not compared yet" if cut_off(attempt) else "being recorded" if attempt.comparison is None else ""
    facts = join([attempt.title, state or model.facts()])
    return f"{attempt.attempt_id}  {moment(attempt.take.started_unix_ms)}  {facts}"
