"""FrontNames: the names of the program in front, and the words of its title that name a part of it.

Owns the aliases: a program has other names on other systems (``soffice``, ``LibreOffice Calc``). Demos tell them: what
the titles of its windows end with is a name of the program. Owns also which words are left out of the match:
those that only one demo's windows have and nobody said, such as the name of a customer, unless there is no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from capture.model import Click, Front, WindowChange
from library.catalog.catalog import Catalog
from library.index.documents import FACET
from library.index.model import Term
from library.learning.now.titles import parts_of_title, steady_words
from library.model import Demo
from library.text import STOP_WORDS, words_of

_LOOKED_AT = 6
"""Demos whose windows tell aliases."""
_MOST_WORDS = 8
_NOT_NAMES = frozenset(("app", "bin", "com", "desktop", "exe", "io", "main", "net", "org", "www"))
Name = tuple[str, ...]
"""The folded words of a program's name."""


class FrontNames(NamedTuple):
    """``programs``: names of the program, the one that the system tells first. ``words``: of the title, steady ones.

    ``alone``: where the title has none of these, its words that windows of a demo have, such as the name of a dialogue
    that one demo opens. They may name a person: they are matched, and go nowhere else.
    """

    programs: tuple[Name, ...]
    words: tuple[str, ...]
    alone: tuple[str, ...] = ()

    @property
    def of_title(self) -> tuple[str, ...]:
        """The words that windows are compared by."""
        return self.words or self.alone


def name_of(app: str) -> Name:
    """The words of a program's name, without those that say nothing: ``org.gnome.Nautilus`` is a Nautilus of GNOME."""
    words = tuple(dict.fromkeys(words_of(app[:200])))[:_MOST_WORDS]
    return tuple(word for word in words if word not in _NOT_NAMES and not word.isdigit()) or words


def window_term(word: str) -> Term:
    """What finds the steps in whose windows, by title or program, a word stands."""
    return Term(f"{FACET}app:{word}")


def front_names(catalog: Catalog, front: Front) -> FrontNames:
    """The names and words by which demos are matched. Raises LibraryError."""
    parts = parts_of_title(front.title)
    programs = [name_of(front.app)] if front.app else []
    programs += _aliases(catalog, programs[0]) if programs and programs[0] else []
    if len(parts) > 1 and (ending := tuple(steady_words(parts[-1]))):
        programs.append(ending)
    if len(parts) > 1:
        parts = parts[:-1]
    named = {word for name in programs for word in name}
    words = dict.fromkeys(word for part in parts for word in steady_words(part) if word not in named)
    telling = [word for word in words if word not in STOP_WORDS] or list(words)  # “Go To” has nothing else
    kept = [word for word in telling if _is_common(catalog, word)][:_MOST_WORDS]
    alone = [] if kept else [word for word in telling[:_MOST_WORDS] if catalog.match([window_term(word)], 1)]
    return FrontNames(tuple(dict.fromkeys(name for name in programs if name)), tuple(kept), tuple(alone))


def _is_common(catalog: Catalog, word: str) -> bool:
    """Whether the windows of two demos have the word, or somebody said or wrote it."""
    if len({one.whole for one in catalog.match([window_term(word)], 2)}) > 1:
        return True
    return any(not one.seen for one in catalog.match([Term(word)], 2))


def _aliases(catalog: Catalog, name: Name) -> Iterator[Name]:
    """What the titles of its windows end with, in demos: the same ending of at least two titles."""
    entries = catalog.match([window_term(word) for word in name], _LOOKED_AT)
    demos = dict.fromkeys(one.demo_id for one in catalog.details([one.entry_id for one in entries]))
    endings: defaultdict[Name, set[str]] = defaultdict(set)
    for demo_id in list(demos)[:_LOOKED_AT]:
        for title, program in windows_of(catalog.get(demo_id)):
            parts = parts_of_title(title)
            if len(parts) > 1 and set(name) <= set(words_of(program)):
                endings[tuple(steady_words(parts[-1]))].add(parts[0])
    return (ending for ending, titles in endings.items() if ending and len(titles) > 1)


def windows_of(demo: Demo) -> Iterator[tuple[str, str]]:
    """Title and program of each window used."""
    for step in demo.steps:
        yield from ((one.window, one.window_class) for one in step.events if isinstance(one, Click | WindowChange))
