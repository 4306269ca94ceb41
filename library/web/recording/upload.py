"""TakeUpload: a take on disk that a browser sends in chunks, appended in order.

Owns the files of the take, which chunk comes next, and that a killed server leaves whole chunks only. Does not know
HTTP, nor who may send.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from capture.errors import TakeError, VideoError
from capture.file_lock import FileLock
from capture.files import Lines, read_lines, read_record, take_error, write_bytes
from capture.model import Marker, Pause, RecordingStats, Take, TakeState
from capture.takes import EVENTS, VIDEO, load_take, lock_of, new_take_folder, write_take
from library.web.recording.options import RecordingRefused

FACTS = "upload.json"
_CHUNKS = "chunks.jsonl"
_STARTS = {"video/mp4": (4, b"ftyp"), "video/webm": (0, b"\x1aE\xdf\xa3"), "video/x-matroska": (0, b"\x1aE\xdf\xa3")}
"""What a browser may send, and the bytes at a place that its first chunk has."""


class UploadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an upload (``upload.json``); ``key_hash`` is of the secret that may add to it."""

    key_hash: str
    media_type: str
    author: str = ""


class _Chunk(msgspec.Struct, frozen=True):
    """A line of ``chunks.jsonl``: a chunk that was appended whole, and where it ends in the video."""

    number: int
    end: int


Mark = Marker | Pause
"""The events that a page can know."""
_ANY_MARK: type[Mark] = Mark  # type: ignore[assignment]  # msgspec accepts unions where types are required


class TakeUpload:
    """An upload that this process appends to; it holds the lock of the take until ``park`` or ``finish``.

    Not thread-safe.
    """

    def __init__(self, folder: Path) -> None:
        """Go on with the upload in a folder. Raises TakeError, and RecordingRefused when it is closed already."""
        self.folder = folder
        self._lock: FileLock = lock_of(folder)
        try:
            if not self._lock.take():
                raise RecordingRefused(409, "This recording is at work elsewhere", "Try again in a moment.")
        except OSError as error:
            raise take_error("record into", folder, error) from error
        try:
            _require_unfinished(folder)
            self._open()
        except BaseException:
            self._lock.remove()
            raise

    def _open(self) -> None:
        facts = read_record(self.folder / FACTS, UploadFacts, "upload")
        self._start = _STARTS[facts.media_type]
        for name in (_CHUNKS, EVENTS):
            _drop_partial_line(self.folder / name)
        chunks = list(read_lines(self.folder / _CHUNKS, _Chunk))
        self.expected, self.size = len(chunks), chunks[-1].end if chunks else 0
        self._noted = {_key(event) for event in read_lines(self.folder / EVENTS, _ANY_MARK)}
        try:
            self._video = (self.folder / VIDEO).open("ab", buffering=0)
            self._video.truncate(self.size)  # a chunk that was cut off by a crash comes again
            self._chunks, self._events = Lines(self.folder / _CHUNKS), Lines(self.folder / EVENTS)
        except OSError as error:
            raise take_error("record into", self.folder, error) from error

    def append(self, number: int, data: bytes, marks: Sequence[Mark] = ()) -> None:
        """Append a chunk with the marks made in it; one that is there already is ignored.

        Raises RecordingRefused when it is not the next, or no video; TakeError when it cannot be written.
        """
        if number < self.expected:
            return
        if number > self.expected:
            raise RecordingRefused(409, f"Chunk {self.expected} is missing", expected=self.expected)
        at, mark = self._start
        if not number and data[at : at + len(mark)] != mark:
            raise RecordingRefused(415, "This is not a recording of the kind it says", over=True)
        try:
            left = memoryview(data)
            while left:
                left = left[self._video.write(left) :]
        except OSError as error:
            with contextlib.suppress(OSError):
                self._video.truncate(self.size)
            raise take_error("write", self.folder / VIDEO, error) from error
        fresh = [event for event in marks if _key(event) not in self._noted]
        self._events.add(*fresh)
        self._noted |= {_key(event) for event in fresh}
        self.size += len(data)
        self._chunks.add(_Chunk(number, self.size))
        self.expected += 1

    def park(self) -> None:
        """Close the files and release the lock; the take stays as one that was cut off, to go on with or to recover."""
        self._close()
        self._lock.remove()

    def finish(self) -> Take:
        """Close the take as finished. Raises TakeError when nothing in it can be shown; it is parked then."""
        self._close()
        try:
            return _finished(self.folder)
        finally:
            self._lock.remove()

    def discard(self) -> None:
        """Delete the take."""
        self.park()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _close(self) -> None:
        for file in (self._video, self._chunks, self._events):
            file.close()


def _drop_partial_line(path: Path) -> None:
    """Drop what a crash left of a last line, or the next one would be lost with it. Raises TakeError."""
    try:
        data = path.read_bytes() if path.exists() else b""
        if data and not data.endswith(b"\n"):
            write_bytes(path, data[: data.rfind(b"\n") + 1])
    except OSError as error:
        raise take_error("record into", path.parent, error) from error


def _require_unfinished(folder: Path) -> None:
    if load_take(folder).state is not TakeState.RECORDING:
        raise RecordingRefused(410, "This recording was closed meanwhile; what had come by then is kept", over=True)


def _key(event: Mark) -> tuple[str, int]:
    return type(event).__name__, event.at_ms


def begin_upload(takes_folder: Path, take: Take, facts: UploadFacts) -> TakeUpload:
    """Make the folder of a take and open it; ``take`` says what is recorded. Raises TakeError, RecordingRefused."""
    if facts.media_type not in _STARTS:
        raise RecordingRefused(415, "This browser records in a format that is not taken", "Try another browser.")
    folder = new_take_folder(takes_folder)
    try:
        started = round(time.time() * 1000)
        write_take(replace(take, take_id=folder.name, started_unix_ms=started, path=folder))
        write_bytes(folder / FACTS, msgspec.json.encode(facts))
        (folder / VIDEO).touch(mode=0o600)
        return TakeUpload(folder)
    except OSError as error:
        raise take_error("record into", folder, error) from error


def facts_of(folder: Path) -> UploadFacts:
    """The facts of an upload. Raises TakeError when there is none in the folder."""
    return read_record(folder / FACTS, UploadFacts, "upload")


def chunks_in(folder: Path) -> int:
    """How many chunks of an upload have come. Raises RecordingRefused when it is closed, TakeError."""
    _require_unfinished(folder)
    return sum(1 for _ in read_lines(folder / _CHUNKS, _Chunk))


def _finished(folder: Path) -> Take:
    """The take of a folder with its video made whole and its record written as finished."""
    from capture.recorder.recovery import repair_video
    from capture.video.media_info import probe

    duration_ms = repair_video(folder)
    try:
        seen = probe(folder / VIDEO)
    except VideoError as error:
        raise TakeError(f"{folder.name} cannot be closed: {error.what}", f"It is kept: {folder}") from error
    size = (folder / VIDEO).stat().st_size
    take = replace(
        load_take(folder),
        state=TakeState.FINISHED,
        duration_ms=duration_ms,
        width=seen.width,
        height=seen.height,
        figures=RecordingStats(bytes_written=size),
    )
    write_take(take)
    return take
