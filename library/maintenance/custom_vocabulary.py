"""What a library adds to titles and steps: the names of its glossary, and word lists of its own.

The word lists are text in TOML, with a table for each language that has lists of plain words and phrases::

    [en]
    verbs = ["onboard"]                         # can begin an instruction
    lead_ins = ["as per usual"]                 # are left out before one
    openings = ["this is the ops desk"]         # sentences that introduce a demo
    closings = ["back to the studio"]           # sentences that end one

Owns that text: where it lies (a folder: ``lexicon.toml``; a team: its settings) and what is valid in it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from capture.files import write_bytes
from library.connection.address import folder_of, is_team
from library.files import library_errors, read_bounded
from library.maintenance.glossary import glossary_terms
from library.model import LibraryError
from library.rights import take_rights
from library.team_packages import team_packages
from transcribe.phrases.lexicon import ADDABLE, CustomVocabulary

if TYPE_CHECKING:  # phrases can be read without opening a library
    from pathlib import Path

    from library.connection.library import Library

LEXICON = "lexicon.toml"
_SETTING = "lexicon"
_LARGEST = 1 << 18
_Phrases = Mapping[str, Mapping[str, Sequence[str]]]


def custom_vocabulary(url: str) -> CustomVocabulary:
    """Names and phrases of the library at an address; what cannot be read is left out, because steps work without.

    A team's database is asked twice, for a few seconds at most, without opening the library.
    """
    phrases: _Phrases = {}
    with suppress(LibraryError, tomllib.TOMLDecodeError):
        phrases = _phrases(_team_text(url) if is_team(url) else _read(folder_of(url)))
    return CustomVocabulary(glossary_terms(url), phrases)


def lexicon_text(library: Library) -> str:
    """The word lists of an open library as they were written; empty when it has none. Raises LibraryError."""
    return library.team.setting(_SETTING) if library.team is not None else _read(library.folder)


def keep_lexicon(library: Library, text: str) -> None:
    """Replace the word lists of an open library. Raises LibraryError when the text has other things than such lists."""
    _check(text)
    if library.team is not None:
        library.team.set_setting(_SETTING, text)
        return
    file = library.folder / LEXICON
    with library_errors(f"write the lexicon {file}"):
        write_bytes(file, text.encode())
        take_rights(file, library.folder)


def _team_text(url: str) -> str:
    with team_packages():
        from library.catalog.postgres_catalog import query_once

    return "".join(str(row[0]) for row in query_once(url, "setting", name=_SETTING))


def _read(folder: Path) -> str:
    file = folder / LEXICON
    if not file.exists():
        return ""
    with library_errors(f"read the lexicon {file}"):
        return read_bounded(file, _LARGEST).decode("utf-8-sig", "replace")


def _phrases(text: str) -> _Phrases:
    return {code: _lists(table) for code, table in tomllib.loads(text).items() if isinstance(table, dict)}


def _lists(table: Mapping[str, object]) -> dict[str, list[str]]:
    """The lists of strings under known keys."""
    return {
        key: [phrase for phrase in value if isinstance(phrase, str)]
        for key, value in table.items()
        if key in ADDABLE and isinstance(value, list)
    }


def _check(text: str) -> None:
    """Raise LibraryError for the first thing in a text that is no list of phrases."""
    form = f'Write, by language: [en], and below it {", ".join(ADDABLE)}, each as ["one", "another"].'
    if len(text.encode()) > _LARGEST:
        raise LibraryError(f"The lexicon has more than {_LARGEST >> 10} KB", "Leave some phrases out.")
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LibraryError(f"The lexicon is no TOML: {error}", form) from error
    for code, table in tables.items():
        if not isinstance(table, dict):
            raise LibraryError(f"“{code}” in the lexicon is no language", form)
        for key, value in table.items():
            if key not in ADDABLE or not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise LibraryError(f"“{key}” of “{code}” in the lexicon is no list of phrases", form)
