"""A library's own names and phrases for titles: from its glossary and its lexicon.toml."""

from __future__ import annotations

from pathlib import Path

from library.maintenance.custom_vocabulary import LEXICON, custom_vocabulary
from library.maintenance.glossary import FolderGlossary


def test_names_come_from_the_glossary_and_phrases_from_the_file(tmp_path: Path) -> None:
    FolderGlossary(tmp_path).add(["Ariba"])
    (tmp_path / LEXICON).write_text('[en]\nverbs = ["onboard", 7]\nclosings = "no list"\nother = ["x"]\n', "utf-8")
    found = custom_vocabulary(str(tmp_path))
    assert found.terms == ("Ariba",)
    assert found.phrases == {"en": {"verbs": ["onboard"]}}


def test_a_file_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    assert custom_vocabulary(str(tmp_path)).phrases == {}
    (tmp_path / LEXICON).write_text("[en\nverbs", "utf-8")
    assert custom_vocabulary(str(tmp_path)).phrases == {}
