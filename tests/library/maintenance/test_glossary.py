"""The glossary of a library, in a folder or a team's database; names put right in review are offered to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.catalog.postgres_catalog import PostgresCatalog
from library.connection.team import TeamState
from library.maintenance.copy_library import copy_library
from library.maintenance.glossary import (
    GLOSSARY,
    FolderGlossary,
    Glossary,
    TeamGlossary,
    corrected_terms,
    glossary_of,
    glossary_terms,
)
from library.model import STEPS_BY_HAND, Draft, LibraryError, TakeFacts
from tests.library.storage.stores import folder_library
from transcribe.model import Segment, Step, Transcript, Word


@pytest.fixture
def team(team_database: str) -> Iterator[TeamGlossary]:
    catalog = PostgresCatalog(team_database)
    catalog._run(lambda session: session.connection.execute("TRUNCATE glossary"), write=True)  # type: ignore[attr-defined]  # psycopg's own
    yield TeamGlossary(TeamState(catalog))
    catalog.close()


@pytest.fixture(params=["folder", "team"])
def glossary(request: pytest.FixtureRequest, tmp_path: Path) -> Glossary:
    """An empty one of each kind."""
    return FolderGlossary(tmp_path) if request.param == "folder" else request.getfixturevalue("team")


def test_terms_are_kept_once_in_the_order_they_came(glossary: Glossary) -> None:
    assert glossary.terms() == ()
    assert glossary.add(["Ariba", " María  López ", "Ariba"]) == ("Ariba", "María López")
    assert glossary.add(["Ariba", "C#"]) == ("C#",)
    assert glossary.add(["Ariba"]) == ()
    assert glossary.terms() == ("Ariba", "María López", "C#")


def test_a_term_spelled_anew_replaces_the_old_one(glossary: Glossary) -> None:
    glossary.add(["netsuite", "Ariba"])
    assert glossary.add(["NetSuite"]) == ("NetSuite",)
    assert glossary.terms() == ("Ariba", "NetSuite")


def test_terms_are_removed_whatever_their_case(glossary: Glossary) -> None:
    glossary.add(["Ariba", "Straße", "Jira"])
    assert glossary.remove(["STRASSE", " jira "]) == ("Straße", "Jira")
    assert glossary.terms() == ("Ariba",)


def test_what_is_not_there_cannot_be_removed(glossary: Glossary) -> None:
    glossary.add(["Ariba"])
    with pytest.raises(LibraryError, match="“Aribba” is not in the glossary"):
        glossary.remove(["Ariba", "Aribba"])
    assert glossary.terms() == ("Ariba",)


def test_empty_terms_and_dictionaries_are_refused(glossary: Glossary) -> None:
    with pytest.raises(LibraryError, match="cannot be empty"):
        glossary.add(["Ariba", " \n"])
    with pytest.raises(LibraryError, match="more than 500"):
        glossary.add([f"term {n}" for n in range(501)])
    assert glossary.terms() == ()
    glossary.add([f"term {n}" for n in range(500)])
    assert glossary.add(["Term 7"]) == ("Term 7",), "as many as before"
    with pytest.raises(LibraryError, match="more than 500"):
        glossary.add(["Ariba"])


def test_notes_that_people_write_into_the_file_stay(tmp_path: Path) -> None:
    (tmp_path / GLOSSARY).write_bytes("\ufeff# finance\r\nAriba\r\n\r\n# people\r\nTom\r\n".encode())
    FolderGlossary(tmp_path).add(["Jira"])
    FolderGlossary(tmp_path).remove(["tom"])
    assert (tmp_path / GLOSSARY).read_text(encoding="utf-8") == "# finance\nAriba\n\n# people\nJira\n"


def test_a_glossary_that_cannot_be_read_is_told_but_keeps_nobody_from_being_heard(tmp_path: Path) -> None:
    (tmp_path / GLOSSARY).mkdir()
    with pytest.raises(LibraryError, match="not an ordinary file"):
        FolderGlossary(tmp_path).terms()
    assert glossary_terms(str(tmp_path)) == ()


def test_whoever_hears_for_a_team_is_told_its_names_and_waits_for_no_server(
    team: TeamGlossary, team_database: str
) -> None:
    team.add(["Ariba", "María López"])
    assert glossary_terms(team_database) == ("Ariba", "María López")
    assert glossary_terms("postgresql://nobody@127.0.0.1:1/nothing") == ()


def test_a_team_that_adds_at_once_loses_no_term(team: TeamGlossary) -> None:
    names = [[f"Name {who} {n}" for n in range(10)] for who in range(6)]
    threads = [threading.Thread(target=team.add, args=(some,)) for some in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(team.terms()) == {name for some in names for name in some}


def test_a_copied_library_takes_its_names_along(tmp_path: Path) -> None:
    with folder_library(tmp_path / "one") as source, folder_library(tmp_path / "other") as target:
        glossary_of(source).add(["Ariba"])
        copy_library(source, target)
        assert copy_library(source, target).left_out == ()
        assert glossary_of(target).terms() == ("Ariba",)


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
