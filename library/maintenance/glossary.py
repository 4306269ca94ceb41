"""Glossary of a library: names and terms that are given to the recognizer.

Owns where terms are stored (a folder: ``glossary.txt``, one per line; a team: a table) and which manual corrections in
demos become terms. Does not know how a recognizer uses them (``transcribe/asr/hotwords.py``). The file is plain text,
so that users can edit it; lines that begin with ``#`` are comments and are kept.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from capture.files import write_bytes
from library.connection.address import folder_of, is_team
from library.draft.edits import said
from library.files import library_errors, read_bounded
from library.model import STEPS_BY_HAND, Demo, Draft, LibraryError
from library.rights import take_rights
from library.team_packages import team_packages
from transcribe.asr.hotwords import as_term, corrections

if TYPE_CHECKING:  # terms can be read without opening a library
    from library.connection.library import Library
    from library.connection.team import TeamState

GLOSSARY = "glossary.txt"
MOST_TERMS = 500
"""Maximum number of terms; more than any recognizer is given."""
_LARGEST = 1 << 18


class Glossary(ABC):
    """The terms of a library. Every method may raise LibraryError."""

    @abstractmethod
    def terms(self) -> tuple[str, ...]:
        """All terms, oldest first."""

    @abstractmethod
    def _keep(self, terms: Sequence[str]) -> bool:
        """Append terms, replacing those that differ only in case; False, and nothing changed, when too many."""

    @abstractmethod
    def _drop(self, folded: Sequence[str]) -> None:
        """Remove terms, given case folded."""

    def add(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Add new terms; a term that differs only in case replaces the old one.

        Returns the new terms. Raises LibraryError when a term is empty or there are too many.
        """
        wanted = {term.casefold(): term for term in map(_checked, terms)}
        known = set(self.terms())
        new = tuple(term for term in wanted.values() if term not in known)
        if new and not self._keep(new):
            raise LibraryError(f"The glossary would have more than {MOST_TERMS} terms", "Remove some first.")
        return new

    def remove(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Remove terms, ignoring case; returns the removed ones. Raises LibraryError when one does not exist."""
        known = {term.casefold(): term for term in self.terms()}
        gone = {term.strip().casefold(): term for term in terms}
        for key, term in gone.items():
            if key not in known:
                raise LibraryError(f"“{term}” is not in the glossary", "See what is: showhow glossary list")
        self._drop(list(gone))
        return tuple(known[key] for key in gone)


class FolderGlossary(Glossary):
    """Glossary of a library in a folder: ``glossary.txt``."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / GLOSSARY

    def terms(self) -> tuple[str, ...]:
        """All terms, oldest first; empty when there is no file."""
        return tuple(term for line in self._lines() if (term := _term_of(line)))

    def _keep(self, terms: Sequence[str]) -> bool:
        kept = self._without({term.casefold() for term in terms})
        if sum(bool(_term_of(line)) for line in kept) + len(terms) > MOST_TERMS:
            return False
        self._write([*kept, *terms])
        return True

    def _drop(self, folded: Sequence[str]) -> None:
        self._write(self._without(set(folded)))

    def _without(self, folded: set[str]) -> list[str]:
        return [line for line in self._lines() if _term_of(line).casefold() not in folded]

    def _lines(self) -> list[str]:
        if not self.path.exists():
            return []
        with library_errors(f"read the glossary {self.path}"):
            return read_bounded(self.path, _LARGEST).decode("utf-8-sig", "replace").splitlines()

    def _write(self, lines: Sequence[str]) -> None:
        with library_errors(f"write the glossary {self.path}"):
            write_bytes(self.path, "".join(f"{line}\n" for line in lines).encode())
            take_rights(self.path, self.path.parent)


class TeamGlossary(Glossary):
    """Glossary of a team, in its database; each change is one statement."""

    def __init__(self, team: TeamState) -> None:
        self._team = team

    def terms(self) -> tuple[str, ...]:
        """All terms, oldest first."""
        return tuple(str(row[0]) for row in self._team.fetch("terms"))

    def _keep(self, terms: Sequence[str]) -> bool:
        folded = [term.casefold() for term in terms]
        return bool(self._team.fetch("keep_terms", terms=list(terms), folded=folded, most=MOST_TERMS))

    def _drop(self, folded: Sequence[str]) -> None:
        self._team.fetch("drop_terms", folded=list(folded))


def glossary_of(library: Library) -> Glossary:
    """The glossary of an open library."""
    return TeamGlossary(library.team) if library.team is not None else FolderGlossary(library.folder)


def glossary_terms(url: str) -> tuple[str, ...]:
    """The terms of the library at an address; empty when they cannot be read, because transcription works without.

    A team's database is queried once, for a few seconds at most, without opening the library.
    """
    try:
        if is_team(url):
            with team_packages():
                from library.catalog.postgres_catalog import query_once

            return tuple(str(row[0]) for row in query_once(url, "terms"))
        return FolderGlossary(folder_of(url)).terms()
    except LibraryError:
        return ()


def corrected_terms(edited: Draft | Demo, known: Sequence[str] = ()) -> tuple[str, ...]:
    """Terms that people corrected in the words and steps of a draft or demo and that are not ``known``."""
    known_keys = {term.casefold() for term in known}
    found: dict[str, str] = {}
    for recognized, written in _by_hand(edited):
        for term in corrections(recognized, written):
            if term.casefold() not in known_keys:
                found.setdefault(term.casefold(), term)
    return tuple(found.values())


def _by_hand(edited: Draft | Demo) -> Iterator[tuple[str, str]]:
    """What was recognized, and what people wrote in its place."""
    for segment in edited.transcript.segments:
        if segment.heard:
            yield segment.heard, segment.text
    for step in edited.steps if STEPS_BY_HAND in edited.by_hand else ():
        recognized = said(edited.transcript.words, step)
        yield recognized, step.text
        yield recognized, step.title


def _checked(term: str) -> str:
    if kept := as_term(term.lstrip("#")):
        return kept
    raise LibraryError("A term of the glossary cannot be empty", "Write a name as it is to be spelled.")


def _term_of(line: str) -> str:
    return "" if line.lstrip().startswith("#") else as_term(line)
