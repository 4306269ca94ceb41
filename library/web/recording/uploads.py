"""Uploads: the recordings that browsers send at the moment, by their keys; limits, idle ones, and lines for the owner.

A key is the id of the take and a secret that only its browser knows. Everything is found again on disk after a restart,
so a browser goes on with the key it has. Thread-safe; two recordings do not wait for each other.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from capture.errors import TakeError
from capture.model import Take, TakeState
from capture.recorder.disk_space import DiskGuard
from capture.span import clock
from capture.takes import delete, load_take
from library.text import TITLE_LENGTH, clean
from library.web.recording.options import CHUNK_LIMIT_BYTES, LiveHearing, RecordingOptions, RecordingRefused
from library.web.recording.upload import Mark, TakeUpload, UploadFacts, begin_upload, chunks_in, facts_of

_KEY = re.compile(r"(\d{8}-\d{6}-[0-9a-f]{4})\.([A-Za-z0-9_-]{20,60})")
_SHOWN = 60
_LATE_MS = 5_000
"""A page that ends by itself at the longest time may be late by this much."""
_WIDEST = 1 << 15


class BeginRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says when it begins: who records, what, by which microphone (empty: none), in which format."""

    media_type: str
    author: str = ""
    recording_of: str = ""
    microphone: str = ""
    width: int = 0
    height: int = 0


