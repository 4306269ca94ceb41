"""Messages to and from the live transcription process: LiveOptions and LiveUpdate. Frozen records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from transcribe.asr.whisper import Whisper


class LiveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Folder of the take, and the model and its options; an empty ``language`` means detection.

    ``likely``: languages that are preferred where several are close.
    """

    take: Path
    model: str
    model_path: Path
    language: str = ""
    terms: tuple[str, ...] = ()
    translate: bool = False
    likely: tuple[str, ...] = ()


def live_options(whisper: Whisper, take: Path) -> LiveOptions:
    """Options for a process that transcribes the take in a folder with the settings of ``whisper``."""
    return LiveOptions(
        take=take,
        model=whisper.ref.name,
        model_path=whisper.ref.path,
        language=whisper.wanted_language or "",
        terms=whisper.terms,
        translate=whisper.translate,
        likely=whisper.likely,
    )


class LiveUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """Model loaded, text of an Utterance in take time (empty for a silence), or the problem that ended the process."""

    ready: bool = False
    start_ms: int = 0
    end_ms: int = 0
    text: str = ""
    problem: str = ""
