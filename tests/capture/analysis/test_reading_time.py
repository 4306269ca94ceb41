"""What a silent recording shows stays long enough to be read; a pointer or a caret is nothing to read."""

from __future__ import annotations

from capture.analysis.reading_time import READING_MS, reading_spans
from capture.model import Change
from capture.span import Span

SIZE = (1_280, 720)


def slide(at_ms: int) -> list[Change]:
    """Lines of text that change all over the picture."""
    return [Change(at_ms, 100, 80 + 100 * line, 1_000, 48) for line in range(6)]


def spans(changes: list[Change]) -> list[Span]:
    return reading_spans(changes, *SIZE, 80_000)


def test_each_slide_is_kept_for_some_seconds() -> None:
    found = spans([*slide(20_000), *slide(40_000), *slide(42_000)])
    assert found == [
        Span(0, READING_MS), Span(20_000, 20_000 + READING_MS), Span(40_000, 42_000), Span(42_000, 42_000 + READING_MS)
    ]  # fmt: skip


def test_a_slide_that_fades_in_is_one() -> None:
    fading = [change for at_ms in range(20_000, 21_000, 100) for change in slide(at_ms)]
    assert spans(fading) == [Span(0, READING_MS), Span(20_900, 20_900 + READING_MS)]


def test_a_pointer_that_jumps_and_typing_are_nothing_to_read() -> None:
    jump = [Change(9_000, 10, 10, 32, 32), Change(9_000, 1_200, 650, 32, 32)]
    typing = [Change(at, 300, 300, 16, 32) for at in range(12_000, 14_000, 200)]
    assert spans([*jump, *typing]) == []
