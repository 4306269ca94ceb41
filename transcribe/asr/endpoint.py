"""EndpointRecognizer: transcription by an OpenAI-compatible endpoint (``/v1/audio/transcriptions``), such as speaches.

Owns the request fields, the retries and the error messages. Used only when the user configured an address; otherwise
sound is never sent anywhere. Only the parts with speech are sent.
"""

from __future__ import annotations

import io
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import msgspec
import numpy as np

from capture.progress import Progress, silent
from capture.span import Span
from transcribe.asr.endpoint_response import EndpointTranscript, parse_response
from transcribe.asr.guards import in_order, in_sound, stuck, without_loops
from transcribe.asr.hotwords import fit_terms, prompt
from transcribe.asr.http_post import HttpResponse, RequestFailed, post_form
from transcribe.asr.speech_windows import Window, duration_of, sound_of, spoken_in, windows
from transcribe.model import SAMPLE_RATE, Sound, TranscribeError, Transcript, Word
from transcribe.words import segments

_RETRY_STATUS = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_PAUSE_S = 10.0
_LETTERS_PER_TOKEN = 3  # for names; the tokenizer of the endpoint is not known here
_WAITING = "The demo waits; when the endpoint is well again: showhow transcribe --waiting"


@dataclass(frozen=True)
class Endpoint:
    """Address, model and retry policy. ``url``: the server, its ``/v1``, or the full address of transcriptions.

    ``timeout_s`` limits one request with at most 28 s of speech. ``tries`` and ``pause_s`` (doubled each time) apply to
    temporary failures.
    """

    url: str
    model: str = "whisper-1"
    key: str = field(default="", repr=False)
    timeout_s: float = 60.0
    tries: int = 3
    pause_s: float = 1.0

    @property
    def host(self) -> str:
        """Host and port of the server, for messages."""
        return urlsplit(self.url).netloc

    def address(self, task: str) -> str:
        """The full URL for ``transcriptions`` or ``translations``."""
        base = self.url.rstrip("/").removesuffix("/audio/transcriptions")
        return f"{base if base.endswith('/v1') else f'{base}/v1'}/audio/{task}"


