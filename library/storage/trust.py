"""Validates a demo's record that anybody may have written: what is impossible is refused, what is too long is cut.

Owns the bounds of numbers, counts and texts. Everything behind it may take a record for possible: dates can be written,
pictures drawn, and no text takes long to lay out. Does not read files, but for links in the demo's folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from library.files import library_errors
from library.model import Demo
from library.text import TAG_COUNT, TAG_LENGTH, TITLE_LENGTH, is_demo_id
from transcribe.model import Correction, Segment, Step, Word

_LARGEST = 1 << 53
"""Upper limit of times and sizes; larger numbers would not fit into a database."""
_LAST_DATE_MS = 253_370_764_800_000
"""The year 9999; no calendar goes on."""
_WIDEST = 1 << 16
_MOST_ANNOTATIONS = 200
"""Of one step."""
_MOST_STEPS, _MOST_WORDS, _MOST_CUTS, _MOST_COLLECTIONS = 10_000, 500_000, 50_000, 1_000
_LONGEST_WORD, _LONGEST_TEXT = 200, 200_000
_MOST_CORRECTIONS = 100
"""Of one segment, a sentence: each is looked for in all its words."""
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_HUGE = re.compile(rb"[0-9]{16}")
"""Digits of a number beyond ``_LARGEST``; nearly no record has so many, and only then each number is looked at."""


def faults_of(demo: Demo, data: bytes) -> Iterator[str]:
    """What is impossible in a record, which was decoded from ``data``; each a clause for an error's line."""
    if not is_demo_id(demo.demo_id) or demo.path.parts[-2:] != (demo.demo_id, f"v{demo.version}"):
        yield "it does not belong into that folder"
    if len(demo.steps) > _MOST_STEPS or any(step.number != n for n, step in enumerate(demo.steps, 1)):
        yield "its steps are not numbered 1 to n"
    words = [word for segment in demo.transcript.segments for word in segment.words]
    if len(words) > _MOST_WORDS or len(demo.cuts) + len(demo.fasts) > _MOST_CUTS:
        yield "it has more words or cuts than anybody can make"
    if _out_of(_times(demo, words), _LARGEST) or (_HUGE.search(data) and _has_huge_number(to_builtins(demo.steps))):
        yield "its times are impossible"
    dates = (demo.created_unix_ms, demo.updated_unix_ms, demo.review_unix_ms or 0, demo.take.started_unix_ms)
    if _out_of(dates, _LAST_DATE_MS):
        yield "its dates are impossible"
    if _out_of((demo.clip.width, demo.clip.height, demo.blurs), _WIDEST):
        yield "its picture has an impossible size"
    if any(map(_looks_nowhere, demo.steps)):
        yield "its steps look beyond any picture"
    stills = [name for step in demo.steps for name in step.stills]
    if not _stay_inside(demo.path, [demo.clip.path, *stills, *demo.files]):
        yield "it names files outside its folder"
    if not all(_CHECKSUM.fullmatch(facts.sha256) and 0 <= facts.size <= _LARGEST for facts in demo.files.values()):
        yield "its checksums are none"


def _out_of(numbers: Sequence[int], most: int) -> bool:
    return min(numbers, default=0) < 0 or max(numbers, default=0) > most


def _times(demo: Demo, words: Sequence[Word]) -> list[int]:
    """All times of a record in ms. A list, because there are thousands in each demo."""
    return [
        *(demo.clip.duration_ms, demo.take.duration_ms),
        *[ms for step in demo.steps for ms in (step.start_ms, step.end_ms, step.at_ms)],
        *[step.then.at_ms for step in demo.steps if step.then is not None],
        *[event.at_ms for step in demo.steps for event in step.events],
        *[ms for word in words for ms in (word.start_ms, word.end_ms)],
        *[ms for segment in demo.transcript.segments for ms in (segment.start_ms, segment.end_ms)],
        *[ms for cut in (*demo.cuts, *demo.fasts) for ms in (cut.start_ms, cut.end_ms)],
    ]


def _looks_nowhere(step: Step) -> bool:
    """Whether a focus or annotation of a step is no part of any picture, or there are more than anybody draws."""
    focuses = (step.focus, step.then.focus if step.then is not None else None)
    regions = [*filter(None, focuses), *(annotation.region for annotation in step.annotations)]
    sides = [side for box in regions for side in (box.x, box.y, box.width, box.height)]
    return len(step.annotations) > _MOST_ANNOTATIONS or _out_of(sides, _WIDEST)


