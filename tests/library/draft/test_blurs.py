"""Blurs: held inside picture and recording, changed and taken away; no step names what lies under one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from capture.model import Blur, Click, InferredAction, InferredKind, Region
from library.draft import blurs
from library.model import Draft, LibraryError
from tests.library.factories import draft
from transcribe.model import Correction

HERE = Region(10, 10, 20, 12)


def clicked(title: str) -> Draft:
    """A draft whose second step clicks “Card 4711” at (20, 15)."""
    one = draft("Open the finance menu", "Click there")
    step = one.steps[1]
    click = Click(step.start_ms + 500, 20, 15)
    return replace(one, steps=(one.steps[0], replace(step, title=title, clicked="Card 4711", events=(click,))))


def test_a_blur_is_held_inside_the_picture_and_the_recording() -> None:
    one = blurs.add_blur(draft("Open it"), Blur(-500, 99_999, region=Region(-5, 40, 40, 40)))
    assert one.blurs == (Blur(0, one.take.duration_ms, region=Region(0, 40, 35, 8)),)


@pytest.mark.parametrize("region", [Region(0, 0, 3, 30), Region(64, 0, 30, 30), Region(0, 0, 0, 0)])
def test_a_rectangle_that_hides_nothing_is_refused(region: Region) -> None:
    with pytest.raises(LibraryError, match="too small"):
        blurs.add_blur(draft("Open it"), Blur(0, 500, region=region))
    with pytest.raises(LibraryError, match="nothing to hide"):
        blurs.add_blur(draft("Open it"), Blur(90_000, 90_500, region=HERE))


def test_a_blur_is_changed_in_place_and_removed() -> None:
    one = blurs.add_blur(blurs.add_blur(draft("Open it"), Blur(0, 500, region=HERE)), Blur(600, 900, region=HERE))
    moving = Blur(600, 1_000, region=HERE, until=Region(30, 20, 20, 12))
    changed = blurs.change_blur(one, one.blurs[1], moving)
    assert changed.blurs == (one.blurs[0], moving)
    assert blurs.blurs_at(changed, 700) == [moving]
    assert blurs.remove_blur(changed, moving).blurs == one.blurs[:1]


def test_a_label_under_a_blur_is_forgotten_and_a_title_that_says_it_as_well() -> None:
    one = clicked("Click Card 4711")
    step = blurs.add_blur(one, Blur(one.steps[1].start_ms, one.steps[1].end_ms, region=HERE)).steps[1]
    assert (step.clicked, step.title) == ("", blurs.HIDDEN_TITLE)
    step = blurs.add_blur(clicked("Pay"), Blur(0, one.take.duration_ms, region=HERE)).steps[1]
    assert (step.clicked, step.title) == ("", "Pay")


def test_a_correction_by_a_label_under_a_blur_is_forgotten_too() -> None:
    one = clicked("Pay")
    segments = tuple(replace(s, corrections=(Correction("it", "Card 4711"),)) for s in one.transcript.segments)
    one = replace(one, transcript=replace(one.transcript, segments=segments))
    beside = blurs.add_blur(one, Blur(0, one.take.duration_ms, region=Region(40, 10, 20, 12)))
    assert beside.transcript == one.transcript
    hidden = blurs.add_blur(one, Blur(0, one.take.duration_ms, region=HERE))
    assert not any(segment.corrections for segment in hidden.transcript.segments)


def test_a_label_beside_the_blur_or_clicked_before_it_stays() -> None:
    one = clicked("Click Card 4711")
    beside = blurs.add_blur(one, Blur(0, one.take.duration_ms, region=Region(40, 10, 20, 12)))
    later = blurs.add_blur(one, Blur(one.steps[1].start_ms + 600, one.take.duration_ms, region=HERE))
    assert beside.steps == later.steps == one.steps


def test_what_was_read_where_something_was_probably_done_is_hidden_too() -> None:
    one = draft("Open the finance menu", "Card 4711")
    step = one.steps[1]
    action = InferredAction(
        step.start_ms + 300, step.start_ms + 501, at_ms=step.start_ms + 500, region=HERE, kind=InferredKind.LOCAL,
        place=(20, 15), label="Card 4711",
    )  # fmt: skip
    one = replace(one, steps=(one.steps[0], replace(step, inferred=(action,))))
    hidden = blurs.add_blur(one, Blur(0, one.take.duration_ms, region=HERE)).steps[1]
    assert hidden.title == f"Step {step.number}"
    assert [seen.label for seen in hidden.inferred] == [""]
    later = Blur(step.start_ms + 600, one.take.duration_ms, region=HERE)
    assert blurs.add_blur(one, later).steps == one.steps
