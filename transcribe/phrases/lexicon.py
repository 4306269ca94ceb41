"""Lexicon: the words and phrases of one language by which sentences are sorted and titles are made.

The lists are data, one file a language in ``lexicons/``; ``docs/lexicon.md`` says what each key is for. A library may
add verbs and phrases of its own. Patterns are regular expressions in which indents, line breaks and the spaces of
`` | `` are only layout. A language without a file has an empty lexicon.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

_FOLDER = resources.files("transcribe.phrases").joinpath("lexicons")
_ENGLISH = {"", "en"}
ADDABLE = ("verbs", "lead_ins", "openings", "closings")
"""Keys that a library may add words and phrases to."""


@dataclass(frozen=True)
class Lexicon:
    """Words of one language. ``verbs``: base forms or infinitives; ``phrases``: patterns by key; ``tables``: the rest.

    ``tasks``: where an opening names its task, and whether it may be a noun phrase, in the order they are tried.
    """

    language: str
    verbs: frozenset[str] = frozenset()
    phrases: Mapping[str, str] = field(default_factory=dict, hash=False)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    tasks: tuple[tuple[str, bool], ...] = ()
    _filled: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _patterns: dict[tuple[str, str], re.Pattern[str]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def known(self) -> bool:
        """Whether there are lists for this language."""
        return bool(self.verbs)

    def phrase(self, key: str) -> str:
        """The pattern of a key, without its layout; one that never matches when the language has none."""
        if key not in self._filled:
            self._filled[key] = _filled(self.phrases, key) or "(?!)"
        return self._filled[key]

    def starts(self, key: str) -> re.Pattern[str]:
        """Matches a phrase at the beginning of a text."""
        return self._pattern("^(?:{})(?!\\w)", key)

    def prefix(self, key: str) -> re.Pattern[str]:
        """Matches a phrase at the beginning of a text, and whatever may follow it directly."""
        return self._pattern("^(?:{})", key)

    def whole(self, key: str) -> re.Pattern[str]:
        """Matches a text that is such a phrase and nothing else."""
        return self._pattern("^(?:{})[\\s.,!…]*$", key)

    def ends(self, key: str) -> re.Pattern[str]:
        """Finds a phrase at the end of a text."""
        return self._pattern("\\b(?:{})$", key)

    def finds(self, key: str) -> re.Pattern[str]:
        """Finds a phrase anywhere."""
        return self._pattern("(?:{})", key)

    def lead(self) -> re.Pattern[str]:
        """Matches a phrase before an instruction, and the comma or space after it."""
        return self._pattern("^(?:{})(?![\\w'’-])(?:\\s*[,:;.!–—]+\\s*|\\s+(?:-\\s+)?)", "lead_ins")

    def _pattern(self, form: str, key: str) -> re.Pattern[str]:
        if (form, key) not in self._patterns:
            self._patterns[form, key] = re.compile("(?i)" + form.replace("{}", self.phrase(key)))
        return self._patterns[form, key]

    def task_patterns(self) -> tuple[tuple[re.Pattern[str], bool], ...]:
        """Where an opening names its task, and whether it may be a noun phrase."""
        filled = ((_filled({**self.phrases, "task": pattern}, "task"), nouns) for pattern, nouns in self.tasks)
        return tuple((_compiled(f"(?i){pattern}"), nouns) for pattern, nouns in filled)

    def adding(self, more: Mapping[str, Iterable[str]]) -> Lexicon:
        """The lexicon with a library's own verbs and phrases, which are plain text; other keys are ignored."""
        phrases = dict(self.phrases)
        for key in ADDABLE[1:]:
            if own := [_plain(phrase) for phrase in more.get(key, ()) if phrase.strip()]:
                phrases[key] = " | ".join([*own, *filter(None, [phrases.get(key, "")])])
        verbs = self.verbs | {verb.strip().lower() for verb in more.get("verbs", ()) if verb.strip()}
        return replace(self, verbs=verbs, phrases=phrases)


@dataclass(frozen=True)
class CustomVocabulary:
    """What a library adds: ``terms`` are names as they are spelled, ``phrases`` are words by language and key."""

    terms: tuple[str, ...] = ()
    phrases: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict, hash=False)

    def lexicon(self, language: str) -> Lexicon:
        """The lexicon of a language with the library's own words."""
        known = lexicon_of(language)
        own = self.phrases.get(known.language, {})
        return known.adding(own) if own else known


PLAIN = CustomVocabulary()
"""Nothing added."""


def lexicon_of(language: str | Lexicon) -> Lexicon:
    """The lexicon of a language code; English also for an unknown language (empty code)."""
    if isinstance(language, Lexicon):
        return language
    return _read("en" if language in _ENGLISH else language)


@cache
def _read(language: str) -> Lexicon:
    file = _FOLDER.joinpath(f"{language}.toml")
    if not re.fullmatch(r"[a-z]{2,3}", language) or not file.is_file():
        return Lexicon(language)
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return Lexicon(
        language,
        frozenset(data.get("verbs", "").split()),
        {**{key: text for key, text in data.items() if isinstance(text, str)}, **data.get("phrases", {})},
        {key: table for key, table in data.items() if isinstance(table, dict) and key != "phrases"},
        tuple((task["pattern"], task["nouns"]) for task in data.get("tasks", ())),
    )


def _filled(phrases: Mapping[str, str], key: str) -> str:
    """A pattern without its layout, with the patterns that it names in braces put in."""
    lines = (re.sub(r"^\|\s+|\s+\|$", "|", line.strip()) for line in phrases.get(key, "").strip().splitlines())
    text = "".join(lines).replace(" | ", "|")
    return re.sub(r"\{([a-z_]+)\}", lambda found: f"(?:{_filled(phrases, found[1])})", text)


def _plain(phrase: str) -> str:
    return r"\s+".join(re.escape(word) for word in phrase.split())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
