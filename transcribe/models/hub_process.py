"""Downloads files from the hub: ``python -m transcribe.models.hub_process REPOSITORY FOLDER [FILE...]``.

Without files named, those of a speech model.

A process of its own, because the hub's library can be stopped in no other way while it waits for a server, and because
it writes warnings. Writes HubReports as JSON lines; the parent is ``hub.py``.

``snapshot_download`` resumes a connection that breaks or stalls up to six times in a row, and keeps files that are
complete. The rest of a file that it gave up on, or of one that was cancelled, it deletes: that file starts again.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

import httpx2
import huggingface_hub
import msgspec
from huggingface_hub import errors
from tqdm.auto import tqdm

from capture.child_process import to_json
from transcribe.models.fetching import DamagedFile, FetchError, check_room, sha256_of
from transcribe.models.hub import HubReport
from transcribe.models.known import WANTED

_TIMEOUT_S = 5.0


class _HubFile(msgspec.Struct, frozen=True):
    """A file as the hub describes it, with the ``sha256`` of its bytes, or ``blob``, their git SHA-1; or neither."""

    name: str
    size: int
    sha256: str = ""
    blob: str = ""


def _send(report: HubReport) -> None:
    sys.stdout.buffer.write(to_json(report) + b"\n")
    sys.stdout.buffer.flush()


def fetch(repository: str, folder: Path, wanted: Collection[str] = WANTED) -> None:
    """Download the wanted files of a repository into ``folder``. Raises a FetchError."""
    try:
        facts = huggingface_hub.HfApi().model_info(repository, files_metadata=True, timeout=_TIMEOUT_S)
        files = [_file_of(sibling) for sibling in facts.siblings or () if sibling.rfilename in wanted]
        todo = [file for file in files if not (folder / file.name).is_file()]
        total, left = (sum(file.size for file in some) for some in (files, todo))
        check_room(folder, left, Path(repository).name)
        _send(HubReport(total - left, total))
        huggingface_hub.snapshot_download(
            repository,
            revision=facts.sha,
            local_dir=folder,
            allow_patterns=[file.name for file in files],
            etag_timeout=_TIMEOUT_S,
            tqdm_class=_bars(total - left, total),
        )
    except errors.RepositoryNotFoundError as error:
        raise FetchError(f"The hub has no model {repository}", "Check the name.") from error
    except (OSError, httpx2.HTTPError, errors.HfHubHTTPError, ValueError) as error:  # ValueError: a login page, no JSON
        raise FetchError(f"The hub does not answer ({_first_line(error)})", "Check the network.") from error
    for file in files:
        _check(folder / file.name, file)


def _bars(before: int, total: int) -> type[Any]:
    """A class of progress bars that also report the bytes of all files; what they draw goes to standard error."""
    furthest, reporting = before, threading.Lock()  # files are fetched side by side

    class Bar(tqdm):  # type: ignore[misc]  # tqdm has no types
        def update(self, n: float | None = 1) -> None:
            nonlocal furthest
            super().update(n)
            with reporting:
                if self.unit == "B" and before + self.n > furthest:  # bytes received or written, whichever is ahead
                    furthest = int(before + self.n)
                    _send(HubReport(min(furthest, total), total))

    return Bar


def _file_of(sibling: Any) -> _HubFile:
    lfs = sibling.lfs or {}
    return _HubFile(sibling.rfilename, sibling.size or 0, lfs.get("sha256") or "", "" if lfs else sibling.blob_id or "")


def _check(path: Path, file: _HubFile) -> None:
    if not path.is_file():  # snapshot_download only warns when it lost the hub between two requests
        raise FetchError("The hub does not answer", "Check the network.")
    if not _matches(path, file):
        path.unlink()
        raise DamagedFile(f"{file.name} arrived damaged: its checksum is not the hub's", "Run it again.")


def _matches(path: Path, file: _HubFile) -> bool:
    if file.sha256:
        return sha256_of(path) == file.sha256
    if file.blob:
        data = path.read_bytes()  # not in LFS, so it is small
        return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == file.blob
    return path.stat().st_size == file.size


def _first_line(error: Exception) -> str:
    cause = error.__cause__ or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0].rstrip(".")


def main() -> int:
    """Run the process; exit status 1 after an error, which is the last report."""
    try:
        fetch(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or WANTED)
    except FetchError as error:
        _send(HubReport(kind=type(error).__name__, what=error.what, remedy=error.remedy))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
