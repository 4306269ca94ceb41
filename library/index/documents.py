"""IndexedDemo and Part: a demo as index entries, one for the whole demo and one for each step, with their terms.

Pure. Owns which fields are indexed, the prefixes that have lists of their own, and the facets for filters. Does not
know how lists are stored.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from capture.model import Click, WindowChange
from capture.span import Span
from library.index.stems import language_of, stem_keys
from library.index.term_flags import BEGINS, HEADING, SEEN, TAGS, TEXT
from library.model import Demo
from library.text import STOP_WORDS, folded, joined_words, words_of
from transcribe.corrections import beside, step_text
from transcribe.model import Segment, Step, Word
from transcribe.words import joined

PREFIX_MARK = "^"
"""Marks the name of a prefix list (one or two letters); no word begins with it."""
FACET = "@"
"""Marks the name of a facet; no word begins with it."""
ACRONYM = "~"
"""Marks the initials of words that are adjacent in a heading, such as ``~po``; no word begins with it."""
NUMBERS = {name: str(n) for n, name in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight"), 1)}
"""Digits that stand for a word in an acronym, and for which a search takes it: 2FA, 2-factor."""
LONGEST_PREFIX = 2
"""Letters of the longest prefix with a list of its own; for a longer one the lists of its words are merged."""
DAY_MS = 86_400_000
_LONGEST = 255
"""Largest field length that is stored, in words (one byte)."""
_PLACES = 65_535
_MARKS = (FACET, ACRONYM)
_LONGEST_ACRONYM = 4
_INSIDE_NAMES = frozenset(("and", "for", "of", "to"))


class EntryStats(NamedTuple):
    """Statistics of an entry. ``day``: of the last change, in days since 1970; 0 for a removed entry.

    ``place``: 0 for the whole demo, n for its nth step. ``heading`` and ``text``: lengths in words.
    """

    day: int
    place: int
    heading: int
    text: int


class IndexedDemo(NamedTuple):
    """A demo's entries in order: the statistics of each, and its words, facets and acronyms with their codes."""

    stats: tuple[EntryStats, ...]
    codes: tuple[dict[str, int], ...]


