"""Hears a take once more as a whole, after it was filed with the words heard while it was recorded.

Live words are there at once, but each utterance was heard alone. Owns which takes wait for their second hearing, known
from the takes and the library alone, so that it goes on after any end; that a demo somebody changed meanwhile stays as
it is; and that words put right by hand are never replaced. ``transcribe/surer.py`` chooses the words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from capture.errors import ShowhowError
from capture.file_lock import FileLock
from capture.files import write_bytes
from capture.model import Click, Clip, Event, Take
from capture.progress import Progress, silent
from capture.takes import list_takes
from library.connection.library import Library
from library.draft.to_demo import steps_through, with_stills
from library.intake.inferred import inferred_from_log
from library.intake.late_words import with_words
from library.intake.options import IntakeOptions
from library.intake.pipeline import tell
from library.intake.refile import take_of
from library.intake.source import RecordingSource, events_of, logged_changes, without_initial_window
from library.intake.transcription import transcribe_video, with_names_shown
from library.maintenance.revisions import current, revise
from library.model import SECOND_HEARING_MS, Demo, DemoNotFound, HeardAgain
from transcribe.corrections import without_corrections
from transcribe.model import Recognizer, Transcript
from transcribe.phrases.lexicon import CustomVocabulary
from transcribe.steps.focus import ScreenLog
from transcribe.streaming.transcriber import LiveRecognizer
from transcribe.streaming.transcript_log import PartialTranscript, read_words
from transcribe.surer import same_words, surer

MARK, LOCK = "heard_again.json", "heard_again.lock"
"""In the folder of a take: how its second hearing ended; held while it goes on."""


Busy = Callable[[str], bool]
"""Whether the demo of an id is being changed by hand now; it is then heard later."""


def nobody(_demo_id: str) -> bool:
    """No demo is being changed by hand."""
    return False


def waiting_takes(library: Library, takes_folder: Path) -> Iterator[Take]:
    """The takes whose demos in this library have the words heard while recording, and were not heard again yet."""
    for take in list_takes(takes_folder):
        if take.filed_as is None or (take.path / MARK).exists():
            continue
        with suppress(ShowhowError):  # not a demo of this library, or a damaged log
            words = read_words(take.path)
            library.catalog.get(take.filed_as)
            if _heard_live(words):
                yield take


def _heard_live(words: PartialTranscript) -> bool:
    header = words.hearing
    return header is not None and not header.together and words.ended_ms is not None and bool(words.transcript.words)


def hear_again(
    take: Take, library: Library, options: IntakeOptions, progress: Progress = silent, busy: Busy = nobody
) -> HeardAgain | None:
    """Hear a filed take as a whole, and file the surer words as the next version of its demo.

    None when it cannot be done now (another process does it, the demo is ``busy``): it waits on. Raises
    TranscribeError, VideoError, LibraryError, and Cancelled when ``progress`` does; it then waits on, too.
    """
    return _SecondHearing(take, library, options, progress, busy).run()


@dataclass(frozen=True)
class _SecondHearing:
    """One take and what hears it; as for ``hear_again``."""

    take: Take
    library: Library
    options: IntakeOptions
    progress: Progress
    busy: Busy

    def run(self) -> HeardAgain | None:
        """Hear it, unless another process does or did, and mark the take as heard."""
        demo_id, mark = self.take.filed_as or "", self.take.path / MARK
        lock = FileLock(self.take.path / LOCK)
        if self.busy(demo_id) or not lock.take():
            return None
        try:
            heard = None if mark.exists() else self._hear(current(self.library, demo_id))
            if heard is not None:
                write_bytes(mark, msgspec.json.encode(heard))
        except DemoNotFound:  # removed meanwhile; it may come back
            return None
        finally:
            lock.release()
        return heard

    def _hear(self, demo: Demo) -> HeardAgain | None:
        words, source = read_words(self.take.path), take_of(demo, self.take.path.parent)
        same = HeardAgain(demo_id=demo.demo_id, title=demo.title)
        if source is None or not _has_words_of(demo, words.transcript):
            return same  # heard otherwise, or changed, since
        by = self.options.recognizer() if self.options.recognizer is not None else None
        if by is None:
            return None
        if not _same_recognizer(by, words):
            return same  # how sure two models are cannot be compared
        self.library.store.try_write()
        begun = time.monotonic()
        hear = partial(transcribe_video, source.video, source.facts.duration_ms, progress=self.progress)
        again = hear(lambda: by)
        chosen = surer(words.transcript, again) if again is not None else words.transcript
        chosen = with_names_shown(chosen, _labelled(events_of(source), demo, _clip(demo)), by, hear)
        if self.busy(demo.demo_id):
            return None
        if same_words(chosen, words.transcript):
            return same
        return self._file(demo, chosen, source, round((time.monotonic() - begun) * 1000))

    def _file(self, seen: Demo, chosen: Transcript, source: RecordingSource, spent_ms: int) -> HeardAgain:
        vocabulary = self.options.vocabulary()

        def change(now: Demo) -> Demo:
            return now if _changed_by_others(seen, now) else _with_surer(now, chosen, source, spent_ms, vocabulary)

        filed = revise(self.library, seen.demo_id, change, self.progress, by=seen.edited_by)
        version = filed.version if SECOND_HEARING_MS in filed.timings else 0
        return HeardAgain(demo_id=filed.demo_id, title=filed.title, version=version)


def _same_recognizer(by: Recognizer, words: PartialTranscript) -> bool:
    """Whether it is the model that heard the take before; how sure two different ones are cannot be compared."""
    header, language = words.hearing, by.language if isinstance(by, LiveRecognizer) else ""
    return header is not None and (by.name, language) == (header.model, header.language)


def _has_words_of(demo: Demo, said: Transcript) -> bool:
    """Whether the words of a demo are still those of its take's log, and none was put right by hand."""
    return not demo.transcript.by_hand and same_words(demo.transcript, said.through(_clip(demo)))


