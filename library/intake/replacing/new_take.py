"""Makes a take of a demo's clip in which one step is another recording, and the draft of the demo's next version.

The splice is a take like any other: it is reviewed, cut and filed as such. Owns that neither the demo nor the new
recording is changed, and that the new step is as loud as a voice is to be. ``library/draft/replaced_step.py`` says what
becomes of words and steps.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from capture.model import Take, TakeState
from capture.progress import Progress, silent
from capture.render.splice import SOUND_FRAME_MS, SplicePart, splice
from capture.span import Span
from capture.takes import mark_filed, new_take_folder, write_take
from library.connection.library import Library
from library.draft.prerender import sound_of, source_video
from library.draft.replaced_step import StepSplice, with_step_replaced
from library.files import library_errors, sync_file
from library.intake.options import PLAIN, IntakeOptions
from library.intake.pipeline import propose
from library.intake.replacing.step_finding import number_now
from library.intake.replacing.step_wanted import StepWanted, check_size
from library.intake.source import open_source
from library.maintenance.revisions import current
from library.model import Demo, Draft, LibraryError
from library.storage.store import remedy_for

_SPLICED = "one step of {}"


def replace_step(
    library: Library, recording: Path, wanted: StepWanted, takes_folder: Path, *, options: IntakeOptions = PLAIN,
    progress: Progress = silent,
) -> Draft:  # fmt: skip
    """The newest version of a demo with a step replaced by a recording (a take or a video file), as a draft.

    The splice is a new take among ``takes_folder``; see ``used`` for the recording. Raises LibraryError when the
    pictures differ in size, when others changed the step, or the clip is gone; as ``propose``; then, and when
    ``progress`` raises Cancelled, nothing is left.
    """
    demo = current(library, wanted.demo_id)
    number = number_now(library, wanted, demo)
    source = open_source(recording)
    check_size(wanted, source.facts.width, source.facts.height)
    demo = library.store.fetch_local(demo, demo.clip.path, progress=progress)
    if not (demo.path / demo.clip.path).is_file():
        raise LibraryError(f"The clip of “{demo.title}” is not there", remedy_for(demo))
    told = propose(recording, options, progress)
    place = StepSplice.of(demo.step(number), source.facts.duration_ms, SOUND_FRAME_MS)
    take = _spliced(demo, _parts(demo, told, place), takes_folder, progress)
    spliced = open_source(take.path)
    draft = with_step_replaced(demo, number, told, place, spliced.take_facts)
    return replace(draft, draft_id=spliced.source_id)  # another draft of the same demo may be under review


def used(recording: Path, draft: Draft) -> None:
    """Mark the take of which a draft was made as filed, once that draft is filed or kept: all of it is in there.

    Raises TakeError.
    """
    if recording.is_dir():
        mark_filed(recording, draft.revises)


def _spliced(demo: Demo, parts: Sequence[SplicePart], takes_folder: Path, progress: Progress) -> Take:
    """The splice as a take on disk. Raises VideoError, TakeError, LibraryError, Cancelled; then it is deleted."""
    folder = new_take_folder(takes_folder)
    take = Take(
        take_id=folder.name, started_unix_ms=round(time.time() * 1000), width=demo.clip.width,
        height=demo.clip.height, duration_ms=sum(part.span.duration_ms for part in parts), state=TakeState.FINISHED,
        recording_of=_SPLICED.format(demo.title), path=folder,
    )  # fmt: skip
    try:
        splice(parts, take.video, progress)
        with library_errors(f"write {take.video}"):
            sync_file(take.video)
        write_take(take)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return take


def _parts(demo: Demo, told: Draft, place: StepSplice) -> Sequence[SplicePart]:
    clip, length = demo.path / demo.clip.path, demo.clip.duration_ms
    return (
        SplicePart(clip, length, Span(0, place.span.start_ms)),
        SplicePart(source_video(told), told.take.duration_ms, Span(0, place.new_ms), *sound_of(told)),
        SplicePart(clip, length, Span(place.span.end_ms, length)),
    )
