"""Intake pipeline: ``propose`` makes a draft from a take or video file, ``file`` makes a filed demo from a draft.

Owns the order of the stages, their timings, and that a failure in any of them loses nothing. Every stage reports
progress, can be cancelled, and can be repeated from what is on disk. Does not ask the user; screens, commands and
workers all use it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_changes
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from capture.analysis.activity import changes_activity
from capture.analysis.trim import TrimOptions, decide_cuts
from capture.errors import ShowhowError
from capture.model import Change, Cut, Event, InferredAction, SpeedUp
from capture.progress import Progress, StageTimer, silent
from capture.span import Span, merge
from capture.takes import mark_filed
from capture.video.damage import Damage
from library.connection.library import Library
from library.draft.prerender import clip_facts, clip_key, render, use_prerendered
from library.draft.to_demo import make_demo
from library.intake.inferred import (
    in_full_size,
    inferred_from_log,
    inferred_from_pictures,
    time_to_read,
    with_labels_read,
)
from library.intake.options import PLAIN, IntakeOptions
from library.intake.screen_text import labels_in_background
from library.intake.source import (
    RecordingSource,
    damage_notes,
    events_of,
    kinds_notes,
    logged_activity,
    logged_changes,
    open_source,
    own_terminal_in,
    read_until_ms,
    scraps,
    seen_changes,
    stopped_ms_ago,
    waits_in,
    without_initial_window,
    without_pointer,
)
from library.intake.transcription import TranscriptionResult, transcribe_recording
from library.learning.answers import answers_of, give_answer
from library.maintenance.revisions import make_findable
from library.model import CLIP, Demo, Draft, LibraryError
from library.storage.bundle import write_bundle
from library.storage.staging import VersionTaken
from library.storage.store import newest
from library.text import clean, make_demo_id
from transcribe.model import Step, Transcript
from transcribe.phrases.lexicon import CustomVocabulary
from transcribe.steps.focus import ScreenLog, with_focus

_JUST_STOPPED_MS = 60_000
"""Only for a take closed within this time is the wait between recorder and intake measured."""
_SAME_NAME = 50


@dataclass(frozen=True)
class _Recording:
    """What is known of a recording without decoding. ``logged``: activity from the recorder's log, None without a log.

    ``changes``: of the screen, from that log. ``inferred``: likely actions from it, where it has no input events.
    ``own``: where showhow itself is seen. ``waited_ms``: time since the recorder closed it; None if that is not known.
    """

    source: RecordingSource
    events: tuple[Event, ...]
    logged: Sequence[Span] | None
    changes: tuple[Change, ...]
    inferred: tuple[InferredAction, ...]
    own: Sequence[Span]
    waited_ms: int | None


@dataclass(frozen=True)
class _CutList:
    """Spans with activity in a recording, its changes, likely actions, cuts and waits, and what could not be read."""

    activity: Sequence[Span]
    changes: tuple[Change, ...]
    inferred: tuple[InferredAction, ...]
    cuts: tuple[Cut, ...]
    waits: tuple[SpeedUp, ...]
    notes: tuple[str, ...]


def propose(
    source: Path,
    options: IntakeOptions = PLAIN,
    progress: Progress = silent,
    begun: Callable[[Draft], None] | None = None,
) -> Draft:
    """Make a draft of a take (its folder, or a file in it) or of any video file: cuts, words, steps and a title.

    Five stages: read the logs, transcribe, find the cuts, read the labels of clicks (in parallel), make the steps.
    ``begun`` is called twice with a preliminary draft: within milliseconds with what is known without transcribing and
    decoding (for a take, cuts from the recorder's log and steps from clicks), and when the words are there, before the
    labels. Without a model, or when transcription fails, the draft has no words and says why.
    Raises TakeError, VideoError, LibraryError, and Cancelled when ``progress`` does; the source is never changed.
    """
    timer = StageTimer()
    with timer("propose"):
        recording = _read(source, timer)
        outline = _outline(recording, options)
        if begun is not None:
            begun(_with_steps(outline, recording, recording.events, recording.inferred, options))
        found = recording.source
        with labels_in_background(found.video, recording.events, options.reader, found.folder) as labelled:
            result = _transcribe(recording, options, progress, timer)
            cutting = _find_cuts(recording, result, options, progress, timer)
            draft = _filled(outline, recording.source, result, cutting, options)
            seen = with_changes(recording, changes=cutting.changes)
            if begun is not None:
                begun(_with_steps(draft, seen, recording.events, cutting.inferred, options))
            with timer("labels"):
                events = labelled()
                inferred = with_labels_read(found, cutting.inferred, options.reader, progress)
        with timer("steps"):
            draft = _with_steps(draft, seen, events, inferred, options)
    if recording.waited_ms is not None and 0 <= recording.waited_ms <= _JUST_STOPPED_MS:
        timer.timings["waited_ms"] = recording.waited_ms
    return replace(draft, timings=timer.timings)


def _read(path: Path, timer: StageTimer) -> _Recording:
    """Stage 1: open the recording and read the recorder's log."""
    with timer("open"):
        source = open_source(path)
    waited_ms = stopped_ms_ago(source, round(time.time() * 1000))
    with timer("log"):
        events = events_of(source)
        logged, inferred = logged_activity(source, events), inferred_from_log(source, events)
        own, shown = own_terminal_in(source, events), without_initial_window(events)
        return _Recording(source, shown, logged, logged_changes(source), inferred, own, waited_ms)


def _outline(recording: _Recording, options: IntakeOptions) -> Draft:
    """The draft without transcribing and decoding: no words and no steps, cuts from the log."""
    source = recording.source
    cuts = _decide(recording, recording.logged, (), options) if recording.logged is not None else ()
    return Draft(
        draft_id=source.source_id,
        source=str(source.path),
        take=source.take_facts,
        width=source.facts.width, height=source.facts.height, has_sound=source.facts.has_sound,
        title=source.name, author=clean(options.author),
        cuts=cuts, activity=tuple(recording.logged or ()),
        waiting_for_words=source.facts.has_sound, answers=answers_of(source.path),
    )  # fmt: skip


def _transcribe(
    recording: _Recording, options: IntakeOptions, progress: Progress, timer: StageTimer
) -> TranscriptionResult:
    """Stage 2: the words from the live transcription, and the rest transcribed now."""
    result = transcribe_recording(recording.source, options.recognizer, progress, captions=options.captions)
    for stage, seconds in result.spent_s.items():
        timer.note(stage, seconds)
    return result


def _find_cuts(
    recording: _Recording, result: TranscriptionResult, options: IntakeOptions, progress: Progress, timer: StageTimer
) -> _CutList:
    """Stage 3: cuts and waits outside of speech and activity. Without a log, activity is found in the pictures."""
    with timer("activity"):
        activity, changes, inferred = recording.logged, recording.changes, recording.inferred
        notes: tuple[str, ...] = ()
        if activity is None:
            source, events = recording.source, recording.events
            seen = seen_changes(source, progress, shown := Damage())
            read_ms = read_until_ms(source, (shown, *result.damage))
            notes = damage_notes(source, read_ms)
            activity = changes_activity(seen, (), source.facts.duration_ms)
            if not (result.speech or result.transcript.words):
                activity = merge([*activity, *time_to_read(source, seen, read_ms)])
            inferred = inferred_from_pictures(source, seen, events)
            changes = in_full_size(source, seen)
    with timer("cuts"):
        spoken = [*result.speech, *result.transcript.words]  # a word may extend beyond the detected speech
        waits = waits_in(recording.source, recording.events, spoken)
        return _CutList(activity, changes, inferred, _decide(recording, activity, spoken, options), waits, notes)


def _decide(
    recording: _Recording, activity: Sequence[Span], spoken: Sequence[Span], options: IntakeOptions
) -> tuple[Cut, ...]:
    whole_ms, dropped = recording.source.facts.duration_ms, scraps(recording.events)
    return decide_cuts(whole_ms, activity, spoken, dropped, _trim(options), own=recording.own)


def _filled(
    outline: Draft, source: RecordingSource, result: TranscriptionResult, cutting: _CutList, options: IntakeOptions
) -> Draft:
    """The outline with words and cuts, still without steps."""
    return replace(
        outline,
        cuts=cutting.cuts,
        waits=cutting.waits,
        fasts=() if _trim(options).keep_all else cutting.waits,
        activity=tuple(cutting.activity),
        speech=result.speech,
        transcript=result.transcript,
        waiting_for_words=result.waiting,
        no_words_because=result.because,
        notes=(*kinds_notes(source), *result.notes, *cutting.notes),
        tracks=result.tracks,
    )


def _with_steps(
    draft: Draft,
    recording: _Recording,
    events: Sequence[Event],
    inferred: Sequence[InferredAction],
    options: IntakeOptions,
) -> Draft:
    """Stage 5: the draft with steps and title made from its words and these events."""
    log = ScreenLog(recording.changes, (draft.width, draft.height), recording.source.facts.duration_ms)
    told = tell(draft.transcript, events, inferred, log, options.vocabulary())
    title = told.title or recording.source.name
    return replace(draft, title=title, events=without_pointer(events), transcript=told.transcript, steps=told.steps)


class Told(NamedTuple):
    """What the words and actions of a take come to, in take time: the transcript has its corrections."""

    transcript: Transcript
    steps: tuple[Step, ...]
    title: str


def tell(
    transcript: Transcript,
    events: Sequence[Event],
    inferred: Sequence[InferredAction],
    log: ScreenLog,
    vocabulary: CustomVocabulary,
) -> Told:
    """The steps and the title of a take, in take time, without what was scrapped; the title may be empty."""
    from transcribe.steps.builder import make_steps, propose_title
    from transcribe.steps.misheard import corrected, demo_title, retitled
    from transcribe.words import without

    said = without(transcript, scraps(events))
    dropped = scraps(events)
    kept = [action for action in inferred if not any(scrap.contains(action.at_ms) for scrap in dropped)]
    steps = make_steps(said, events, log.duration_ms, kept, vocabulary)
    transcript = corrected(transcript, steps, events, vocabulary)
    title = demo_title(propose_title(said, events, vocabulary), transcript)
    return Told(transcript, with_focus(retitled(steps, transcript), log, events), title)


def _trim(options: IntakeOptions) -> TrimOptions:
    return with_changes(options.trim, keep_all=options.trim.keep_all or options.keep_all)


def file(draft: Draft, library: Library, progress: Progress = silent, ready: Path | None = None) -> Demo:
    """File a draft: publish its bundle, insert it into the catalog, and mark its take as filed.

    ``ready`` is the folder in which ``library.draft.prerender`` may have rendered it already. Filing the same draft
    again returns the existing demo. Raises VideoError, LibraryError, TakeError, and Cancelled when ``progress`` does:
    then nothing is filed, unless the error says so.
    """
    timer = StageTimer(draft.timings)
    library.store.sweep()
    with timer("file"):
        demo = _filed(draft, library, progress, ready)
    try:
        with timer("index"):
            make_findable(library, demo)
        give_answer(library, draft.answers, demo)
    finally:
        _mark_filed(draft, demo)
    return _timed(demo, demo.timings | timer.timings)


def _filed(draft: Draft, library: Library, progress: Progress, ready: Path | None) -> Demo:
    begun, key = time.monotonic(), clip_key(draft)
    for attempt in range(_SAME_NAME):
        demo_id = make_demo_id(draft.title, f"{draft.draft_id}/{attempt}")
        demo = make_demo(draft, demo_id, round(time.time() * 1000), library.review_days)
        if library.store.versions(demo_id):
            if (there := _already_filed(library, demo, key)) is not None:
                return there
            continue

        def fill(folder: Path, demo: Demo = demo) -> Demo:
            taken = {} if use_prerendered(draft, ready, folder) else render(draft, folder, progress)
            clip = replace(clip_facts(folder / CLIP), key=key)
            taken["file_ms"] = round((time.monotonic() - begun) * 1000)
            return _timed(replace(demo, clip=clip), demo.timings | taken)

        library.mark_pending(demo_id)
        try:
            return write_bundle(demo, library.store, fill)
        except VersionTaken:  # perhaps by a second worker with the same draft
            if (there := _already_filed(library, demo, key)) is not None:
                return there
    raise LibraryError(f"“{draft.title}” could not be given an id of its own", "Change its title a little.")


def _already_filed(library: Library, demo: Demo, key: str) -> Demo | None:
    """The demo as which the same draft was filed before, for example by a process that died before it returned."""
    try:
        first = library.store.read(demo.demo_id, 1)
        same = all(getattr(first, name) == getattr(demo, name) for name in ("title", "author", "tags", "take", "cuts"))
        same = same and first.steps == demo.steps and first.transcript == demo.transcript
        same = same and first.clip.key in {key, ""} and first.blurs == demo.blurs
        return newest(library.store, demo.demo_id) if same else None
    except LibraryError:  # a damaged folder of another demo; it keeps its name
        return None


def _timed(demo: Demo, timings: dict[str, int]) -> Demo:
    """The demo with its timings; ``stopped_to_searchable_ms`` excludes the time a person spent reviewing."""
    if "waited_ms" in timings:
        stages = ("waited_ms", "propose_ms", "file_ms", "index_ms")
        timings = timings | {"stopped_to_searchable_ms": sum(timings.get(stage, 0) for stage in stages)}
    return replace(demo, timings=timings)


def _mark_filed(draft: Draft, demo: Demo) -> None:
    if not draft.take.take_id or not Path(draft.source).is_dir():
        return
    try:
        mark_filed(Path(draft.source), demo.demo_id)
    except ShowhowError as error:
        what = f"“{demo.title}” is filed as {demo.demo_id}, but its take could not be marked so: {error.what}"
        raise LibraryError(what, "Nothing is lost.") from error
