"""How attempts and what was said of them are printed: as text lines, or as JSON without events, secrets and sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from library.format import join, moment
from library.practice.attempts import cut_off
from library.practice.feedback.model import Feedback, Remark
from library.practice.feedback.spoken import Heard, nothing_said
from library.practice.model import Attempt
from tui.console import plain, print_json, say
from tui.state.practice.attempt import ONLY_YOU, ComparisonModel, comparison_lines

if TYPE_CHECKING:
    from tui.services.practice.feedback import LocalFeedbackService


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


def remark_documents(remarks: Sequence[Remark]) -> list[dict[str, Any]]:
    """Remarks for ``--json``: of those by voice how long they are and what was heard, not the sound."""
    documents: list[dict[str, Any]] = plain(remarks)
    for document in documents:
        if document["spoken"] is None:
            del document["spoken"]
        else:
            del document["spoken"]["sound"]
    return documents


def feedback_documents(every: Sequence[Feedback]) -> list[dict[str, Any]]:
    """What reviewers decided for ``--json``: without what proves that it is theirs."""
    documents: list[dict[str, Any]] = plain(every)
    for document, one in zip(documents, every, strict=True):
        del document["secret"]
        document["remarks"] = remark_documents(one.remarks)
    return documents


def print_played(service: LocalFeedbackService, heard: Heard | None, step: int, *, json: bool) -> None:
    """Play a remark by voice and say by what. Raises LibraryError when there is none."""
    if heard is None:
        raise nothing_said(step)
    message = service.hear(heard)
    if json:
        print_json({"message": message})
    else:
        say(message)
