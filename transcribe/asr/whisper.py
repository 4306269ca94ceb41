"""Whisper: the local Recognizer, which runs Whisper models by faster-whisper; and ``load_model``.

Owns loading, language choice and retries. Does not find or fetch models (``transcribe/models/``). Does not decode sound
outside of detected speech, because Whisper hallucinates in silence.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from capture.errors import ShowhowError
from capture.progress import Progress, silent
from capture.span import Span
from transcribe.asr.guards import in_order, in_sound, too_few
from transcribe.asr.hotwords import fit_terms, prompt
from transcribe.asr.language import best_of, language_name, posterior
from transcribe.asr.speech_windows import (
    LONGEST_MS,
    MARGIN_MS,
    Window,
    duration_of,
    levelled,
    silent_at,
    sound_of,
    spoken_in,
    windows,
)
from transcribe.asr.whisper_decode import DecodeOptions, WindowSound, context, transcribe_window
from transcribe.model import SAMPLE_RATE, Sound, TranscribeError, Transcript, Word
from transcribe.models.known import KNOWN, ModelRef
from transcribe.words import segments

_THREADS = 4  # more gain little and slow down the rest of the machine
_SEED = 1  # of the words that are drawn by chance when a window is decoded at a temperature


class Whisper:
    """A Recognizer. The model is loaded at the first use; ``language`` is a code like ``en``, None for detection.

    ``terms`` are hotwords, used as far as they fit into the prompt; ``translate`` translates speech in another language
    into English; ``likely`` are languages that are preferred where several are close.
    """

    def __init__(
        self,
        ref: ModelRef,
        language: str | None = None,
        *,
        terms: Sequence[str] = (),
        translate: bool = False,
        likely: Sequence[str] = (),
    ) -> None:
        self.ref, self.wanted_language, self.terms, self.translate = ref, language, tuple(terms), translate
        self.likely = tuple(likely)
        self._detected = ""
        self._options: dict[str, DecodeOptions] = {}  # by language; 5 ms each, and decoding an utterance takes 100 ms
        self._model: Any = None
        self._latest: WindowSound | None = None

    @property
    def name(self) -> str:
        """Model name stored with the transcript."""
        return self.ref.name

    def load(self) -> None:
        """Load the model now instead of at the first use. Raises TranscribeError when it cannot be loaded."""
        if self._model is None:
            self._model = load_model(self.ref)

    def expecting(self, names: Sequence[str]) -> Whisper:
        """The same recognizer with ``names`` as hotwords before its own terms; it uses the same loaded model."""
        other = Whisper(
            self.ref, self.wanted_language, terms=(*names, *self.terms), translate=self.translate, likely=self.likely
        )
        other._model = self._model
        return other

    def set_language(self, language: str) -> None:
        """Set the language of the following sound, used if none was requested; empty when not known yet."""
        self._detected = language

    def language_odds(self, sound: Sound, speech: Sequence[Span]) -> dict[str, float]:
        """Probabilities of the languages in the first 28 s of ``speech``, best first; empty if none has to be guessed.

        Raises TranscribeError.
        """
        todo = windows(speech, len(sound) * 1000 // SAMPLE_RATE)
        if not todo or self.wanted_language is not None:
            return {}
        with _reported(self.name):
            self.load()
            return self._odds(sound, todo[0]) if self._model.model.is_multilingual else {}

    def _odds(self, sound: Sound, window: Window) -> dict[str, float]:
        heard = self._window_sound(levelled(sound_of(window, sound)))
        [found] = self._model.model.detect_language(heard.encoded(context(len(heard))))
        return posterior({token.strip("<|>"): probability for token, probability in found}, self.likely)

    def _window_sound(self, samples: Sound) -> WindowSound:
        """The sound of a window; what was encoded of it to tell the language is used again to decode it."""
        if self._latest is None or not np.array_equal(self._latest.samples, samples):
            self._latest = WindowSound(self._model, samples)
        return self._latest

    @property
    def language(self) -> str:
        """The requested language, empty for detection; with a suffix when the text is translated into English."""
        return f"{self.wanted_language or ''}{' in English' if self.translate else ''}"

    def transcribe(self, sound: Sound, speech: Sequence[Span], progress: Progress = silent) -> Transcript:
        """Transcribe the spans ``speech`` (ms of ``sound``) into sentences.

        Progress counts ms of speech. Raises TranscribeError, or Cancelled when ``progress`` does.
        """
        duration_ms = len(sound) * 1000 // SAMPLE_RATE
        todo = windows([s for s in speech if s.start_ms < duration_ms], duration_ms)
        if not todo:
            return Transcript(model=self.name)
        total, done, words = sum(map(duration_of, todo)), 0, list[Word]()
        progress(0, total, "Transcribing")
        with _reported(self.name):
            self.load()
            language = self._language_of(sound, todo)
            options = self._decode_options(language)
            for window in todo:
                words += self._transcribe_window(window, sound, speech, options)
                done += duration_of(window)
                progress(done, total, "Transcribing")
        written = "en" if self.translate else language
        return Transcript(segments=segments(in_order(words, duration_ms)), language=written, model=self.name)

    @cached_property
    def _hotwords(self) -> str | None:
        """The terms that fit into the prompt of the model, counted by its own tokenizer."""
        tokenizer = self._model.hf_tokenizer
        return prompt(fit_terms(self.terms, lambda text: len(tokenizer.encode(f" {text}").ids))) or None

    def _language_of(self, sound: Sound, todo: Sequence[Window]) -> str:
        model = self._model
        if self.translate and self.name in KNOWN and not KNOWN[self.name].translates:
            raise TranscribeError(f"The speech model {self.name} does not translate", "Use base, small or large-v3.")
        if not model.model.is_multilingual:
            if self.wanted_language not in {None, "en"}:
                wanted = language_name(self.wanted_language or "")
                raise TranscribeError(f"{self.name} knows only English, not {wanted}", "Use base, small or large-v3.")
            return "en"
        if self.wanted_language is not None:
            if self.wanted_language not in model.supported_languages:
                raise TranscribeError(
                    f"{self.name} knows no language “{self.wanted_language}”", "Write a code such as en or de."
                )
            return self.wanted_language
        if self._detected:
            return self._detected
        return best_of(self._odds(sound, max(todo, key=duration_of)))

    def _transcribe_window(
        self, window: Window, sound: Sound, speech: Sequence[Span], options: DecodeOptions
    ) -> list[Word]:
        words = transcribe_window(self._model, self._window_sound(levelled(sound_of(window, sound))), options)
        inside = spoken_in(window, speech)
        spoken_ms = sum(s.duration_ms for s in inside)
        if too_few(words, spoken_ms):
            # Voice activity detection may have cut speech off: decode once more with all the sound around and between.
            whole = (_around(window, len(sound) * 1000 // SAMPLE_RATE),)
            again = transcribe_window(self._model, self._window_sound(levelled(sound_of(whole, sound))), options)
            if len(again) > 2 * len(words):
                window, inside, words = whole, list(whole), again
        return [word for word in in_sound(words, window, inside, spoken_ms) if not silent_at(sound, word)]

    def _decode_options(self, language: str) -> DecodeOptions:
        if language in self._options:
            return self._options[language]
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        model, task = self._model, "translate" if self.translate else "transcribe"
        tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task=task, language=language)
        suppressed = get_suppressed_tokens(tokenizer, [-1])
        self._options[language] = DecodeOptions(tokenizer, self._hotwords, suppressed)
        return self._options[language]


@contextlib.contextmanager
def _reported(name: str) -> Iterator[None]:
    """Errors of the model as TranscribeError."""
    try:
        yield
    except ShowhowError:
        raise
    except (RuntimeError, ValueError, MemoryError) as error:
        raise TranscribeError(f"The speech model {name} failed: {_line(error)}", "Try another model.") from error


def load_model(ref: ModelRef) -> Any:
    """The ``WhisperModel`` of faster-whisper. Raises TranscribeError when it cannot be loaded."""
    import ctranslate2

    ctranslate2.set_random_seed(_SEED)
    try:
        if ctranslate2.get_cuda_device_count() > 0:
            # With missing CUDA libraries or too little GPU memory, the CPU is used.
            with contextlib.suppress(RuntimeError, ValueError):
                model = _new_model(ref, "cuda", "float16")
                model.encode(np.zeros((model.model.n_mels, 3000), np.float32))
                return model
        return _new_model(ref, "cpu", "int8")
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        raise TranscribeError(
            f"The speech model {ref.name} cannot be loaded: {_line(error)}",
            f"Remove {ref.path} and get it again with: showhow model download {ref.name}",
        ) from error


def _new_model(ref: ModelRef, device: str, kind: str) -> Any:
    from faster_whisper import WhisperModel

    threads = max(1, min(_THREADS, (os.cpu_count() or 2) - 1))
    return WhisperModel(str(ref.path), device=device, compute_type=kind, cpu_threads=threads)


def _around(window: Window, duration_ms: int) -> Span:
    """All the sound from a margin before the first piece of a window to a margin after its last."""
    start = max(0, window[0].start_ms - MARGIN_MS)
    return Span(start, min(window[-1].end_ms + MARGIN_MS, start + LONGEST_MS, duration_ms))


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
