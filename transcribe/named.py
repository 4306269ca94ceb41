"""Names that stood on the screen while they were said: what to ask a recognizer for, and which of its words to take.

A small model writes a name it does not expect as other words: “a bug in Jira” as “a buddinger”. Given the names of the
windows and buttons that were used as a prompt, it writes them, but gets other words wrong. So only the places are taken
where it was unsure, and writes such a name with the prompt: in 28 narrations by base five places, all of them right
(``docs/benchmarks.md``). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from msgspec.structs import replace

from capture.model import Click, Event, WindowChange
from capture.span import Span
from transcribe.model import Segment, Transcript, Word
from transcribe.phrases.spelling import SURE, UNSURE, inflected
from transcribe.words import joined, letters, spread

_SHORTEST = 4  # letters of a name; shorter words come by chance
_LONGER = 3  # words that a name may have more than what was heard for it
_PARTS = re.compile(r"\s+[-–—|·]\s+")


def names_shown(events: Iterable[Event]) -> tuple[str, ...]:
    """Names on the screen, in the order in which they were used: parts of the windows' titles, labels of clicks."""
    used = [event for event in events if isinstance(event, Click | WindowChange)]
    titles = [part for event in used for part in _PARTS.split(event.window)]
    labels = [event.label for event in used if isinstance(event, Click)]
    return tuple(dict.fromkeys(name.strip() for name in [*titles, *labels] if _keys([name])))


def unheard(heard: Transcript, names: Sequence[str]) -> tuple[str, ...]:
    """The names that were not heard surely; none when every word was."""
    if all(word.confidence >= UNSURE for word in heard.words):
        return ()
    sure = [letters(word.text) for word in heard.words if word.confidence >= SURE]
    return tuple(name for name in names if not all(_in(key, sure) for key in _keys([name])))


def with_names(heard: Transcript, prompted: Transcript, names: Iterable[str]) -> Transcript:
    """``heard`` with the names that ``prompted``, the same sound heard with them as a prompt, has at unsure places."""
    if heard.language != prompted.language:
        return heard
    keys = _keys(names)
    segments = list(heard.segments)
    places = [(at, n) for at, segment in enumerate(segments) for n in range(len(segment.words))]
    old, new = heard.words, prompted.words
    matcher = SequenceMatcher(None, [letters(w.text) for w in old], [letters(w.text) for w in new], autojunk=False)
    for kind, first, end, begin, stop in reversed(matcher.get_opcodes()):
        if kind == "replace" and _is_named(old[first:end], new[begin:stop], keys):
            (at, n), (last, _) = places[first], places[end - 1]
            if at == last:
                segments[at] = _with_words(segments[at], n, n + end - first, new[begin:stop])
    return replace(heard, segments=tuple(segments))


def _keys(names: Iterable[str]) -> list[str]:
    words = (letters(word) for name in names for word in name.split())
    return [word for word in words if len(word) >= _SHORTEST]


def _in(word: str, keys: Iterable[str]) -> bool:
    return any(word == key or inflected(word, key) for key in keys)


def _is_named(old: Sequence[Word], new: Sequence[Word], keys: Sequence[str]) -> bool:
    """Whether words heard unsurely are a name, or its inflection, that was not among them."""
    before = [letters(word.text) for word in old]
    brought = (key for key in (letters(word.text) for word in new) if len(key) >= _SHORTEST and not _in(key, before))
    unsure = sum(word.confidence for word in old) < UNSURE * len(old)
    return unsure and len(new) <= len(old) + _LONGER and any(_in(key, keys) for key in brought)


def _with_words(segment: Segment, first: int, end: int, new: Sequence[Word]) -> Segment:
    """The segment with ``new`` in place and at the times of its words from ``first`` to ``end`` (exclusive)."""
    old = segment.words[first:end]
    words = (*segment.words[:first], *spread(new, [Span(old[0].start_ms, old[-1].end_ms)]), *segment.words[end:])
    return replace(segment, words=words, text=joined(words))
