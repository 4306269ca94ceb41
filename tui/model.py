"""Frozen records that screens and services exchange: edits, recording choices, live status, unfiled recordings.

Does not import heavy libraries: the first screen waits for this file's imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from capture.model import Target
from library.format import size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Picture: TypeAlias = "NDArray[np.uint8]"
"""RGB, shape (height, width, 3)."""


@dataclass(frozen=True, kw_only=True)
class DemoEdit:
    """Changes to a demo; None leaves a field as it is. A ``review_unix_ms`` of 0 removes the review date."""

    title: str | None = None
    tags: tuple[str, ...] | None = None
    owner: str | None = None
    collections: tuple[str, ...] | None = None
    review_unix_ms: int | None = None


@dataclass(frozen=True)
class ModelOffer:
    """A speech model that can be fetched, of about ``megabytes``."""

    name: str
    megabytes: int

    @property
    def words(self) -> str:
        """``M fetches base, 148 MB``; the key is that of the record and review screens."""
        return f"M fetches {self.name}, {size(self.megabytes * 1_000_000)}"


@dataclass(frozen=True)
class Exported:
    """A written file, and lines on what it leaves out."""

    path: Path
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """Names offered for completion in input fields."""

    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecordChoice:
    """What to record. ``microphone`` None records no voice; ``machine_sound`` also records what the machine plays.

    ``events``: log clicks and keys, draw a ring at clicks; ``show_keys``: draw key chords into the picture.
    """

    target: Target
    label: str
    microphone: str | None
    machine_sound: bool = False
    default_microphone: bool = False
    """Whether the microphone is the system's default, so that the recording goes along when that changes."""
    words: bool = True
    """Whether speech is transcribed while recording."""
    events: bool = True
    show_keys: bool = False


@dataclass(frozen=True)
class Unfiled:
    """A recording that is not filed yet: a draft, or a take without one. ``damaged``: left by a crash."""

    path: Path
    title: str
    duration_ms: int
    started_unix_ms: int
    damaged: bool = False
