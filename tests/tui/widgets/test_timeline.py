"""What the timeline and the words under it show."""

from __future__ import annotations

from msgspec.structs import replace
from textual.geometry import Size

from capture.model import Cut, CutReason
from capture.span import Span
from tests.library.factories import draft, transcript
from transcribe.model import Correction, Segment, Transcript, Word
from tui.widgets.timeline import Here, Timeline, TimelineState, here_words
from tui.widgets.transcript_text import next_unsure, said_words


class Wide(Timeline):
    """A timeline of 20 cells without an application around it."""

    size = Size(20, 4)


def drawn(shown: TimelineState) -> list[str]:
    timeline = Wide()
    timeline.shown = shown
    return timeline.render().plain.split("\n")


def test_kept_cut_steps_cursor_and_mark_stand_under_each_other() -> None:
    shown = TimelineState(
        duration_ms=20_000, cuts=(Span(5_000, 10_000),), steps=(0, 12_000), selected=1, at_ms=12_500, mark_ms=3_000
    )
    sound, bar, ticks = drawn(shown)
    assert bar == "▓" * 5 + "░" * 5 + "▓" * 10
    assert (ticks.index("1"), ticks.index("▲2")) == (0, 12)
    assert (sound.index("╎"), sound.index("┃")) == (3, 12)


def test_the_sound_is_as_high_as_it_is_loud_and_room_noise_is_nothing() -> None:
    sound = drawn(TimelineState(duration_ms=20_000, at_ms=0, envelope=(0.2,) * 20 + (0.7,) * 10 + (1.0,) * 10))[0]
    assert sound == "┃" + " " * 9 + "▅" * 5 + "█" * 5


def test_a_line_for_blurs_is_there_only_while_there_are_some() -> None:
    assert len(drawn(TimelineState(duration_ms=20_000))) == 3
    assert drawn(TimelineState(duration_ms=20_000, blurs=(Span(4_000, 5_900),)))[3] == " " * 4 + "≈≈" + " " * 14


def test_the_line_under_it_says_what_the_next_key_would_do() -> None:
    cut = Cut(0, 9_000, reason=CutReason.STILL)
    assert here_words(Here(1_250, [cut])).plain.endswith("0:01.2 of the recording: cut (still), c keeps it")
    marked = here_words(Here(3_000, marked=Span(1_000, 3_000), marking=True)).plain
    assert "from 0:01.0 to 0:03.0: c cuts it, b blurs it" in marked
    assert "marked, now go to the other end" in here_words(Here(0, marking=True)).plain
    assert "v puts step 3 down here" in here_words(Here(0, moving=3)).plain
    assert "b changes it" in here_words(Here(0, blurred=True)).plain
    assert "still being heard" in here_words(Here(0, note="its words are still being heard …")).plain


def doubtful() -> Transcript:
    words = [("Click", 0.9), ("knew", 0.3), ("order", 0.8), ("knot", 0.2)]
    made = tuple(Word(n * 400, n * 400 + 300, text=text, confidence=sure) for n, (text, sure) in enumerate(words))
    return Transcript(segments=(Segment(0, 1_500, text="Click knew order knot", words=made),))


def test_words_the_recognizer_was_unsure_of_are_underlined_and_found_in_turn() -> None:
    words = doubtful().words
    step = draft("Click knew order knot").steps[0]
    said = said_words(step, doubtful())
    assert said.plain == "“Click knew order knot”"
    marked = [said.plain[span.start : span.end] for span in said.spans if "underline" in str(span.style)]
    assert marked == ["knew", "knot"]
    assert [next_unsure(words, at) for at in (0, 400, 1_200)] == [words[1], words[3], words[1]]
    assert next_unsure(words, 400, -1) == words[3]
    assert next_unsure(transcript("all is clear").words, 0) is None


def test_what_was_heard_wrongly_stands_before_its_correction() -> None:
    (segment,) = doubtful().segments
    corrected = Transcript(segments=(replace(segment, corrections=(Correction("knew order", "New order"),)),))
    said = said_words(draft("Click knew order knot").steps[0], corrected)
    assert said.plain == "“Click knew order [New order] knot”"


def test_a_text_people_wrote_is_not_in_doubt() -> None:
    step = draft("Press the New order button").steps[0]
    said = said_words(step, doubtful())
    assert said.plain == "“Press the New order button”"
    assert not [span for span in said.spans if "underline" in str(span.style)]
