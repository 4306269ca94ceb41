"""What was heard wrongly is found and shown in both forms, on both engines; demos of before read as they did."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from library.catalog.catalog import Catalog
from library.draft.rewording import with_said
from library.export.documents.markdown import markdown
from library.index.documents import parts_of
from library.model import Demo
from library.records import decode_record, encode_record
from library.search.search import search
from library.web.view_models import shown_steps, shown_words
from tests.library.factories import demo
from transcribe.model import Correction
from tui.state.demo import DemoModel


def corrected() -> Demo:
    one = demo("order-1", "Raise an order", "Press the new or button.", "Then save it.", titles=["Click New order"])
    first, second = one.transcript.segments
    first = replace(first, corrections=(Correction("new or", "New order"),))
    return replace(one, transcript=replace(one.transcript, segments=(first, second)))


@pytest.mark.parametrize("query", ['"the new or"', '"order button"', "new or button"])
def test_both_forms_are_found_at_their_moment(catalog: Catalog, query: str) -> None:
    catalog.put_all([(corrected(), 0)])
    hit = search(catalog, query).hits[0]
    assert (hit.demo_id, hit.step) == ("order-1", 1)
    assert hit.snippet == "Press the new or [New order] button."


def test_a_sentence_before_the_first_step_is_found_at_its_words(catalog: Catalog) -> None:
    one = corrected()
    catalog.put_all([(replace(one, steps=one.steps[1:]), 0)])
    hit = search(catalog, '"order button"').hits[0]
    assert (hit.step, hit.start_ms) == (0, 0)


def test_it_is_shown_wherever_the_words_are() -> None:
    one = corrected()
    shown = "Press the new or [New order] button."
    assert shown_steps(one, fetched=False)[0].text == shown
    assert [word.right for word in shown_words(one)[0]] == ["", "", "", "New order", ""]
    assert "Press the new or \\[New order\\] button." in markdown(one, {})
    assert DemoModel(one, 100).caption() == shown
    assert parts_of(one).__next__().text == ""


def test_words_put_right_by_hand_stand_alone() -> None:
    one = corrected()
    changed = with_said(one.transcript, one.steps[0], "Press the blue button.")
    assert not any(segment.corrections for segment in changed.segments)


def test_a_record_keeps_its_corrections_and_one_without_any_reads() -> None:
    assert decode_record(encode_record(corrected()), Demo, "it").transcript == corrected().transcript
    old = encode_record(corrected()).replace(b'"corrections"', b'"unknown"')
    assert not any(s.corrections for s in decode_record(old, Demo, "it").transcript.segments)


def test_a_step_whose_verb_was_heard_wrongly_is_no_talk() -> None:
    one = demo("page-1", "Lire", "Cliquez sur Aide.", "Dessendez la page.", titles=["Cliquer", "Descendre"])
    first, second = one.transcript.segments
    second = replace(second, corrections=(Correction("Dessendez", "Descendez"),))
    heard = replace(one.transcript, segments=(first, second), language="fr")
    assert [step.talk for step in shown_steps(replace(one, transcript=heard), fetched=False)] == [False, False]
