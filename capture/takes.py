"""Takes on disk: create, list, read, mark as filed, delete. There is no index beside the folders.

A take is a folder: ``take.mp4``, ``changes.jsonl``, ``events.jsonl``, ``take.json``, and ``lock``, held while it is
being written. Does not delete a live take or a folder that is no take. Repair is in ``capture/recorder/recovery.py``.
"""

from __future__ import annotations

import contextlib
import errno
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from capture.errors import TakeError
from capture.file_lock import FileLock
from capture.files import read_lines, read_record, remove_folder, take_error, write_bytes
from capture.model import Change, Event, Take, TakeState

RECORD, VIDEO, CHANGES, EVENTS, LOCK = "take.json", "take.mp4", "changes.jsonl", "events.jsonl", "lock"
_MARKS = (RECORD, VIDEO, CHANGES)
_SCHEMA = 1
_FIRST_S, _POLL_S = 30.0, 0.05
_LAST_MOMENT = 253_402_300_799_000  # the year 9999: later times are damage, and calendars cannot show them
ANY_EVENT: type[Event] = Event  # type: ignore[assignment]  # msgspec accepts unions where types are required
"""The type of every line of ``events.jsonl``."""


class _OnDisk(Take, frozen=True, kw_only=True):
    """A Take as it is written: without its path."""

    path: msgspec.UnsetType = msgspec.UNSET  # type: ignore[assignment]  # the one field that is not on disk


def new_take_folder(takes_folder: Path) -> Path:
    """Create an empty folder named by the time and four random hexadecimal digits. Raises TakeError."""
    name = time.strftime("%Y%m%d-%H%M%S")
    try:
        takes_folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = takes_folder / f"{name}-{secrets.token_hex(2)}"
            try:
                path.mkdir(mode=0o700)  # private: recordings may show confidential content
            except FileExistsError:
                continue
            return path
    except OSError as error:
        raise take_error("make a take in", takes_folder, error) from error


def write_take(take: Take) -> None:
    """Write ``take.json``, atomically. Raises TakeError."""
    fields = {name: getattr(take, name) for name in take.__struct_fields__ if name != "path"}
    data = msgspec.json.format(msgspec.json.encode(fields), indent=1)
    try:
        write_bytes(take.path / RECORD, data + b"\n")
    except OSError as error:
        raise take_error("write", take.path / RECORD, error) from error


def load_take(path: Path) -> Take:
    """The take in a folder. Raises TakeError when there is none or it is damaged."""
    path = path.expanduser().absolute()
    if not path.is_dir():
        raise TakeError(f"There is no take {path}", "showhow takes lists them.")
    read = read_record(path / RECORD, _OnDisk, "take")
    if read.schema_version > _SCHEMA:
        raise TakeError(f"{path.name} was recorded by a newer showhow", "Update showhow.")
    if not 0 <= read.started_unix_ms <= _LAST_MOMENT or not 0 <= read.duration_ms <= _LAST_MOMENT:
        raise TakeError(f"{path / RECORD} is damaged (times that cannot be)", "showhow recover may mend it.")
    fields = {name: getattr(read, name) for name in read.__struct_fields__ if name != "path"}
    return Take(**fields, path=path)


def list_takes(folder: Path) -> list[Take]:
    """Every take, newest first; a placeholder where ``take.json`` is damaged, for recover to find. Raises TakeError."""
    try:
        paths = [p for p in folder.iterdir() if p.is_dir() and any((p / mark).is_file() for mark in _MARKS)]
    except OSError as error:
        if error.errno == errno.ENOENT:
            return []
        raise take_error("read", folder, error) from error
    return sorted((load_or_stand_in(p) for p in paths), key=lambda t: (t.started_unix_ms, t.take_id), reverse=True)


def load_or_stand_in(path: Path) -> Take:
    """The take in a folder; a placeholder where ``take.json`` is missing or damaged, as after a crash."""
    try:
        return load_take(path)
    except TakeError:
        path = path.expanduser().absolute()
        return Take(take_id=path.name, started_unix_ms=round(path.stat().st_mtime * 1000), width=0, height=0, path=path)


def lock_of(path: Path) -> FileLock:
    """The lock that a recorder or recover holds while it writes to a take."""
    return FileLock(path / LOCK)


def is_live(path: Path) -> bool:
    """Whether a recorder or recover is writing to the take now."""
    return lock_of(path).held


def wait_for_video(path: Path) -> Path:
    """The video of the take in a folder, once its recorder has written the first bytes; waits at most 30 s for them."""
    deadline, video = time.monotonic() + _FIRST_S, path / VIDEO
    while _recorded(path) and time.monotonic() < deadline and not (video.exists() and video.stat().st_size):
        time.sleep(_POLL_S)
    return video


def _recorded(path: Path) -> bool:
    with contextlib.suppress(TakeError):
        return is_live(path) or load_take(path).state is not TakeState.RECORDING
    return False


def read_events(take: Take) -> list[Event]:
    """The events of a take, sorted by time; an incomplete last line is skipped. Raises TakeError."""
    found = [event for event in read_lines(take.path / EVENTS, ANY_EVENT) if _shown(take, event.at_ms)]
    return sorted(found, key=lambda event: event.at_ms)


def read_changes(take: Take) -> Iterator[Change]:
    """The screen changes of a take, in order; an incomplete last line is skipped. Raises TakeError."""
    return (change for change in read_lines(take.path / CHANGES, Change) if _shown(take, change.at_ms))


def _shown(take: Take, at_ms: int) -> bool:
    # The logs of a killed recorder extend some tenths of a second beyond its pictures.
    return take.state is not TakeState.RECOVERED or at_ms <= take.duration_ms


def mark_filed(path: Path, demo_id: str) -> Take:
    """Store in a take which demo was made of it. Raises TakeError."""
    take = msgspec.structs.replace(load_take(path), filed_as=demo_id)
    write_take(take)
    return take


def delete(path: Path) -> None:
    """Delete a take permanently. Raises TakeError when it is live, is no take, or cannot be deleted."""
    path = path.expanduser().absolute()
    if path.is_symlink() or not path.is_dir() or not any((path / mark).is_file() for mark in _MARKS):
        raise TakeError(f"{path} is no take", "showhow takes lists them.")
    if is_live(path):
        raise TakeError(f"{path.name} is being recorded now", "Stop it first.")
    try:
        remove_folder(path)
    except OSError as error:
        raise take_error("delete", path, error) from error