def checked_url(url: str) -> str:
    """The URL itself when it is valid for an endpoint. Raises TranscribeError."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise TranscribeError(f"“{url}” is no address of an endpoint", "Write one like http://localhost:8000/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise TranscribeError(
            "The endpoint's address must not hold a password or a question", "Give a key with SHOWHOW_ENDPOINT_KEY."
        )
    return url


class EndpointRecognizer:
    """A Recognizer that calls an endpoint; ``terms`` and ``translate`` as for ``whisper.Whisper``."""

    def __init__(
        self, endpoint: Endpoint, language: str | None = None, *, terms: Sequence[str] = (), translate: bool = False
    ) -> None:
        self._endpoint, self._language, self._translate, self._detected = endpoint, language, translate, ""
        self._prompt = prompt(fit_terms(terms, lambda text: len(text) // _LETTERS_PER_TOKEN + 1))

    @property
    def name(self) -> str:
        """Model name stored with the transcript. Leaves out the server, which is private."""
        return f"{self._endpoint.model} (endpoint)"

    @property
    def language(self) -> str:
        """The requested language, empty for detection; with a suffix when the text is translated into English."""
        return f"{self._language or ''}{' in English' if self._translate else ''}"

    def set_language(self, language: str) -> None:
        """Set the language of the following sound, used if none was requested; empty when not known yet."""
        self._detected = language

    def language_odds(self, sound: Sound, speech: Sequence[Span]) -> dict[str, float]:  # noqa: ARG002  as a LiveRecognizer
        """Always empty: the endpoint tells the language only with the words."""
        return {}

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress = silent) -> Transcript:
        """Transcribe the spans ``speech`` (ms of ``sound``) into sentences.

        Progress counts ms of speech. Raises TranscribeError, or Cancelled when ``progress`` does.
        """
        duration_ms = len(sound) * 1000 // SAMPLE_RATE
        todo = windows([s for s in speech if s.start_ms < duration_ms], duration_ms)
        total, done, words, language = sum(map(duration_of, todo)), 0, list[Word](), self._language or self._detected
        for window in todo:
            # Called while a response is pending, so that the user can cancel.
            report = partial(progress, done, total, f"Transcribing at {self._endpoint.host}")
            found = self._request(_wav(sound_of(window, sound)), duration_of(window), language, report)
            words += _placed(found.words, window, speech)
            language = language or found.language  # the first window decides; short ones are easily misdetected
            done += duration_of(window)
        if not todo:
            return Transcript(model=self.name)
        progress(done, total, "Transcribing")
        written = "en" if self._translate else language
        return Transcript(segments=segments(in_order(words)), language=written, model=self.name)

    def _request(self, wav: bytes, duration_ms: int, language: str, report: Callable[[], None]) -> EndpointTranscript:
        timeouts = 0
        for pause in self._pauses():
            try:
                response = self._post(wav, language, report)
                if response.status not in _RETRY_STATUS:
                    return self._transcript_of(response, duration_ms)
                why, pause = _refusal(response), max(pause, response.retry_after_s)  # noqa: PLW2901  the server may ask for longer
            except RequestFailed as error:
                why, timeouts = str(error), timeouts + error.timed_out
                if not error.retry or timeouts > 1:  # after two timeouts a third is likely
                    break
            _wait(min(pause, _LONGEST_PAUSE_S), report)
        raise TranscribeError(f"The endpoint {self._endpoint.host} failed: {why}", _WAITING)

    def _pauses(self) -> Iterator[float]:
        """Seconds to wait after each try; 0 after the last."""
        yield from (self._endpoint.pause_s * 2**n for n in range(self._endpoint.tries - 1))
        yield 0.0

    def _post(self, wav: bytes, language: str, report: Callable[[], None]) -> HttpResponse:
        fields = {"model": self._endpoint.model, "response_format": "verbose_json", "temperature": "0"}
        if not self._translate:
            fields["timestamp_granularities[]"] = "word"
        if language and not self._translate:
            fields["language"] = language
        if self._prompt:
            fields["prompt"] = self._prompt
        address = self._endpoint.address("translations" if self._translate else "transcriptions")
        wait, key = self._endpoint.timeout_s, self._endpoint.key
        return post_form(address, fields, wav, key=key, timeout_s=wait, on_poll=report)

    def _transcript_of(self, response: HttpResponse, duration_ms: int) -> EndpointTranscript:
        if response.status == 200:
            try:
                return parse_response(response.body, duration_ms)
            except TranscribeError as error:
                raise TranscribeError(f"The endpoint {self._endpoint.host} {error.what}", error.remedy) from error
        why = f"The endpoint {self._endpoint.host} refuses: {_refusal(response)}"
        raise TranscribeError(why, _remedy(response.status))


def _wait(seconds: float, report: Callable[[], None]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        report()
        time.sleep(min(0.1, left))


def _placed(words: Sequence[Word], window: Window, speech: Sequence[Span]) -> list[Word]:
    """Words of a window in sound time, by the same rules as those of a local model."""
    inside = spoken_in(window, speech)
    kept = without_loops(words) if stuck(words) else words
    return in_sound(kept, window, inside, sum(s.duration_ms for s in inside))


def _wav(sound: Sound) -> bytes:
    """WAV file, 16-bit mono at 16 kHz: 0.9 MB for a full window."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(np.nan_to_num(sound), -1, 1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def _refusal(response: HttpResponse) -> str:
    """The response in one short line: the status, and the error message of the server if it gives one."""
    if 300 <= response.status < 400:
        return f"{response.status}, it sends us elsewhere, and sound goes only where you said"
    return f"{response.status} {_error_message(response.body)}".strip()


def _error_message(body: bytes) -> str:
    """From ``{"error": {"message": …}}`` (OpenAI) or ``{"detail": …}``; empty for anything else, such as HTML."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    for name in ("error", "message", "detail"):
        if isinstance(found, dict) and name in found:
            found = found[name]
    return (
        " ".join("".join(c if c.isprintable() else " " for c in found).split())[:160] if isinstance(found, str) else ""
    )


def _remedy(status: int) -> str:
    if status in {401, 403}:
        return "Give its key with SHOWHOW_ENDPOINT_KEY."
    if status == 404:
        return "Check its address and its model's name under [endpoint]."
    return "Check [endpoint] in the settings."
