"""Words beside a recording: starts the live recogniser where there is a model for it, and says how it stands.

Owns that only a model of this machine hears along: speech that is sent somewhere is sent when the user files it, whole.
Refuses to record.
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
"""Characters of what was said last; no screen shows more."""


def hear_along(
    take: Path, options: IntakeOptions, told: Callable[[LiveUpdate], None] | None = None
) -> LiveTranscriber | None:
    """A recogniser for the take that is being recorded in a folder; None when no model of this machine can be it."""
    from transcribe.asr.whisper import Whisper
    from transcribe.streaming.live_messages import live_options
    from transcribe.streaming.live_transcriber import LiveTranscriber

    try:
        hears = options.recognizer() if options.recognizer is not None else None
    except ShowhowError:
        return None
    return LiveTranscriber(live_options(hears, take), told) if isinstance(hears, Whisper) else None


def last_words(said: str) -> str:
    """The end of what was said, from the beginning of a word."""
    if len(said) <= _SHOWN:
        return said
    return "…" + said[-_SHOWN:].partition(" ")[2]


def live_words_status(live: LiveWords | None, *, wanted: bool) -> str:
    """One line for whoever waits for words; empty once there are some."""
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
