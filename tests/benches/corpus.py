"""A generated library of any size, the same every time: plausible words, as often as Zipf says, filed over five years.

The commonest words are real; the rest are made of syllables, so that their beginnings crowd as those of real words do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

from library.model import ClipFacts, Demo
from transcribe.model import Segment, Step, Transcript, Word

VERBS = (
    *("open", "click", "choose", "enter", "type", "submit", "approve", "raise", "cancel", "check", "print", "export"),
    *("assign", "close", "review", "send", "save"),
)
NOUNS = (
    *("order", "invoice", "supplier", "report", "menu", "button", "approval", "budget", "contract", "ticket"),
    *("calendar", "request", "customer", "delivery", "payment", "account", "project", "colleague", "warehouse"),
    *("template", "folder", "password", "printer", "meeting", "holiday", "expense", "receipt", "address"),
)
LINKS = ("the", "a", "of", "for", "with", "then", "into", "your", "this", "next", "again", "before", "after", "until")
WORDS = 40_000
STEPS = 10
NOW_MS = 1_795_500_000_000
"""A moment of November 2026."""
_DAY_MS, _YEARS = 86_400_000, 5
_ONSETS = (
    *("con", "dis", "pre", "pro", "b", "br", "c", "cl", "d", "de", "f", "g", "gr", "h", "in", "l", "m", "n", "p", "r"),
    *("re", "s", "st", "t", "tr", "un", "v", "w", ""),
)
_OFTEN = [0.35] * 4 + [1.0] * (len(_ONSETS) - 4)
"""In English about one word in eighty begins with each of the first four."""
_VOWELS = ("a", "e", "i", "o", "u", "ea", "io", "ou")
_CODAS = ("", "", "n", "r", "l", "s", "t", "nt", "ck", "m", "rd", "ng")


class Corpus:
    """The library's words and demos."""

    def __init__(self) -> None:
        dice = random.Random(11)  # noqa: S311  plausible words, no secrets
        words = dict.fromkeys((*LINKS, *VERBS, *NOUNS))
        while len(words) < WORDS:
            syllables = min(1 + int(dice.expovariate(0.9)), 4)
            words["".join(self._syllable(dice, at) for at in range(syllables))] = None
        self.words = list(words)
        self._weights = list(accumulate(1 / (rank + 8) for rank in range(len(self.words))))
        self.people = [f"{dice.choice(self.words)} {dice.choice(self.words)}".title() for _ in range(300)]
        self.tags = dice.sample(self.words, 200)

    @staticmethod
    def _syllable(dice: random.Random, at: int) -> str:
        onset = dice.choices(_ONSETS, _OFTEN)[0] if not at else dice.choice(_ONSETS)[:2]
        return onset + dice.choice(_VOWELS) + dice.choice(_CODAS)

    def said(self, dice: random.Random, count: int) -> list[str]:
        """So many words, the common ones often."""
        return dice.choices(self.words, cum_weights=self._weights, k=count)

    def demos(self, steps: int) -> Iterator[Demo]:
        """Demos with so many steps in all."""
        dice = random.Random(7)  # noqa: S311  plausible words, no secrets
        count = steps // STEPS
        for number in range(count):
            updated = NOW_MS - round((1 - number / count) * _YEARS * 365) * _DAY_MS + number % 86_000
            title = f"{dice.choice(VERBS)} {' '.join(self.said(dice, dice.randint(2, 5)))}".capitalize()
            yield self._demo(dice, f"demo-{number}", title, updated)

    def _demo(self, dice: random.Random, demo_id: str, title: str, updated: int) -> Demo:
        segments, made, at = [], [], 0
        for number in range(1, STEPS + 1):
            words = self.said(dice, dice.randint(6, 20))
            spoken = tuple(Word(at + 400 * n, at + 400 * n + 350, text=w, confidence=0.9) for n, w in enumerate(words))
            end = at + 400 * len(words)
            text = " ".join(words)
            segments.append(Segment(at, end, text=text, words=spoken))
            begin = dice.randrange(max(1, len(words) - 4))
            name = " ".join((dice.choice(VERBS), *words[begin : begin + dice.randint(1, 4)])).capitalize()
            made.append(Step(at, end, number=number, title=name, text=text, at_ms=at + 200))
            at = end + 500
        return Demo(
            demo_id=demo_id, title=title, author=dice.choice(self.people), tags=tuple(dice.sample(self.tags, 2)),
            steps=tuple(made), transcript=Transcript(segments=tuple(segments), language="en", model="none"),
            clip=ClipFacts(duration_ms=at), created_unix_ms=updated, updated_unix_ms=updated,
        )  # fmt: skip
