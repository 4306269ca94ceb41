"""The glossary of a library: names its people say, told to the recognizer beforehand.

Owns where they are kept (in a folder ``glossary.txt``, one a line; of a team a table) and which corrections of filed
demos are worth one. Refuses to know how a recognizer is told (``transcribe/asr/hotwords.py``). The file is plain text
so that anybody can mend it; lines that begin with ``#`` are notes and stay.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from capture.files import write_bytes
from library.connection.address import folder_of, is_team
from library.draft.edits import said
from library.files import library_errors, read_bounded
from library.model import STEPS_BY_HAND, LibraryError
from transcribe.asr.hotwords import as_term, corrections
from transcribe.model import Step, Transcript

if TYPE_CHECKING:  # the terms are told without opening a library
    from library.connection.library import Library
    from library.connection.team import TeamState

GLOSSARY = "glossary.txt"
MOST_TERMS = 500
"""More than any recognizer is told; beyond lies somebody's dictionary."""
_LARGEST = 1 << 18


class Written(Protocol):
    """A draft or a demo: what was heard, and the steps that people may have put right."""

    @property
    def transcript(self) -> Transcript:
        """What was heard."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps, in the transcript's time."""

    @property
    def by_hand(self) -> tuple[str, ...]:
        """What people wrote themselves."""


class Glossary(ABC):
    """The terms of a library, wherever they are kept. Every method may raise LibraryError."""

    @abstractmethod
    def terms(self) -> tuple[str, ...]:
        """All of them, oldest first."""

    @abstractmethod
    def _keep(self, terms: Sequence[str]) -> bool:
        """Add terms at the end, in place of the same in other letters; False, and nothing done, when too many."""

    @abstractmethod
    def _drop(self, folded: Sequence[str]) -> None:
        """Take terms out."""

    def add(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Add what is not there yet; a term that comes again in other letters replaces the old one.

        Gives what is new. Raises LibraryError when a term is empty or there are too many.
        """
        wanted = {term.casefold(): term for term in map(_checked, terms)}
        known = set(self.terms())
        new = tuple(term for term in wanted.values() if term not in known)
        if new and not self._keep(new):
            raise LibraryError(f"The glossary would have more than {MOST_TERMS} terms", "Remove some first.")
        return new

    def remove(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Take terms out, whatever their case; gives what was there. Raises LibraryError when one is not."""
        known = {term.casefold(): term for term in self.terms()}
        gone = {term.strip().casefold(): term for term in terms}
        for key, term in gone.items():
            if key not in known:
                raise LibraryError(f"“{term}” is not in the glossary", "See what is: showhow glossary list")
        self._drop(list(gone))
        return tuple(known[key] for key in gone)


class FolderGlossary(Glossary):
    """The one of a library in a folder: ``glossary.txt``."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / GLOSSARY

    def terms(self) -> tuple[str, ...]:
        """All of them, oldest first; none when there is no file."""
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


class TeamGlossary(Glossary):
    """The one of a team: in its database, each change in one statement."""

    def __init__(self, team: TeamState) -> None:
        self._team = team

    def terms(self) -> tuple[str, ...]:
        """All of them, oldest first."""
        return tuple(str(row[0]) for row in self._team.fetch("terms"))

    def _keep(self, terms: Sequence[str]) -> bool:
        folded = [term.casefold() for term in terms]
        return bool(self._team.fetch("keep_terms", terms=list(terms), folded=folded, most=MOST_TERMS))

    def _drop(self, folded: Sequence[str]) -> None:
        self._team.fetch("drop_terms", folded=list(folded))


def glossary_of(library: Library) -> Glossary:
    """The glossary of an open library."""
    return TeamGlossary(library.team) if library.team is not None else FolderGlossary(library.folder)


def terms_to_tell(url: str) -> tuple[str, ...]:
    """The terms of the library at an address, or none when they cannot be read: hearing a demo does not wait for that.

    A team's database is asked once and for a few seconds at most, without opening the library.
    """
    try:
        if is_team(url):
            from library.catalog.postgres_catalog import query_once

            return tuple(str(row[0]) for row in query_once(url, "terms"))
        return FolderGlossary(folder_of(url)).terms()
    except LibraryError:
        return ()


def corrected_terms(written: Written, known: Sequence[str] = ()) -> tuple[str, ...]:
    """Terms that people put right in the steps of a draft or demo and that are not ``known``; none when nobody did."""
    if STEPS_BY_HAND not in written.by_hand:
        return ()
    had = {term.casefold() for term in known}
    found: dict[str, str] = {}
    for step in written.steps:
        heard = said(written.transcript.words, step)
        for term in (*corrections(heard, step.text), *corrections(heard, step.title)):
            if term.casefold() not in had:
                found.setdefault(term.casefold(), term)
    return tuple(found.values())


def _checked(term: str) -> str:
    if kept := as_term(term.lstrip("#")):
        return kept
    raise LibraryError("A term of the glossary cannot be empty", "Write a name as it is to be spelled.")


def _term_of(line: str) -> str:
    return "" if line.lstrip().startswith("#") else as_term(line)
