"""Live transcription during a recording: starts the live transcriber, and the status line for the user.

Only a local model transcribes live: an endpoint gets the whole speech when the user files the recording.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from capture.errors import ShowhowError

if TYPE_CHECKING:
    from library.intake.options import IntakeOptions
    from transcribe.streaming.live_messages import LiveUpdate
    from transcribe.streaming.live_transcriber import LiveTranscriber
    from tui.services.protocols import LiveWords

_SHOWN = 400
"""Length limit of the live transcript shown, in characters; no screen shows more."""


def start_live_transcription(
    take: Path, options: IntakeOptions, on_update: Callable[[LiveUpdate], None] | None = None
) -> LiveTranscriber | None:
    """Start a live transcriber for the take being recorded in a folder; None without a suitable local model."""
    from transcribe.asr.whisper import Whisper
    from transcribe.streaming.live_messages import live_options
    from transcribe.streaming.live_transcriber import LiveTranscriber

    try:
        recognizer = options.recognizer() if options.recognizer is not None else None
    except ShowhowError:
        return None
    return LiveTranscriber(live_options(recognizer, take), on_update) if isinstance(recognizer, Whisper) else None


def last_words(text: str) -> str:
    """The last 400 characters of a text, from the start of a word."""
    if len(text) <= _SHOWN:
        return text
    return "…" + text[-_SHOWN:].partition(" ")[2]


def live_words_status(live: LiveWords | None, *, wanted: bool) -> str:
    """Status line while there are no words yet; empty once there are some."""
    if not wanted:
        return ""
    if live is None:
        return (
            "No words while recording: there is no speech model on this machine. The recording is not touched by that."
        )
    if live.problem:
        return f"No words while recording: {live.problem}"
    if live.text:
        return ""
    return "Your words appear here as you speak" if live.ready else "Getting ready to listen …"
