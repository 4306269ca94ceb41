"""Very many bundles read at once, by processes of their own: a shared folder first seen, an index made anew.

Owns these processes, which end with their reader whatever becomes of it. One is
``python -m library.connection.bulk_read FOLDER``: it is told names of demos and answers with them made ready. A process
that dies costs time and nothing else.
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
from library.catalog.rows import BATCH, Batch, make_batch, received, sent
from library.model import Demo, LibraryError
from library.storage.bundle import newest_bundle

Home = tuple[str, int]
"""A demo's folder by its name, and the stamp to keep with what is read from it."""
_WORTH_IT = 8 * BATCH
"""Fewer are read sooner than a process starts (0.2 s)."""
_MOST = 4
_LARGE_BATCH = 250
"""Demos that a process makes ready at once; the more, the fewer words are sent twice (100: a tenth more work)."""
_AHEAD = 10
"""Batches that may wait for each process's reader while it writes others; each takes about two megabytes."""
_PIPE_BYTES = 1 << 20
"""Room for a whole answer, so that neither side waits for the other with half of one."""
_SIZE = 8
_PROCESS = "library.connection.bulk_read"


def read_batch(demos: Path, homes: Sequence[Home]) -> Batch:
    """The newest versions of demos; those that cannot be read are noted."""
    found: list[tuple[Demo, int]] = []
    notes = []
    for name, stamp in homes:
        try:
            found.append((newest_bundle(demos / name), stamp))
        except LibraryError as error:
            notes.append(str(error))
    return make_batch(found, notes)


def read_batches(demos: Path, homes: Sequence[Home]) -> Iterator[Batch]:
    """All of them in order; with the help of other processes when there are very many."""
    helpers = min(_MOST, os.cpu_count() or 1) if len(homes) >= _WORTH_IT else 0
    size = _LARGE_BATCH if helpers > 1 else BATCH
    parts = [homes[at : at + size] for at in range(0, len(homes), size)]
    if helpers < 2:
        yield from (read_batch(demos, part) for part in parts)
        return
    with ExitStack() as stack:
        idle: SimpleQueue[_Helper] = SimpleQueue()
        for _ in range(helpers):
            idle.put(stack.enter_context(_Helper(demos)))
        readers = stack.enter_context(ThreadPoolExecutor(helpers))
        waiting: deque[Future[Batch]] = deque()
        try:
            for part in parts:
                waiting.append(readers.submit(_helped, idle, part))
                if len(waiting) >= helpers * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            readers.shutdown(wait=False, cancel_futures=True)


def _helped(idle: SimpleQueue[_Helper], homes: Sequence[Home]) -> Batch:
    helper = idle.get()
    try:
        return helper.read(homes)
    finally:
        idle.put(helper)


class _Helper:
    """A process that reads; used by one thread at a time. A context manager."""

    def __init__(self, demos: Path) -> None:
        self._demos = demos
        self._child: ChildProcess | None = None

    def __enter__(self) -> _Helper:
        with suppress(OSError):  # no room for another process: this one reads
            self._child = ChildProcess(_PROCESS, str(self._demos), listens=True, pipe_bytes=_PIPE_BYTES)
        return self

    def read(self, homes: Sequence[Home]) -> Batch:
        """What the process read; should it have died, what is read here."""
        try:
            return received(self._answer(msgspec.json.encode(homes)))
        except (EOFError, msgspec.MsgspecError):
            self._end()
            return read_batch(self._demos, homes)

    def _answer(self, question: bytes) -> bytes:
        if self._child is None:
            raise EOFError
        self._child.send(question)
        return self._child.read(int.from_bytes(self._child.read(_SIZE), "little"))

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def __exit__(self, *exc: object) -> None:
        self._end()


def main() -> None:
    """Answer until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the reader's; it ends this process
    gc.disable()  # records hold no rings; looking for some would take a fifth of the time
    demos = Path(sys.argv[1])
    for line in sys.stdin.buffer:
        answer = sent(read_batch(demos, msgspec.json.decode(line, type=list[Home])))
        sys.stdout.buffer.write(len(answer).to_bytes(_SIZE, "little") + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
