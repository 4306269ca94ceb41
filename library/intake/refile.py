"""Opens a filed demo for review again, from its take while that is kept, else from its clip; files its next version.

Owns finding the take and what it still knows, and that a clip is rendered again only when its pictures changed. Never
changes a take's recording. What becomes of the fields is in ``library/draft/reopen.py``.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from capture.errors import ShowhowError
from capture.model import Blur, Take, TakeState
from capture.progress import Progress, silent
from capture.takes import is_live, list_takes, mark_filed
from library.connection.library import Library
from library.draft.blurs import unseen
from library.draft.edits import load_draft, save_draft
from library.draft.prerender import clip_facts, clip_key, render, use_prerendered
from library.draft.reopen import clashes, cuts_known, from_clip, from_take, next_version, revision_of
from library.draft.to_demo import with_stills
from library.intake.screen_text import as_seen
from library.intake.source import RecordingSource, events_of, open_source, waits_in, without_pointer
from library.maintenance.edit import EditClash
from library.maintenance.revisions import current, revise
from library.model import CLIP, Demo, Draft, LibraryError
from library.storage.bundle import write_bundle
from library.storage.store import remedy_for
from transcribe.model import Transcript
from transcribe.streaming.transcript_log import read_words


def reopen(library: Library, demo_id: str, takes_folder: Path, progress: Progress = silent) -> Draft:
    """The newest version of a demo as a draft that becomes its next version; see ``refile``.

    Raises DemoNotFound, and LibraryError when the library cannot be written or the clip is gone.
    """
    demo = current(library, demo_id)
    with library.store.stage(demo_id, demo.version + 1):  # a read-only library says so now, not after the work
        pass
    if (take := take_of(demo, takes_folder)) is not None and (draft := _from_take(demo, take)) is not None:
        return draft
    demo = library.store.fetch_local(demo, demo.clip.path, progress=progress)
    clip = demo.path / demo.clip.path
    if not clip.is_file():
        raise LibraryError(f"The clip of “{demo.title}” is not there", remedy_for(demo))
    return from_clip(demo, str(clip))


def take_of(demo: Demo, takes_folder: Path) -> RecordingSource | None:
    """The recording of a demo among these takes; None when it is gone, is another one, or is in use."""
    if not demo.take.take_id or not cuts_known(demo):
        return None
    with suppress(ShowhowError):
        for take in list_takes(takes_folder):
            if take.take_id == demo.take.take_id and _readable(take):
                source = open_source(take.path)
                facts = replace(source.take_facts, path="")
                return source if facts == replace(demo.take, path="") else None
    return None


def _readable(take: Take) -> bool:
    return take.state in {TakeState.FINISHED, TakeState.RECOVERED} and not is_live(take.path)


def _from_take(demo: Demo, source: RecordingSource) -> Draft | None:
    """The draft; None when the take does not know what is blurred in the clip."""
    known = _known(demo, source)
    if known is None:
        if demo.blurs:
            return None
        known = _found(demo, source)
    draft = from_take(demo, str(source.path), known)
    return replace(draft, width=source.facts.width, height=source.facts.height, has_sound=source.facts.has_sound)


def _known(demo: Demo, source: RecordingSource) -> Draft | None:
    """The draft that was reviewed, kept beside its take; with the blurs of the demo, else None."""
    with suppress(ShowhowError):
        known = load_draft(source.path)
        if not demo.blurs:
            return replace(known, blurs=())
        same = clip_key(replace(known, source=str(source.path))) == demo.clip.key
        return known if same and len(known.blurs) == demo.blurs else None
    return None


def _found(demo: Demo, source: RecordingSource) -> Draft:
    """What the logs of a take tell, for one that was filed without a review."""
    said = Transcript()
    with suppress(ShowhowError):
        said = read_words(source.path).transcript
    events = events_of(source)
    waits = waits_in(source, events, said.words)
    return replace(
        from_clip(demo, str(source.path)), events=without_pointer(events), transcript=said, waits=waits, blurs=()
    )


def refile(
    draft: Draft, library: Library, progress: Progress = silent, ready: Path | None = None, *, by: str = "",
    over: int = 0,
) -> Demo:  # fmt: skip
    """File a draft of ``reopen`` as the next version of its demo, signed ``by``; without a change no version is made.

    With a blur that the demo did not have, the versions before it are deleted, because they show what is blurred now.
    What others changed since stays, but for the same things in a version up to ``over``, which somebody saw and decided
    to replace. ``ready``: as for ``library.intake.pipeline.file``. Raises EditClash when they
    changed the same, DemoNotFound, VideoError, LibraryError, and Cancelled when ``progress`` does: then nothing is
    filed.
    """
    base = library.store.read(draft.revises, draft.base)
    whole_take = Path(draft.source).is_dir()
    if not whole_take:
        base = library.store.fetch_local(base, base.clip.path, progress=progress)
    hides = _hides_more(draft, base, whole_take=whole_take)
    if hides:
        seen = " ".join(step.screen_text for step in base.steps)
        draft = replace(draft, transcript=unseen(draft.transcript, draft.steps, seen))
    revision = revision_of(draft, base, whole_take=whole_take, anew=over > draft.base)

    def change(now: Demo) -> Demo:
        if now.version > over and (fields := clashes(revision, base, now)):
            raise EditClash(now, fields)
        return as_seen(next_version(revision, now))  # the draft may be older than what the stills corrected

    def write(demo: Demo) -> Demo:
        shown = replace(demo, oldest=demo.version) if hides else demo
        return _rendered(draft, shown, library, progress, ready)

    if revision.looks and whole_take:
        _keep(draft)
    filed = revise(library, draft.revises, change, progress, by=by, write=write if revision.looks else None)
    if whole_take and not draft.look:  # a splice; the take of any other draft is marked already
        with suppress(ShowhowError):  # it is only listed as not filed then
            mark_filed(Path(draft.source), filed.demo_id)
    return filed


def _hides_more(draft: Draft, base: Demo, *, whole_take: bool) -> bool:
    """Whether a draft blurs something that the demo it was opened from shows."""
    known: tuple[Blur, ...] = ()
    if whole_take and base.blurs:
        with suppress(ShowhowError):
            kept = load_draft(Path(draft.source))
            # It is another draft's when one that could not be filed was kept since.
            known = kept.blurs if clip_key(replace(kept, source=draft.source)) == base.clip.key else ()
    return not set(draft.blurs) <= set(known)


def _rendered(draft: Draft, demo: Demo, library: Library, progress: Progress, ready: Path | None) -> Demo:
    key = clip_key(draft)

    def fill(folder: Path) -> Demo:
        if not use_prerendered(draft, ready, folder):
            render(draft, folder, progress)
        clip = replace(clip_facts(folder / CLIP), key=key)
        return replace(demo, clip=clip, steps=with_stills(demo.steps), files={})

    return write_bundle(demo, library.store, fill)


def _keep(draft: Draft) -> None:
    """Keep the draft beside its take before it is filed: what is blurred from now on is known when it opens again."""
    with suppress(LibraryError):  # then it opens from its clip
        save_draft(replace(draft, revises="", base=0, look=""), Path(draft.source))
