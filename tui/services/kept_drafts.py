"""Keeps the draft of a video file that could not be filed, so that it is not heard again the next time.

Owns when a kept draft may be used: the same file, nobody's edits, nothing asked for that would change it. A take keeps
its words itself.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from capture.errors import ShowhowError
from capture.files import remove_file
from library.draft.edits import load_draft, save_draft
from library.files import library_errors
from library.model import Draft
from tui.config import Settings


def keep_draft(settings: Settings, draft: Draft) -> bool:
    """Keep a draft among those not filed yet; returns whether it is kept. An edited one stays as it is."""
    place = _place(settings, draft.draft_id)
    if Path(draft.source).is_dir() or _edited(place):
        return False
    try:
        with library_errors(f"keep the draft in {place.parent}"):
            place.parent.mkdir(parents=True, exist_ok=True)
        save_draft(draft, place)
    except ShowhowError:  # its own error is told, which is the reason for this one mostly
        return False
    return True


def kept_draft(settings: Settings, path: Path) -> Draft | None:
    """The draft that was kept of a video file, as it is now; None without one."""
    from library.intake.source import open_source

    source = open_source(path)
    place = _place(settings, source.source_id)
    if source.take is not None or not place.exists() or _edited(place):
        return None
    with suppress(ShowhowError):
        draft = load_draft(place)
        if draft.take == source.take_facts and draft.source == str(source.path) and not draft.waiting_for_words:
            return draft
    return None


def forget_draft(settings: Settings, draft: Draft) -> None:
    """Remove the draft that was kept; it is filed now."""
    place = _place(settings, draft.draft_id)
    if place.exists() and not _edited(place):
        with suppress(OSError):
            remove_file(place)


def _place(settings: Settings, draft_id: str) -> Path:
    return settings.drafts_folder / f"{draft_id}.json"


def _edited(place: Path) -> bool:
    """Whether somebody reviews or has edited a draft; its journal lies beside it."""
    return any(place.parent.glob(f"{place.stem}.journal*")) or (place.parent / f"{place.stem}.lock").exists()
