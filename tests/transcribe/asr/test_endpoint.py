"""Hearing somewhere else: a real endpoint that truly listens, and every bad day an endpoint can have."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from capture.errors import Cancelled
from capture.progress import silent
from capture.span import Span
from tests.support import asr_endpoint as bad
from tests.support.asr_endpoint import Asked, Served, serving
from tests.support.desktop import wait_for
from tests.support.fresh_process import run_apart
from tests.support.speech import TALK, speak
from transcribe.asr.endpoint import Endpoint, EndpointRecognizer, checked_url
from transcribe.asr.http_post import post_form
from transcribe.asr.whisper import Whisper
from transcribe.model import Sound, TranscribeError, Transcript
from transcribe.models.registry import find_model


@pytest.fixture(scope="module")
def spoken() -> tuple[Sound, list[Span]]:
    return speak()


@pytest.fixture
def served(tiny_en: Path) -> Iterator[Served]:
    with serving(tiny_en) as opened:
        yield opened


def ask(served: Served, spoken: tuple[Sound, list[Span]], **options: object) -> Transcript:
    return remote(served, **options).transcribe(*spoken)


def remote(served: Served, language: str | None = "en", **options: object) -> EndpointRecognizer:
    patience = {"timeout_s": 300.0, "pause_s": 0.01} | options
    return EndpointRecognizer(Endpoint(served.url, model="small", key="secret", **patience), language)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("reply", [bad.listen, bad.listen_as_openai])
def test_what_an_endpoint_hears_is_what_the_same_model_hears_here(
    served: Served, spoken: tuple[Sound, list[Span]], tiny_en: Path, reply: bad.Reply
) -> None:
    """Word for word and in the same sentences, wherever it is heard; times are the sound's own."""
    served.always = reply
    there = ask(served, spoken)
    here = Whisper(find_model(tiny_en, tiny_en), "en").transcribe(*spoken)
    said = [w.text for w in here.words]
    agree = sum(w.text in said for w in there.words)
    assert agree >= 0.8 * len(said)  # there it hears all sentences in one window, here one by one
    assert there.language == "en"
    assert there.model == "small (endpoint)"
    assert len(there.segments) >= 3
    assert there.text.count(".") >= 3
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(there.words))
    assert all(any(Span(t.start_ms - 300, t.end_ms + 300).overlap_ms(w) for t in spoken[1]) for w in there.words)


def test_only_speech_is_sent_with_what_was_configured(served: Served, spoken: tuple[Sound, list[Span]]) -> None:
    sound, speech = spoken
    heard = EndpointRecognizer(Endpoint(served.url, model="small", key="secret"), "en", terms=["Ariba", "María López"])
    heard.transcribe(sound, speech)
    (asked,) = served.asked
    assert asked.path == "/v1/audio/transcriptions"
    assert asked.key == "Bearer secret"
    assert asked.fields == {
        "model": "small",
        "response_format": "verbose_json",
        "temperature": "0",
        "timestamp_granularities[]": "word",
        "language": "en",
        "prompt": "Ariba. María López.",
    }
    spoken_ms = sum(span.duration_ms for span in speech)
    assert spoken_ms < asked.sound_ms < spoken_ms + 700 * len(speech) < len(sound) // 16


@dataclass
class LongTalk:
    """What an endpoint heard of more sound than goes into one request, and what was asked of it."""

    speech: list[Span]
    heard: Transcript
    asked: list[Asked]
    told: list[tuple[int, int]]


@pytest.fixture(scope="module")
def long_talk(tiny_en: Path) -> LongTalk:
    sound, speech = speak(TALK[:13], pause_ms=150)
    told: list[tuple[int, int]] = []
    with serving(tiny_en) as served:
        listener = remote(served, language=None)
        heard = listener.transcribe(sound, speech, lambda done, total, _: told.append((done, total)))
        return LongTalk(speech, heard, served.asked, told)


def test_long_talk_goes_in_parts_and_progress_comes_to_its_end(long_talk: LongTalk) -> None:
    assert len(long_talk.asked) >= 2
    assert all(asked.sound_ms <= 28_200 for asked in long_talk.asked)
    assert long_talk.heard.words[-1].end_ms > long_talk.speech[-1].start_ms
    assert [done for done, _ in long_talk.told] == sorted(done for done, _ in long_talk.told)
    assert long_talk.told[-1][0] == long_talk.told[-1][1]


def test_the_language_of_the_first_part_holds_for_the_others(long_talk: LongTalk) -> None:
    assert long_talk.heard.language == "en"
    first, *others = long_talk.asked
    assert "language" not in first.fields
    assert others
    assert {asked.fields["language"] for asked in others} == {"en"}


def test_a_translation_is_asked_for_where_endpoints_translate(served: Served, spoken: tuple[Sound, list[Span]]) -> None:
    heard = EndpointRecognizer(Endpoint(served.url), "de", translate=True).transcribe(*spoken)
    assert served.asked[0].path == "/v1/audio/translations"
    assert heard.language == "en"


def test_nobody_speaks_nobody_is_asked(served: Served) -> None:
    assert remote(served).transcribe(np.zeros(80_000, np.float32), []) == Transcript(model="small (endpoint)")
    assert served.asked == []


def test_what_passes_is_tried_again(served: Served, spoken: tuple[Sound, list[Span]]) -> None:
    served.replies = [bad.answers(503, b""), bad.hangs_up]
    assert ask(served, spoken).words
    assert len(served.asked) == 3


