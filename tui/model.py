"""What goes over the seam between the screens and the rest of the house: choices made, figures shown. Frozen records.

Owns their shape. Refuses anything heavy: the first screen waits for what this file imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from capture.model import Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Picture: TypeAlias = "NDArray[np.uint8]"
"""RGB, shape (height, width, 3)."""


@dataclass(frozen=True, kw_only=True)
class DemoEdit:
    """What somebody changed of a demo; None is left as it is. A ``review_unix_ms`` of 0 takes the date away."""

    title: str | None = None
    tags: tuple[str, ...] | None = None
    owner: str | None = None
    collections: tuple[str, ...] | None = None
    review_unix_ms: int | None = None


@dataclass(frozen=True)
class Names:
    """What can be completed while it is typed."""

    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class SoundLevel:
    """What a microphone hears: ``level`` from 0 (the quietest worth showing) to 1 (full scale), as a meter shows it.

    ``clipping``: it was too loud a moment ago; ``dead``: nothing at all for some seconds, as of a muted microphone.
    """

    level: float = 0.0
    clipping: bool = False
    dead: bool = False


@dataclass(frozen=True)
class RecordChoice:
    """What the setup decided. ``microphone`` None records nobody; ``machine_sound``: what the machine plays as well.

    ``events``: clicks and keys are noted, clicks ringed; ``show_keys``: key chords are shown in the picture.
    """

    target: Target
    label: str
    microphone: str | None
    machine_sound: bool = False
    words: bool = True
    """Whether words are recognised while it is recorded."""
    events: bool = True
    show_keys: bool = False


@dataclass(frozen=True)
class LiveStatus:
    """A recording as it runs; ``loudness`` is None without a microphone."""

    elapsed_ms: int = 0
    fps: float = 0.0
    late_ticks: int = 0
    loudness: SoundLevel | None = None
    bytes_written: int = 0
    free_bytes: int = 0
    paused: bool = False
    muted: bool = False
    ended: bool = False
    notices: tuple[str, ...] = ()
    words: str = ""
    """What was said last, as it is recognised."""
    words_note: str = ""
    """Why there are none, or none yet."""


@dataclass(frozen=True)
class Unfiled:
    """Something recorded and not filed yet: a draft, or a take nobody has looked at. ``damaged``: a crash left it."""

    path: Path
    title: str
    duration_ms: int
    started_unix_ms: int
    damaged: bool = False
