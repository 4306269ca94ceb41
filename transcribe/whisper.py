"""Whisper models by faster-whisper: words with their times, and where anybody speaks. The only file that imports it.

Owns decoding and its settings. Refuses to look for or fetch models (``models.py``, ``download.py``) and to hear what
voice activity does not call speech: silence is where Whisper invents.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from capture.errors import ShowhowError
from capture.progress import Progress, silent
from capture.span import Span
from transcribe.download import download
from transcribe.glossary import prompt, told
from transcribe.heard import believable, in_order, segments, spread, within_speech, without_loops
from transcribe.model import SAMPLE_RATE, Sound, TranscribeError, Transcript, Word
from transcribe.models import KNOWN, KnownModel, ModelRef, find_model, list_models
from transcribe.speech import audible, louder_than_room
from transcribe.windows import Window, duration_of, from_window, sound_of, windows

__all__ = ["KnownModel", "ModelRef", "Whisper", "download", "find_model", "list_models", "voice_activity"]

_THREADS = 4  # more gain little and take the machine from its owner
_LIGHT_BYTES = 20_000_000
# A model this small loses the thread when given more than one utterance at once. Every real one (tiny has 75 MB) hears
# better and faster in full windows: 1.3 s of CPU a minute against 4.0, and without a mistake where it made three.
_POOR, _NOBODY = -1.0, 0.6  # mean log probability, probability of no speech; OpenAI's thresholds


class Whisper:
    """A Recognizer. The model is loaded when it first hears; ``language`` is a code like ``en``, None to find out.

    ``terms`` are words of the house it is told beforehand, as many as its prompt holds; ``translate`` writes down in
    English what is said in another language.
    """

    def __init__(
        self, ref: ModelRef, language: str | None = None, *, terms: Sequence[str] = (), translate: bool = False
    ) -> None:
        self._ref, self._language, self._terms, self._translate = ref, language, tuple(terms), translate
        self._pipeline: Any = None

    @property
    def name(self) -> str:
        """The model, as it is kept with the transcript."""
        return self._ref.name

    def load(self) -> None:
        """Load the model now rather than at the first word. Raises TranscribeError when it cannot be."""
        if self._pipeline is None:
            self._pipeline = _load(self._ref)

    def hear(self, sound: Sound, speech: Sequence[Span], progress: Progress = silent) -> Transcript:
        """The words heard inside ``speech`` (ms of ``sound``), in sentences.

        Progress counts ms of speech. Raises TranscribeError, or Cancelled when ``progress`` does.
        """
        duration_ms = len(sound) * 1000 // SAMPLE_RATE
        light = (self._ref.path / "model.bin").stat().st_size < _LIGHT_BYTES
        todo = windows([s for s in speech if s.start_ms < duration_ms], duration_ms, one_by_one=light)
        if not todo:
            return Transcript(model=self.name)
        total, done, words = sum(map(duration_of, todo)), 0, list[Word]()
        progress(0, total, "Transcribing")
        try:
            self.load()
            language = self._language_of(sound, todo)
            for window in todo:
                words += self._hear_window(window, sound, speech, language)
                done += duration_of(window)
                progress(done, total, "Transcribing")
        except ShowhowError:
            raise
        except (RuntimeError, ValueError, MemoryError) as error:
            raise TranscribeError(
                f"The speech model {self.name} failed: {_line(error)}", "Try another model."
            ) from error
        written = "en" if self._translate else language
        return Transcript(segments=segments(in_order(words)), language=written, model=self.name)

    @cached_property
    def _hotwords(self) -> str | None:
        """The terms that fit into the model's prompt, as its own tokenizer counts them."""
        tokenizer = self._pipeline.model.hf_tokenizer
        return prompt(told(self._terms, lambda text: len(tokenizer.encode(f" {text}").ids))) or None

    def _language_of(self, sound: Sound, todo: Sequence[Window]) -> str:
        model = self._pipeline.model
        if self._translate and self.name in KNOWN and not KNOWN[self.name].translates:
            raise TranscribeError(f"The speech model {self.name} does not translate", "Use base, small or large-v3.")
        if not model.model.is_multilingual:
            return "en"
        if self._language is not None:
            if self._language not in model.supported_languages:
                raise TranscribeError(
                    f"{self.name} knows no language “{self._language}”", "Write a code such as en or de."
                )
            return self._language
        language, _, _ = model.detect_language(audio=sound_of(max(todo, key=duration_of), sound))
        return str(language)

    def _hear_window(self, window: Window, sound: Sound, speech: Sequence[Span], language: str) -> list[Word]:
        samples = sound_of(window, sound)
        words = self._decode(samples, language)
        kept = without_loops(words)
        if len(kept) * 2 < len(words):
            # It got stuck. Not a higher temperature, as OpenAI does: this way the same sound gives the same words.
            kept = without_loops(self._decode(samples, language, no_repeat_ngram_size=4, repetition_penalty=1.1))
        inside = [s for piece in window for span in speech if (s := _common(piece, span)).duration_ms]
        if not believable(kept, sum(s.duration_ms for s in inside)):
            return spread(kept, inside or window)
        placed = (_placed(word, from_window(window, word.start_ms, word.end_ms)) for word in kept)
        return list(within_speech(placed, inside))

    def _decode(self, samples: Sound, language: str, **options: Any) -> list[Word]:
        """Words in window time. One pass over a window: what was heard before is no prompt for what comes."""
        parts, _ = self._pipeline.transcribe(
            samples,
            language=language,
            task="translate" if self._translate else "transcribe",
            hotwords=self._hotwords,
            word_timestamps=True,
            vad_filter=False,
            batch_size=1,
            beam_size=5,
            **options,
        )
        return [word for part in parts if not _invented(part) for word in _words(part)]