def _has_huge_number(value: Any) -> bool:
    """Whether a number anywhere in a record of plain values is beyond all bounds."""
    if isinstance(value, dict):
        return any(map(_has_huge_number, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_huge_number, value))
    return isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST


def _stay_inside(folder: Path, names: Sequence[str]) -> bool:
    """Whether names stay inside the folder and pass through no link. Each folder is listed once, not once per name."""
    folders: set[str] = set()
    for name in set(names):
        parts = PurePosixPath(name).parts
        if not 1 <= len(parts) <= 2 or name != "/".join(parts) or not all(map(_PLAIN_NAME.fullmatch, parts)):
            return False
        folders |= set(parts[:-1])
    used = {name.casefold() for name in (*names, *folders)}  # some drives take Clip.mp4 for clip.mp4
    return used.isdisjoint(_links(folder, "")) and all(used.isdisjoint(_links(folder, one)) for one in folders)


def _links(folder: Path, below: str) -> Iterator[str]:
    """Relative names (case folded) of the symbolic links in the folder, or in its subfolder ``below``."""
    with library_errors(f"read the demo {folder}"):
        try:
            with os.scandir(folder / below) as entries:
                found = [entry.name for entry in entries if entry.is_symlink()]
        except (FileNotFoundError, NotADirectoryError):  # a missing file is not a link; the library check reports it
            found = []
    yield from (f"{below}/{name}".lstrip("/").casefold() for name in found)


def shortened(demo: Demo) -> Demo:
    """The demo with texts of bearable length; all that showhow writes is shorter, so it is mostly the same one."""
    names = ("title", "author", "owner", "filed_by", "edited_by")
    changed: dict[str, Any] = {
        name: text[:TITLE_LENGTH] for name in names if len(text := getattr(demo, name)) > TITLE_LENGTH
    }
    if len(demo.tags) > TAG_COUNT or _longest(demo.tags) > TAG_LENGTH:
        changed["tags"] = tuple(tag[:TAG_LENGTH] for tag in demo.tags[:TAG_COUNT])
    if len(demo.collections) > _MOST_COLLECTIONS or _longest(demo.collections) > TITLE_LENGTH:
        changed["collections"] = tuple(name[:TITLE_LENGTH] for name in demo.collections[:_MOST_COLLECTIONS])
    if any(map(_is_long_step, demo.steps)):
        changed["steps"] = tuple(_short_step(step) if _is_long_step(step) else step for step in demo.steps)
    if any(map(_is_long_segment, demo.transcript.segments)):
        segments = tuple(map(_short_segment, demo.transcript.segments))
        changed["transcript"] = replace(demo.transcript, segments=segments)
    return replace(demo, **changed) if changed else demo


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _is_long_step(step: Step) -> bool:
    return (
        _longest((step.title, step.clicked)) > TITLE_LENGTH or _longest((step.text, step.screen_text)) > _LONGEST_TEXT
    )


def _short_step(step: Step) -> Step:
    title, clicked = step.title[:TITLE_LENGTH], step.clicked[:TITLE_LENGTH]
    return replace(
        step, title=title, clicked=clicked, text=step.text[:_LONGEST_TEXT], screen_text=step.screen_text[:_LONGEST_TEXT]
    )


def _is_long_segment(segment: Segment) -> bool:
    if len(segment.text) > _LONGEST_TEXT or _longest([word.text for word in segment.words]) > _LONGEST_WORD:
        return True
    corrections = segment.corrections
    texts = [text for one in corrections for text in (one.heard, one.right)]
    return len(corrections) > _MOST_CORRECTIONS or _longest(texts) > TITLE_LENGTH


def _short_segment(segment: Segment) -> Segment:
    words = tuple(
        Word(word.start_ms, word.end_ms, text=word.text[:_LONGEST_WORD], confidence=word.confidence)
        for word in segment.words
    )
    corrections = tuple(
        Correction(one.heard[:TITLE_LENGTH], one.right[:TITLE_LENGTH])
        for one in segment.corrections[:_MOST_CORRECTIONS]
    )
    text, heard = segment.text[:_LONGEST_TEXT], segment.heard[:_LONGEST_TEXT]
    return replace(segment, text=text, heard=heard, words=words, corrections=corrections)
