"""THE corridor: a take or any video file becomes a draft, a draft becomes a filed demo.

Owns the order of the stages, what is measured of them, and that a failure at any of them loses nothing. Every stage
reports progress, can be cancelled, and starts again from what is on disk. Refuses to ask questions: screens, commands
and workers all come through here alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as with_changes
from pathlib import Path

from msgspec.structs import replace

from capture.analysis.trim import TrimOptions, decide_cuts
from capture.errors import ShowhowError
from capture.model import Cut, Event, SpeedUp
from capture.progress import Progress, silent
from capture.span import Span
from library.connection.library import Library
from library.draft.prerender import clip_facts, clip_key, render, use_prerendered
from library.draft.to_demo import make_demo
from library.intake.options import PLAIN, IntakeOptions
from library.intake.screen_text import labels_beside
from library.intake.source import (
    RecordingSource,
    done,
    events_of,
    logged_activity,
    open_source,
    scraps,
    seen_activity,
    stopped_ms_ago,
    waits_in,
    worth_keeping,
)
from library.intake.transcription import TranscriptionResult, hear_recording
from library.maintenance.revisions import make_findable
from library.model import CLIP, Demo, Draft, LibraryError
from library.storage.bundle import write_bundle
from library.storage.staging import VersionTaken
from library.storage.store import newest
from library.text import clean, make_demo_id

_JUST_STOPPED_MS = 60_000
"""A take that was closed longer ago is not on its way from the recorder, and its waiting is nobody's speed."""
_SAME_NAME = 50


class _Watch:
    """Measures stages, in whole milliseconds under ``<stage>_ms``."""

    def __init__(self, timings: dict[str, int] | None = None) -> None:
        self.timings = dict(timings or {})

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.note(stage, time.monotonic() - begun)

    def note(self, stage: str, seconds: float) -> None:
        """What a stage took."""
        self.timings[f"{stage}_ms"] = round(seconds * 1000)


@dataclass(frozen=True)
class _Recording:
    """What can be read off a recording at once. ``logged``: where something happened, None without a recorder's log.

    ``waited_ms``: since the recorder closed it; None when that is not known.
    """

    source: RecordingSource
    events: tuple[Event, ...]
    logged: Sequence[Span] | None
    waited_ms: int | None

    @property
    def duration_ms(self) -> int:
        """Its length."""
        return self.source.facts.duration_ms


@dataclass(frozen=True)
class _Cutting:
    """Where something happens in a recording, what is left out of it, and where it is only waited."""

    activity: Sequence[Span]
    cuts: tuple[Cut, ...]
    waits: tuple[SpeedUp, ...]


def propose(
    source: Path,
    options: IntakeOptions = PLAIN,
    progress: Progress = silent,
    begun: Callable[[Draft], None] = lambda _: None,
) -> Draft:
    """A draft of a take (its folder, or a file in it) or of any video file: cuts, words, steps and a title.

    Five stages: read what is known at once, transcribe, find the cuts, read the labels of clicks (beside the others),
    make the steps. ``begun`` is handed, within milliseconds, what is known without listening and decoding: of a take
    its cuts by the recorder's log and its steps by what was clicked; and once more what is known when the words are
    there, before the labels. What cannot be heard, for want of a model or because hearing fails, leaves a draft without
    words that says why.
    Raises TakeError, VideoError, LibraryError, and Cancelled when ``progress`` does; the source is never changed.
    """
    watch = _Watch()
    with watch("propose"):
        recording = _read(source, watch)
        outline = _outline(recording, options)
        begun(outline)
        with labels_beside(recording.source.video, recording.events, options.reader) as labelled:
            listened = _transcribe(recording, options, progress, watch)
            cutting = _find_cuts(recording, listened, options, progress, watch)
            draft = _filled(outline, listened, cutting, options)
            begun(_with_steps(draft, recording, recording.events))
            with watch("labels"):
                events = labelled()
        with watch("steps"):
            draft = _with_steps(draft, recording, events)
    if recording.waited_ms is not None and 0 <= recording.waited_ms <= _JUST_STOPPED_MS:
        watch.timings["waited_ms"] = recording.waited_ms
    return replace(draft, timings=watch.timings)


def _read(path: Path, watch: _Watch) -> _Recording:
    """The first stage: open the recording and read the recorder's log."""
    with watch("open"):
        source = open_source(path)
    waited_ms = stopped_ms_ago(source, round(time.time() * 1000))
    with watch("log"):
        events = events_of(source)
        return _Recording(source, done(events), logged_activity(source, events), waited_ms)


def _outline(recording: _Recording, options: IntakeOptions) -> Draft:
    """What is known without listening and decoding: no words yet, cuts by the log, steps by what was done."""
    source = recording.source
    cuts = _decide(recording, recording.logged, (), options) if recording.logged is not None else ()
    draft = Draft(
        draft_id=source.source_id,
        source=str(source.path),
        take=source.take_facts,
        width=source.facts.width,
        height=source.facts.height,
        has_sound=source.facts.has_sound,
        title=source.name,
        author=clean(options.author),
        cuts=cuts,
        activity=tuple(recording.logged or ()),
        waiting_for_words=source.facts.has_sound,
    )
    return _with_steps(draft, recording, recording.events)


