"""Process of the second hearings: ``python -m tui.services.second_hearing_process [--stays]``.

Hears every take that waits, one after the other, at idle priority and never while a recording runs; files the surer
words. Reads its settings as every command does. Each line on standard output is a HearingUpdate. It ends when nothing
waits any more or, without ``--stays``, when standard input is closed, which also happens when its owner dies. If it is
killed, the take it was at waits on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

from capture.child_process import to_json
from capture.errors import ShowhowError, VideoError
from capture.file_lock import FileLock
from capture.model import Take
from capture.priority import become_idle
from capture.takes import LOCK, is_live
from tui.config import Settings, load_settings
from tui.services.second_hearing import STAYS, HearingUpdate

_REPORT_S = 0.5
"""Seconds between two reports, and between two looks whether a recording still runs."""


def main(arguments: list[str]) -> int:
    """Hear what waits. Returns the exit status."""
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner; its end also ends this process
    become_idle()
    if STAYS not in arguments:
        _prepare_to_listen()
        threading.Thread(target=_end_with_owner, name="owner", daemon=True).start()
    try:
        _hear_all(load_settings())
    except ShowhowError as error:  # no model, no library: all that waits, waits on
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _prepare_to_listen() -> None:
    """Load what Windows could not load while a thread waits for standard input.

    NumPy's OpenBLAS asks at its start what kind of file that input is, and Windows answers no question about a pipe
    while a read of it waits: the process would hang until its owner ends it (numpy issue 24290).
    """
    if sys.platform == "win32":
        import numpy  # noqa: F401  loading it is all


def _end_with_owner() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os._exit(0)


def _hear_all(settings: Settings) -> None:
    from library.connection.library import open_library
    from library.intake.second_hearing import hear_again, waiting_takes
    from tui.services.recognizers import intake_options
    from tui.services.review_service import review_lock

    tried: set[str] = set()
    options = intake_options(settings)

    def busy(demo_id: str) -> bool:
        lock = FileLock(review_lock(settings.drafts_folder, demo_id))
        return lock.held or (settings.drafts_folder / f"{demo_id}.json").exists()

    with open_library(settings.library_url, cache=settings.indexes_folder, media=settings.media) as library:
        while todo := [take for take in waiting_takes(library, settings.takes_folder) if take.take_id not in tried]:
            for take in todo:
                tried.add(take.take_id)
                title = library.catalog.get(take.filed_as or "").title
                reporter = _Reporter(take, title)
                reporter(0, 0, "")
                with contextlib.suppress(VideoError):  # a damaged take; the others are heard
                    if (heard := hear_again(take, library, options, reporter, busy)) is not None:
                        _send(HearingUpdate(heard=heard))


class _Reporter:
    """Reports progress, and waits as long as anything is recorded."""

    def __init__(self, take: Take, title: str) -> None:
        self._takes_folder, self._what = take.path.parent, f"“{title}”"
        self._reported_s = 0.0

    def __call__(self, done: int, total: int, _what: str) -> None:
        if time.monotonic() - self._reported_s < _REPORT_S:
            return
        _send(HearingUpdate(done=done, total=total, what=self._what))
        if _recording(self._takes_folder):
            _send(HearingUpdate(what=f"{self._what}, after the recording"))
        while _recording(self._takes_folder):
            time.sleep(_REPORT_S)
        self._reported_s = time.monotonic()


def _recording(takes_folder: Path) -> bool:
    return any(is_live(lock.parent) for lock in takes_folder.glob(f"*/{LOCK}"))


def _send(update: HearingUpdate) -> None:
    with contextlib.suppress(OSError):  # nobody reads it any more
        os.write(1, to_json(update) + b"\n")


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
