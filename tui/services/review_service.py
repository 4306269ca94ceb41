"""``LocalReviewService``: review service for the screens (drafts, their pictures, filing).

Heavy libraries are imported on first use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from capture.errors import ShowhowError
from capture.file_lock import FileLock
from capture.files import remove_file
from capture.model import Region, Take, TakeState
from capture.progress import Progress
from capture.render.encode_cache import EncodeCache
from library.connection.library import Library
from library.draft import edits, journal
from library.draft.blurs import blurs_at
from library.draft.prerender import clear_prerendered, clip_key, prerender, source_video
from library.draft.reopen import look_of
from library.format import moment
from library.intake.options import IntakeOptions
from library.intake.replacing.step_wanted import StepWanted, wanted_by
from library.links import Link
from library.model import Demo, Draft, LibraryError
from transcribe.asr.language import NAMES
from transcribe.model import TranscribeError
from tui.config import Settings
from tui.model import Picture, Unfiled
from tui.services.prerenderer import Prerenderer
from tui.services.protocols import Begun
from tui.services.recognizers import RecognizerOverrides, likely_languages, recognizer
from tui.services.video_import import load_video


class LocalReviewService:
    """The drafts of this user, and the library they are filed into."""

    def __init__(self, settings: Settings, library: Library, options: IntakeOptions) -> None:
        self._settings, self._library, self._options = settings, library, options
        self._cache = EncodeCache()
        self._prerenderer = Prerenderer(self._make, clip_key)
        self._held: dict[str, FileLock] = {}

    def propose(self, take: Take, title: str, progress: Progress, begun: Begun) -> Draft:
        """Trim, transcribe and make steps."""
        load_video()
        if (wanted := wanted_by(take.path)) is not None:
            return self._replace(take, wanted, progress)
        from library.intake.pipeline import propose

        def titled(draft: Draft) -> Draft:
            return edits.with_title(draft, title) if title else draft

        journal.forget_journal(take.path / edits.DRAFT_FILE)
        return titled(propose(take.path, self._options, progress, lambda draft: begun(titled(draft))))

    def _replace(self, take: Take, wanted: StepWanted, progress: Progress) -> Draft:
        """The demo with a step replaced by a take, as a draft; it is kept from now on, and the take is done with."""
        from library.intake.replacing.new_take import replace_step, used

        folder = self._settings.takes_folder
        with self._held_if_opened(wanted.demo_id):
            draft = replace_step(self._library, take.path, wanted, folder, options=self._options, progress=progress)
            self.keep(draft)
            used(take.path, draft)
        return draft

    def step_wanted(self, demo_id: str, step: int) -> StepWanted:
        """A step of a filed demo, to be replaced by a recording."""
        from library.intake.replacing.step_finding import step_wanted

        return step_wanted(self._library, Link(demo_id, step))

    def reopen(self, demo_id: str, progress: Progress) -> Draft:
        """A filed demo as a draft that becomes its next version; with the edits that were not filed yet."""
        load_video()
        from library.intake.refile import reopen

        path = self._settings.drafts_folder / f"{demo_id}.json"
        with self._held_if_opened(demo_id):
            if (left := self._draft_or_none(path)) is not None and self.journal(left).done:
                return left
            return reopen(self._library, demo_id, self._settings.takes_folder, progress)

    def unfiled(self) -> list[Unfiled]:
        """Takes and drafts not filed yet, newest first."""
        from capture.takes import is_live, list_takes

        takes = [
            self._take_entry(take)
            for take in list_takes(self._settings.takes_folder)
            if take.filed_as is None and take.state is not TakeState.ABANDONED and not is_live(take.path)
        ]
        for left in self._settings.drafts_folder.glob("*.ready"):
            if not left.with_suffix(".json").exists():  # left by a process killed between filing and clean-up
                clear_prerendered(left)
        paths = self._settings.drafts_folder.glob("*.json")
        kept = {path: draft for path in paths if (draft := self._draft_or_none(path)) is not None}
        sources = {Path(draft.source) for draft in kept.values()}
        takes = [entry for entry in takes if entry.path not in sources]
        drafts = [self._draft_entry(path, draft) for path, draft in kept.items()]
        return sorted([*takes, *drafts], key=lambda entry: -entry.started_unix_ms)

    def _take_entry(self, take: Take) -> Unfiled:
        when = moment(take.started_unix_ms)
        title = f"Recorded {when}"
        if (take.path / edits.DRAFT_FILE).is_file() and (draft := self._draft_or_none(take.path)):
            title = f"{draft.title} ({when})"
        if (wanted := wanted_by(take.path)) is not None:
            title = f"Step {wanted.step} of {wanted.demo_id} anew ({when})"
        damaged = take.state is TakeState.RECORDING
        return Unfiled(take.path, title, take.duration_ms, take.started_unix_ms, damaged=damaged)

    def _draft_entry(self, path: Path, draft: Draft) -> Unfiled:
        title = f"{draft.title} (changes to version {draft.base})" if draft.revises else draft.title
        return Unfiled(path, title, draft.take.duration_ms, round(path.stat().st_mtime * 1000))

    def _draft_or_none(self, path: Path) -> Draft | None:
        """None for a broken draft, so that the list opens; the draft is then rebuilt from its take."""
        try:
            return edits.load_draft(path)
        except ShowhowError:
            return None

    def resume(self, unfiled: Unfiled, progress: Progress, begun: Begun) -> Draft:
        """The saved draft, transcribed if it still waits for its words; a take without a draft is proposed."""
        load_video()
        if (draft := self._draft_or_none(unfiled.path)) is not None:
            if draft.revises:
                self._hold(draft.revises)
                return draft
            if not draft.waiting_for_words:
                return draft
            begun(draft)
            from library.draft.merge import merge_transcript
            from library.intake.pipeline import propose

            return merge_transcript(draft, propose(Path(draft.source), self._options, progress))
        from capture.recorder.recovery import recover
        from capture.takes import load_take

        take = recover(unfiled.path) if unfiled.damaged else load_take(unfiled.path)
        return self.propose(take, "", progress, begun)

    def hear_again(self, draft: Draft, language: str | None, progress: Progress) -> Draft:
        """The draft with the words of its recording in a language (None: of its own); edits are kept."""
        load_video()
        from library.draft.merge import merge_transcript
        from library.intake.pipeline import propose

        overrides = RecognizerOverrides(language=language)
        options = replace(self._options, recognizer=partial(recognizer, self._settings, overrides), captions=False)
        filled = propose(Path(draft.source), options, progress)
        if filled.waiting_for_words:
            raise TranscribeError(filled.no_words_because or "The recording could not be transcribed")
        return merge_transcript(draft, filled)

    def languages(self, draft: Draft) -> list[str]:
        """Those its speech may be in, then this system's and the library's, then all that have a name."""
        heard = [*draft.transcript.languages, draft.transcript.language]
        return list(dict.fromkeys(code for code in (*heard, *likely_languages(self._settings), *NAMES) if code))

    def keep(self, draft: Draft, entries: Sequence[journal.Entry] = ()) -> None:
        """Save a draft in its take folder, or by its id for a video file; journal first, see ``read_journal``."""
        path = self._draft_path(draft)
        journal.append_journal(path, entries)
        edits.save_draft(draft, path)

    def journal(self, draft: Draft) -> journal.Journal:
        """Edit journal of a draft."""
        return journal.read_journal(self._draft_path(draft), draft)

    def envelope(self, draft: Draft, bins: int) -> list[float]:
        """Loudness of the recording in ``bins`` equal parts."""
        load_video()
        from capture.video.waveform import envelope

        track = draft.tracks[0] if draft.tracks else 0
        return envelope(source_video(draft), bins, draft.take.duration_ms, track=track)

    def _draft_path(self, draft: Draft) -> Path:
        if self._beside_take(draft):
            return Path(draft.source) / edits.DRAFT_FILE
        self._settings.drafts_folder.mkdir(parents=True, exist_ok=True)
        return self._settings.drafts_folder / f"{draft.draft_id}.json"

    @staticmethod
    def _beside_take(draft: Draft) -> bool:
        """Whether the take keeps the draft; one of a filed demo is kept apart: the take's shows what is filed."""
        return not draft.revises and Path(draft.source).is_dir()

    def discard(self, draft: Draft) -> None:
        """Delete the draft, and the take unless it is filed; an added video file is never touched."""
        from capture.takes import delete

        self.release(draft)
        if not self._beside_take(draft):
            self._forget(draft)
        is_splice = draft.revises and not draft.look and Path(draft.source).is_dir()  # of a step recorded anew
        if self._beside_take(draft) or is_splice:
            delete(Path(draft.source))

    def _forget(self, draft: Draft) -> None:
        path = self._draft_path(draft)
        remove_file(path)
        journal.forget_journal(path)

    def prepare(self, draft: Draft) -> None:
        """Render clip and stills in the background while the draft is reviewed."""
        if draft.revises and look_of(draft) == draft.look:
            return  # its clip stays as it is
        load_video()
        self._prerenderer.want(draft)

    def _make(self, draft: Draft, progress: Progress) -> None:
        prerender(draft, self._prerendered(draft), progress, self._cache)

    def _hold(self, demo_id: str) -> None:
        """Keep others from changing a filed demo as long as it is under review. Raises LibraryError when they do."""
        self._settings.drafts_folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(review_lock(self._settings.drafts_folder, demo_id))
        if demo_id not in self._held:
            if not lock.take():
                raise LibraryError("It is under review in another window", "Finish it there.")
            self._held[demo_id] = lock

    @contextmanager
    def _held_if_opened(self, demo_id: str) -> Iterator[None]:
        """As ``_hold``; others may change the demo again when it cannot be opened."""
        was_held = demo_id in self._held
        self._hold(demo_id)
        try:
            yield
        except BaseException:
            if not was_held:
                self._held.pop(demo_id).remove()
            raise

    def release(self, draft: Draft) -> None:
        """Stop rendering a draft and delete what was rendered."""
        if (lock := self._held.pop(draft.revises, None)) is not None:
            lock.remove()
        self._prerenderer.stop()
        self._cache.close()
        clear_prerendered(self._prerendered(draft))

    def close(self) -> None:
        """Stop all rendering, before the application ends."""
        self._prerenderer.close()
        self._cache.close()
        while self._held:
            with suppress(KeyError):  # a draft that is filed just now gives up the last one itself
                self._held.popitem()[1].release()

    def _prerendered(self, draft: Draft) -> Path:
        return self._draft_path(draft).with_suffix(".ready")

    def frame(self, draft: Draft, take_ms: int) -> Picture:
        """Frame of the recording at ``take_ms`` (RGB), with its blurs."""
        load_video()
        from capture.video.reader import grab_frame

        picture = grab_frame(source_video(draft), take_ms)[..., ::-1]
        return self.hide(picture, [blur.at(take_ms) for blur in blurs_at(draft, take_ms)])

    def hide(self, picture: Picture, regions: Sequence[Region]) -> Picture:
        """Copy of a picture with these regions blurred as filing blurs them."""
        if not regions:
            return picture
        from capture.render.blur import blurred_picture

        return blurred_picture(picture[..., ::-1], regions)[..., ::-1]

    def motion(self, draft: Draft, take_ms: int, width: int) -> Iterator[tuple[int, Picture]]:
        """Frames from ``take_ms`` on as (ms, RGB picture), without the cuts."""
        load_video()
        from capture.video.reader import frames

        for span in draft.clip.kept:
            if span.end_ms > take_ms:
                start = max(span.start_ms, take_ms)
                for shown in frames(source_video(draft), start_ms=start, end_ms=span.end_ms, width=width):
                    scale = shown.picture.shape[1] / max(1, draft.width)
                    hidden = [_scaled(blur.at(shown.at_ms), scale) for blur in blurs_at(draft, shown.at_ms)]
                    yield shown.at_ms, self.hide(shown.picture[..., ::-1], hidden)

    def file(self, draft: Draft, progress: Progress, over: int = 0) -> Demo:
        """File a draft, with its prerendered files; a saved draft that is not kept beside its take is then deleted."""
        load_video()
        from library.intake.pipeline import file
        from library.intake.refile import refile

        self._prerenderer.wait(draft, progress)
        ready = self._prerendered(draft)
        if draft.revises:
            demo = refile(draft, self._library, progress, ready, by=self._options.author, over=over)
        else:
            demo = file(draft, self._library, progress, ready)
        self.release(draft)
        if not self._beside_take(draft):
            self._forget(draft)
        return demo


def review_lock(drafts_folder: Path, demo_id: str) -> Path:
    """The file that is locked while a filed demo is under review."""
    return drafts_folder / f"{demo_id}.lock"


def _scaled(region: Region, scale: float) -> Region:
    x, y, width, height = (round(edge * scale) for edge in (region.x, region.y, region.width, region.height))
    return Region(x, y, max(2, width), max(2, height))
