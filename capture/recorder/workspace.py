"""TakeWorkspace: the folder, locks, event log and free-space checks of one take being recorded.

Owns the preconditions of a recording, and removes everything when one fails. Does not handle pictures or sound.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from threading import Lock

from msgspec.structs import replace

from capture.desktop.display_server import desktop_name
from capture.errors import CaptureError, TakeError
from capture.file_lock import FileLock
from capture.files import Lines, take_error
from capture.model import Change, Event, Notice, Take
from capture.recorder.disk_space import DiskGuard, Reserve, Space, space_of
from capture.recorder.options import RecordOptions
from capture.takes import CHANGES, EVENTS, lock_of, new_take_folder, write_take

Ask = Callable[[Path], Space]
_MOST_NOTICES = 50


class TakeWorkspace:
    """A new take folder, locked by this process. Raises CaptureError when another recorder uses this display,
    TakeError when there is no free space or the folder cannot be created.
    """

    def __init__(self, options: RecordOptions, space: Ask = space_of) -> None:
        with ExitStack() as undo:
            self.folder = new_take_folder(options.takes_folder)
            undo.callback(self._forget)
            self._display_lock = lock_display(self.folder)
            undo.callback(self._display_lock.release)
            self._lock = lock_of(self.folder)
            self._open(options, space)
            undo.pop_all()
        self._low_reported = False

    def _open(self, options: RecordOptions, space: Ask) -> None:
        self.disk = DiskGuard(self.folder, options.warn_free_bytes, options.stop_free_bytes, space)
        if self.disk.state() == "full":
            raise TakeError(f"Only {self.disk.free >> 20} MB are free in {options.takes_folder}", "Free some space.")
        try:
            self._lock.take()
            self.notes = EventLog(self.folder)
        except OSError as error:
            raise take_error("record into", self.folder, error) from error
        self._reserve = Reserve(self.folder)

    def running_out(self) -> tuple[str, bool]:
        """A notice about the free space (empty: nothing new), and whether the take must end."""
        space = self.disk.state()
        left = f"{self.disk.free >> 20} MB"
        if space == "full":
            return f"The disk is nearly full ({left} left); the take was ended.", True
        if space == "low" and not self._low_reported:
            self._low_reported = True
            return f"Only {left} of disk are left.", False
        return "", False

    def finish(self, take: Take) -> None:
        """Write the take's record and release the locks. Raises TakeError when even the reserve was too small."""
        self.notes.close()
        self._reserve.release()
        try:
            write_take(take)
        finally:
            self._lock.remove()
            self._display_lock.release()

    def abort(self) -> None:
        """Release the locks and delete the take folder."""
        self.notes.close()
        self._lock.release()
        self._display_lock.release()
        self._forget()

    def _forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class EventLog:
    """``changes.jsonl``, ``events.jsonl`` and the list of notices of a take; callers give the times. Thread-safe.

    Raises OSError when the files cannot be created.
    """

    def __init__(self, folder: Path) -> None:
        self._changes, self._events = Lines(folder / CHANGES), Lines(folder / EVENTS)
        self._lock = Lock()
        self._closed = False
        self.notices: tuple[str, ...] = ()

    def add(self, event: Event) -> None:
        """Log one event."""
        with self._lock:
            if not self._closed:
                self._events.add(event)

    def notify(self, text: str, at_ms: int) -> None:
        """Log a notice for the user, unless it repeats the last one."""
        with self._lock:
            if text in self.notices[-1:]:
                return
            # A loose plug may reconnect for an hour: the events keep every notice, the take only the first ones.
            self.notices = (*self.notices, text)[:_MOST_NOTICES]
        self.add(Notice(at_ms, text))

    def changed(self, changes: Iterable[Change], at_ms: int) -> None:
        """Log the boxes that changed at ``at_ms``."""
        self._changes.add(*(replace(change, at_ms=at_ms) for change in changes))

    def close(self) -> None:
        """Close both logs; later events are dropped."""
        with self._lock:
            self._closed = True
            self._changes.close()
            self._events.close()


def lock_display(take_path: Path) -> FileLock:
    """Lock this display for recording with a file in the user's runtime folder; keep the returned lock.

    The system releases it when its holder dies. Raises CaptureError when another recorder holds it.
    """
    lock = FileLock(runtime_folder() / f"recorder-{desktop_name()}.lock")
    try:
        taken = lock.take()
    except OSError as error:
        raise CaptureError(
            f"Cannot make sure that nobody else records ({lock.path}: {error.strerror})", "Check XDG_RUNTIME_DIR."
        ) from error
    if not taken:
        where = lock.holder()
        raise CaptureError(
            "This screen is being recorded already" + (f": {where}" if where else ""), "Stop that first."
        )
    lock.note(str(take_path))
    return lock


def runtime_folder() -> Path:
    """The user's own folder for locks and sockets. Raises CaptureError when it cannot be made, or is another's."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if os.environ.get("XDG_RUNTIME_DIR") and runtime.is_dir():  # it is gone when an ssh or su session outlives its own
        folder = runtime / "showhow"
    else:
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
        folder = Path(tempfile.gettempdir()) / f"showhow-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        theirs = hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()
    except OSError as error:
        raise CaptureError(f"{folder} cannot be made ({error.strerror})", "Check XDG_RUNTIME_DIR.") from error
    if theirs or folder.is_symlink():
        raise CaptureError(f"{folder} belongs to somebody else", "Set XDG_RUNTIME_DIR to a folder of your own.")
    return folder
