"""Words that were probably heard wrongly, and what says so: a label, a name, a word heard surely, the screen."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from capture.model import Click, WindowChange
from transcribe.corrections import full_text, step_text
from transcribe.model import Correction, Segment, Step, Transcript, Word
from transcribe.phrases.lexicon import PLAIN, CustomVocabulary
from transcribe.steps.builder import make_steps
from transcribe.steps.misheard import corrected, corrected_by_screen, demo_title, retitled


def said(*texts: str, language: str = "en") -> Transcript:
    """A sentence every ten seconds; words written with “?” before them were heard unsurely."""
    segments = []
    for n, text in enumerate(texts):
        words = tuple(
            Word(n * 10_000 + at * 300, n * 10_000 + at * 300 + 280, text=word.lstrip("?"),
                 confidence=0.3 if word.startswith("?") else 0.95)
            for at, word in enumerate(text.split())
        )  # fmt: skip
        plain = " ".join(word.text for word in words)
        segments.append(Segment(words[0].start_ms, words[-1].end_ms, text=plain, words=words))
    return Transcript(segments=tuple(segments), language=language)


def step(label: str = "", *, seen: str = "") -> Step:
    events = (Click(1_000, 5, 5, label=label),) if label else ()
    return Step(0, 10_000, number=1, title="Press the new or", events=events, screen_text=seen)


@pytest.mark.parametrize(
    ("text", "label", "shown"),
    [
        ("Press the new or button.", "New order", "Press the new or [New order] button."),
        ("Now hit sub mit.", "Submit", "Now hit sub mit [Submit]."),
        ("Press the new order button.", "New order", "Press the new order button."),
        ("Open the invoice.", "Invoices", "Open the invoice."),
        ("It looks like the new or.", "New order", "It looks like the new or."),
        ("Press here.", "New order", "Press here."),
        ("Upload the receipt.", "Upload receipt", "Upload the receipt."),
    ],
)
def test_a_label_corrects_the_instruction_that_is_like_it(text: str, label: str, shown: str) -> None:
    assert full_text(corrected(said(text), [step(label)], (), PLAIN)) == shown


def test_a_label_that_is_named_as_it_is_corrects_nothing_else() -> None:
    heard = said("Press the new or.", "Click New order.")
    whole = replace(step("New order"), end_ms=20_000)
    assert full_text(corrected(heard, [whole], (), PLAIN)) == heard.text


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("Heute geht es um ?Phottoshop.", "de", "Heute geht es um Phottoshop [Photoshop]."),
        ("We use ?Sailsforce for that.", "en", "We use Sailsforce [Salesforce] for that."),
        ("The stars excel at that.", "en", "The stars excel at that."),
        ("We use ?terms for that.", "en", "We use terms for that."),
        ("Photoship is another word.", "en", "Photoship is another word."),
    ],
)
def test_a_word_heard_unsurely_may_be_the_name_of_a_program(text: str, language: str, shown: str) -> None:
    assert full_text(corrected(said(text, language=language), (), (), PLAIN)) == shown


def test_names_of_windows_and_of_the_glossary_count_too() -> None:
    window = (WindowChange(0, "Kundenkartei - Acme"),)
    assert full_text(corrected(said("Open the ?Kundenkartai."), (), window, PLAIN)).endswith("[Kundenkartei].")
    heard = said("Today I show you how to post an ?invioce.", "Click here.")
    clicked = replace(step("Invoice date"), start_ms=10_000, end_ms=20_000)
    assert demo_title("Post an invioce", corrected(heard, [clicked], (), PLAIN)) == "Post an invoice"
    own = CustomVocabulary(terms=("Northwind Traders",))
    assert "[Northwind Traders]" in full_text(corrected(said("Pay north wind traders now."), (), (), own))


def test_a_word_heard_unsurely_is_the_one_heard_surely_elsewhere() -> None:
    heard = said("Today it is about ?relocations.", "Count them.", "Now the allocations are done.")
    assert full_text(corrected(heard, (), (), PLAIN)) == heard.text  # another first letter
    heard = said("Create a ?reconcillation.", "The reconciliation is done.")
    fixed = corrected(heard, (), (), PLAIN)
    assert full_text(fixed) == "Create a reconcillation [reconciliation]. The reconciliation is done."
    assert demo_title("Create a reconcillation", fixed) == "Create a reconciliation"


def test_a_verb_heard_wrongly_is_corrected_and_its_step_keeps_what_was_said() -> None:
    heard = said("Ouvrez le menu.", "?Dessendez jusqu'à la fin.", language="fr")
    steps = make_steps(heard, (), 20_000)
    assert [step.title for step in steps] == ["Ouvrir le menu", "Descendre jusqu'à la fin"]
    assert [step.text for step in steps] == ["Ouvrez le menu.", "Dessendez jusqu'à la fin."]
    right = corrected(heard, steps, (), PLAIN)
    assert step_text(steps[1], right) == "Dessendez [Descendez] jusqu'à la fin."
    assert right.text == heard.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dessendez jusqu'à la fin.", "fr"),
        ("?Drycken Sie die Liste.", "de"),
        ("?Fournisseur de la société.", "fr"),
        ("?Ordner auf dem Server.", "de"),
        ("La fin se ?dessend.", "fr"),
        ("?Combiler le code.", "fr"),  # combiner, compiler
    ],
)
def test_a_word_that_is_no_verb_heard_wrongly_is_left_alone(text: str, language: str) -> None:
    heard = said(text, language=language)
    assert full_text(corrected(heard, (), (), PLAIN)) == heard.text


@pytest.mark.parametrize(("confidence", "corrections"), [(0.6, 1), (0.75, 0)])
def test_how_unsurely_a_verb_must_be_heard(confidence: float, corrections: int) -> None:
    heard = said("Dessendez la ?page.", language="fr")
    (segment,) = heard.segments
    verb, *rest = segment.words
    words = (replace(verb, confidence=confidence), *rest)
    heard = replace(heard, segments=(replace(segment, words=words),))
    assert len(corrected(heard, (), (), PLAIN).segments[0].corrections) == corrections


def test_text_on_the_still_corrects_what_was_said_in_its_step() -> None:
    seen = step(seen="Absence Annual leave Sick leave")
    fixed = corrected_by_screen(said("Choose annual leaf.", "Choose annual leaf."), [seen])
    assert full_text(fixed) == "Choose annual leaf [Annual leave]. Choose annual leaf."


def test_what_people_put_right_is_left_alone() -> None:
    (verb,) = said("?Dessendez la page.", language="fr").segments
    page = Transcript(segments=(replace(verb, heard="dessendez la page"),), language="fr")
    assert corrected(page, (), (), PLAIN) == page
    (segment,) = said("Press the new or button.").segments
    by_hand = Transcript(segments=(replace(segment, heard="press the newer button"),), language="en")
    assert corrected(by_hand, [step("New order")], (), PLAIN) == by_hand
    assert corrected_by_screen(by_hand, [step(seen="New order")]) == by_hand


def test_titles_take_the_corrections_of_their_step_only() -> None:
    heard = said("Press the new or.")
    fixed = replace(heard, segments=(replace(heard.segments[0], corrections=(Correction("new or", "New order"),)),))
    here, later = step(), replace(step(), start_ms=10_000, end_ms=20_000)
    assert [one.title for one in retitled([here, later], fixed)] == ["Press the New order", "Press the new or"]


def test_a_label_or_window_that_a_step_does_not_show_corrects_nothing_in_it() -> None:
    heard = said("Fill in the ?warrenty.", "Fill in the ?warrenty.")
    first, second = replace(step("Owner"), title=""), replace(step("Warranty"), start_ms=10_000, end_ms=20_000)
    right = corrected(heard, [first, second], (), PLAIN)
    assert [[c.right for c in s.corrections] for s in right.segments] == [[], ["Warranty"]]
    windows = (WindowChange(0, "Warranty - Acme"), WindowChange(9_500, "Mail"))
    later = replace(step(), start_ms=10_000, end_ms=20_000)
    right = corrected(heard, [step(), later], windows, PLAIN)
    assert [len(s.corrections) for s in right.segments] == [1, 0]