@dataclass
class _Session:
    """An open upload. ``who`` is for the owner's lines, ``took_ms`` the take time that has come."""

    upload: TakeUpload
    who: str
    active_s: float
    took_ms: int = 0
    live: LiveHearing | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Uploads:
    """The uploads of one server. ``clock_s`` is the monotonic clock, or a test's."""

    def __init__(self, options: RecordingOptions, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._options, self._clock_s = options, clock_s
        self._open: dict[str, _Session] = {}
        self._lock, self._beginning = threading.Lock(), threading.Lock()

    def begin(self, request: BeginRequest, visitor: str) -> str:
        """Begin a take; the key to send it with. Raises RecordingRefused, TakeError."""
        self.park_idle()
        with self._beginning:  # one after the other, so that no more begin, or are heard, than may
            return self._begun(request, visitor)

    def _begun(self, request: BeginRequest, visitor: str) -> str:
        with self._lock:
            if len(self._open) >= self._options.at_once:
                raise RecordingRefused(429, "As many record just now as may at once", "Try again in a while.")
        self._options.takes_folder.mkdir(parents=True, exist_ok=True)
        self._require_space()
        secret, author = secrets.token_urlsafe(24), clean(request.author, _SHOWN)
        facts = UploadFacts(key_hash=_hash(secret), media_type=request.media_type.partition(";")[0], author=author)
        take = Take(
            take_id="",
            started_unix_ms=0,
            width=min(max(0, request.width), _WIDEST),
            height=min(max(0, request.height), _WIDEST),
            recording_of=clean(f"Browser: {request.recording_of}", TITLE_LENGTH),
            microphone=clean(request.microphone, TITLE_LENGTH) or None,
        )
        upload = begin_upload(self._options.takes_folder, take, facts)
        who = f"{author} at {visitor}" if author else f"Somebody at {visitor}"
        with self._lock:
            heard_already = any(one.live is not None for one in self._open.values())
            session = self._open[upload.folder.name] = _Session(upload, who, self._clock_s())
        # One at a time: a second would take the processor from the first, and from who reads.
        session.live = None if heard_already or not take.microphone else self._options.listen(upload.folder)
        self._options.told(f"● {who} records {clean(request.recording_of, _SHOWN) or 'a screen'}: {upload.folder}")
        return f"{upload.folder.name}.{secret}"

    def append(self, key: str, number: int, data: bytes, marks: Sequence[Mark], at_ms: int) -> int:
        """Append a chunk that ends at ``at_ms`` of take time; the number of the next.

        One that came before is ignored, so that a page may send again what it got no answer to.
        Raises RecordingRefused, TakeError.
        """
        with self._held(self.folder_of(key)) as session:
            upload = session.upload
            session.active_s = self._clock_s()
            if number >= upload.expected:
                self._require_within(upload, len(data), at_ms)
            upload.append(number, data, marks)
            session.took_ms = max(session.took_ms, at_ms)
            return upload.expected

    def expected(self, key: str) -> int:
        """The number of the chunk that is expected next; also a sign of life. Raises RecordingRefused, TakeError."""
        folder = self.folder_of(key)
        with self._lock:
            if (session := self._open.get(folder.name)) is not None:
                session.active_s = self._clock_s()
                return session.upload.expected
        return chunks_in(folder)

    def finish(self, key: str, chunks: int) -> Take:
        """Close a take of which ``chunks`` were sent; one that is closed is returned as it is.

        Raises RecordingRefused when chunks are missing, TakeError when nothing in it can be shown.
        """
        folder = self.folder_of(key)
        if load_take(folder).state is not TakeState.RECORDING:
            return load_take(folder)
        with self._held(folder) as session:
            if session.upload.expected < chunks:
                missing = session.upload.expected
                raise RecordingRefused(409, f"Chunk {missing} is missing", expected=missing)
            self._forget(folder)
            take = session.upload.finish()
        self._options.told(f"■ {session.who} ended after {clock(take.duration_ms)}: {folder}")
        return take

    def leave(self, key: str) -> None:
        """The page was left: the recording ends there, and waits to be gone on with or recovered."""
        self._park(self.folder_of(key).name, "left the page")

    def discard(self, key: str) -> None:
        """Delete a take that is not filed. Raises RecordingRefused, TakeError."""
        folder = self.folder_of(key)
        if load_take(folder).filed_as is not None:
            raise RecordingRefused(409, "It is filed already")
        with self._lock:
            session = self._open.pop(folder.name, None)
        if session is None:
            delete(folder)
            return
        with session.lock:
            session.upload.discard()
        if session.live is not None:
            session.live.close()
        self._options.told(f"■ {session.who} threw the recording away.")

    def folder_of(self, key: str) -> Path:
        """The folder of the take of a key. Raises RecordingRefused when the key is wrong or the take is gone."""
        if (match := _KEY.fullmatch(key)) is not None:
            folder = self._options.takes_folder / match[1]
            with suppress(TakeError):
                if hmac.compare_digest(facts_of(folder).key_hash, _hash(match[2])):
                    return folder
        raise RecordingRefused(404, "This recording is not here any more", over=True)

    def park_idle(self) -> None:
        """Park the uploads that have sent nothing for long."""
        before_s = self._clock_s() - self._options.idle_s
        for name in [name for name, one in self._sessions() if one.active_s < before_s]:
            self._park(name, "sends nothing any more")

    def close(self) -> None:
        """Park all: they can be gone on with when the server is started again."""
        for name, _ in self._sessions():
            self._park(name, "is cut off, the server ends")

    def _sessions(self) -> list[tuple[str, _Session]]:
        with self._lock:
            return list(self._open.items())

    def _park(self, name: str, why: str) -> None:
        with self._lock:
            session = self._open.pop(name, None)
        if session is None:
            return
        with session.lock:
            session.upload.park()
        folder = session.upload.folder
        self._options.told(f"■ {session.who} {why}. The recording is kept: showhow recover {folder}")

    def _forget(self, folder: Path) -> None:
        with self._lock:
            self._open.pop(folder.name, None)

    @contextmanager
    def _held(self, folder: Path) -> Iterator[_Session]:
        """The open session of a take, for this thread alone."""
        while True:
            session = self._session(folder)
            with session.lock:
                if self._open.get(folder.name) is session:  # else it was parked just before
                    yield session
                    return

    def _session(self, folder: Path) -> _Session:
        """The open session of a take; opened again after a restart, or after it was parked."""
        with self._lock:
            if (session := self._open.get(folder.name)) is not None:
                return session
            author = facts_of(folder).author
            session = _Session(TakeUpload(folder), author or "Somebody", self._clock_s())
            self._open[folder.name] = session
        self._options.told(f"● {session.who} goes on with {folder}")
        return session

    def _require_within(self, upload: TakeUpload, more: int, at_ms: int) -> None:
        if more > CHUNK_LIMIT_BYTES or upload.size + more > self._options.largest_bytes:
            most = self._options.largest_bytes >> 20
            raise RecordingRefused(413, f"A recording may have {most} MB; this one ends here", over=True)
        if at_ms > self._options.longest_ms + _LATE_MS:
            longest = clock(self._options.longest_ms)
            raise RecordingRefused(413, f"A recording may last {longest}; this one ends here", over=True)
        self._require_space()

    def _require_space(self) -> None:
        stop = self._options.stop_free_bytes
        if DiskGuard(self._options.takes_folder, stop, stop, self._options.space).state() == "full":
            raise RecordingRefused(507, "The disk of the library is nearly full; what has come is kept", over=True)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
