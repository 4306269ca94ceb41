"""Process for live transcription: ``python -m transcribe.streaming.live_process OPTIONS`` (LiveOptions as JSON).

Reads the sound of a take while the recorder writes it, and writes the words into the folder of the take. It runs at
idle priority and is independent of the recorder: if it is killed, no sound is lost, and a new process resumes after
the last line. Each line on standard output is a LiveUpdate. It ends shortly after the recording. Does not record.
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
from capture.priority import become_idle
from capture.takes import is_live, wait_for_video
from transcribe.model import SAMPLE_RATE, Sound
from transcribe.streaming.live_messages import LiveOptions, LiveUpdate
from transcribe.streaming.transcript_log import TranscribedUtterance, TranscriptHeader, TranscriptLog

_LOWER = 10
"""Added to the niceness. With that alone, on a machine with two busy cores, a tick of the recorder in 250 was late."""
_STARVED_S, _STARVED_SHARE = 2.0, 0.25
"""After the recording, less than this share of a core over this time counts as no CPU time."""


def main(arguments: list[str]) -> int:
    """Transcribe one take to its end. Returns the exit status."""
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the recorder; its end also ends this process
    become_idle(_LOWER)
    try:
        options = from_json(arguments[0], LiveOptions)
    except (IndexError, msgspec.MsgspecError) as error:
        sys.stderr.write(f"usage: python -m transcribe.streaming.live_process OPTIONS_AS_JSON ({error})\n")
        return 2
    try:
        _transcribe(options)
    except ShowhowError as error:
        _send(LiveUpdate(problem=str(error)))
        return 1
    except Exception as error:  # noqa: BLE001  no traceback is shown here; the recording continues without words
        _send(LiveUpdate(problem=f"The recogniser failed ({type(error).__name__}: {error})."))
        return 1
    return 0


def wait_until_starved(take: Path, spent: Callable[[], float] = time.process_time) -> None:
    """Return when the recording has ended and this process gets no CPU time; ``spent`` is its CPU time in seconds.

    The user waits for the last words then. On a busy machine the idle class gets no CPU time, and a process cannot
    leave it. The caller's own process is faster and resumes after the last line of the log.
    """
    while is_live(take):
        time.sleep(_STARVED_S)
    share = 1.0
    while share >= _STARVED_SHARE:
        started, before = time.monotonic(), spent()
        time.sleep(_STARVED_S)
        share = (spent() - before) / (time.monotonic() - started)


def _end_when_starved(take: Path) -> None:
    wait_until_starved(take)
    os._exit(0)


def _transcribe(options: LiveOptions) -> None:
    from transcribe.asr.silero_vad import Detector
    from transcribe.asr.whisper import Whisper
    from transcribe.models.known import ModelRef
    from transcribe.streaming.transcriber import transcribe_stream

    log = TranscriptLog(options.take)
    ref = ModelRef(options.model, options.model_path)
    whisper = Whisper(
        ref, options.language or None, terms=options.terms, translate=options.translate, likely=options.likely
    )
    if not log.take(TranscriptHeader(model=whisper.name, language=whisper.language)):
        return  # another process transcribes it
    try:
        whisper.load()
        _send(LiveUpdate(ready=True))
        threading.Thread(target=_end_when_starved, args=(options.take,), name="starving", daemon=True).start()
        transcribe_stream(_sound(options.take), whisper, log, Detector(), _send_text)
    finally:
        log.release()


def _sound(take: Path) -> Iterator[Sound]:
    from capture.video.tail_reader import growing_sound

    yield from growing_sound(wait_for_video(take), SAMPLE_RATE, lambda: is_live(take))


def _send_text(utterance: TranscribedUtterance) -> None:
    _send(LiveUpdate(start_ms=utterance.start_ms, end_ms=utterance.end_ms, text=utterance.text))


def _send(update: LiveUpdate) -> None:
    with contextlib.suppress(OSError):  # the reader is gone; the log is still wanted
        os.write(1, msgspec.json.encode(update) + b"\n")


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
