"""Makes the comparison of an attempt from its take on disk: events, labels, and what its pictures tell without events.

The learner waits for it: nothing is rendered, labels come from the log that was written while recording, and those
still missing after ``patience_s`` are left out; a second call with more patience reads them. A take that broke off is
mended first. Owns what is read. The comparison is in ``compare.py``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from capture.errors import Cancelled, ShowhowError
from capture.model import Click, Event, InferredAction, Take, TakeState
from capture.recorder.recovery import recover
from capture.takes import is_live, load_or_stand_in
from library.intake.inferred import has_input, inferred_from_log, with_labels_read
from library.intake.screen_text import MOST_TEXT, read_labels
from library.intake.source import RecordingSource, events_of, logged_changes, open_source, without_pointer
from library.model import LibraryError, Practice
from library.practice.alignment import Sizes
from library.practice.attempts import take_facts
from library.practice.compare import compare
from library.practice.model import Attempt, AttemptState, Doubt
from library.practice.screen_words import SeenScreen, moments_to_read
from library.text import clean
from transcribe.model import ScreenReader
from transcribe.ocr.label_log import labels_read
from transcribe.steps.actions import fills
from transcribe.steps.builder import with_labels

AT_ONCE_S = 1.2
"""Patience right after the stop: the process that reads labels meanwhile has at most the last click or two to read."""
THOROUGH_S = 120.0
"""Patience in the background."""


def evaluate(
    attempt: Attempt,
    practice: Practice,
    demo_size: tuple[int, int],
    reader: ScreenReader | None,
    *,
    patience_s: float = THOROUGH_S,
) -> tuple[Attempt, bool]:
    """The attempt with its comparison, and whether everything that tells something was read.

    ``demo_size``: width and height in px of the demo's pictures; zeros when not known. Raises TakeError when the
    recording holds nothing that can be kept, LibraryError while it runs and when it is gone.
    """
    deadline = time.monotonic() + patience_s
    folder = Path(attempt.take.path)
    if not folder.is_dir():
        raise LibraryError("The recording of this try is gone", "Delete the try: showhow mine forget TRY")
    if is_live(folder):
        raise LibraryError("This attempt is being recorded", "Stop it first: showhow stop")
    take = load_or_stand_in(folder)
    if take.state is TakeState.RECORDING:
        take = recover(folder)
    source = open_source(folder)
    events = events_of(source)
    inferred: tuple[InferredAction, ...] = ()
    if has_input(events):
        events, whole = _labelled(take, events, reader, deadline)
    else:
        inferred, whole = _inferred(source, events, reader, deadline)
    compared = partial(
        compare, attempt.steps, events, _sizes(demo_size, take), practice=practice, inferred=inferred,
        cut_off=take.state is TakeState.RECOVERED,
    )  # fmt: skip
    comparison = compared()
    if Doubt.NO_EVENTS in comparison.doubts:
        screens, all_read = _screens(attempt, source, reader, deadline)
        comparison, whole = compared(screens=screens), whole and all_read
    state = AttemptState.MINE if attempt.state is AttemptState.RUNNING else attempt.state
    kept = replace(attempt, take=take_facts(folder), events=without_pointer(events), state=state)
    return replace(kept, comparison=comparison), whole


def _sizes(demo: tuple[int, int], take: Take) -> Sizes:
    mine = (take.width, take.height)
    return (demo if all(demo) else mine), mine


def _labelled(
    take: Take, events: Sequence[Event], reader: ScreenReader | None, deadline: float
) -> tuple[tuple[Event, ...], bool]:
    """The events with the labels that can be had until then, and whether those are all."""
    known = labels_read(take.path, _nothing, max(0.0, deadline - time.monotonic()))
    labels = {
        click.at_ms: known[click.at_ms].label(field=fills(click, events))
        for click in events
        if isinstance(click, Click) and click.at_ms in known
    }
    labelled = with_labels(events, labels)
    missing = sum(isinstance(event, Click) and event.at_ms not in known for event in events)
    if not missing or reader is None:
        return labelled, True
    with suppress(ShowhowError):  # labels are optional
        return read_labels(take.video, events, reader, partial(_until, deadline), known), True
    return labelled, False


def _inferred(
    source: RecordingSource, events: Sequence[Event], reader: ScreenReader | None, deadline: float
) -> tuple[tuple[InferredAction, ...], bool]:
    found = inferred_from_log(source, events)
    try:
        return with_labels_read(source, found, reader, partial(_until, deadline)), True
    except Cancelled:
        return found, False


def _screens(
    attempt: Attempt, source: RecordingSource, reader: ScreenReader | None, deadline: float
) -> tuple[list[SeenScreen], bool]:
    """What stood on the attempt's screen, and whether all of it was read. Not begun with little time: it takes long."""
    from capture.video.reader import grab_frame
    from transcribe.ocr.incremental_reader import IncrementalOcr

    if reader is None or not any(step.screen_text for step in attempt.steps):
        return [], True
    screens: list[SeenScreen] = []
    if deadline - time.monotonic() <= AT_ONCE_S:
        return screens, False
    ocr = IncrementalOcr(reader)
    try:
        for at_ms in moments_to_read(logged_changes(source), source.facts.duration_ms):
            _until(deadline)
            screens.append(SeenScreen(at_ms, clean(ocr.text(grab_frame(source.video, at_ms)), MOST_TEXT)))
    except ShowhowError:  # no time left, or a picture that cannot be read: what there is tells something
        return screens, False
    return screens, True


def _until(deadline: float, _done: int = 0, _total: int = 0, _what: str = "") -> None:
    if time.monotonic() > deadline:
        raise Cancelled("There is no time left to read labels")


def _nothing() -> None:
    """Nobody ends the wait early."""
