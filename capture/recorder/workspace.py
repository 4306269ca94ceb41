"""TakeWorkspace: the folder, locks, event log and free-space checks of one take being recorded.

Owns the preconditions of a recording, and removes everything when one fails. Does not handle pictures or sound.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from capture.errors import TakeError
from capture.files import take_error
from capture.model import Take
from capture.recorder.disk_space import DiskGuard, Reserve, Space, space_of
from capture.recorder.display_lock import lock_display
from capture.recorder.event_log import EventLog
from capture.recorder.options import RecordOptions
from capture.takes import lock_of, new_take_folder, write_take

Ask = Callable[[Path], Space]


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
            self._lock.release()
            with contextlib.suppress(OSError):  # an empty file that something else deleted first
                self._lock.path.unlink(missing_ok=True)
            self._display_lock.release()

    def abort(self) -> None:
        """Release the locks and delete the take folder."""
        self.notes.close()
        self._lock.release()
        self._display_lock.release()
        self._forget()

    def _forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
