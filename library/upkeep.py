"""Looking after filed demos: the next version, words for those that wait, older versions, removal and its undoing.

Owns that two people changing the same demo both get their change, and that removing only moves. Refuses to cut.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec.structs import replace

from capture.progress import Progress, silent
from library.bundle import write_version
from library.connect import Library
from library.draft import said
from library.model import SCREEN_MS, STEPS_BY_HAND, TITLE_BY_HAND, Demo, DemoNotFound, LibraryError
from library.refresh import folder_stamp
from library.staging import VersionTaken
from library.store import Trashed, find_trashed, newest, newest_of
from library.text import folded
from transcribe.model import Recognizer, Step, Transcript, Word

_ATTEMPTS = 50
"""Each failed one means that somebody else's change went through, so the crowd gets smaller."""


class HearingOptions(Protocol):
    """The part of the intake's options that is about words."""

    @property
    def recognizer(self) -> Callable[[], Recognizer] | None:
        """Gives what turns sound into words, or raises ModelMissing."""

    @property
    def author(self) -> str:
        """Who asks for them."""


def current(library: Library, demo_id: str) -> Demo:
    """The newest version of a demo, from its bundle. Raises DemoNotFound, LibraryError."""
    return newest(library.store, demo_id)


def revise(
    library: Library, demo_id: str, change: Callable[[Demo], Demo], progress: Progress = silent, *, by: str = ""
) -> Demo:
    """File a demo's next version, signed ``by``; ``change`` may be asked again when somebody else was quicker.

    A record it leaves as it is makes no version. Raises DemoNotFound, LibraryError, and whatever ``change`` raises.
    """
    library.store.sweep()
    for _ in range(_ATTEMPTS):
        # The number and what it builds on come from one look: a version filed in between is not to be passed over.
        there = library.store.versions(demo_id)
        before = newest_of(library.store, demo_id, there)
        after = change(before)
        if after == before:
            return before
        now = max(round(time.time() * 1000), before.updated_unix_ms)
        after = replace(after, version=there[0] + 1, updated_unix_ms=now, edited_by=by)
        library.announce(demo_id)
        try:
            filed = write_version(library.store.at_hand(before), after, library.store, progress)
        except VersionTaken:
            continue
        make_findable(library, filed)
        return filed
    raise _crowded(demo_id)


def make_findable(library: Library, demo: Demo) -> None:
    """Put what was just filed into the catalog. Raises LibraryError that says: it is filed all the same."""
    try:
        library.catalog.put(demo, folder_stamp(demo.path.parent))
        library.settle(demo.demo_id)
    except LibraryError as error:
        what = f"“{demo.title}” is filed as {demo.demo_id}, but cannot be searched yet: {error.what}"
        raise LibraryError(what, "It is found when the library is opened the next time.") from error


def complete(demo_id: str, library: Library, options: HearingOptions, progress: Progress = silent) -> Demo:
    """Give a demo its words, or better ones, from the sound of its clip; its next version.

    Title and steps follow the words where nobody wrote them by hand. Raises DemoNotFound, ModelMissing,
    TranscribeError, VideoError, LibraryError, and Cancelled when ``progress`` does; then the demo stays as it was.
    """
    from library.listening import hear_video  # with NumPy, which looking after demos does without

    begun = time.monotonic()
    demo = library.store.at_hand(current(library, demo_id), progress=progress)
    clip, transcript = demo.clip, None
    if clip.has_sound:
        transcript = hear_video(demo.path / clip.path, clip.duration_ms, options.recognizer, progress)
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
        timings.pop(SCREEN_MS, None)  # there are pictures nobody has read
    heard = replace(demo, title=title, transcript=transcript, steps=steps, timings=timings)
    return replace(heard, waiting_for_words=False)


def _reworded(demo: Demo, words: Sequence[Word]) -> tuple[Step, ...]:
    """The steps as people made them; texts that were empty, or just what was heard, are heard anew."""
    steps = []
    for step in demo.steps:
        untouched = folded(step.text) in {"", folded(said(demo.words, step))}
        steps.append(replace(step, text=said(words, step)) if untouched else step)
    return tuple(steps)


def remove_demo(library: Library, demo_id: str) -> Trashed:
    """Take a demo out of the library; returns where it lies now, in the trash, with all its versions.

    ``restore_demo`` brings it back. Raises DemoNotFound, LibraryError.
    """
    try:
        trash = library.store.remove(demo_id)
    except DemoNotFound:
        library.catalog.remove(demo_id)
        raise
    library.catalog.remove(demo_id)
    return trash


def restore_demo(library: Library, name: str) -> Demo:
    """Bring back what was last removed under an id or title. Raises DemoNotFound, LibraryError."""
    trashed = find_trashed(library.store, name)
    library.announce(trashed.demo_id)
    library.store.restore(trashed)
    demo = current(library, trashed.demo_id)
    make_findable(library, demo)
    return demo


def restore_version(library: Library, demo_id: str, version: int, by: str = "") -> Demo:
    """File an older version again, as the next one. Raises DemoNotFound when there is no such version, LibraryError."""
    there = library.store.versions(demo_id)
    if version not in there:
        known = ", ".join(str(number) for number in reversed(there))
        raise DemoNotFound(f"{demo_id} has no version {version}", f"Its versions are {known}." if known else "")
    old = library.store.at_hand(library.store.read(demo_id, version))
    for _ in range(_ATTEMPTS):
        latest = library.store.versions(demo_id)[0]  # even one that cannot be read has its number
        stamp = {"updated_unix_ms": round(time.time() * 1000), "edited_by": by}
        library.announce(demo_id)
        try:
            filed = write_version(old, replace(old, version=latest + 1, **stamp), library.store)
        except VersionTaken:
            continue
        make_findable(library, filed)
        return filed
    raise _crowded(demo_id)


def _crowded(demo_id: str) -> LibraryError:
    return LibraryError(f"{demo_id} is being changed by many at once", "Try again in a moment.")
