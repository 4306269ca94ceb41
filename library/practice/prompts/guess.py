"""Guesses whether a demo is to be looked up or practised, with a reason that its expert may change. Pure.

Often done, or costly when it goes wrong: to practise. Rare, and long: to look up. Owns the words that say so, by
language; where nothing says so it does not guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from library.model import Demo, Practice, PracticeMode

LONG_STEPS, LONG_MS = 12, 5 * 60_000


class _Cues(NamedTuple):
    often: str
    rare: str
    costly: str


_WORDS: Mapping[str, _Cues] = {
    "en": _Cues(
        r"every (?:single )?(?:day|morning|evening|week|time|shift)|daily|weekly|(?:several|many) times a (?:day|week)"
        r"|all the time|each (?:day|morning|week|time)",
        r"(?:once|twice) a (?:year|quarter)|every (?:year|quarter)|each (?:year|quarter)|yearly|annual(?:ly)?|quarterly"
        r"|(?:very )?rarely|hardly ever|once in a while|only once",
        r"can(?:no|'|’)t be (?:undone|reversed|taken back)|can not be undone|cannot undo|irreversibl[ey]|no undo"
        r"|(?:be )?(?:very|really|extra) careful|costly|expensive mistake|gets? (?:paid|charged) twice|permanently",
    ),
    "de": _Cues(
        r"jede[nrs]? (?:tag|morgen|abend|woche|mal)|täglich|wöchentlich|mehrmals (?:am tag|in der woche)|immer wieder",
        r"(?:einmal|zweimal) im (?:jahr|quartal)|jedes (?:jahr|quartal)|jährlich|selten|kaum (?:je|einmal)",
        r"nicht (?:mehr )?rückgängig|unwiderruflich|endgültig|(?:sehr|besonders) vorsichtig|teuer|gut aufpassen",
    ),
    "fr": _Cues(
        r"tous les (?:jours|matins|soirs)|chaque (?:jour|matin|semaine|fois)|quotidien(?:nement)?|toutes les semaines",
        r"(?:une|deux) fois par an|chaque (?:année|trimestre)|tous les ans|rarement|annuel(?:lement)?",
        r"irréversible|définitive?(?:ment)?|(?:très|bien) attention|pas (?:être )?annul[eé]",
    ),
    "es": _Cues(
        r"todos los días|cada (?:día|mañana|semana|vez)|diari(?:o|amente)|todas las semanas",
        r"(?:una vez|dos veces) al año|cada (?:año|trimestre)|todos los años|rara vez|raramente|anual(?:mente)?",
        r"irreversible|no se puede deshacer|definitiv(?:o|amente)|mucho cuidado",
    ),
}


def guess_practice(demo: Demo) -> Practice:
    """The mode a demo probably has, and why; UNMARKED where nothing says so. The other marks are the demo's."""
    mode, why = _guess(demo)
    return Practice(
        mode=mode, why=why, target_ms=demo.practice.target_ms, free=demo.practice.free, optional=demo.practice.optional
    )


def _guess(demo: Demo) -> tuple[PracticeMode, str]:
    cues = _WORDS.get(demo.transcript.language or "en")
    said = demo.transcript.text.casefold()
    often, rare, costly = (_found(pattern, said) for pattern in cues) if cues is not None else ("", "", "")
    if costly:
        return PracticeMode.PRACTISE, f"errors are costly: “{costly}”"
    if often and not rare:
        return PracticeMode.PRACTISE, f"often done: “{often}”"
    if rare and not often:
        return PracticeMode.LOOK_UP, f"rarely done: “{rare}”"
    if not often and (len(demo.steps) >= LONG_STEPS or demo.clip.duration_ms >= LONG_MS):
        return PracticeMode.LOOK_UP, f"long: {len(demo.steps)} steps"
    return PracticeMode.UNMARKED, ""


def _found(pattern: str, said: str) -> str:
    found = re.search(rf"\b(?:{pattern})\b", said)
    return found[0] if found is not None else ""
