"""Steps: one instruction each, where it is said, with the picture that shows what came of it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.model import Chord, Click, Event, Marker, Pointer, Scroll, Typed, WindowChange
from transcribe.model import Segment, Transcript, Word
from transcribe.phrases.wording import LONGEST
from transcribe.steps.actions import BEFORE_MS
from transcribe.steps.boundaries import LEAD_MS
from transcribe.steps.builder import BEFORE_NEXT_MS, SETTLE_MS, make_steps, with_labels

END = 60_000
SPOKEN = [
    (1_000, "In this short lesson we create a purchase order from start to finish."),
    (6_900, "First, press the new order button."),
    (11_100, "Enter the name of the supplier."),
    (16_000, "Then give the delivery date."),
    (18_100, "It has to be a working day."),
    (30_000, "Select the row and add it."),
    (40_000, "Finally, submit the order and confirm."),
    (46_700, "That is all."),
    (47_700, "The order is now waiting for approval."),
]


def transcript(spoken: list[tuple[int, str]] = SPOKEN, language: str = "en") -> Transcript:
    """Sentences that start when they say, at 300 ms a word."""
    segments = []
    for start, text in spoken:
        words = [Word(start + n * 300, start + n * 300 + 280, text=word) for n, word in enumerate(text.split())]
        segments.append(Segment(start, words[-1].end_ms, text=text, words=tuple(words)))
    return Transcript(segments=tuple(segments), language=language, model="x")


def test_every_instruction_is_a_step_where_it_is_said() -> None:
    steps = make_steps(transcript(), [], END)
    assert [(s.number, s.title) for s in steps] == [
        (1, "Press the new order button"),
        (2, "Enter the name of the supplier"),
        (3, "Give the delivery date"),
        (4, "Select the row and add it"),
        (5, "Submit the order and confirm"),
    ]
    said = [6_900, 11_100, 16_000, 30_000, 40_000]
    assert [s.start_ms for s in steps] == [at - LEAD_MS for at in said]
    assert steps[2].text == "Then give the delivery date. It has to be a working day."
    assert [a.end_ms for a in steps[:-1]] == [b.start_ms for b in steps[1:]]
    assert steps[-1].end_ms == END


def test_the_still_shows_where_to_act_just_before_the_click() -> None:
    events: list[Event] = [
        Click(8_000, 10, 10, window="Orders"),
        Click(12_000, 10, 50, window="Orders"),
        Typed(12_500, count=19, end_ms=15_000),
        Pointer(15_700, 1, 1),
        Click(39_700, 5, 5, window="Orders"),
        Click(41_000, 5, 5, window="Orders"),
        WindowChange(41_300, "Confirm"),
        Click(43_000, 6, 6, window="Confirm"),
    ]
    steps = make_steps(transcript(), events, END)
    assert steps[0].at_ms == 8_000 - BEFORE_MS
    assert steps[1].at_ms == 12_000 - BEFORE_MS
    assert steps[2].at_ms == steps[2].end_ms - BEFORE_NEXT_MS
    assert steps[3].at_ms == steps[3].end_ms - BEFORE_NEXT_MS
    assert steps[4].at_ms == 39_700 - BEFORE_MS
    assert [s.clicked for s in steps] == ["Orders", "Orders", "", "", "Orders"]
    assert [type(e) for e in steps[4].events] == [Click, Click, WindowChange, Click]
    assert not any(isinstance(e, Pointer) for s in steps for e in s.events)


def test_a_marker_begins_a_step_with_the_sentence_it_means() -> None:
    steps = make_steps(transcript(), [Marker(17_900, note="working days only")], END)
    marked = next(s for s in steps if s.title == "Working days only")
    assert marked.text == "It has to be a working day."
    assert marked.start_ms == 18_100 - LEAD_MS


def test_a_marker_on_an_instruction_names_its_step_and_makes_no_other() -> None:
    steps = make_steps(transcript(), [Marker(11_000, note="the supplier"), Marker(30_900)], END)
    assert len(steps) == 5
    assert steps[1].title == "The supplier"
    assert steps[3].title == "Select the row and add it"


def test_a_marker_before_the_introduction_makes_it_a_step_with_its_words() -> None:
    steps = make_steps(transcript(), [Marker(0)], END)
    assert (steps[0].start_ms, steps[0].text) == (0, SPOKEN[0][1])
    assert steps[0].title == "Create a purchase order"
    assert [s.text for s in steps[1:]] == [s.text for s in make_steps(transcript(), [], END)]


def test_a_marker_in_silence_makes_a_step_of_its_own() -> None:
    steps = make_steps(transcript(), [Marker(24_000), Chord(25_000, "Ctrl+S")], END)
    silent = next(s for s in steps if s.start_ms == 24_000)
    assert (silent.title, silent.text, silent.at_ms) == ("Press Ctrl+S", "", 25_000 + SETTLE_MS)


def test_sentences_a_recognizer_parted_are_put_together() -> None:
    timed = transcript([(0, "Then choose the cost centre from the list. Press enter.")]).words
    parted = Transcript(
        segments=tuple(
            Segment(w[0].start_ms, w[-1].end_ms, text=" ".join(x.text for x in w), words=tuple(w))
            for w in (timed[:3], timed[3:])
        ),
        language="en",
    )
    assert [s.title for s in make_steps(parted, [], END)] == ["Choose the cost centre from the list", "Press enter"]


def test_a_transcript_without_word_times_makes_steps_too() -> None:
    bare = Transcript(segments=(Segment(0, 6_000, text="Open the menu. Then click save."),), language="en")
    steps = make_steps(bare, [], 8_000)
    assert [(s.title, s.text) for s in steps] == [
        ("Open the menu", "Open the menu."),
        ("Click save", "Then click save."),
    ]
    assert 2_000 < steps[1].start_ms < 4_000


def test_a_language_without_word_lists_makes_a_step_of_each_sentence() -> None:
    spoken = [(0, "Öppna menyn."), (4_000, "Klicka på Spara.")]
    assert [s.title for s in make_steps(transcript(spoken, "sv"), [], 10_000)] == ["Öppna menyn", "Klicka på Spara"]


def test_without_words_steps_come_from_clicks_and_windows() -> None:
    events: list[Event] = [
        WindowChange(500, "Orders"),
        Click(5_000, 1, 1, window="Orders"),
        Click(5_600, 1, 1, window="Orders"),
        Typed(6_000, count=4, end_ms=7_000),
        WindowChange(15_000, "Confirm"),
        Click(30_000, 2, 2, window="A window with a very long title indeed, longer than fits"),
        Scroll(31_000, 2, 2, dy=3),
    ]
    steps = make_steps(Transcript(), events, END)
    assert [s.title for s in steps] == [
        "Go to “Orders”",
        "Click in “Orders”",
        "Go to “Confirm”",
        "Click in “A window with a very long title ind…”",
    ]
    assert [s.start_ms for s in steps] == [0, 4_500, 14_500, 29_500]
    assert all(s.text == "" for s in steps)


SILENT: list[Event] = [
    *(Pointer(at, at // 10, 50) for at in range(3_000, 3_700, 100)),
    Click(4_000, 370, 50, window="Purchase orders"),
    *(Pointer(at, at // 10, 50) for at in range(6_500, 7_000, 100)),
    Click(7_100, 690, 50, window="Purchase orders"),
    Typed(7_500, count=8, end_ms=9_000),
    Pointer(9_800, 650, 90),
    Click(10_000, 650, 90, window="Purchase orders"),
    Click(10_100, 650, 90, window="Purchase orders"),
    Typed(10_600, count=2, end_ms=10_900),
    Pointer(11_100, 650, 290),
    Click(11_300, 650, 290, window="Purchase orders"),
    WindowChange(11_500, "Confirm"),
    Click(12_500, 500, 300, window="Confirm"),
    Click(20_000, 5, 5, button=3, window="Budget.ods - LibreOffice Calc"),
]
LABELS = {4_000: "New order", 7_100: "Supplier", 10_000: "Quantity", 11_300: "Submit", 12_500: "Confirm", 20_000: "B7"}


def test_without_a_word_labels_tell_what_to_do() -> None:
    steps = make_steps(Transcript(), with_labels(SILENT, LABELS), END)
    assert [s.title for s in steps] == [
        "Click New order in Purchase orders",
        "Fill in Supplier",
        "Fill in Quantity, then click Confirm",
        "Right-click B7",
    ]
    assert [s.clicked for s in steps] == ["New order", "Supplier", "Quantity", "B7"]
    assert [s.start_ms for s in steps][:3] == [3_000 - LEAD_MS, 6_500 - LEAD_MS, 9_800 - LEAD_MS]


def test_a_step_begins_where_the_hand_begins_to_move_not_at_the_click() -> None:
    assert make_steps(Transcript(), SILENT, END)[1].start_ms == 6_500 - LEAD_MS


def test_what_is_done_long_after_the_last_word_makes_steps_too() -> None:
    spoken = [(500, "First, click the new order button."), (40_000, "Then close the window.")]
    events = [*SILENT, Click(41_000, 1, 1)]
    steps = make_steps(transcript(spoken), with_labels(events, LABELS), END)
    assert [s.title for s in steps] == [
        "Click the New order button",
        "Fill in Supplier",
        "Fill in Quantity, then click Confirm",
        "Right-click B7",
        "Close the window",
    ]


def test_a_click_in_the_breath_before_a_sentence_belongs_to_the_step_before() -> None:
    steps = make_steps(transcript(), [Click(10_950, 1, 1, label="New order"), Click(12_000, 1, 1, label="Name")], END)
    assert [s.clicked for s in steps[:2]] == ["New order", "Name"]
    assert steps[1].start_ms == 10_951


@pytest.mark.parametrize(
    ("said", "label", "title"),
    [
        ("Then click here.", "New order", "Click New order"),
        ("And now press on this button.", "Save as…", "Press Save as…"),
        ("Click the new order button.", "New order", "Click the New order button"),
        ("Click the upload button.", "New order", "Click New order"),
        ("Press the big green button.", "Submit", "Press Submit"),
        ("Click the save button.", "Save as", "Click Save as"),
        ("Press the new or button.", "New order", "Click New order"),
        ("Now choose annual leaf.", "Annual leave", "Choose Annual leave"),
        ("Put March 31st.", "Close date", "Put March 31st"),
        ("Press enter.", "Submit", "Press enter"),
        ("Choose the cost centre from the list.", "4200 Warehouse", "Choose the cost centre from the list"),
        ("Enter the name of the supplier.", "Supplier", "Enter the name of the supplier"),
        ("So this is the list of orders.", "Add item", "Click Add item in Orders"),
        ("Select it.", "x" * 60, "Select it"),
    ],
)
def test_the_label_says_what_the_words_leave_open(said: str, label: str, title: str) -> None:
    click = Click(2_000, 1, 1, window="Orders", label=label)
    assert make_steps(transcript([(500, said)]), [click], END)[0].title == title


@pytest.mark.parametrize(
    ("spoken", "titles"),
    [
        ([(0, "Um, so, first we, uh, open the finance menu.")], ["Open the finance menu"]),
        ([(0, "Then we, then we click save.")], ["Click save"]),
        ([(0, "Now open."), (2_000, "Now open the settings page.")], ["Open the settings page"]),
        ([(0, "Click cancel."), (1_500, "No, sorry, click okay.")], ["Click okay"]),
        ([(0, "Click the save, no, the submit button.")], ["Click the submit button"]),
        ([(0, "Sel- select the second row.")], ["Select the second row"]),
        ([(0, "Click save."), (6_000, "Um, okay.")], ["Click save"]),
        ([(0, "Type 5 5 in the box.")], ["Type 5 5 in the box"]),
        (
            [(0, "open the finance menu at the top and then choose orders of this month then click the green button")],
            ["Open the finance menu at the top", "Choose orders of this month", "Click the green button"],
        ),
        ([(0, "When the list is there, then click the first row.")], ["Click the first row"]),
        ([(0, "Click save."), (8_000, "Click save as.")], ["Click save", "Click save as"]),
    ],
)
def test_stumbles_make_no_steps_and_no_titles(spoken: list[tuple[int, str]], titles: list[str]) -> None:
    assert [s.title for s in make_steps(transcript(spoken), [], END)] == titles


def test_um_is_a_word_in_other_languages() -> None:
    spoken = [(0, "Stellen Sie das Datum um.")]
    assert make_steps(transcript(spoken, "de"), [], END)[0].title == "Das Datum umstellen"


def test_many_silent_clicks_are_gathered_into_steps_one_can_read() -> None:
    clicks = [Click(at, 1, 1) for at in range(0, 600_000, 3_000)]
    assert 5 < len(make_steps(Transcript(), clicks, 600_000)) <= 24


def test_without_anything_there_is_one_step() -> None:
    (step,) = make_steps(Transcript(), [], 5_000)
    assert (step.start_ms, step.end_ms, step.number, step.title) == (0, 5_000, 1, "Watch it all")
    assert make_steps(Transcript(), [], 0)[0].at_ms == 0


sentences = st.lists(
    st.tuples(
        st.integers(0, 70_000),
        st.sampled_from(
            [text for _, text in SPOKEN]
            + ["Okay.", "Um.", "Thanks for watching.", "Click save", "No, sorry, press enter."]
        ),
    ),
    max_size=12,
).map(sorted)
deeds = st.lists(
    st.one_of(
        st.builds(Click, st.integers(0, 70_000), st.just(1), st.just(1)),
        st.builds(Marker, st.integers(0, 70_000), st.sampled_from(["", "note"])),
        st.builds(lambda at: Typed(at, count=3, end_ms=at + 900), st.integers(0, 70_000)),
        st.builds(WindowChange, st.integers(0, 70_000), st.just("Orders")),
        st.builds(Pointer, st.integers(0, 70_000), st.just(1), st.just(1)),
    ),
    max_size=12,
)


@given(sentences, deeds, st.integers(0, END))
def test_steps_are_in_order_apart_numbered_named_and_lose_no_word(
    spoken: list[tuple[int, str]], events: list[Event], length: int
) -> None:
    steps = make_steps(transcript(spoken), events, length)
    assert [s.number for s in steps] == list(range(1, len(steps) + 1))
    assert all(a.end_ms == b.start_ms for a, b in pairwise(steps))
    assert all(0 <= s.start_ms <= s.at_ms <= max(s.start_ms, s.end_ms) for s in steps)
    assert all(0 < len(s.title) <= LONGEST for s in steps)
    heard = [w for s in steps for w in s.text.split()]
    said = [w for start, text in spoken if start < length for w in text.split()]
    left_out = Counter(said) - Counter(heard)  # only what was said before the first step
    assert not Counter(heard) - Counter(said)
    first = steps[0].start_ms
    assert left_out.total() <= sum(len(text.split()) for start, text in spoken if start <= first + LEAD_MS)
