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
from capture.model import Event
from capture.progress import Progress, silent
from capture.span import Span
from library.connection.library import Library
from library.draft.prerender import clip_key
from library.draft.to_demo import make_demo
from library.intake.late_words import complete
from library.intake.options import PLAIN, IntakeOptions
from library.intake.screen_text import labels_beside
from library.intake.source import (
    Source,
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
from library.intake.transcription import Listened, hear_recording
from library.maintenance.edit import edit_demo
from library.maintenance.revisions import make_findable, remove_demo
from library.model import Demo, Draft, LibraryError
from library.storage.bundle import write_bundle
from library.storage.staging import VersionTaken
from library.storage.store import newest
from library.text import clean, make_demo_id
from transcribe.model import Transcript

__all__ = ["IntakeOptions", "complete", "edit_demo", "file", "propose", "remove_demo"]

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
class _Known:
    """What is known of a recording without listening and decoding; ``logged`` is None without a recorder's log."""

    source: Source
    events: tuple[Event, ...]
    logged: Sequence[Span] | None
    draft: Draft


def propose(
    source: Path,
    options: IntakeOptions = PLAIN,
    progress: Progress = silent,
    begun: Callable[[Draft], None] = lambda _: None,
) -> Draft:
    """A draft of a take (its folder, or a file in it) or of any video file: cuts, words, steps and a title.

    ``begun`` is handed, within milliseconds, what is known without listening and decoding: of a take its cuts by the
    recorder's log and its steps by what was clicked; and once more what is known when the words are there. What cannot
    be heard, for want of a model or because hearing fails, leaves a draft without words that says why.
    Raises TakeError, VideoError, LibraryError, and Cancelled when ``progress`` does; the source is never changed.
    """
    watch = _Watch()
    with watch("propose"):
        with watch("open"):
            found = open_source(source)
        waited = stopped_ms_ago(found, round(time.time() * 1000))
        with watch("log"):
            events = events_of(found)
            logged = logged_activity(found, events)
            events = done(events)
            known = _Known(found, events, logged, _begun(found, options, events, logged))
        begun(known.draft)
        draft = _heard(known, options, progress, watch, begun)
    if waited is not None and 0 <= waited <= _JUST_STOPPED_MS:
        watch.timings["waited_ms"] = waited
    return replace(draft, timings=watch.timings)


def _begun(source: Source, options: IntakeOptions, events: Sequence[Event], activity: Sequence[Span] | None) -> Draft:
    from transcribe.steps.builder import make_steps

    whole = source.facts.duration_ms
    cuts = decide_cuts(whole, activity, [], scraps(events), _trim(options)) if activity is not None else ()
    return Draft(
        draft_id=source.source_id,
        source=str(source.path),
        take=source.take_facts,
        width=source.facts.width,
        height=source.facts.height,
        has_sound=source.facts.has_sound,
        title=source.name,
        author=clean(options.author),
        cuts=cuts,
        activity=tuple(activity or ()),
        events=worth_keeping(events),
        steps=make_steps(Transcript(), worth_keeping(events), whole),
        waiting_for_words=source.facts.has_sound,
    )


def _heard(
    known: _Known, options: IntakeOptions, progress: Progress, watch: _Watch, begun: Callable[[Draft], None]
) -> Draft:
    """The draft with what listening and looking add: speech, words, steps made of them, and cuts that spare both.

    ``begun`` gets it once before the labels of the clicks are read, which takes longer than words heard already.
    """
    source, events, whole = known.source, known.events, known.source.facts.duration_ms
    with labels_beside(source.video, events, options.reader) as labelled:
        listened = _listen(source, options, progress, watch)
        with watch("activity"):
            activity = seen_activity(source, progress) if known.logged is None else known.logged
        with watch("cuts"):
            spoken = [*listened.speech, *listened.transcript.words]  # a word may reach beyond where a voice was found
            cuts = decide_cuts(whole, activity, spoken, scraps(events), _trim(options))
            waits = waits_in(source, events, spoken)
        draft = replace(
            known.draft,
            cuts=cuts,
            waits=waits,
            fasts=() if _trim(options).keep_all else waits,
            activity=tuple(activity),
            speech=listened.speech,
            transcript=listened.transcript,
            waiting_for_words=listened.waiting,
            no_words_because=listened.because,
        )
        begun(_with_steps(draft, source, events))
        with watch("labels"):
            events = labelled()
    with watch("steps"):
        return _with_steps(draft, source, events)


def _with_steps(draft: Draft, source: Source, events: Sequence[Event]) -> Draft:
    """The draft with the steps and the title that its words and these events make."""
    from transcribe.steps.builder import make_steps, propose_title
    from transcribe.words import without

    said = without(draft.transcript, scraps(events))
    steps, title = make_steps(said, events, source.facts.duration_ms), propose_title(said)
    return replace(draft, title=title or source.name, events=worth_keeping(events), steps=steps)


def _listen(source: Source, options: IntakeOptions, progress: Progress, watch: _Watch) -> Listened:
    """What was heard while it was recorded, and what is heard now."""
    listened = hear_recording(source, options.recognizer, progress)
    for stage, seconds in listened.spent_s.items():
        watch.note(stage, seconds)
    return listened


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

    def timed(demo: Demo) -> Demo:
        return _timed(demo, demo.timings | {"file_ms": round((time.monotonic() - begun) * 1000)})

    for attempt in range(_SAME_NAME):
        demo_id = make_demo_id(draft.title, f"{draft.draft_id}/{attempt}")
        demo = make_demo(draft, demo_id, round(time.time() * 1000), library.review_days)
        if library.store.versions(demo_id):
            if (there := _already_filed(library, demo, key)) is not None:
                return there
            continue
        library.announce(demo_id)
        try:
            return write_bundle(draft, demo, library.store, progress, timed=timed, ready=ready)
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
