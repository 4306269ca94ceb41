"""``read_batches``: reads many bundles with several processes, as for a rebuild or a shared folder's first index.

Owns these processes. Each is ``python -m library.connection.bulk_read FOLDER``, gets demo names on stdin and writes
encoded batches to stdout. It ends when its parent ends. If a process dies, the parent reads its demos itself.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import SimpleQueue

import msgspec

from capture.child_process import ChildProcess
from capture.files import prepared
from library.catalog.rows import BATCH, Batch, decode_batch, encode_batch, make_batch
from library.model import Demo, LibraryError
from library.storage.bundle import newest_bundle

NamedStamp = tuple[str, int]
"""Name of a demo's folder, and its stamp for the catalog."""
_WORTH_IT = 8 * BATCH
"""Fewer demos are read before a process has started (0.2 s)."""
_MOST = 4
_LARGE_BATCH = 250
"""Demos that a process prepares at once. Larger batches send fewer words twice (100: a tenth more work)."""
_AHEAD = 10
"""Batches of each process that may be ready while the parent writes others; each takes about 2 MB."""
_PIPE_BYTES = 1 << 20
"""Pipe capacity for a complete batch, so that neither side waits for the other halfway."""
_LENGTH_BYTES = 8
_PROCESS = "library.connection.bulk_read"


def read_batch(demos: Path, folders: Sequence[NamedStamp]) -> Batch:
    """The newest versions of demos; the batch notes those that cannot be read."""
    found: list[tuple[Demo, int]] = []
    notes = []
    for name, stamp in folders:
        try:
            found.append((newest_bundle(demos / name), stamp))
        except LibraryError as error:
            notes.append(str(error))
    return make_batch(found, notes)


def read_batches(demos: Path, folders: Sequence[NamedStamp]) -> Iterator[Batch]:
    """Read all of them in order, with several processes when there are many."""
    processes = min(_MOST, os.cpu_count() or 1) if len(folders) >= _WORTH_IT else 0
    size = _LARGE_BATCH if processes > 1 else BATCH
    parts = [folders[at : at + size] for at in range(0, len(folders), size)]
    if processes < 2:
        yield from (read_batch(demos, part) for part in parts)
        return
    with ExitStack() as stack:
        idle: SimpleQueue[_ReaderProcess] = SimpleQueue()
        for _ in range(processes):
            idle.put(stack.enter_context(_ReaderProcess(demos)))
        readers = stack.enter_context(ThreadPoolExecutor(processes))
        waiting: deque[Future[Batch]] = deque()
        try:
            for part in parts:
                waiting.append(readers.submit(_read_by_process, idle, part))
                if len(waiting) >= processes * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            readers.shutdown(wait=False, cancel_futures=True)


def _read_by_process(idle: SimpleQueue[_ReaderProcess], folders: Sequence[NamedStamp]) -> Batch:
    process = idle.get()
    try:
        return process.read(folders)
    finally:
        idle.put(process)


class _ReaderProcess:
    """A child process that reads bundles, used by one thread at a time. A context manager."""

    def __init__(self, demos: Path) -> None:
        self._demos = demos
        self._child: ChildProcess | None = None

    def __enter__(self) -> _ReaderProcess:
        with suppress(OSError):  # no process could be started: read in this one
            self._child = ChildProcess(_PROCESS, str(self._demos), listens=True, pipe_bytes=_PIPE_BYTES)
        return self

    def read(self, folders: Sequence[NamedStamp]) -> Batch:
        """Read a batch in the child process, or in this one if the child has died."""
        try:
            return decode_batch(self._request(msgspec.json.encode(folders)))
        except (EOFError, msgspec.MsgspecError):
            self._end()
            return read_batch(self._demos, folders)

    def _request(self, names: bytes) -> bytes:
        if self._child is None:
            raise EOFError
        self._child.send(names)
        return self._child.read(int.from_bytes(self._child.read(_LENGTH_BYTES), "little"))

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def __exit__(self, *exc: object) -> None:
        self._end()


def main() -> None:
    """Serve requests from stdin until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    gc.disable()  # records hold no reference cycles; collecting would take a fifth of the time
    demos = Path(sys.argv[1])
    for line in sys.stdin.buffer:
        answer = encode_batch(read_batch(demos, msgspec.json.decode(line, type=prepared(list[NamedStamp]))))
        sys.stdout.buffer.write(len(answer).to_bytes(_LENGTH_BYTES, "little") + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
