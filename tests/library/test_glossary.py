"""The glossary of a library: a text file anybody can mend, and names put right in review offered to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from library.glossary import GLOSSARY, add_terms, corrected_terms, read_terms, remove_terms, terms_to_tell
from library.model import STEPS_BY_HAND, Draft, LibraryError, TakeFacts
from transcribe.model import Segment, Step, Transcript, Word


def test_terms_are_kept_once_in_the_order_they_came(tmp_path: Path) -> None:
    assert read_terms(tmp_path) == ()
    assert add_terms(tmp_path, ["Ariba", " María  López ", "Ariba"]) == ("Ariba", "María López")
    assert add_terms(tmp_path, ["Ariba", "C#"]) == ("C#",)
    assert read_terms(tmp_path) == ("Ariba", "María López", "C#")


def test_a_term_spelled_anew_replaces_the_old_one(tmp_path: Path) -> None:
    add_terms(tmp_path, ["netsuite", "Ariba"])
    assert add_terms(tmp_path, ["NetSuite"]) == ("NetSuite",)
    assert read_terms(tmp_path) == ("Ariba", "NetSuite")


def test_notes_that_people_write_into_the_file_stay(tmp_path: Path) -> None:
    (tmp_path / GLOSSARY).write_text("\ufeff# finance\r\nAriba\r\n\r\n# people\r\nTom\r\n", encoding="utf-8")
    add_terms(tmp_path, ["Jira"])
    remove_terms(tmp_path, ["tom"])
    assert (tmp_path / GLOSSARY).read_text(encoding="utf-8") == "# finance\nAriba\n\n# people\nJira\n"


def test_what_is_not_there_cannot_be_removed(tmp_path: Path) -> None:
    add_terms(tmp_path, ["Ariba"])
    with pytest.raises(LibraryError, match="“Aribba” is not in the glossary"):
        remove_terms(tmp_path, ["Ariba", "Aribba"])
    assert read_terms(tmp_path) == ("Ariba",)


def test_empty_terms_and_dictionaries_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be empty"):
        add_terms(tmp_path, ["Ariba", " \n"])
    with pytest.raises(LibraryError, match="more than 500"):
        add_terms(tmp_path, [f"term {n}" for n in range(501)])
    assert read_terms(tmp_path) == ()


def test_a_glossary_that_cannot_be_read_is_told_but_keeps_nobody_from_being_heard(tmp_path: Path) -> None:
    (tmp_path / GLOSSARY).mkdir()
    with pytest.raises(LibraryError, match="not an ordinary file"):
        read_terms(tmp_path)
    assert terms_to_tell(tmp_path) == ()


def draft() -> Draft:
    said = [Word(n * 500, n * 500 + 400, text=text) for n, text in enumerate("open the areba menu".split())]  # noqa: SIM905  a sentence
    transcript = Transcript(segments=(Segment(0, 1_900, text="open the areba menu", words=tuple(said)),), model="m")
    step = Step(0, 2_000, number=1, title="Open the areba menu", text="open the areba menu")
    return Draft(
        draft_id="d",
        source="x",
        width=2,
        height=2,
        has_sound=True,
        title="t",
        take=TakeFacts(duration_ms=2_000),
        transcript=transcript,
        steps=(step,),
    )


def test_a_name_put_right_in_a_step_is_offered_until_it_is_known() -> None:
    steps = (replace(draft().steps[0], title="Open the Ariba menu"),)
    written = replace(draft(), steps=steps, by_hand=(STEPS_BY_HAND,))
    assert corrected_terms(written) == ("Ariba",)
    assert corrected_terms(written, ["ARIBA"]) == ()


def test_steps_nobody_touched_offer_nothing() -> None:
    """Whatever the titles made of what was heard."""
    made = replace(draft(), steps=(replace(draft().steps[0], title="Open the Ariba menu"),))
    assert corrected_terms(made) == ()
