"""TakeWorkspace: the place on disk a recorder works in: its folder, its locks, its notes, and how much room is left.

Owns what must be so before a recording may begin, and leaves nothing behind when it may not. Refuses pictures.
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
from capture.recorder.display_lock import take_turn
from capture.recorder.event_log import EventLog
from capture.recorder.options import RecordOptions
from capture.takes import lock_of, new_take_folder, write_take

Ask = Callable[[Path], Space]


class TakeWorkspace:
    """A new take folder, held by this process. Raises CaptureError when another recorder is at work on this display,
    TakeError when there is no room or the folder cannot be made.
    """

    def __init__(self, options: RecordOptions, space: Ask = space_of) -> None:
        with ExitStack() as undo:
            self.folder = new_take_folder(options.takes_folder)
            undo.callback(self._forget)
            self._turn = take_turn(self.folder)
            undo.callback(self._turn.release)
            self._lock = lock_of(self.folder)
            self._open(options, space)
            undo.pop_all()
        self._low_told = False

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
        """What to tell the user about the room that is left (empty: nothing new), and whether the take must end."""
        room = self.disk.state()
        left = f"{self.disk.free >> 20} MB"
        if room == "full":
            return f"The disk is nearly full ({left} left); the take was ended.", True
        if room == "low" and not self._low_told:
            self._low_told = True
            return f"Only {left} of disk are left.", False
        return "", False

    def finish(self, take: Take) -> None:
        """The last word on a take, then let it go. Raises TakeError when not even the reserve made room for it."""
        self.notes.close()
        self._reserve.give_up()
        try:
            write_take(take)
        finally:
            self._lock.release()
            with contextlib.suppress(OSError):  # an empty file that a cleaner was quicker to take
                self._lock.path.unlink(missing_ok=True)
            self._turn.release()

    def abort(self) -> None:
        """As if nothing had been begun."""
        self.notes.close()
        self._lock.release()
        self._turn.release()
        self._forget()

    def _forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
