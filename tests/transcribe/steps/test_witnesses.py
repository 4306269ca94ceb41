"""What begins a step: a pause, something done, an instruction. Each counts, and none hides another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.model import Chord, Click, Event, Marker, Scroll, Typed, WindowChange
from transcribe.model import Segment, Step, Transcript, Word
from transcribe.phrases.wording import LONGEST, MOST_WORDS
from transcribe.steps.actions import actions_of
from transcribe.steps.boundaries import LEAD_MS, main_actions
from transcribe.steps.builder import make_steps

END = 60_000
WORD_MS = 300
LEFT_OVER = {"and", "or", "und", "oder", "et", "ou", "ed", "od"}
"""Words that no title ends with, whatever language it was taken for."""
ARTICLES = {"en": "the", "de": "der", "fr": "les", "es": "los", "it": "gli", "nl": "het", "pt": "uma"}


def spoken(*said: tuple[int, str], language: str = "en") -> Transcript:
    """Words of 300 ms from each moment on, as one segment without regard to sentences."""
    words = [
        Word(at + n * WORD_MS, at + (n + 1) * WORD_MS - 20, text=word if n else f" {word}")
        for at, text in said
        for n, word in enumerate(text.split())
    ]
    words = [Word(w.start_ms, w.end_ms, text=f" {w.text.strip()}") for w in words]
    text = " ".join(word.text.strip() for word in words)
    segment = Segment(words[0].start_ms, words[-1].end_ms, text=text, words=tuple(words))
    return Transcript(segments=(segment,), language=language)


def starts(steps: Sequence[Step]) -> list[int]:
    return [step.start_ms for step in steps]


def test_a_pause_ends_a_sentence_without_a_full_stop() -> None:
    steps = make_steps(spoken((1_000, "click the new order button"), (3_200, "type the supplier")), [], END)
    assert [s.title for s in steps] == ["Click the new order button", "Type the supplier"]
    assert starts(steps) == [750, 2_950]


def test_a_hesitation_ends_no_sentence() -> None:
    (step,) = make_steps(spoken((1_000, "Then click on the"), (3_000, "save button.")), [], END)
    assert step.title == "Click on the save button"


def test_a_clause_before_its_instruction_waits_for_it() -> None:
    (step,) = make_steps(spoken((1_000, "If the list is empty,"), (3_200, "press refresh.")), [], END)
    assert step.start_ms == 750
    assert step.title == "Press refresh"


def test_talk_that_leads_to_an_instruction_begins_its_step() -> None:
    said = spoken((1_000, "Click New."), (4_000, "The supplier is required now. Just type a name."))
    steps = make_steps(said, [], END)
    assert [s.title for s in steps] == ["Click New", "Type a name"]
    assert steps[1].start_ms == 4_000 - LEAD_MS


def test_what_a_program_asks_for_begins_a_step() -> None:
    said = spoken((1_000, "Click Connect."), (4_000, "It wants a server address."), (6_500, "Type that in and hit Go."))
    assert starts(make_steps(said, [], END)) == [750, 3_750]
    said = spoken((1_000, "Click Connect."), (4_000, "You'll be asked for your password."))
    assert [s.title for s in make_steps(said, [], END)] == ["Click Connect", "Enter your password"]


@pytest.mark.parametrize(
    "talk",
    [
        "And this form opens.",
        "You should get an e-mail.",
        "It takes a few seconds.",
        "I'm on the home page now.",
        "Okay.",
    ],
)
def test_talk_about_what_was_done_belongs_to_the_step_before(talk: str) -> None:
    steps = make_steps(spoken((1_000, "Click New."), (4_000, talk), (8_000, "Type the name.")), [], END)
    assert [s.title for s in steps] == ["Click New", "Type the name"]
    assert talk in steps[0].text


def test_an_example_of_what_was_told_is_no_step_of_its_own() -> None:
    said = spoken((1_000, "Make your change to the text. I'm just gonna fix this typo here."))
    assert [s.title for s in make_steps(said, [], END)] == ["Make your change to the text"]


def test_a_way_to_the_place_belongs_to_what_is_done_there() -> None:
    said = spoken((1_000, "Go to the orders page. Click the green button."), (7_000, "Choose a supplier."))
    assert [s.start_ms for s in make_steps(said, [], END)] == [750, 6_750]


def test_what_is_done_during_talk_begins_a_step_and_its_label_names_it() -> None:
    said = spoken(
        (500, "Today I will show you how to raise an order."),
        (4_000, "Here is the list of all orders that we have."),
        (10_000, "And that is the supplier of this one."),
    )
    clicks = [Click(5_000, 1, 1, label="New order"), Click(11_000, 9, 9, label="Supplier"), Typed(11_600, 5, 12_500)]
    steps = make_steps(said, clicks, END)
    assert [s.title for s in steps] == ["Click New order", "Fill in Supplier"]
    assert [s.clicked for s in steps] == ["New order", "Supplier"]


def test_what_is_done_is_named_in_the_language_of_the_words() -> None:
    said = spoken((500, "Das ist die Liste der Bestellungen."), language="de")
    clicks = [Click(1_500, 1, 1, label="Neu"), Click(9_000, 9, 9, label="Lieferant"), Typed(9_600, 5, 10_500)]
    assert [s.title for s in make_steps(said, clicks, END)] == ["Auf Neu klicken", "Lieferant ausfüllen"]


def test_a_run_of_words_without_marks_is_parted_where_it_goes_on() -> None:
    text = "so this is about merging two contacts so you go to contacts and you tick both of them"
    text += " then you click on the three dots and you choose merge after that you scroll down and confirm"
    titles = [s.title for s in make_steps(spoken((1_000, text)), [], END)]
    assert titles == [
        "Go to contacts and tick both of them",
        "Click on the three dots and choose merge",
        "Scroll down and confirm",
    ]


def test_an_introduction_never_holds_a_click() -> None:
    opening = spoken((500, "Hello and welcome, today we look at the orders of the team and at all its suppliers."))
    (step,) = make_steps(opening, [Click(3_000, 1, 1, label="New order")], END)
    assert step.title == "Click New order"
    (step,) = make_steps(opening, [], END)
    assert step.title != "Click New order"


def test_a_click_a_moment_after_the_next_sentence_belongs_to_the_one_that_named_it() -> None:
    said = spoken((1_000, "Click the new order button."), (2_600, "Then choose the supplier."))
    clicks = [Click(3_400, 1, 1, label="New order"), Click(5_000, 9, 9, label="Supplier")]
    steps = make_steps(said, clicks, END)
    assert [s.clicked for s in steps] == ["New order", "Supplier"]
    assert steps[0].at_ms < steps[0].end_ms  # the still shows the target before it was clicked
    assert steps[0].events == (clicks[0],)


def test_one_long_sentence_with_several_actions_is_parted_between_them() -> None:
    said = spoken(
        (0, "so here you see the list and there is the supplier and the date of the delivery goes over there " * 2)
    )
    clicks = [
        Click(at, at, 1, label=label) for at, label in ((1_000, "New order"), (5_000, "Supplier"), (9_000, "Date"))
    ]
    steps = make_steps(said, clicks, END)
    assert [s.title for s in steps] == ["Click New order", "Click Supplier", "Click Date"]


def test_a_list_of_short_instructions_is_one_step_with_its_path() -> None:
    said = spoken((1_000, "Click Master data, then Vendors, then Create."), (6_000, "Type the name."))
    clicks = [Click(at, at, 1, label=label) for at, label in ((1_900, "Master data"), (2_900, "Vendors"))]
    titles = [s.title for s in make_steps(said, clicks, END)]
    assert titles == ["Click Master data, then Vendors, then Create", "Type the name"]


def test_a_clause_of_time_within_a_sentence_waits_for_its_instruction() -> None:
    clicks = [Click(2_000, 5, 5, label="Save draft"), Click(7_000, 5, 5, label="Send")]
    said = spoken((1_000, "Then save the draft, and when you've checked it,"), (3_900, "press Send."))
    assert [len(s.events) for s in make_steps(said, clicks[:1], END)] == [1]


def test_an_example_of_what_is_typed_belongs_to_its_step() -> None:
    said = spoken((1_000, "For the subject, keep it short."), (3_100, "So, like, check the page for errors."))
    events = [Click(3_900, 5, 5, label="Subject"), Typed(4_100, count=9, end_ms=5_600)]
    assert [s.title for s in make_steps(said, events, END)] == ["Keep the subject short"]


def test_a_verb_is_not_taken_for_a_label_that_is_like_it() -> None:
    click = Click(1_500, 5, 5, label="Assignee")
    assert [s.title for s in make_steps(spoken((1_000, "Assign it to Priya.")), [click], END)] == ["Assign it to Priya"]


def test_what_somebody_does_is_no_instruction_heard_wrongly() -> None:
    said = spoken((1_000, "Choose the stage."), (3_000, "Our team starts with Qualification."))
    assert [s.title for s in make_steps(said, [], END)] == ["Choose the stage"]


def test_what_is_said_while_it_is_typed_is_no_step_of_its_own() -> None:
    said = spoken((1_000, "Write a short summary."), (3_000, "Check the page for errors."), (9_000, "Press Send."))
    click = Click(1_800, 5, 5, label="Summary")
    typed = [click, Typed(2_400, count=20, end_ms=5_000)]
    assert [s.title for s in make_steps(said, typed, END)] == ["Write a short summary", "Press Send"]
    before = [click, Typed(2_400, count=2, end_ms=2_800)]
    assert len(make_steps(said, before, END)) == 3


def test_a_sentence_that_tells_two_actions_is_one_step_with_both() -> None:
    said = spoken((1_000, "Then I click that row over there and hit add."), (6_000, "Type the name."))
    clicks = [Click(at, at, 1, label=label) for at, label in ((2_000, "Ring binders"), (4_200, "Add item"))]
    steps = make_steps(said, clicks, END)
    assert [len(s.events) for s in steps] == [2, 0]


TEXTS = [
    "Click the new order button.", "Today I will show you how to raise an order.", "That is all.", "Okay.", "So um",
    "No, sorry, press enter.", "It opens a new window.", "the supplier is in the list and then you choose it", "And",
    "Go to Settings, then Users.", "What do you think?", "Thanks for watching, and bye.", "If you have none,",
    "I usually leave it empty, so", "Type the supplier and", "Klickt auf Neu und", "Cliquez sur Nouveau et",
    "Wählt in der langen Liste ganz unten den richtigen Lieferanten für diese Bestellung und dann den Preis aus.",
    "Choisissez dans la longue liste le bon fournisseur de cette commande et ensuite le prix de la ligne.",
    "Elige en la lista larga el proveedor correcto de este pedido nuevo o", "Apri il menu ed", "Kies de juiste of",
]  # fmt: skip
sentences = st.lists(st.tuples(st.integers(0, 55_000), st.sampled_from(TEXTS)), min_size=1, max_size=12).map(sorted)
moments = st.integers(0, END - 2_000)
deeds = st.lists(
    st.one_of(
        st.builds(
            Click, moments, st.integers(0, 900), st.just(1), label=st.sampled_from(["", "New order", "Supplier"])
        ),
        st.builds(lambda at: Typed(at, count=3, end_ms=at + 900), moments),
        st.builds(WindowChange, moments, st.just("Orders")),
        st.builds(Chord, moments, st.just("Ctrl+S")),
        st.builds(Scroll, moments, st.just(1), st.just(1), dy=st.just(2)),
        st.builds(Marker, moments, st.sampled_from(["", "note"])),
    ),
    max_size=10,
)
languages = st.sampled_from(["en", "de", "fr", "es", "it", "nl", "pt", "ja"])


@given(sentences, deeds, languages)
def test_no_event_is_lost_and_no_introduction_holds_one(
    said: list[tuple[int, str]], events: list[Event], language: str
) -> None:
    steps = make_steps(spoken(*said, language=language), events, END)
    kept = [event for step in steps for event in step.events]
    assert sorted(kept, key=repr) == sorted(events, key=repr)
    assert all(not any(isinstance(e, Click) for e in s.events) for s in steps if s.title == "Introduction")


@given(sentences, deeds, languages)
def test_words_never_make_fewer_steps_than_the_actions_alone(
    said: list[tuple[int, str]], events: list[Event], language: str
) -> None:
    events = [event for event in sorted(events, key=lambda e: e.at_ms) if not isinstance(event, Marker)]
    # A sentence may tell several actions, which then are one step.
    said = [(at, text) for at, text in said if not {",", "and"} & set(re.findall(r",|\w+", text))]
    if not said:
        return
    steps = make_steps(spoken(*said, language=language), events, END)
    main = [a for a in main_actions(actions_of(events)) if not isinstance(a.event, WindowChange)]
    assert len(steps) >= len(main)
    for before, after in pairwise(main):
        homes = [next(n for n, step in enumerate(steps) if a.event in step.events) for a in (before, after)]
        assert homes[0] <= homes[1]


@given(sentences, deeds, languages)
def test_the_same_take_comes_to_the_same_steps_with_or_without_pointer_and_from_its_own_events(
    said: list[tuple[int, str]], events: list[Event], language: str
) -> None:
    transcript = spoken(*said, language=language)
    steps = make_steps(transcript, events, END)
    again = make_steps(transcript, [event for step in steps for event in step.events], END)
    assert again == steps


@given(sentences, deeds, languages)
def test_titles_are_short_and_end_as_titles_may(
    said: list[tuple[int, str]], events: list[Event], language: str
) -> None:
    for step in make_steps(spoken(*said, language=language), events, END):
        assert 0 < len(step.title) <= LONGEST
        assert len(step.title.split()) <= MOST_WORDS
        assert not step.title.endswith((",", "?", ";"))
        assert step.title.rstrip("…").rsplit(" ", 1)[-1] not in LEFT_OVER | {ARTICLES.get(language, "and")}
        assert step.title[:1] == step.title[:1].upper()
