"""Clip and stills rendered before they are asked for, while their draft is still under review.

Owns the key that says which draft they belong to, so that a stale clip is never filed, and that at most one lies there.
Refuses to decide when to render (``tui/services/prerenderer.py``) and to file (``library/intake/pipeline.py``).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from capture.progress import Progress, silent
from library.draft.stills import marked_click, write_stills
from library.draft.to_demo import steps_through, with_stills
from library.files import library_errors, link_or_copy
from library.model import CLIP, ClipFacts, Draft
from transcribe.model import Step

if TYPE_CHECKING:
    from capture.render.encode_cache import EncodeCache

_FORM = 2
"""Of what is rendered: another number makes every clip that lies ready stale."""
_PART = ".part-"


def clip_key(draft: Draft) -> str:
    """The same for drafts that look the same: recording, mapping to clip time, blurs, moments of steps and stills.

    Titles, tags and words do not count. Raises LibraryError when the recording cannot be found.
    """
    with library_errors(f"find the recording {draft.source}"):
        facts = source_video(draft).stat()
    steps = [(step.number, step.start_ms, step.end_ms, step.at_ms, _ring(step)) for step in steps_of(draft)]
    looks = (_FORM, facts.st_size, facts.st_mtime_ns, draft.clip.pieces, draft.blurs, steps)
    return hashlib.sha256(msgspec.json.encode(looks)).hexdigest()[:32]


def _ring(step: Step) -> tuple[int, int] | None:
    """Where its still is marked."""
    click = marked_click(step)
    return None if click is None else (click.x, click.y)


def steps_of(draft: Draft) -> tuple[Step, ...]:
    """Its steps in clip time, as they are filed."""
    return with_stills(steps_through(draft.steps, draft.clip))


def source_video(draft: Draft) -> Path:
    """The video a draft is cut from: that of its take, or the file itself."""
    source = Path(draft.source)
    return source / "take.mp4" if source.is_dir() else source


def render(draft: Draft, folder: Path, progress: Progress = silent, parts: EncodeCache | None = None) -> dict[str, int]:
    """Clip and stills of a draft into a folder, its blurs burnt into both; returns what each took.

    What ``parts`` keeps of earlier clips of the same recording is not encoded again.
    Raises VideoError, LibraryError, or Cancelled when ``progress`` does.
    """
    from capture.render.clip_renderer import render_clip

    steps = steps_of(draft)
    moments = [step.start_ms for step in steps]
    clip, begun = folder / CLIP, time.monotonic()
    video, tracks = source_video(draft), _tracks(draft)
    render_clip(video, draft.clip, clip, moments, progress, tracks=tracks, blurs=draft.blurs, parts=parts)
    rendered = time.monotonic()
    write_stills(clip, steps, folder, progress, _Kept(draft, parts) if parts is not None else None)
    taken = {"clip_ms": rendered - begun, "stills_ms": time.monotonic() - rendered}
    return {stage: round(seconds * 1000) for stage, seconds in taken.items()}


def clip_facts(video: Path) -> ClipFacts:
    """What a demo says of its clip. Raises VideoError."""
    from capture.video.media_info import probe

    facts = probe(video)
    return ClipFacts(
        path=video.name,
        duration_ms=facts.duration_ms,
        width=facts.width,
        height=facts.height,
        has_sound=facts.has_sound,
    )


class _Kept:
    """Stills of earlier clips: the same while they show the same moment of the recording, as blurred and as marked."""

    def __init__(self, draft: Draft, parts: EncodeCache) -> None:
        self._draft, self._parts = draft, parts

    def get(self, step: Step) -> bytes | None:
        """A step's still, if there is one already."""
        return self._parts.get(self._name(step))

    def put(self, step: Step, still: bytes) -> None:
        """Keep it."""
        self._parts.put(self._name(step), still)

    def _name(self, step: Step) -> Hashable:
        at = self._draft.clip.to_take(step.at_ms)
        return "still", at, _ring(step), tuple(blur.at(at) for blur in self._draft.blurs if blur.contains(at))


def _tracks(draft: Draft) -> Sequence[int]:
    """The sound tracks to mix: of a take the narration and what the computer played, of a file its first."""
    from capture.video.media_file import VideoFile

    if not Path(draft.source).is_dir():
        return (0,)
    with VideoFile(source_video(draft)) as footage:
        return range(len(footage.sounds))


def prerender(draft: Draft, place: Path, progress: Progress = silent, parts: EncodeCache | None = None) -> Path:
    """Render a draft into ``place``, whole or not at all; whatever else lay there goes. Returns its folder there.

    ``parts``: as for ``render``.

    Raises VideoError, LibraryError, or Cancelled when ``progress`` does.
    """
    key = clip_key(draft)
    there = place / key
    clear_ready(place, but=key)
    if there.is_dir():
        return there
    part = place / f"{_PART}{os.getpid()}-{secrets.token_hex(3)}"
    with library_errors(f"get the clip ready in {place}"):
        part.mkdir(parents=True)
        try:
            render(draft, part, progress, parts)
            part.rename(there)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return there


def use_prerendered(draft: Draft, place: Path | None, folder: Path) -> bool:
    """Put what lies ready for this very draft into a bundle's folder; False when nothing does. Raises LibraryError."""
    if place is None or not (there := place / clip_key(draft)).is_dir():
        return False
    with library_errors(f"file what was rendered in {place}"):
        (folder / "steps").mkdir(exist_ok=True)
        for name in [CLIP, *(step.still for step in steps_of(draft))]:
            link_or_copy(there / name, folder / name)
    return True


def clear_ready(place: Path, *, but: str = "") -> None:
    """Remove what lies ready, but for one key. What cannot be removed is removed the next time."""
    if not place.is_dir():
        return
    for entry in place.iterdir():
        if entry.name != but:
            shutil.rmtree(entry, ignore_errors=True)
    if not but:
        shutil.rmtree(place, ignore_errors=True)
