"""Measures the decoding speed of a speech model on this machine, with one full window and a usual number of words.

Owns the measurement. The sound is noise and the number of tokens is fixed, so the figure needs no recording and is the
same for every language. It depends only on the machine and the model.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from capture.progress import Progress, silent
from transcribe.model import TranscribeError
from transcribe.models.hardware import keep_speeds, key_of, known_speeds
from transcribe.models.known import ModelRef

_WINDOW_S = 30.0
_TOKENS = 100  # of 30 s of brisk narration: 75 words
_BEAM = 5


def measured_speed(ref: ModelRef, models_folder: Path, *, measure: bool = True, progress: Progress = silent) -> float:
    """Seconds of speech decoded per second, as measured once on this machine; 0 when not measured.

    ``measure``: measure it if it is not known. That decodes one window of 30 s: seconds for a small model, a minute for
    a large one. Raises TranscribeError when the model cannot be used, and Cancelled when ``progress`` does.
    """
    key = key_of(ref.path)
    speeds = known_speeds(models_folder)
    if key not in speeds and measure:
        progress(0, 0, f"Measuring {ref.name}")
        speeds[key] = _measure(ref)
        keep_speeds(models_folder, {key: speeds[key]})
    return speeds.get(key, 0.0)


def _measure(ref: ModelRef) -> float:
    from transcribe.asr.whisper import load_model

    model = load_model(ref)
    try:
        _decode(model, 2)  # the first call also sets up the threads
        started = time.monotonic()
        _decode(model, _TOKENS)
        return round(_WINDOW_S / max(1e-3, time.monotonic() - started), 2)
    except (RuntimeError, ValueError, MemoryError) as error:
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise TranscribeError(f"The speech model {ref.name} failed: {what}", "Try another model.") from error


def _decode(model: Any, tokens: int) -> None:
    tokenizer = model.hf_tokenizer
    noise = np.random.default_rng(0).normal(0, 0.01, int(_WINDOW_S) * 16_000).astype(np.float32)
    features = model.feature_extractor(noise)[..., :3_000]
    end, start = tokenizer.token_to_id("<|endoftext|>"), tokenizer.token_to_id("<|startoftranscript|>")
    prompt = [start, tokenizer.token_to_id("<|notimestamps|>")]
    model.model.generate(
        model.encode(features), [prompt], beam_size=_BEAM, max_length=len(prompt) + tokens, suppress_tokens=[end]
    )
