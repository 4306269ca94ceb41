"""Which language is spoken, from the probabilities of a recogniser. Pure.

A recogniser that hears little guesses badly: a “hm” is as much Welsh as German. So the probabilities are those of all
speech so far, heard together, and where several languages are close, likely ones are preferred.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "sv": "Swedish", "da": "Danish", "no": "Norwegian", "nn": "Nynorsk", "fi": "Finnish",
    "cs": "Czech", "sk": "Slovak", "hu": "Hungarian", "ro": "Romanian", "ru": "Russian", "uk": "Ukrainian",
    "tr": "Turkish", "el": "Greek", "ar": "Arabic", "he": "Hebrew", "hi": "Hindi", "ja": "Japanese", "zh": "Chinese",
    "ko": "Korean", "vi": "Vietnamese", "th": "Thai", "id": "Indonesian", "ca": "Catalan", "cy": "Welsh", "la": "Latin",
}  # fmt: skip
"""English names of languages by their codes."""
SURE = 0.7
"""A language with this probability is chosen for good, once there is enough speech."""
LEAST_MS, ENOUGH_MS = 3_000, 20_000
"""Speech before which no language is chosen for good, and after which the best is."""
_LIKELY, _RARE = 2.0, 0.25
_KEPT = 5
# The 32 languages of which Whisper heard most in its training, in that order; it takes accents for the others.
_FREQUENT = frozenset(
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur".split()  # noqa: SIM905  easier to read
)


def posterior(probabilities: Mapping[str, float], likely: Collection[str] = ()) -> dict[str, float]:
    """Probabilities of languages, those in ``likely`` preferred among close ones; the best five, best first."""
    weighted = {code: p * _prior(code, likely) for code, p in probabilities.items()}
    total = sum(weighted.values()) or 1.0
    best = sorted(weighted, key=lambda code: -weighted[code])[:_KEPT]
    return {code: round(weighted[code] / total, 4) for code in best}


def _prior(code: str, likely: Collection[str]) -> float:
    if code in likely:
        return _LIKELY
    return 1.0 if code in _FREQUENT else _RARE


def language_name(code: str) -> str:
    """The English name of a language; its code where it has none here."""
    return NAMES.get(code, code)


def best_of(odds: Mapping[str, float]) -> str:
    """The most probable language; empty without any."""
    return max(odds, key=lambda code: odds[code], default="")


def is_sure(odds: Mapping[str, float]) -> bool:
    """Whether one language is sure; also where nothing had to be guessed."""
    return not odds or max(odds.values()) >= SURE


def is_settled(odds: Mapping[str, float], speech_ms: int) -> bool:
    """Whether the language is chosen for good after so much speech."""
    return speech_ms >= ENOUGH_MS or (speech_ms >= LEAST_MS and is_sure(odds))
