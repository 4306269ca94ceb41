"""Runs second hearings in a process of their own at idle priority, and starts one that outlives a command.

Owns the messages of that process (``second_hearing_process.py``) and its end. What is heard, and what for, is in
``library/intake/second_hearing.py``.
"""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Mapping

import msgspec

from capture.child_process import APART, ChildProcess, command_of, environment
from capture.progress import Progress
from library.connection.library import Library
from library.model import HeardAgain
from tui.config import Settings, environment_of

MODULE = "tui.services.second_hearing_process"
STAYS = "--stays"
"""Argument of a process that outlives the one that started it."""
_POLL_S = 0.2


class HearingUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the process: progress, or how a hearing ended."""

    done: int = 0
    total: int = 0
    what: str = ""
    heard: HeardAgain | None = None


class LocalSecondHearing:
    """The second hearings of this machine's takes."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self._settings, self._library = settings, library

    def waits(self) -> bool:
        """Whether a take waits for it, and it is switched on."""
        from library.intake.second_hearing import waiting_takes

        return wanted(self._settings) and any(True for _ in waiting_takes(self._library, self._settings.takes_folder))

    def run(self, progress: Progress) -> tuple[HeardAgain, ...]:
        """Hear all that wait; returns how each ended. Raises Cancelled when ``progress`` does: the rest waits on."""
        heard: list[HeardAgain] = []
        last = HearingUpdate(what="Getting ready")
        with ChildProcess(MODULE, listens=True, variables=_environment(self._settings)) as child:
            updates: queue.SimpleQueue[HearingUpdate | None] = queue.SimpleQueue()
            threading.Thread(target=_read, args=(child, updates), name="second hearing", daemon=True).start()
            while True:
                try:
                    update = updates.get(timeout=_POLL_S)
                except queue.Empty:  # it may get no processor time for long, but is cancelled at once
                    update = last
                if update is None:
                    return tuple(heard)
                if update.heard is not None:
                    heard.append(update.heard)
                else:
                    last = update
                progress(last.done, last.total, last.what)


def _read(child: ChildProcess, updates: queue.SimpleQueue[HearingUpdate | None]) -> None:
    for update in child.records(HearingUpdate):
        updates.put(update)
    updates.put(None)


def wanted(settings: Settings) -> bool:
    """Whether takes are heard a second time: it is switched on, and speech is not sent to a server for it."""
    return settings.second_hearing and not settings.endpoint_url


def hear_in_background(settings: Settings, library: Library) -> bool:
    """Start the second hearings that wait, in a process that outlives this one; whether there are any."""
    if not LocalSecondHearing(settings, library).waits():
        return False
    subprocess.Popen(
        [*command_of(MODULE), STAYS],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(**_environment(settings)),
        start_new_session=True,
        creationflags=APART,
    )
    return True


def _environment(settings: Settings) -> Mapping[str, str]:
    """From which the process reads the same settings; otherwise its helper threads would spin."""
    return environment_of(settings) | {"OMP_WAIT_POLICY": "PASSIVE"}
