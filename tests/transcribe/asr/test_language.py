"""The language of a take: from all that was said, likely ones first where several are close."""

from __future__ import annotations

import pytest

from transcribe.asr.language import ENOUGH_MS, LEAST_MS, best_of, is_settled, is_sure, posterior


def test_of_close_languages_a_likely_one_is_preferred() -> None:
    assert best_of(posterior({"de": 0.24, "en": 0.29, "fr": 0.2})) == "en"
    assert best_of(posterior({"de": 0.24, "en": 0.29, "fr": 0.2}, ("de",))) == "de"
    assert best_of(posterior({"de": 0.9, "en": 0.1}, ("en",))) == "de"


def test_a_language_that_is_rarely_heard_needs_more_evidence() -> None:
    assert best_of(posterior({"la": 0.3, "de": 0.15, "en": 0.1})) == "de"
    assert best_of(posterior({"cy": 0.9, "en": 0.05})) == "cy"
    assert best_of(posterior({"la": 0.3, "de": 0.15}, ("la",))) == "la"


def test_probabilities_are_of_the_five_best_in_order() -> None:
    odds = posterior({"en": 0.1, "de": 0.3, "fr": 0.2, "es": 0.15, "it": 0.12, "pt": 0.1})
    assert list(odds) == ["de", "fr", "es", "it", "en"]
    assert sum(odds.values()) == pytest.approx(1 - 0.1 / 0.97, abs=0.01)


@pytest.mark.parametrize(
    ("odds", "speech_ms", "settled"),
    [
        ({"de": 0.99}, LEAST_MS - 1, False),
        ({"de": 0.75, "en": 0.2}, LEAST_MS, True),
        ({"de": 0.6, "en": 0.4}, ENOUGH_MS - 1, False),
        ({"de": 0.4, "en": 0.35}, ENOUGH_MS, True),
    ],
)
def test_a_language_is_settled_when_sure_or_after_enough_speech(
    odds: dict[str, float], speech_ms: int, *, settled: bool
) -> None:
    assert is_settled(odds, speech_ms) is settled


def test_nothing_guessed_is_no_doubt() -> None:
    assert is_sure({})
    assert not is_sure({"de": 0.5, "en": 0.4})
