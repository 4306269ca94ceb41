"""What a live recogniser is asked to hear, and what it tells meanwhile: LiveOptions and LiveUpdate. Frozen records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from transcribe.asr.whisper import Whisper


class LiveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which take to hear (its folder), and with which model; an empty ``language`` is to be found out."""

    take: Path
    model: str
    model_path: Path
    language: str = ""
    terms: tuple[str, ...] = ()
    translate: bool = False


def live_options(whisper: Whisper, take: Path) -> LiveOptions:
    """What a process is asked that hears a take, given as its folder, just as ``whisper`` would."""
    return LiveOptions(
        take=take,
        model=whisper.ref.name,
        model_path=whisper.ref.path,
        language=whisper.wanted_language or "",
        terms=whisper.terms,
        translate=whisper.translate,
    )


class LiveUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """Ready to hear, words of a Stretch of take time (no text: nobody spoke), or the problem that ended it."""

    ready: bool = False
    start_ms: int = 0
    end_ms: int = 0
    text: str = ""
    problem: str = ""
