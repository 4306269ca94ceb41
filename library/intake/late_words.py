"""Transcribes a demo that was filed without words, and merges the words into it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from msgspec.structs import replace

from capture.progress import Progress, silent
from library.connection.library import Library
from library.draft.edits import said
from library.intake.options import IntakeOptions
from library.maintenance.revisions import current, revise
from library.model import SCREEN_MS, STEPS_BY_HAND, TITLE_BY_HAND, Demo
from library.text import folded
from transcribe.model import Step, Transcript, Word


def complete(demo_id: str, library: Library, options: IntakeOptions, progress: Progress = silent) -> Demo:
    """Transcribe the clip of a demo (again) and file the words as its next version, signed by ``options.author``.

    Title and steps are made from the words unless they were written by hand. Raises DemoNotFound, ModelMissing,
    TranscribeError, VideoError, LibraryError, and Cancelled when ``progress`` does; then the demo is unchanged.
    """
    from library.intake.transcription import transcribe_video

    begun = time.monotonic()
    demo = library.store.fetch_local(current(library, demo_id), progress=progress)
    clip, transcript = demo.clip, None
    if clip.has_sound:
        transcript = transcribe_video(demo.path / clip.path, clip.duration_ms, options.recognizer, progress)
    if transcript is None:
        return revise(library, demo_id, lambda demo: replace(demo, waiting_for_words=False), by=options.author)
    words_ms = round((time.monotonic() - begun) * 1000)
    return revise(library, demo_id, lambda demo: _with_words(demo, transcript, words_ms), progress, by=options.author)


def _with_words(demo: Demo, transcript: Transcript, words_ms: int) -> Demo:
    from transcribe.steps.builder import make_steps, propose_title

    if STEPS_BY_HAND in demo.by_hand:
        steps = _reworded(demo, transcript.words)
    else:
        events = [event for step in demo.steps for event in step.events]
        read = {step.at_ms: step.screen_text for step in demo.steps}
        made = make_steps(transcript, events, demo.clip.duration_ms)
        steps = tuple(replace(step, screen_text=read.get(step.at_ms, "")) for step in made) or demo.steps
    title = demo.title if TITLE_BY_HAND in demo.by_hand else propose_title(transcript) or demo.title
    timings = {**demo.timings, "words_ms": words_ms}
    if {step.at_ms for step in steps} - {step.at_ms for step in demo.steps}:
        timings.pop(SCREEN_MS, None)  # there are new stills to read
    return replace(demo, title=title, transcript=transcript, steps=steps, timings=timings, waiting_for_words=False)


def _reworded(demo: Demo, words: Sequence[Word]) -> tuple[Step, ...]:
    """Manually edited steps; texts that were empty, or exactly the old words, are set from the new words."""
    steps = []
    for step in demo.steps:
        untouched = folded(step.text) in {"", folded(said(demo.words, step))}
        steps.append(replace(step, text=said(words, step)) if untouched else step)
    return tuple(steps)
