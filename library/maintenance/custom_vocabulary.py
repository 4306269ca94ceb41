"""What a library adds to titles and steps: the names of its glossary, and phrases of its own in ``lexicon.toml``.

``lexicon.toml`` lies in the library's folder and has a table for each language, with lists of plain words and phrases::

    [en]
    verbs = ["onboard"]                         # can begin an instruction
    lead_ins = ["as per usual"]                 # are left out before one
    openings = ["this is the ops desk"]         # sentences that introduce a demo
    closings = ["back to the studio"]           # sentences that end one

Owns reading that file. A library of a team has no folder, so it has names only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence

from library.connection.address import folder_of, is_team
from library.files import library_errors, read_bounded
from library.maintenance.glossary import glossary_terms
from library.model import LibraryError
from transcribe.phrases.lexicon import ADDABLE, CustomVocabulary

LEXICON = "lexicon.toml"
_LARGEST = 1 << 18


def custom_vocabulary(url: str) -> CustomVocabulary:
    """Names and phrases of the library at an address; what cannot be read is left out, because steps work without."""
    return CustomVocabulary(glossary_terms(url), {} if is_team(url) else _phrases(url))


def _phrases(url: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    try:
        file = folder_of(url) / LEXICON
        if not file.exists():
            return {}
        with library_errors(f"read the lexicon {file}"):
            text = read_bounded(file, _LARGEST).decode("utf-8-sig", "replace")
        return {code: _lists(table) for code, table in tomllib.loads(text).items() if isinstance(table, dict)}
    except (LibraryError, tomllib.TOMLDecodeError):
        return {}


def _lists(table: Mapping[str, object]) -> dict[str, list[str]]:
    """The lists of strings under known keys."""
    return {
        key: [phrase for phrase in value if isinstance(phrase, str)]
        for key, value in table.items()
        if key in ADDABLE and isinstance(value, list)
    }
