"""What a live recogniser is asked to hear, and what it tells meanwhile: LiveOptions and LiveNews. Frozen records."""

from __future__ import annotations

from pathlib import Path

import msgspec


class LiveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which take to hear (its folder), and with which model; an empty ``language`` is to be found out."""

    take: Path
    model: str
    model_path: Path
    language: str = ""
    terms: tuple[str, ...] = ()
    translate: bool = False


class LiveNews(msgspec.Struct, frozen=True, kw_only=True):
    """Ready to hear, words of a Stretch of take time (no text: nobody spoke), or the problem that ended it."""

    ready: bool = False
    start_ms: int = 0
    end_ms: int = 0
    text: str = ""
    problem: str = ""