def voice_activity(sound: Sound) -> list[Span]:
    """Where somebody speaks, in ms of ``sound`` (float32, mono, 16 kHz); sorted and disjoint. Nothing for silence.

    Silero's detector, told to be generous: what it misses might be cut. Soft narration is raised first, and what is no
    louder than the room is no speech.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if len(sound) < SAMPLE_RATE // 10:
        return []
    options = VadOptions(
        threshold=0.4,
        min_speech_duration_ms=120,
        min_silence_duration_ms=300,
        max_speech_duration_s=25.0,
        speech_pad_ms=90,
    )
    found = get_speech_timestamps(audible(sound), options)
    per_ms = SAMPLE_RATE // 1000
    spans = [Span(found_one["start"] // per_ms, found_one["end"] // per_ms) for found_one in found]
    return [span for span in spans if louder_than_room(sound, span)]


def _load(ref: ModelRef) -> Any:
    import ctranslate2
    from faster_whisper import BatchedInferencePipeline

    try:
        if ctranslate2.get_cuda_device_count() > 0:
            # A card without its libraries, or without room on it: then the processor does it.
            with contextlib.suppress(RuntimeError, ValueError):
                model = _model(ref, "cuda", "float16")
                model.encode(np.zeros((model.model.n_mels, 3000), np.float32))
                return BatchedInferencePipeline(model)
        return BatchedInferencePipeline(_model(ref, "cpu", "int8"))
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        raise TranscribeError(
            f"The speech model {ref.name} cannot be loaded: {_line(error)}",
            f"Remove {ref.path} and get it again with: showhow model download {ref.name}",
        ) from error


def _model(ref: ModelRef, device: str, kind: str) -> Any:
    from faster_whisper import WhisperModel

    threads = max(1, min(_THREADS, (os.cpu_count() or 2) - 1))
    return WhisperModel(str(ref.path), device=device, compute_type=kind, cpu_threads=threads)


def _words(part: Any) -> list[Word]:
    """Words in window time, with the space before them."""
    words = []
    for word in part.words or ():
        if word.word.strip():
            start = round(float(word.start) * 1000)
            end = max(start, round(float(word.end) * 1000))
            words.append(Word(start, end, text=word.word, confidence=min(1.0, max(0.0, float(word.probability)))))
    return words


def _invented(part: Any) -> bool:
    """Whether the model itself says that nobody spoke and that it is not sure of what it wrote."""
    return bool(part.no_speech_prob > _NOBODY and part.avg_logprob < _POOR)


def _placed(word: Word, span: Span) -> Word:
    return Word(span.start_ms, span.end_ms, text=word.text, confidence=word.confidence)


def _common(one: Span, other: Span) -> Span:
    start = max(one.start_ms, other.start_ms)
    return Span(start, max(start, min(one.end_ms, other.end_ms)))


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
