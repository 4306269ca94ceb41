"""Infers the actions of a recording without input events, and reads what the screen says where they were done.

Owns where the changes come from and which pictures are read. What counts as an action is in
``capture/analysis/inferred_actions.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from msgspec.structs import replace

from capture.analysis.inferred_actions import inferred_actions
from capture.analysis.reading_time import reading_spans
from capture.errors import VideoError
from capture.model import Change, Event, InferredAction, InferredKind
from capture.progress import Progress, silent
from capture.span import Span
from library.intake.source import RecordingSource
from library.text import clean
from transcribe.model import ScreenReader, TranscribeError
from transcribe.ocr.click_label import label_at
from transcribe.steps.actions import INPUT_EVENTS
from transcribe.steps.builder import BEFORE_CHANGE_MS

_AWAY_MS = 100  # this long before the pointer sets out, it covers no label at the place it goes to
_MOST_LABELS = 100  # labels read: about 0.2 s of one core each


def inferred_from_log(source: RecordingSource, events: Sequence[Event]) -> tuple[InferredAction, ...]:
    """The likely actions of a take, from its logs in milliseconds; empty with input events, or without a log."""
    if source.take is None or has_input(events) or not (source.path / "changes.jsonl").is_file():
        return ()
    from capture.takes import read_changes

    size = source.facts.width, source.facts.height
    return inferred_actions(read_changes(source.take), events, size, source.facts.duration_ms)


def inferred_from_pictures(
    source: RecordingSource, changes: Sequence[Change], events: Sequence[Event]
) -> tuple[InferredAction, ...]:
    """The likely actions of a recording without a log, from the ``changes`` that were found in its pictures."""
    if has_input(events):
        return ()
    scale, size = _compared(source)
    found = inferred_actions(changes, events, size, source.facts.duration_ms)
    return tuple(action.scaled(scale) for action in found) if scale > 1 else found


def in_full_size(source: RecordingSource, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The ``changes`` that were found in the pictures of a recording, in its own pixels."""
    scale, _ = _compared(source)
    return tuple(_scaled(change, scale) for change in changes) if scale > 1 else tuple(changes)


def _scaled(change: Change, by: float) -> Change:
    x, y, width, height = (round(side * by) for side in (change.x, change.y, change.width, change.height))
    return replace(change, x=x, y=y, width=width, height=height)


def time_to_read(source: RecordingSource, changes: Sequence[Change], until_ms: int) -> list[Span]:
    """Spans of a recording without words in which something new is shown, from the changes found in its pictures.

    ``until_ms``: how much of it could be read.
    """
    return reading_spans(changes, *_compared(source)[1], until_ms)


def _compared(source: RecordingSource) -> tuple[float, tuple[int, int]]:
    """By how much pictures were made smaller to be compared, and their size then."""
    from capture.analysis.video_changes import WIDEST

    scale = max(1.0, source.facts.width / WIDEST)
    return scale, (round(source.facts.width / scale), round(source.facts.height / scale))


def has_input(events: Sequence[Event]) -> bool:
    """Whether the log knows of clicks or keys."""
    return any(isinstance(event, INPUT_EVENTS) for event in events)


def with_labels_read(
    source: RecordingSource,
    inferred: Sequence[InferredAction],
    reader: ScreenReader | None,
    progress: Progress = silent,
) -> tuple[InferredAction, ...]:
    """The actions with the text at their places. Labels are optional: what cannot be read stays without.

    Raises Cancelled when ``progress`` does.
    """
    labelled = list(inferred)
    for at, action in enumerate(inferred[:_MOST_LABELS] if reader is not None else ()):
        progress(at, len(inferred), "Reading the labels")
        if reader is not None and action.place is not None:
            with suppress(VideoError, TranscribeError):
                labelled[at] = replace(action, label=_label(source, action, reader))
    return tuple(labelled)


def _label(source: RecordingSource, action: InferredAction, reader: ScreenReader) -> str:
    """The text at the place of an action, before the pointer came there."""
    from capture.video.reader import grab_frame

    x, y = action.place or (0, 0)
    came = action.start_ms < action.at_ms
    at_ms = max(0, action.start_ms - _AWAY_MS if came else action.at_ms - BEFORE_CHANGE_MS)
    return clean(label_at(reader, grab_frame(source.video, at_ms), x, y, field=action.kind is InferredKind.TYPING))
