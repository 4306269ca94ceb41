"""Renders clip and stills of a draft, also in advance while the draft is under review.

Owns the key that says which draft they belong to, so that an outdated clip is never filed and at most one is kept.
Does not decide when to render (``tui/services/prerenderer.py``) and does not file (``library/intake/pipeline.py``).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from capture.progress import Progress, silent
from library.draft.stills import StillCache, pictures_of, write_stills
from library.draft.to_demo import steps_through, with_stills
from library.files import library_errors, link_or_copy
from library.model import CLIP, ClipFacts, Draft
from transcribe.model import Step

if TYPE_CHECKING:
    from capture.render.encode_cache import EncodeCache

_RENDER_VERSION = 3
"""Version of the rendering: a new number invalidates all prerendered clips."""
_PART = ".part-"


def clip_key(draft: Draft) -> str:
    """Hash of all that determines the pictures: recording, sound tracks, mapping to clip time, blurs, times of steps
    and stills.

    Titles, tags and words do not count. Raises LibraryError when the recording cannot be found.
    """
    with library_errors(f"find the recording {draft.source}"):
        facts = source_video(draft).stat()
    steps = [(step.number, step.start_ms, step.end_ms, pictures_of(step)) for step in steps_of(draft)]
    looks: tuple[object, ...] = (
        *(_RENDER_VERSION, facts.st_size, facts.st_mtime_ns, draft.clip.pieces, draft.blurs, steps),
        *((draft.tracks,) if draft.tracks else ()),
    )
    return hashlib.sha256(msgspec.json.encode(looks)).hexdigest()[:32]


def steps_of(draft: Draft) -> tuple[Step, ...]:
    """The steps of a draft in clip time, as they are filed."""
    return with_stills(steps_through(draft.steps, draft.clip))


def source_video(draft: Draft) -> Path:
    """The video a draft is cut from: the video of its take, or the file itself."""
    source = Path(draft.source)
    return source / "take.mp4" if source.is_dir() else source


def render(draft: Draft, folder: Path, progress: Progress = silent, cache: EncodeCache | None = None) -> dict[str, int]:
    """Render clip and stills of a draft, with its blurs, into a folder; returns the milliseconds each took.

    Parts of earlier clips of the same recording that are in ``cache`` are not encoded again.
    Raises VideoError, LibraryError, or Cancelled when ``progress`` does.
    """
    from capture.render.clip_renderer import render_clip

    steps = steps_of(draft)
    moments = [step.start_ms for step in steps]
    clip, begun = folder / CLIP, time.monotonic()
    video, (tracks, gains) = source_video(draft), sound_of(draft)
    render_clip(video, draft.clip, clip, moments, progress, tracks=tracks, blurs=draft.blurs, cache=cache, gains=gains)
    rendered = time.monotonic()
    write_stills(clip, steps, folder, progress, StillCache(draft, cache) if cache is not None else None)
    taken = {"clip_ms": rendered - begun, "stills_ms": time.monotonic() - rendered}
    return {stage: round(seconds * 1000) for stage, seconds in taken.items()}


def clip_facts(video: Path) -> ClipFacts:
    """The ClipFacts of a video file. Raises VideoError."""
    from capture.video.media_info import probe

    facts = probe(video)
    return ClipFacts(
        path=video.name,
        duration_ms=facts.duration_ms,
        width=facts.width,
        height=facts.height,
        has_sound=facts.has_sound,
    )


def sound_of(draft: Draft) -> tuple[Sequence[int], Sequence[float]]:
    """The sound tracks of a draft, and the factors of the first ones, which are its voices. Raises VideoError."""
    from capture.render.loudness import voice_gain

    tracks = _tracks(draft)
    voices = draft.tracks or tracks[:1]  # those chosen of a file are all spoken; beside a narration is system sound
    gains = [voice_gain(source_video(draft), track, draft.speech) for track in voices] if draft.speech else []
    return tracks, gains


def _tracks(draft: Draft) -> Sequence[int]:
    """The sound tracks to mix: all of a take (narration, system sound), the chosen or the first of a video file."""
    from capture.video.media_file import VideoFile

    if draft.tracks:
        return draft.tracks
    if not Path(draft.source).is_dir():
        return (0,)
    with VideoFile(source_video(draft)) as video:
        return range(len(video.sounds))


def prerender(draft: Draft, place: Path, progress: Progress = silent, cache: EncodeCache | None = None) -> Path:
    """Render a draft into a folder of ``place``, whole or not at all, and delete older ones. Returns that folder.

    ``cache``: as for ``render``. Raises VideoError, LibraryError, or Cancelled when ``progress`` does.
    """
    key = clip_key(draft)
    there = place / key
    clear_prerendered(place, but=key)
    if there.is_dir():
        return there
    part = place / f"{_PART}{os.getpid()}-{secrets.token_hex(3)}"
    with library_errors(f"get the clip ready in {place}"):
        part.mkdir(parents=True)
        try:
            render(draft, part, progress, cache)
            part.rename(there)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return there


def use_prerendered(draft: Draft, place: Path | None, folder: Path) -> bool:
    """Copy this draft's prerendered clip and stills into a bundle's folder; False without. Raises LibraryError."""
    if place is None or not (there := place / clip_key(draft)).is_dir():
        return False
    with library_errors(f"file what was rendered in {place}"):
        (folder / "steps").mkdir(exist_ok=True)
        for name in [CLIP, *(name for step in steps_of(draft) for name in step.stills)]:
            link_or_copy(there / name, folder / name)
    return True


def clear_prerendered(place: Path, *, but: str = "") -> None:
    """Delete prerendered clips, except that of the key ``but``. What cannot be deleted now is deleted the next time."""
    if not place.is_dir():
        return
    for entry in place.iterdir():
        if entry.name != but:
            shutil.rmtree(entry, ignore_errors=True)
    if not but:
        shutil.rmtree(place, ignore_errors=True)
