"""The live recogniser's own process: ``python -m transcribe.streaming.live_process OPTIONS`` (LiveOptions as JSON).

Reads a take's sound as the recorder writes it, and writes its words beside it. It runs when nothing else wants the
processor, and the recorder does not know of it: killing it loses no sound, and a new one goes on from the last line.
Each line on standard output is a LiveUpdate. It ends by itself a moment after the recording does. Refuses to record.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from capture.child_process import from_json
from capture.errors import ShowhowError
from capture.model import TakeState
from capture.takes import VIDEO, is_live, load_take
from transcribe.model import SAMPLE_RATE, Sound
from transcribe.streaming.live_messages import LiveOptions, LiveUpdate
from transcribe.streaming.transcript_log import TranscribedUtterance, TranscriptHeader, TranscriptLog

_LOWER = 10
"""Added to its niceness: the recorder and whatever is shown come first."""
_FIRST_S, _LOOK_S = 30.0, 0.05
_STARVED_S, _STARVED_SHARE = 2.0, 0.25
"""With less than this share of a core over this time after the recording has ended, it gets none to speak of."""


def main(arguments: list[str]) -> int:
    """Hear one take to its end."""
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C means the recording, and ends this through it
    _give_way()
    try:
        options = from_json(arguments[0], LiveOptions)
    except (IndexError, msgspec.MsgspecError) as error:
        sys.stderr.write(f"usage: python -m transcribe.streaming.live_process OPTIONS_AS_JSON ({error})\n")
        return 2
    try:
        _listen(options)
    except ShowhowError as error:
        _tell(LiveUpdate(problem=str(error)))
        return 1
    except Exception as error:  # noqa: BLE001  nobody reads a traceback here; the recording goes on without words
        _tell(LiveUpdate(problem=f"The recogniser failed ({type(error).__name__}: {error})."))
        return 1
    return 0


def _give_way() -> None:
    """Let everything else come first, a tick of the recorder above all.

    Linux takes a core away from its idle class at once, from one that is merely nice only when its slice is over: with
    both cores of a small machine busy, one tick in 250 came late for it.
    """
    if hasattr(os, "nice"):
        os.nice(_LOWER)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def wait_until_starved(take: Path, spent: Callable[[], float] = time.process_time) -> None:
    """Return when the recording has ended and this process, ``spent`` its seconds of processor time, gets no more.

    Somebody waits for the last words then. On a machine with no time to spare the idle class has none, and cannot be
    left again; who waits gets on faster alone, from where the log ends.
    """
    while is_live(take):
        time.sleep(_STARVED_S)
    share = 1.0
    while share >= _STARVED_SHARE:
        begun, before = time.monotonic(), spent()
        time.sleep(_STARVED_S)
        share = (spent() - before) / (time.monotonic() - begun)


def _end_when_starved(take: Path) -> None:
    wait_until_starved(take)
    os._exit(0)


def _listen(options: LiveOptions) -> None:
    from transcribe.asr.silero_vad import Detector
    from transcribe.asr.whisper import Whisper
    from transcribe.models.known import ModelRef
    from transcribe.streaming.transcriber import transcribe_stream

    log = TranscriptLog(options.take)
    ref = ModelRef(options.model, options.model_path)
    whisper = Whisper(ref, options.language or None, terms=options.terms, translate=options.translate)
    if not log.take(TranscriptHeader(model=whisper.name, language=whisper.language)):
        return  # another one hears it
    try:
        whisper.load()
        _tell(LiveUpdate(ready=True))
        threading.Thread(target=_end_when_starved, args=(options.take,), name="starving", daemon=True).start()
        transcribe_stream(_sound(options.take), whisper, log, Detector(), _tell_words)
    finally:
        log.release()


def _sound(take: Path) -> Iterator[Sound]:
    from capture.video.tail_reader import growing_sound

    deadline = time.monotonic() + _FIRST_S
    video = take / VIDEO
    while _recorded(take) and time.monotonic() < deadline and not (video.exists() and video.stat().st_size):
        time.sleep(_LOOK_S)
    yield from growing_sound(video, SAMPLE_RATE, lambda: is_live(take))


def _recorded(take: Path) -> bool:
    with contextlib.suppress(ShowhowError):
        return is_live(take) or load_take(take).state is not TakeState.RECORDING
    return False


def _tell_words(heard: TranscribedUtterance) -> None:
    _tell(LiveUpdate(start_ms=heard.start_ms, end_ms=heard.end_ms, text=heard.text))


def _tell(news: LiveUpdate) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more; the words are wanted all the same
        os.write(1, msgspec.json.encode(news) + b"\n")


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