def index_demo(demo: Demo, parts: Iterable[Part] | None = None) -> IndexedDemo:
    """The entries of a demo; ``parts`` are its parts where the caller has them already."""
    stats: list[EntryStats] = []
    entries: list[dict[str, int]] = []
    day = max(1, min(demo.updated_unix_ms // DAY_MS, 65_535))
    for place, part in enumerate(parts_of(demo) if parts is None else parts):
        if place > _PLACES:
            break
        title = part.step_title if place else demo.title
        heading = words_of(title)
        text = words_of(part.text)
        tags = () if place else words_of(" ".join((*demo.tags, demo.author)))
        codes = _codes(heading, tags, text, words_of(part.seen) if part.seen else ())
        for unit, together in ((HEADING, joined_words(title)), (TEXT, joined_words(part.text))):
            for word, _, _ in together:
                codes[word] = max(codes.get(word, 0), unit)
        for acronym in acronyms_of(heading):
            codes[acronym] = HEADING
        for facet in facets_of(demo, part, place):
            codes[facet] = TEXT if place else TAGS
        stats.append(EntryStats(day, place, min(len(heading), _LONGEST), min(len(text), _LONGEST)))
        entries.append(codes)
    return IndexedDemo(tuple(stats), tuple(entries))


def _codes(heading: Sequence[str], tags: Sequence[str], text: Sequence[str], seen: Sequence[str]) -> dict[str, int]:
    codes: dict[str, int] = {}
    for unit, words in ((TEXT, text), (HEADING, heading)):  # a Counter takes four times as long for a few words
        for word in words:
            if (code := codes.get(word, 0)) < 3 * unit:
                codes[word] = code + unit
    if heading:
        codes[heading[0]] += BEGINS
    for word in set(tags):
        codes[word] = codes.get(word, 0) + TAGS
    for word, times in Counter(seen).items() if seen else ():
        codes[word] = codes[word] + SEEN * (min(3, times)) if word in codes else SEEN
    return codes


def acronyms_of(heading: Sequence[str]) -> Iterator[str]:
    """The initials of two to four adjacent words of a heading, in one word; digits stand for number words.

    A run has no stop words but such as are part of names: terms of use.
    """
    initials = ["" if word in STOP_WORDS - _INSIDE_NAMES else initial_of(word) for word in heading]
    for start in range(len(initials)):
        for end in range(start + 2, min(start + _LONGEST_ACRONYM, len(initials)) + 1):
            run = initials[start:end]
            if all(run) and not {heading[start], heading[end - 1]} & _INSIDE_NAMES:
                yield ACRONYM + "".join(run)


def initial_of(word: str) -> str:
    """What stands for a word in an acronym."""
    return NUMBERS.get(word, word[0])


def stem_rows(demo: Demo, entries: IndexedDemo) -> Iterator[tuple[str, str]]:
    """The words of a demo by their stem key in the demo's language."""
    if language := language_of(demo.transcript.language):
        for word in {word for codes in entries.codes for word in codes if is_word(word)}:
            for key in stem_keys(word, (language,)):
                yield key, word


def is_word(name: str) -> bool:
    """Whether a name in the index is a word, not a facet or an acronym."""
    return name[0] not in _MARKS


def prefixes_of(word: str) -> tuple[str, ...]:
    """The names of the prefix lists that hold a word, besides its own list."""
    if not is_word(word):
        return ()
    return tuple(PREFIX_MARK + word[:letters] for letters in range(1, min(LONGEST_PREFIX, len(word) - 1) + 1))


def facets_of(demo: Demo, part: Part, place: int) -> Iterator[str]:
    """The facets of an entry: author and tags for the whole demo, windows for a step."""
    if not place:
        yield from dict.fromkeys(f"{FACET}author:{word}" for word in words_of(demo.author))
        yield from dict.fromkeys(f"{FACET}tag:{word}" for tag in demo.tags for word in words_of(tag))
    if part.windows:
        yield from dict.fromkeys(f"{FACET}app:{word}" for word in words_of(part.windows))


LONGEST_TEXT = 200_000
"""Characters of one part that are indexed; an hour of narration without steps has about 60,000."""


class Part(NamedTuple):
    """The whole demo (``number`` 0, with the words before the first step) or one step.

    ``spoken``: words with their start in ms. ``seen``: text on the screen and clicked labels. ``windows``: titles and
    programs of the windows used.
    """

    number: int
    step_title: str
    text: str
    start_ms: int
    spoken: tuple[tuple[str, int], ...]
    seen: str = ""
    windows: str = ""


def parts_of(demo: Demo) -> Iterator[Part]:
    """The parts in order. A step has the words spoken until the next step begins."""
    words = list(demo.words)
    middles = [_middle(word) for word in words]
    if middles != sorted(middles):  # only records of other programs are unsorted
        words.sort(key=_middle)
        middles.sort()
    starts = [*(bisect_left(middles, step.start_ms) for step in demo.steps), len(words)]
    corrected = [segment for segment in demo.transcript.segments if segment.corrections]
    opening = _with_corrections(words[: starts[0]], corrected)
    yield Part(0, "", joined(opening)[:LONGEST_TEXT], 0, _timed(opening))
    for step, at, end in zip(demo.steps, starts, starts[1:], strict=False):
        mine = _with_corrections(words[at:end], corrected)
        written = step_text(step, demo.transcript) if corrected else step.text
        text, windows = _text(written, joined(mine)[:LONGEST_TEXT]), _windows(step)
        yield Part(step.number, step.title, text, step.start_ms, _timed(mine), _seen(step, windows), windows)


def _with_corrections(words: Sequence[Word], corrected: Sequence[Segment]) -> Sequence[Word]:
    """The words with the corrections of their segments behind them, so that both are found."""
    if not words or not corrected:
        return words
    span = Span(words[0].start_ms, max(word.end_ms for word in words))
    return beside(words, [one for segment in corrected if segment.overlap_ms(span) for one in segment.corrections])


def _windows(step: Step) -> str:
    names = ((e.window, e.window_class) for e in step.events if isinstance(e, Click | WindowChange))
    return " ".join(dict.fromkeys(name for pair in names for name in pair if name))


def _seen(step: Step, windows: str) -> str:
    """The text with the least weight: clicked labels, words on the screen, window names."""
    labels = dict.fromkeys([step.clicked, *(e.label for e in step.events if isinstance(e, Click))])
    return " ".join(text for text in (*labels, step.screen_text, windows) if text)[:LONGEST_TEXT]


def _middle(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2


def _text(written: str, spoken: str) -> str:
    """The text of a step for display and search: its written text, and the spoken one unless the former has it."""
    if not spoken or spoken == written or folded(spoken) in folded(written):
        return written[:LONGEST_TEXT]
    if folded(written) in folded(spoken):
        return spoken
    return f"{written} · {spoken}"[:LONGEST_TEXT]


def _timed(words: Sequence[Word]) -> tuple[tuple[str, int], ...]:
    return tuple([(word.text.strip(), word.start_ms) for word in words])
