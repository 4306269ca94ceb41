"""Fetches a model's files from the Hugging Face hub, with the hub's own library in a process of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from capture.child_process import ChildProcess
from capture.progress import Progress
from transcribe.models.fetching import DamagedFile, FetchError, NoRoom

_ERRORS = {error.__name__: error for error in (FetchError, DamagedFile, NoRoom)}
_POLL_S = 0.1


class HubReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """A report of the process: bytes done of a total; after an error its class (``kind``), ``what`` and ``remedy``."""

    done: int = 0
    total: int = 0
    kind: str = ""
    what: str = ""
    remedy: str = ""


def fetch_from_hub(repository: str, folder: Path, progress: Progress, what: str, files: Sequence[str] = ()) -> None:
    """Fetch the files of a model's repository into ``folder``, checked; progress counts bytes.

    ``files``: their names there; without any, those of a speech model. What is already there is kept. Raises FetchError
    when the hub cannot be reached or has no such repository or files, DamagedFile when a checksum differs, NoRoom,
    Cancelled when ``progress`` does (within a moment), and OSError.
    """
    progress(0, 0, what)
    try:
        with ChildProcess("transcribe.models.hub_process", repository, str(folder), *files) as child:
            last = HubReport()
            for report in _reports(child):
                last = report or last
                if last.total:
                    progress(last.done, last.total, what)
                else:
                    progress(0, 0, what)
            if child.wait():
                raise _ERRORS.get(last.kind, FetchError)(
                    last.what or f"The hub's library failed: {child.complaint}", last.remedy
                )
    finally:
        _forget_parts(folder)


def _reports(child: ChildProcess) -> Iterator[HubReport | None]:
    """The reports of the process until it ends; None in between, so that the caller can cancel."""
    arrived: queue.SimpleQueue[HubReport | None] = queue.SimpleQueue()

    def read() -> None:
        for report in child.records(HubReport):
            arrived.put(report)
        arrived.put(None)

    reader = threading.Thread(target=read, name="hub reports", daemon=True)
    reader.start()
    while reader.is_alive() or not arrived.empty():
        try:
            yield arrived.get(timeout=_POLL_S)
        except queue.Empty:
            yield None


def _forget_parts(folder: Path) -> None:
    """Delete the parts of files that a killed process left; the hub's library cannot resume them."""
    for part in folder.glob(".cache/huggingface/download/*.incomplete"):
        with suppress(OSError):
            part.unlink()
