"""Looking after filed demos: words for those that wait, new titles and tags, removal. Each change is a new version.

Owns that two people changing the same demo both get their change, and that removing only moves. Refuses to cut.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from capture.progress import Progress, silent
from capture.span import Span
from library.bundle import newest_bundle, write_version
from library.catalog import not_found
from library.connect import Library
from library.draft import said
from library.files import explained
from library.model import STEPS_BY_HAND, TITLE_BY_HAND, Demo, LibraryError
from library.refresh import folder_stamp
from library.staging import VersionTaken, sweep
from library.text import TITLE_LENGTH, clean, clean_tags, folded, is_demo_id
from transcribe.model import ModelMissing, Recognizer, Sound, Step, Transcript, Word

_ATTEMPTS = 50
"""Each failed one means that somebody else's change went through, so the crowd gets smaller."""


class HearingOptions(Protocol):
    """The part of the intake's options that is about words."""

    @property
    def recognizer(self) -> Callable[[], Recognizer] | None:
        """Gives what turns sound into words, or raises ModelMissing."""


def hear(
    recognizer: Callable[[], Recognizer] | None, sound: Sound, speech: Sequence[Span], progress: Progress
) -> Transcript:
    """The words of a sound. Raises ModelMissing when nothing can hear them, TranscribeError, Cancelled."""
    if recognizer is None:
        raise ModelMissing("There is no speech model", "Get one: showhow model download base")
    return recognizer().hear(sound, speech, progress)


def current(library: Library, demo_id: str) -> Demo:
    """The newest version of a demo, from its bundle. Raises DemoNotFound, LibraryError."""
    home = library.demos / demo_id
    if not is_demo_id(demo_id) or not home.is_dir():
        raise not_found(demo_id)
    return newest_bundle(home)


def revise(library: Library, demo_id: str, change: Callable[[Demo], Demo], progress: Progress = silent) -> Demo:
    """File a demo's next version; ``change`` may be asked again when somebody else was quicker.

    A record it leaves as it is makes no version. Raises DemoNotFound, LibraryError, and whatever ``change`` raises.
    """
    sweep(library.demos)
    for _ in range(_ATTEMPTS):
        before = current(library, demo_id)
        after = change(before)
        if after == before:
            return before
        after = replace(after, updated_unix_ms=max(round(time.time() * 1000), before.updated_unix_ms))
        try:
            filed = write_version(before, after, library.demos, progress)
        except VersionTaken:
            continue
        make_findable(library, filed)
        return filed
    raise LibraryError(f"{demo_id} is being changed by many at once", "Try again in a moment.")


def make_findable(library: Library, demo: Demo) -> None:
    """Put what was just filed into the catalog. Raises LibraryError that says: it is filed all the same."""
    try:
        library.catalog.put(demo, folder_stamp(demo.path.parent))
    except LibraryError as error:
        what = f"“{demo.title}” is filed as {demo.demo_id}, but cannot be searched yet: {error.what}"
        raise LibraryError(what, "It is found when the library is opened the next time.") from error


def edit_demo(
    library: Library,
    demo_id: str,
    *,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    author: str | None = None,
    step_titles: Mapping[int, str] | None = None,
    review_unix_ms: int | None = None,
) -> Demo:
    """Change what is given and leave the rest; a ``review_unix_ms`` of 0 takes the review date away.

    Raises DemoNotFound when there is no such demo or step, LibraryError.
    """

    def change(demo: Demo) -> Demo:
        if title is not None:
            demo = _by_hand(replace(demo, title=_named(title)), TITLE_BY_HAND)
        if tags is not None:
            demo = replace(demo, tags=clean_tags(tags))
        if author is not None:
            demo = replace(demo, author=clean(author, TITLE_LENGTH))
        if review_unix_ms is not None:
            demo = replace(demo, review_unix_ms=review_unix_ms or None)
        return _retitled(demo, step_titles or {})

    return revise(library, demo_id, change)


def _retitled(demo: Demo, titles: Mapping[int, str]) -> Demo:
    named = {demo.step(number).number: _named(title) for number, title in titles.items()}
    steps = tuple(replace(step, title=named.get(step.number, step.title)) for step in demo.steps)
    return demo if steps == demo.steps else _by_hand(replace(demo, steps=steps), STEPS_BY_HAND)


def _by_hand(demo: Demo, what: str) -> Demo:
    return replace(demo, by_hand=tuple(sorted({*demo.by_hand, what})))


def _named(text: str) -> str:
    if name := clean(text, TITLE_LENGTH):
        return name
    raise LibraryError("A title cannot be empty", "Type at least one letter.")


def complete(demo_id: str, library: Library, options: HearingOptions, progress: Progress = silent) -> Demo:
    """Give a demo its words, or better ones, from the sound of its clip; its next version.

    Title and steps follow the words where nobody wrote them by hand. Raises DemoNotFound, ModelMissing,
    TranscribeError, VideoError, LibraryError, and Cancelled when ``progress`` does; then the demo stays as it was.
    """
    from capture.video.read import read_sound
    from transcribe.speech import speech_spans

    begun = time.monotonic()
    demo = current(library, demo_id)
    progress(0, 0, "Listening for speech")
    sound = read_sound(demo.path / demo.clip.path) if demo.clip.has_sound else None
    speech = speech_spans(sound) if sound is not None else []
    if sound is None or not speech:
        return revise(library, demo_id, lambda demo: replace(demo, waiting_for_words=False))
    transcript = hear(options.recognizer, sound, speech, progress)
    words_ms = round((time.monotonic() - begun) * 1000)
    return revise(library, demo_id, lambda demo: _with_words(demo, transcript, words_ms), progress)


def _with_words(demo: Demo, transcript: Transcript, words_ms: int) -> Demo:
    from transcribe.steps import make_steps, propose_title

    if STEPS_BY_HAND in demo.by_hand:
        steps = _reworded(demo, transcript.words)
    else:
        events = [event for step in demo.steps for event in step.events]
        steps = tuple(make_steps(transcript, events, demo.clip.duration_ms)) or demo.steps
    title = demo.title if TITLE_BY_HAND in demo.by_hand else propose_title(transcript) or demo.title
    timings = {**demo.timings, "words_ms": words_ms}
    heard = replace(demo, title=title, transcript=transcript, steps=steps, timings=timings)
    return replace(heard, waiting_for_words=False)


def _reworded(demo: Demo, words: Sequence[Word]) -> tuple[Step, ...]:
    """The steps as people made them; texts that were empty, or just what was heard, are heard anew."""
    steps = []
    for step in demo.steps:
        untouched = folded(step.text) in {"", folded(said(demo.words, step))}
        steps.append(replace(step, text=said(words, step)) if untouched else step)
    return tuple(steps)


def remove_demo(library: Library, demo_id: str) -> Path:
    """Take a demo out of the library; returns where it lies now, in the trash, with all its versions.

    Moving it back below ``demos`` under its id brings it back. Raises DemoNotFound, LibraryError.
    """
    home = library.demos / demo_id
    if not is_demo_id(demo_id) or not home.is_dir():
        library.catalog.remove(demo_id)
        raise not_found(demo_id)
    trash = library.trash / f"{demo_id}--{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    with explained(f"remove {demo_id}"):
        library.trash.mkdir(exist_ok=True)
        try:
            home.rename(trash)
        except FileNotFoundError as error:  # another program was quicker
            raise not_found(demo_id) from error
    library.catalog.remove(demo_id)
    return trash