def _transcribe(
    recording: _Recording, options: IntakeOptions, progress: Progress, watch: _Watch
) -> TranscriptionResult:
    """The second: what was heard while it was recorded, and what is heard now."""
    listened = hear_recording(recording.source, options.recognizer, progress)
    for stage, seconds in listened.spent_s.items():
        watch.note(stage, seconds)
    return listened


def _find_cuts(
    recording: _Recording, listened: TranscriptionResult, options: IntakeOptions, progress: Progress, watch: _Watch
) -> _Cutting:
    """The third: cuts and waits that spare whatever is said and done; without a log the pictures tell what is done."""
    with watch("activity"):
        logged = recording.logged
        activity = seen_activity(recording.source, progress) if logged is None else logged
    with watch("cuts"):
        spoken = [*listened.speech, *listened.transcript.words]  # a word may reach beyond where a voice was found
        waits = waits_in(recording.source, recording.events, spoken)
        return _Cutting(activity, _decide(recording, activity, spoken, options), waits)


def _decide(
    recording: _Recording, activity: Sequence[Span], spoken: Sequence[Span], options: IntakeOptions
) -> tuple[Cut, ...]:
    return decide_cuts(recording.duration_ms, activity, spoken, scraps(recording.events), _trim(options))


def _filled(outline: Draft, listened: TranscriptionResult, cutting: _Cutting, options: IntakeOptions) -> Draft:
    """The outline with what was heard and cut; its steps are not made anew."""
    return replace(
        outline,
        cuts=cutting.cuts,
        waits=cutting.waits,
        fasts=() if _trim(options).keep_all else cutting.waits,
        activity=tuple(cutting.activity),
        speech=listened.speech,
        transcript=listened.transcript,
        waiting_for_words=listened.waiting,
        no_words_because=listened.because,
    )


def _with_steps(draft: Draft, recording: _Recording, events: Sequence[Event]) -> Draft:
    """The last: the draft with the steps and the title that its words and these events make."""
    from transcribe.steps.builder import make_steps, propose_title
    from transcribe.words import without

    said = without(draft.transcript, scraps(events))
    steps, title = make_steps(said, events, recording.duration_ms), propose_title(said)
    return replace(draft, title=title or recording.source.name, events=worth_keeping(events), steps=steps)


def _trim(options: IntakeOptions) -> TrimOptions:
    """The trim options with ``keep_all`` in force."""
    return with_changes(options.trim, keep_all=options.trim.keep_all or options.keep_all)


def file(draft: Draft, library: Library, progress: Progress = silent, ready: Path | None = None) -> Demo:
    """File a draft: its bundle appears whole, is made findable, and its take is marked as filed.

    ``ready`` is where ``library.draft.prerender`` may have rendered it already.

    Filing the same draft again gives the demo there is. Raises VideoError, LibraryError, TakeError, and Cancelled when
    ``progress`` does: then nothing is filed, unless the error says so.
    """
    watch = _Watch(draft.timings)
    library.store.sweep()
    with watch("file"):
        demo = _filed(draft, library, progress, ready)
    try:
        with watch("index"):
            make_findable(library, demo)
    finally:
        _mark_filed(draft, demo)
    return _timed(demo, demo.timings | watch.timings)


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
        except VersionTaken:  # perhaps by a second worker with this very draft
            if (there := _already_filed(library, demo, key)) is not None:
                return there
    raise LibraryError(f"“{draft.title}” could not be given an id of its own", "Change its title a little.")


def _already_filed(library: Library, demo: Demo, key: str) -> Demo | None:
    """The demo this very draft was filed as before, say by a process that died before it could tell."""
    try:
        first = library.store.read(demo.demo_id, 1)
        same = all(getattr(first, name) == getattr(demo, name) for name in ("title", "author", "tags", "take", "cuts"))
        same = same and first.steps == demo.steps and first.transcript == demo.transcript
        same = same and first.clip.key in {key, ""} and first.blurs == demo.blurs
        return newest(library.store, demo.demo_id) if same else None
    except LibraryError:  # somebody else's broken folder; it keeps its name
        return None


def _timed(demo: Demo, timings: dict[str, int]) -> Demo:
    """The demo with its timings; from stop to searchable counts the machine's time, not that of a person reviewing."""
    if "waited_ms" in timings:
        stages = ("waited_ms", "propose_ms", "file_ms", "index_ms")
        timings = timings | {"stopped_to_searchable_ms": sum(timings.get(stage, 0) for stage in stages)}
    return replace(demo, timings=timings)


def _mark_filed(draft: Draft, demo: Demo) -> None:
    if not draft.take.take_id or not Path(draft.source).is_dir():
        return
    from capture.takes import mark_filed

    try:
        mark_filed(Path(draft.source), demo.demo_id)
    except ShowhowError as error:
        what = f"“{demo.title}” is filed as {demo.demo_id}, but its take could not be marked so: {error.what}"
        raise LibraryError(what, "Nothing is lost.") from error
