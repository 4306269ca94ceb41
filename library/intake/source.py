"""RecordingSource: the take or video file a demo is made from, with its facts, events and activity.

Owns telling the two kinds apart and reading them. Does not decide what is cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from capture.errors import TakeError
from capture.model import Change, Event, Pointer, Scrap, SpeedUp, Take, TakeState, WindowChange
from capture.progress import Progress
from capture.span import Span
from library.files import fingerprint
from library.format import moment
from library.model import LibraryError, TakeFacts
from library.text import TITLE_LENGTH, clean, printable

if TYPE_CHECKING:
    from capture.video.damage import Damage
    from capture.video.media_info import VideoFacts

_TAKE_FILES = {"take.json", "take.mp4", "events.jsonl", "changes.jsonl", "draft.json"}


@dataclass(frozen=True)
class RecordingSource:
    """A recording to make a demo from. ``take`` is None for a plain video file."""

    path: Path
    video: Path
    facts: VideoFacts
    take: Take | None = None

    @property
    def folder(self) -> Path | None:
        """The folder of the take; None for a plain video file."""
        return self.path if self.take is not None else None

    @property
    def take_facts(self) -> TakeFacts:
        """The facts of the recording that are stored with the demo."""
        started = self.take.started_unix_ms if self.take else round(self.video.stat().st_mtime * 1000)
        take_id = self.take.take_id if self.take else ""
        return TakeFacts(
            take_id=take_id, path=str(self.path), started_unix_ms=started, duration_ms=self.facts.duration_ms,
            fingerprint=fingerprint(self.video),
        )  # fmt: skip

    @property
    def source_id(self) -> str:
        """Stable id of the recording, so that filing it again after a crash finds the demo that was filed already."""
        known = self.take.take_id if self.take else f"{self.path}\0{self.video.stat().st_mtime_ns}\0{self.facts}"
        return hashlib.sha256(known.encode("utf-8", "surrogateescape")).hexdigest()[:16]

    @property
    def name(self) -> str:
        """Default title, for a recording without words."""
        if self.take is not None:
            return f"Demo of {moment(self.take.started_unix_ms)}"
        return clean(self.path.stem.replace("_", " ").replace("-", " "), TITLE_LENGTH) or "Demo"


def open_source(path: Path) -> RecordingSource:
    """Open a take (its folder, or a file in it) or a video file.

    Raises TakeError when the take is live or was left by a crash, VideoError, LibraryError.
    """
    from capture.video.media_file import LONGEST_S
    from capture.video.media_info import probe

    path = path.expanduser().absolute()
    if not printable(str(path)):
        raise LibraryError(f"The path {clean(str(path))} holds characters that cannot be shown", "Rename it.")
    if path.name in _TAKE_FILES and (path.parent / "take.json").is_file():
        path = path.parent
    if path.is_dir():
        take = _take(path)
        return RecordingSource(path, take.video, probe(take.video), take)
    if not path.exists():
        raise LibraryError(f"There is no file {path}", "Check the name.")
    facts = probe(path)
    if not facts.has_video or not facts.duration_ms:
        raise LibraryError(f"{path} has no moving picture", "Give a recording of a screen.")
    if facts.duration_ms > LONGEST_S * 1000:
        hours = facts.duration_ms // 3_600_000
        raise LibraryError(
            f"{path} says that it lasts {hours} hours", "Its times are wrong; copy it with another program."
        )
    return RecordingSource(path, path, facts)


def _take(folder: Path) -> Take:
    from capture.takes import is_live, load_take

    if not (folder / "take.json").is_file():
        raise LibraryError(f"{folder} is a folder without a recording in it", "Give a take folder or a video file.")
    take = load_take(folder)
    if is_live(folder):
        raise TakeError(f"{folder.name} is being recorded now", "Stop it first.")
    if take.state is TakeState.RECORDING:
        raise TakeError(f"{folder.name} was left by a crash", f"Mend it first: showhow recover {folder}")
    return take


def events_of(source: RecordingSource) -> tuple[Event, ...]:
    """All logged events of a take in order; empty for a video file."""
    if source.take is None:
        return ()
    from capture.takes import read_events

    return tuple(sorted(read_events(source.take), key=lambda event: event.at_ms))


def logged_activity(source: RecordingSource, events: Sequence[Event]) -> list[Span] | None:
    """Spans with activity on the screen from the recorder's log, computed in milliseconds; None without a log."""
    if source.take is None or not (source.path / "changes.jsonl").is_file():
        return None
    from capture.analysis.activity import changes_activity
    from capture.takes import read_changes

    return changes_activity(list(read_changes(source.take)), events, source.facts.duration_ms)


