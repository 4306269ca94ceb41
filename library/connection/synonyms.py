"""Synonyms of a library: words, abbreviations and phrases that mean the same there, used by the search both ways.

Owns where they are stored (a folder: ``synonyms.txt``, one group a line, ``PO = purchase order``; a team: a table). The
file is plain text, so that users can edit it; lines that begin with ``#`` are comments and are kept.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from capture.files import write_bytes
from library.files import library_errors, read_bounded
from library.model import LibraryError
from library.rights import take_rights
from library.text import clean, words_of

if TYPE_CHECKING:
    from library.connection.team import TeamState

SYNONYMS = "synonyms.txt"
MOST_GROUPS = 2_000
_LONGEST, _MOST_WORDS = 100, 6
_LARGEST = 1 << 19
_REREAD_S = 10.0
"""How long a team's synonyms are kept before the database is asked again."""
Group = tuple[str, ...]
Stamp = tuple[float, ...]
"""Time (ns) and size of a file; the time (s) a team's database was read; empty before anything was."""


class Synonyms(ABC):
    """The synonyms of a library. Every method may raise LibraryError, but for ``folded``."""

    def __init__(self) -> None:
        self._folding = Lock()
        self._folded: tuple[Group, ...] = ()
        self._stamp: Stamp = ()

    @abstractmethod
    def groups(self) -> tuple[Group, ...]:
        """All groups of phrases that mean the same, as written, oldest first."""

    @abstractmethod
    def _keep(self, term: str, meaning: str) -> None:
        """Store a pair."""

    @abstractmethod
    def _drop(self, folded: str) -> None:
        """Remove a phrase, given folded, from every group."""

    @abstractmethod
    def _stamp_now(self) -> Stamp:
        """A stamp of the stored synonyms: another than ``_stamp`` when they may have changed since that was read."""

    def add(self, term: str, meaning: str) -> bool:
        """Add a pair; False when it is there. Raises LibraryError: one is empty or too long, or there are too many."""
        term, meaning = _checked(term), _checked(meaning)
        pair = {_fold(term), _fold(meaning)}
        if len(pair) < 2:
            raise LibraryError(f"“{term}” and “{meaning}” are the same words to a search", "Give another meaning.")
        groups = self.groups()
        if any(pair <= set(map(_fold, group)) for group in groups):
            return False
        if len(groups) >= MOST_GROUPS:
            raise LibraryError(f"The library would have more than {MOST_GROUPS} synonyms", "Remove some first.")
        self._keep(term, meaning)
        return True

    def remove(self, term: str) -> tuple[Group, ...]:
        """Remove a phrase from every group; returns those groups. Raises LibraryError when it is in none."""
        folded = _fold(term)
        there = tuple(group for group in self.groups() if folded in map(_fold, group))
        if not there:
            raise LibraryError(f"“{term}” is not among the synonyms", "See what is: showhow synonyms list")
        self._drop(folded)
        return there

    def folded(self) -> tuple[Group, ...]:
        """The groups as a search compares them; the last known ones while the library cannot be read."""
        with self._folding, suppress(LibraryError):
            stamp = self._stamp_now()
            if stamp != self._stamp:
                groups = (tuple(dict.fromkeys(map(_fold, group))) for group in self.groups())
                self._folded = tuple(group for group in groups if len(group) > 1)
                self._stamp = stamp  # only now: what could not be read is read again
        return self._folded


class FolderSynonyms(Synonyms):
    """Synonyms of a library in a folder: ``synonyms.txt``."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path = folder / SYNONYMS

    def groups(self) -> tuple[Group, ...]:
        """All groups, oldest first; empty when there is no file."""
        return tuple(group for line in self._lines() if len(group := _group_of(line)) > 1)[:MOST_GROUPS]

    def _stamp_now(self) -> Stamp:
        try:
            facts = self.path.stat()
        except OSError:
            return (0, 0)
        return (facts.st_mtime_ns, facts.st_size)

    def _keep(self, term: str, meaning: str) -> None:
        self._write([*self._lines(), f"{term} = {meaning}"])

    def _drop(self, folded: str) -> None:
        lines = []
        for line in self._lines():
            group = _group_of(line)
            left = [phrase for phrase in group if _fold(phrase) != folded]
            if len(left) == len(group):
                lines.append(line)
            elif len(left) > 1:
                lines.append(" = ".join(left))
        self._write(lines)

    def _lines(self) -> list[str]:
        if not self.path.exists():
            return []
        with library_errors(f"read the synonyms {self.path}"):
            return read_bounded(self.path, _LARGEST).decode("utf-8-sig", "replace").splitlines()

    def _write(self, lines: Sequence[str]) -> None:
        with library_errors(f"write the synonyms {self.path}"):
            write_bytes(self.path, "".join(f"{line}\n" for line in lines).encode())
            take_rights(self.path, self.path.parent)


class TeamSynonyms(Synonyms):
    """Synonyms of a team, in its database; each change is one statement."""

    def __init__(self, team: TeamState) -> None:
        super().__init__()
        self._team = team

    def groups(self) -> tuple[Group, ...]:
        """All pairs, oldest first."""
        return tuple((str(term), str(meaning)) for term, meaning in self._team.fetch("synonyms"))

    def _stamp_now(self) -> Stamp:
        now = time.monotonic()
        return self._stamp if self._stamp and now - self._stamp[0] < _REREAD_S else (now,)

    def _keep(self, term: str, meaning: str) -> None:
        folded = {"folded": _fold(term), "folded_meaning": _fold(meaning)}
        self._team.run("keep_synonym", term=term, meaning=meaning, **folded)
        self._read_again()

    def _drop(self, folded: str) -> None:
        self._team.run("drop_synonym", folded=folded)
        self._read_again()

    def _read_again(self) -> None:
        with self._folding:  # a read that began before the change must not count as one after it
            self._stamp = ()


def _group_of(line: str) -> Group:
    if line.lstrip().startswith("#"):
        return ()
    return tuple(phrase for part in line.split("=") if _fold(phrase := clean(part, _LONGEST)))


def _fold(phrase: str) -> str:
    return " ".join(words_of(phrase))


def _checked(phrase: str) -> str:
    kept = clean(phrase.replace("=", " ").lstrip("#"), _LONGEST)
    if not 0 < len(words_of(kept)) <= _MOST_WORDS:
        raise LibraryError(f"“{kept}” is no word or short phrase", f"Write one to {_MOST_WORDS} words.")
    return kept
