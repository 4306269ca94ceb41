"""Recover: a take that a crash left, mended and made sure of. Never touches one that is being written.

The original video stays as it is until its mended copy has been decoded and sought in.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from msgspec.structs import replace

from capture.errors import ShowhowError, TakeError, VideoError
from capture.file_lock import FileLock
from capture.files import take_error
from capture.model import Notice, Take, TakeState
from capture.span import clock
from capture.takes import VIDEO, load_take, lock_of, read_events, stand_in, write_take

_MENDED = "take.mp4.mended"


def recover(path: Path) -> Take:
    """Mend the take in a folder; a whole one is returned as it is.

    Raises TakeError in one line: no take, being recorded, nothing in it that can be kept.
    """
    path = path.expanduser().absolute()
    if not path.is_dir():
        raise TakeError(f"There is no take {path}", "showhow takes lists them.")
    if not (path / VIDEO).is_file():
        raise TakeError(f"{path.name} holds no video ({VIDEO} is missing)", f"Delete it when you like: {path}")
    lock = lock_of(path)
    try:
        if not lock.take():
            raise TakeError(f"{path.name} is being recorded now", "Stop it first.")
    except OSError as error:
        raise take_error("mend", path, error) from error
    try:
        return _mended(path)
    finally:
        _let_go(lock)


def _let_go(lock: FileLock) -> None:
    lock.release()
    with contextlib.suppress(OSError):  # a folder that became read-only keeps an empty file
        lock.path.unlink(missing_ok=True)


def _mended(path: Path) -> Take:
    take = _record(path)
    if take.state in {TakeState.FINISHED, TakeState.RECOVERED} and _sound(take):
        return take
    duration_ms = _mend_video(path)
    (path / "reserve").unlink(missing_ok=True)
    figures = replace(take.figures, bytes_written=(path / VIDEO).stat().st_size)
    note = f"The recording was cut short and mended; {clock(duration_ms)} of it are there."
    take = replace(take, state=TakeState.RECOVERED, duration_ms=duration_ms, figures=figures)
    take = _sized(replace(take, notices=(*_notices(take), note)))
    write_take(take)
    return take


def _record(path: Path) -> Take:
    try:
        return load_take(path)
    except TakeError:
        return stand_in(path)


def _sound(take: Take) -> bool:
    from capture.video.repair import check

    try:
        check(take.video)
    except VideoError:
        return False
    return True


def _mend_video(path: Path) -> int:
    """Replace the video by its mended copy; its length in ms. Without room for one the original stays, if it plays."""
    from capture.video.repair import check, mend

    video, copy = path / VIDEO, path / _MENDED
    try:
        duration_ms = mend(video, copy)
        copy.replace(video)
    except (ShowhowError, OSError) as problem:
        copy.unlink(missing_ok=True)
        try:
            return check(video)
        except VideoError:
            raise TakeError(
                f"{path.name} cannot be mended: nothing in its video can be shown", f"Delete it when you like: {path}"
            ) from problem
    return duration_ms


def _notices(take: Take) -> tuple[str, ...]:
    """Those a recorder that was killed had no time to write into the record."""
    noted = tuple(event.text for event in read_events(take) if isinstance(event, Notice))
    return tuple(dict.fromkeys((*take.notices, *noted)))


def _sized(take: Take) -> Take:
    if take.width and take.height:
        return take
    from capture.video.media_info import probe

    facts = probe(take.video)
    return replace(take, width=facts.width, height=facts.height)