def logged_changes(source: RecordingSource) -> tuple[Change, ...]:
    """The changes of the recorder's log, in milliseconds; empty without a log."""
    if source.take is None or not (source.path / "changes.jsonl").is_file():
        return ()
    from capture.takes import read_changes

    return tuple(read_changes(source.take))


def own_terminal_in(source: RecordingSource, events: Sequence[Event]) -> list[Span]:
    """Spans in which the terminal that ran showhow is in front, from the recorder's log; empty without a log."""
    if source.take is None or not (source.path / "changes.jsonl").is_file():
        return []
    from capture.analysis.own_terminal import own_terminal
    from capture.takes import read_changes

    return own_terminal(read_changes(source.take), events, source.facts.duration_ms)


def waits_in(source: RecordingSource, events: Sequence[Event], speech: Sequence[Span]) -> tuple[SpeedUp, ...]:
    """Spans in which the expert only waited, from the recorder's log; empty without a log."""
    if source.take is None or not (source.path / "changes.jsonl").is_file():
        return ()
    from capture.analysis.waits import find_waits
    from capture.takes import read_changes

    size = source.facts.width, source.facts.height
    return find_waits(read_changes(source.take), events, speech, size, source.facts.duration_ms)


def seen_changes(source: RecordingSource, progress: Progress, damage: Damage | None = None) -> list[Change]:
    """The changes of the picture, found by decoding all frames: takes seconds for a minute of video.

    ``damage`` counts what could be read.
    """
    from capture.analysis.video_changes import detect_changes

    return detect_changes(source.video, progress, source.facts.duration_ms, damage)[0]


def read_until_ms(source: RecordingSource, streams: Sequence[Damage]) -> int:
    """How much of a video file could be read, in ms; its length when all could. ``streams``: see ``readable_ms``."""
    from capture.video.damage import readable_ms
    from capture.video.media_file import VideoFile

    whole_ms = source.facts.duration_ms
    with VideoFile(source.video) as video:
        read_ms = readable_ms(source.video, video.container.format.name, whole_ms, streams, video.zero)
    return whole_ms if read_ms is None else read_ms


def damage_notes(source: RecordingSource, read_ms: int) -> tuple[str, ...]:
    """A line on how much of a video file could be read; none when all of it could."""
    whole_ms = source.facts.duration_ms
    if read_ms >= whole_ms:
        return ()
    return (f"{read_ms / 1000:.1f} of {whole_ms / 1000:.1f} s could be read: the file is damaged or not copied whole.",)


def kinds_notes(source: RecordingSource) -> tuple[str, ...]:
    """A line on each kind of content of a video file that is left out."""
    facts, notes = source.facts, []
    if facts.smaller_pictures:
        size = f"{facts.width} x {facts.height}"
        notes.append(f"The recording has {facts.smaller_pictures + 1} pictures; the largest, {size}, is kept.")
    if facts.unknown_sounds:
        notes.append("A sound track of the recording is in a codec that is not known; it is not heard.")
    return tuple(notes)


def scraps(events: Sequence[Event]) -> list[Span]:
    """The spans that the expert discarded while recording."""
    return [Span(min(e.start_ms, e.at_ms), e.at_ms) for e in events if isinstance(e, Scrap)]


def without_initial_window(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events without the window that was open when the take began: it is not an action."""
    return tuple(event for event in events if not (isinstance(event, WindowChange) and not event.at_ms))


def without_pointer(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events without pointer positions, which come thirty times a second."""
    return tuple(event for event in events if not isinstance(event, Pointer))


def stopped_ms_ago(source: RecordingSource, now_unix_ms: int) -> int | None:
    """Milliseconds since the recorder closed the take; None for a video file."""
    if source.take is None:
        return None
    return now_unix_ms - round((source.path / "take.json").stat().st_mtime * 1000)
