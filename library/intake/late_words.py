"""Transcribes the clip of a filed demo, because it has no words or to hear it better, and merges the words into it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from capture.model import Clip, Event, Typed
from capture.progress import Progress, silent
from capture.span import Span
from library.connection.library import Library
from library.draft.edits import said
from library.draft.rewording import with_said
from library.draft.to_demo import steps_through
from library.intake.options import IntakeOptions
from library.intake.screen_text import as_seen
from library.maintenance.revisions import current, revise
from library.model import SCREEN_MS, SECOND_HEARING_MS, STEPS_BY_HAND, TITLE_BY_HAND, Demo
from library.text import folded
from transcribe.corrections import without_corrections
from transcribe.model import Step, TranscribeError, Transcript, Word
from transcribe.phrases.lexicon import PLAIN, CustomVocabulary
from transcribe.steps.focus import refocused
from transcribe.steps.titles import key_click
from transcribe.surer import same_words, surer

if TYPE_CHECKING:
    from library.intake.transcription import Maker

_SAME_MS = 1_000  # a clip whose length differs more from what its cuts leave was cut elsewhere


def complete(demo_id: str, library: Library, options: IntakeOptions, progress: Progress = silent) -> Demo:
    """Transcribe the clip of a demo (again) and file the words as its next version, signed by ``options.author``.

    Title and steps are made from the words unless they were written by hand. Raises DemoNotFound, ModelMissing,
    TranscribeError, VideoError, LibraryError, and Cancelled when ``progress`` does; then the demo is unchanged.
    """
    begun = time.monotonic()
    library.store.try_write()
    demo = library.store.fetch_local(current(library, demo_id), progress=progress)
    recognizer = _once(options)
    transcript = _hear(demo, recognizer, progress)
    if transcript is None:
        return revise(library, demo_id, lambda demo: replace(demo, waiting_for_words=False), by=options.author)
    transcript = _named(demo, transcript, recognizer, progress)
    words_ms = round((time.monotonic() - begun) * 1000)
    vocabulary = options.vocabulary()
    return revise(
        library,
        demo_id,
        lambda now: _with_words(now, transcript, {"words_ms": words_ms}, vocabulary),
        progress,
        by=options.author,
    )


def hear_clip_again(demo_id: str, library: Library, options: IntakeOptions, progress: Progress = silent) -> Demo:
    """Hear the clip of a demo once more, and file the words of which this hearing is surer; without any, no version.

    ``library/intake/second_hearing.py`` does so with takes; this is for demos whose take is not here. Words that people
    put right stay. Raises as ``complete``, and TranscribeError when another model heard the words.
    """
    begun = time.monotonic()
    demo = library.store.fetch_local(current(library, demo_id), progress=progress)
    if not demo.transcript.words or demo.transcript.by_hand:
        return demo
    library.store.try_write()
    recognizer = _once(options)
    again = _hear(demo, recognizer, progress)
    if again is not None and again.model != demo.transcript.model:
        heard_by = demo.transcript.model or "another model"
        what = f"The words of “{demo.title}” were heard by {heard_by}, not by {again.model}"
        raise TranscribeError(what, "How sure two models are cannot be compared. Leave --again out to hear it anew.")
    chosen = surer(demo.transcript, again) if again is not None else demo.transcript
    chosen = _named(demo, chosen, recognizer, progress)
    if same_words(chosen, demo.transcript):
        return demo
    vocabulary = options.vocabulary()
    spent_ms = round((time.monotonic() - begun) * 1000)

    def change(now: Demo) -> Demo:
        if without_corrections(now.transcript) != without_corrections(demo.transcript):
            return now  # somebody changed the words meanwhile
        return _with_words(now, chosen, {SECOND_HEARING_MS: spent_ms}, vocabulary)

    return revise(library, demo_id, change, progress, by=options.author)


def _once(options: IntakeOptions) -> Maker | None:
    """Creates the recognizer at the first call, and gives the same one from then on."""
    return cache(options.recognizer) if options.recognizer is not None else None


def _hear(demo: Demo, recognizer: Maker | None, progress: Progress) -> Transcript | None:
    """What is said in the clip of a demo; None when nothing is."""
    from library.intake.transcription import transcribe_video

    clip = demo.clip
    if not clip.has_sound:
        return None
    return transcribe_video(demo.path / clip.path, clip.duration_ms, recognizer, progress)


def _named(demo: Demo, heard: Transcript, recognizer: Maker | None, progress: Progress) -> Transcript:
    """The words of a clip with the names that stood on its screen."""
    from library.intake.transcription import with_names_shown

    if recognizer is None:
        return heard
    return with_names_shown(heard, _events(demo), recognizer(), lambda by: _hear(demo, by, progress))


def _with_words(
    demo: Demo, transcript: Transcript, timings: Mapping[str, int], vocabulary: CustomVocabulary = PLAIN
) -> Demo:
    from transcribe.steps.builder import propose_title
    from transcribe.steps.misheard import corrected, demo_title, retitled

    made = () if STEPS_BY_HAND in demo.by_hand else tuple(_remade(demo, transcript, vocabulary))
    title = propose_title(_in_take_time(transcript, _clip(demo)), _events(demo), vocabulary)
    transcript = corrected(transcript, made or demo.steps, _events(demo), vocabulary)
    return with_words(demo, transcript, retitled(made, transcript), demo_title(title, transcript), timings)


def with_words(
    demo: Demo, transcript: Transcript, made: Iterable[Step], title: str, timings: Mapping[str, int]
) -> Demo:
    """The demo with other words (clip time), and the steps and title ``made`` of them unless they were written by hand.

    ``timings`` are added to its own.
    """
    if STEPS_BY_HAND in demo.by_hand:
        steps = _reworded(demo, transcript.words)
        transcript = _put_right(demo, transcript)
    else:
        read = {step.at_ms: step.screen_text for step in demo.steps}
        steps = tuple(replace(step, screen_text=read.get(step.at_ms, "")) for step in made) or demo.steps
    title = demo.title if TITLE_BY_HAND in demo.by_hand else title or demo.title
    taken = {**demo.timings, **timings}
    if {step.at_ms for step in steps} - {step.at_ms for step in demo.steps}:
        taken.pop(SCREEN_MS, None)  # there are new stills to read
    worded = replace(demo, title=title, transcript=transcript, steps=steps, timings=taken, waiting_for_words=False)
    return as_seen(worded)


def _remade(demo: Demo, transcript: Transcript, vocabulary: CustomVocabulary) -> Iterator[Step]:
    """Steps from the new words, the same that the take would come to: pauses that were cut count in full."""
    from transcribe.steps.builder import make_steps

    clip = _clip(demo)
    events = list(_events_in_take_time(_events(demo), clip))
    inferred = [action.on_clock(clip.to_take) for step in demo.steps for action in step.inferred]
    made = make_steps(_in_take_time(transcript, clip), events, clip.take_duration_ms, inferred, vocabulary)
    return (_looking(step, demo) for step in steps_through(made, clip))


def _looking(step: Step, demo: Demo) -> Step:
    """A remade step that looks where the step of the same events did before; else where its events were."""
    step = replace(step, at_ms=_still_ms(step, demo))
    for old in demo.steps:
        if (old.events and old.events == step.events) or old.span == step.span:
            then = old.then if old.then is not None and step.contains(old.then.at_ms) else None
            return replace(step, focus=old.focus, annotations=old.annotations, then=then)
    return refocused(step, (demo.clip.width, demo.clip.height))


def _still_ms(step: Step, demo: Demo) -> int:
    """Time of the still of a remade step: that of the same click before, whose picture is taken and read."""
    click = key_click(step.events)
    old = (one.at_ms for one in demo.steps if click is not None and key_click(one.events) == click)
    return next((at_ms for at_ms in old if step.contains(at_ms)), step.at_ms)


def _events(demo: Demo) -> list[Event]:
    return [event for step in demo.steps for event in step.events]


def _clip(demo: Demo) -> Clip:
    """The clip in terms of its take; without cuts where they are not known to fit the video."""
    clip = Clip(demo.take.duration_ms, demo.cuts, demo.fasts)
    fits = abs(clip.duration_ms - demo.clip.duration_ms) <= _SAME_MS
    return clip if fits else Clip(demo.clip.duration_ms)


def _in_take_time(transcript: Transcript, clip: Clip) -> Transcript:
    """A transcript of the clip on the clock of the take; a word beside a cut stays on its side."""

    def there(span: Span) -> tuple[int, int]:
        start = clip.to_take(span.start_ms)
        return start, max(start, clip.to_take(max(span.start_ms, span.end_ms - 1)) + 1) if span.duration_ms else start

    segments = []
    for segment in transcript.segments:
        words = tuple(replace(w, start_ms=start, end_ms=end) for w in segment.words for start, end in [there(w)])
        start, end = there(segment)
        segments.append(replace(segment, start_ms=start, end_ms=end, words=words))
    return replace(transcript, segments=tuple(segments))


def _events_in_take_time(events: Sequence[Event], clip: Clip) -> Iterator[Event]:
    for event in events:
        moved: Event = replace(event, at_ms=clip.to_take(event.at_ms))
        yield replace(moved, end_ms=clip.to_take(moved.end_ms)) if isinstance(moved, Typed) else moved


def _put_right(demo: Demo, transcript: Transcript) -> Transcript:
    """The transcript with the words that people wrote for steps whose words they had put right before."""
    for step in demo.steps:
        if any(segment.heard and segment.overlap_ms(step) for segment in demo.transcript.segments):
            transcript = with_said(transcript, replace(step, text=said(transcript.words, step)), step.text)
    return transcript


def _reworded(demo: Demo, words: Sequence[Word]) -> tuple[Step, ...]:
    """Manually edited steps; texts that were empty, or exactly the old words, are set from the new words."""
    steps = []
    for step in demo.steps:
        untouched = folded(step.text) in {"", folded(said(demo.words, step))}
        steps.append(replace(step, text=said(words, step)) if untouched else step)
    return tuple(steps)
