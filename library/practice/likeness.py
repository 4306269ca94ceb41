"""How alike an action of a demo and one of an attempt are, 0 to 1: by labels, windows, keys and places.

Pure. Labels are read from pictures, so letters that look alike count as the same. Owns the numbers. Does not decide
which actions belong together.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from library.practice.actions import ActionKind, PracticeAction

SAME_LABEL = 0.8
"""Labels this alike are one label, read wrongly in places; “Save” and “Save as” are less."""
OTHER_PROGRAM = 0.7
"""Factor for another program: the same task may be done in another version or another browser."""
OTHER_TITLE = 0.9
"""Factor for another window of a program: its title often has the name of a document."""
UNLABELLED = 0.35
"""Clicks of which one has no label that could be read, far apart; at the same place it is 0.8."""
UNNAMED_FIELD = 0.6
"""Typing into fields of which one has no name that could be read, far apart; at the same place it is 0.85."""

_SHORTEST_MISREAD, _ONE_LETTER = 4, 0.85  # one letter read wrongly, in a label of four or more: “Savc”
_OTHER_FIELD = 0.3
_OTHER_DATA = 0.6
_PASTED = 0.6
_BESIDE_PX, _BELOW_PX = 110, 24  # of a picture of ordinary density: about a button's half width, and height
_DENSE = 1_600
_DIGITS = re.compile(r"\d+")
_LOOKS_LIKE = str.maketrans({"0": "o", "1": "l", "|": "l", "i": "l", "5": "s", "8": "b", "$": "s"})
_PASTES = {"ctrl+v", "cmd+v", "shift+insert", "ctrl+shift+v"}

Place = tuple[float, float]
Mapped = Callable[[PracticeAction], Place | None]
"""Gives the place of a demo's action in the pictures of the attempt; None when it is not known."""


@lru_cache(maxsize=20_000)
def label_likeness(one: str, other: str) -> float | None:
    """How alike two labels are, 0 to 1; None when one is empty. Those that differ in digits only are 0.75."""
    a, b = plain_label(one), plain_label(other)
    if not a or not b:
        return None
    if a == b:
        return 1.0
    if _DIGITS.sub("0", a) == _DIGITS.sub("0", b):
        return 0.75
    return max(_letters_likeness(a, b), _letters_likeness(_as_seen(a), _as_seen(b)))


def _letters_likeness(one: str, other: str) -> float:
    a, b = one.replace(" ", ""), other.replace(" ", "")
    like = fuzz.ratio(a, b) / 100
    misread = max(len(a), len(b)) >= _SHORTEST_MISREAD and Levenshtein.distance(a, b, score_cutoff=1) <= 1
    return max(_ONE_LETTER, like) if misread else like


@lru_cache(maxsize=20_000)
def plain_label(label: str) -> str:
    """A label in small letters, without signs and accents' variants."""
    text = unicodedata.normalize("NFKC", label).casefold()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text).split())


def _as_seen(text: str) -> str:
    return text.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w").replace("cl", "d")


@lru_cache(maxsize=20_000)
def title_likeness(one: str, other: str) -> float:
    """How alike two window titles are without their digits, 0 to 1; an unknown title is like any."""
    a, b = (" ".join(_DIGITS.sub(" ", plain_label(title)).split()) for title in (one, other))
    return 1.0 if not a or not b or a == b else fuzz.token_sort_ratio(a, b) / 100


def same_program(one: PracticeAction, other: PracticeAction) -> bool:
    """Whether both were done in one program, as far as it is known."""
    return not one.program or not other.program or one.program.casefold() == other.program.casefold()


def place_likeness(at: Place | None, other: Place | None, height: int) -> float | None:
    """1 at the same place of a picture ``height`` px high, near 0 beyond the next button; None when not known."""
    if at is None or other is None:
        return None
    density = 2 if height > _DENSE else 1
    across, down = (at[0] - other[0]) / _BESIDE_PX / density, (at[1] - other[1]) / _BELOW_PX / density
    return math.exp(-(across * across + down * down) / 2)


def likeness(wanted: PracticeAction, seen: PracticeAction, at: Place | None, height: int) -> float:
    """How alike an action of a demo and one of an attempt are, 0 to 1.

    ``at`` is the place of the demo's action in the attempt's pictures, which are ``height`` px high.
    """
    where = place_likeness(at, seen.place, height)
    if wanted.kind is not seen.kind:
        return _PASTED if _is_paste(wanted, seen) or _is_paste(seen, wanted) else 0.0
    if wanted.kind is ActionKind.CHORD:
        return float(_keys(wanted) == _keys(seen))
    if wanted.kind is ActionKind.WINDOW:
        return _window_likeness(wanted, seen)
    alike = (
        _click_likeness(wanted, seen, where)
        if wanted.kind is ActionKind.CLICK
        else _field_likeness(wanted, seen, where)
    )
    return alike * surroundings(wanted, seen) * (1.0 if wanted.button == seen.button else 0.5)


def surroundings(wanted: PracticeAction, seen: PracticeAction) -> float:
    """Factor for another program or another window."""
    if not same_program(wanted, seen):
        return OTHER_PROGRAM
    return 1.0 if title_likeness(wanted.window, seen.window) >= SAME_LABEL else OTHER_TITLE


def other_data(wanted: str, seen: str) -> bool:
    """Whether two labels are of one form with other digits in it, as rows of a list: “4100 Office”, “4300 Travel”."""
    forms = [re.sub(r"[^\W\d]+(?: [^\W\d]+)*", "a", _DIGITS.sub("0", plain_label(label))) for label in (wanted, seen)]
    return forms[0] == forms[1] and "0" in forms[0]


def _click_likeness(wanted: PracticeAction, seen: PracticeAction, where: float | None) -> float:
    labels = label_likeness(wanted.label, seen.label)
    if labels is None:
        return UNLABELLED + 0.45 * (where or 0.0)
    if labels >= SAME_LABEL:
        return 0.85 * labels + 0.15 * (0.5 if where is None else where)
    return _OTHER_DATA + 0.2 * (where or 0.0) if other_data(wanted.label, seen.label) else 0.5 * labels


def _field_likeness(wanted: PracticeAction, seen: PracticeAction, where: float | None) -> float:
    names = label_likeness(wanted.label, seen.label)
    if names is None:
        return UNNAMED_FIELD + 0.25 * (where or 0.0)
    return 0.85 * names + 0.15 * (0.5 if where is None else where) if names >= SAME_LABEL else _OTHER_FIELD


def _window_likeness(wanted: PracticeAction, seen: PracticeAction) -> float:
    titles = title_likeness(wanted.window, seen.window)
    return titles if titles >= SAME_LABEL else 0.6 * same_program(wanted, seen)


def _is_paste(chord: PracticeAction, typed: PracticeAction) -> bool:
    return chord.kind is ActionKind.CHORD and typed.kind is ActionKind.TYPE and _keys(chord) in _PASTES


def _keys(action: PracticeAction) -> str:
    return action.keys.casefold().replace("cmd", "ctrl").replace("super", "ctrl")