def _clip(demo: Demo) -> Clip:
    return Clip(demo.take.duration_ms, demo.cuts, demo.fasts)


def _changed_by_others(seen: Demo, now: Demo) -> bool:
    """Whether words, steps or clip were changed; the text read on stills since does not count."""
    return (
        without_corrections(seen.transcript) != without_corrections(now.transcript)
        or (seen.cuts, seen.fasts, seen.blurs) != (now.cuts, now.fasts, now.blurs)
        or [(s.span, s.title, s.text) for s in seen.steps] != [(s.span, s.title, s.text) for s in now.steps]
    )


def _with_surer(
    demo: Demo, chosen: Transcript, source: RecordingSource, spent_ms: int, vocabulary: CustomVocabulary
) -> Demo:
    """The demo with these words (take time); its steps are made as they were at first, from the take."""
    clip = _clip(demo)
    events = _labelled(without_initial_window(events_of(source)), demo, clip)
    inferred = inferred_from_log(source, events)
    facts = source.facts
    log = ScreenLog(logged_changes(source), (facts.width, facts.height), facts.duration_ms)
    told = tell(chosen, events, inferred, log, vocabulary)
    steps = with_stills(steps_through(told.steps, clip))
    return with_words(demo, told.transcript.through(clip), steps, told.title, {SECOND_HEARING_MS: spent_ms})


def _labelled(events: Sequence[Event], demo: Demo, clip: Clip) -> tuple[Event, ...]:
    """The events of the take with the labels that the demo shows: one under a blur has none."""
    from transcribe.steps.builder import with_labels

    clicks = [event for step in demo.steps for event in step.events if isinstance(event, Click) and event.label]
    shown = {click.at_ms: click.label for click in clicks}
    labels = {event.at_ms: shown[at] for event in events if (at := clip.to_clip(event.at_ms)) in shown}
    return with_labels(events, labels)