def test_a_busy_endpoint_says_when_to_come_again(served: Served, spoken: tuple[Sound, list[Span]]) -> None:
    served.replies = [bad.answers(429, b"", Retry_After="1")]
    begun = time.monotonic()
    assert ask(served, spoken).words
    assert time.monotonic() - begun >= 1


LIES = {
    "a web page": (bad.answers(200, b"<!doctype html><title>Sign in</title>", "text/html"), "answers with a web page"),
    "no JSON": (bad.answers(200, b"\xff\xfe\x00"), "no transcript"),
    "other JSON": (bad.answers(200, b'{"choices": []}'), "no transcript"),
    "text that is none": (bad.answers(200, b'{"text": 7}'), "no transcript"),
    "deep nesting": (bad.answers(200, b"[" * 100_000), "no transcript"),
    "a novel": (bad.answers(200, json.dumps({"text": "word " * 20_000}).encode()), "more words than can be said"),
    "a flood": (bad.floods, "larger than 8 MiB"),
    "another server": (bad.answers(302, b"", Location="http://evil.invalid/"), "sends us elsewhere"),
    "a wrong key": (bad.answers(401, b'{"error": {"message": "Incorrect\\nkey"}}'), "401 Incorrect key. Give its key"),
    "no such model": (bad.answers(404, b'{"detail": "Model x is not here"}'), "404 Model x is not here. Check"),
    "down for good": (bad.answers(500, b"<html>oops</html>"), "500. The demo waits"),
}


@pytest.mark.parametrize("name", LIES)
def test_what_is_no_transcript_is_told_in_one_line(served: Served, spoken: tuple[Sound, list[Span]], name: str) -> None:
    served.always, expected = LIES[name]
    with pytest.raises(TranscribeError) as told:
        ask(served, spoken)
    assert expected in str(told.value)
    assert "127.0.0.1" in str(told.value)
    assert "\n" not in str(told.value)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("reply", [bad.hangs, bad.drips])
def test_an_endpoint_that_hangs_is_given_up(served: Served, spoken: tuple[Sound, list[Span]], reply: bad.Reply) -> None:
    """Also one that keeps every single read alive. It gets a second chance, not a third."""
    served.always = reply
    with pytest.raises(TranscribeError, match="does not answer within 1 s"):
        ask(served, spoken, timeout_s=1.0, tries=9)
    wait_for(lambda: len(served.asked) >= 2, "the second try to be read")
    assert len(served.asked) == 2


def test_waiting_for_an_endpoint_can_be_cancelled(served: Served, spoken: tuple[Sound, list[Span]]) -> None:
    served.always = bad.hangs

    def enough(*_: object) -> None:
        if served.asked:
            raise Cancelled

    with pytest.raises(Cancelled):
        remote(served).transcribe(*spoken, enough)


def test_who_gives_up_waiting_is_gone_for_the_endpoint_too(served: Served, spoken: tuple[Sound, list[Span]]) -> None:
    served.always = bad.waits_for_the_end
    with pytest.raises(TranscribeError, match="does not answer within 1 s"):
        ask(served, spoken, timeout_s=1.0, tries=1)
    assert served.left.wait(10)


def test_sound_goes_past_proxies_straight_to_the_endpoint(
    served: Served, spoken: tuple[Sound, list[Span]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    served.always = bad.answers(200, b'{"text": "Open it."}')
    assert ask(served, spoken).text == "Open it."


def test_where_nobody_listens_is_told(spoken: tuple[Sound, list[Span]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for host in (f"127.0.0.1:{port}", "endpoint.invalid"):
        with pytest.raises(TranscribeError, match=f"The endpoint {host} failed"):
            EndpointRecognizer(Endpoint(f"http://{host}/v1", pause_s=0.01)).transcribe(*spoken, silent)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://gpu:8000", "http://gpu:8000/v1/audio/transcriptions"),
        ("http://gpu:8000/v1/", "http://gpu:8000/v1/audio/transcriptions"),
        ("https://x.example/api/v1", "https://x.example/api/v1/audio/transcriptions"),
        ("https://x.example/v1/audio/transcriptions", "https://x.example/v1/audio/transcriptions"),
    ],
)
def test_an_address_may_be_given_as_far_as_one_knows_it(given: str, address: str) -> None:
    assert Endpoint(checked_url(given)).address("transcriptions") == address


@pytest.mark.parametrize(
    "url", ["gpu:8000", "ftp://gpu/", "http://", "http://gpu:99999999/", "http://me:pw@gpu/", "http://gpu/?key=1", ""]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(TranscribeError):
        checked_url(url)


def ask_where_names_do_not_resolve() -> None:
    resolving = threading.Event()

    def hang(*_: object, **__: object) -> None:
        resolving.set()
        threading.Event().wait()

    def enough() -> None:
        if resolving.is_set():
            raise Cancelled

    socket.getaddrinfo = hang  # type: ignore[assignment]  # no process without rights can have a name server that hangs
    with pytest.raises(Cancelled):
        post_form("http://endpoint.test/v1", {}, b"", key="", timeout_s=60.0, on_poll=enough)


def test_a_name_server_that_hangs_does_not_keep_the_program_from_ending() -> None:
    assert run_apart(ask_where_names_do_not_resolve) == 0
