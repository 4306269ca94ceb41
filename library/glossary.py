"""The glossary of a library: names its people say, one a line in ``glossary.txt``, told to the recognizer beforehand.

Owns the file and which corrections of filed demos are worth a line in it. Refuses to know how a recognizer is told
(``transcribe/glossary.py``). The file is plain text so that anybody can mend it; lines that begin with ``#`` are notes
and stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from capture.files import write_bytes
from library.draft import said
from library.files import explained, read_bounded
from library.model import STEPS_BY_HAND, LibraryError
from transcribe.glossary import as_term, corrections
from transcribe.model import Step, Transcript

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


def read_terms(folder: Path) -> tuple[str, ...]:
    """The terms of the library in ``folder``, oldest first; none when there is no glossary. Raises LibraryError."""
    return tuple(term for line in _lines(folder) if (term := _term_of(line)))


def terms_to_tell(folder: Path) -> tuple[str, ...]:
    """The terms, or none when the glossary cannot be read: hearing a demo does not wait for it to be mended."""
    try:
        return read_terms(folder)
    except LibraryError:
        return ()


def add_terms(folder: Path, terms: Iterable[str]) -> tuple[str, ...]:
    """Add what is not there yet, whatever its case; a term that comes again in other letters replaces the old one.

    Gives what is new. Raises LibraryError when a term is empty or there are too many.
    """
    wanted = [_checked(term) for term in terms]
    known = set(read_terms(folder))
    new = tuple(term for term in dict.fromkeys(wanted) if term not in known)
    if new:
        again = {term.casefold() for term in new}
        kept = [line for line in _lines(folder) if _term_of(line).casefold() not in again]
        if sum(bool(_term_of(line)) for line in kept) + len(new) > MOST_TERMS:
            raise LibraryError(f"The glossary would have more than {MOST_TERMS} terms", "Remove some first.")
        _write(folder, [*kept, *new])
    return new


def remove_terms(folder: Path, terms: Iterable[str]) -> tuple[str, ...]:
    """Take terms out, whatever their case; gives what was there. Raises LibraryError when one is not."""
    known = {term.casefold(): term for term in read_terms(folder)}
    gone = {term.strip().casefold(): term for term in terms}
    for key, term in gone.items():
        if key not in known:
            raise LibraryError(f"“{term}” is not in the glossary", "See what is: showhow glossary list")
    _write(folder, [line for line in _lines(folder) if _term_of(line).casefold() not in gone])
    return tuple(known[key] for key in gone)


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


def _lines(folder: Path) -> list[str]:
    path = folder / GLOSSARY
    if not path.exists():
        return []
    with explained(f"read the glossary {path}"):
        return read_bounded(path, _LARGEST).decode("utf-8-sig", "replace").splitlines()


def _write(folder: Path, lines: Sequence[str]) -> None:
    with explained(f"write the glossary {folder / GLOSSARY}"):
        write_bytes(folder / GLOSSARY, "".join(f"{line}\n" for line in lines).encode())
