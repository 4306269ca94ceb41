"""Recovery of a take after a crash. Never changes a take that is being recorded.

The original video is kept until its repaired copy has been checked by decoding and seeking.
"""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from capture.errors import ShowhowError, TakeError, VideoError
from capture.files import replace_file, take_error
from capture.model import Notice, Take, TakeState
from capture.span import clock
from capture.takes import VIDEO, load_or_stand_in, lock_of, read_events, write_take

_REPAIRED = "take.mp4.mended"


def recover(path: Path) -> Take:
    """Repair the take in a folder; an intact one is returned unchanged.

    Raises TakeError when there is no take, it is being recorded, or nothing in it can be kept.
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
        return _repair(path)
    finally:
        lock.remove()


def _repair(path: Path) -> Take:
    take = load_or_stand_in(path)
    if take.state in {TakeState.FINISHED, TakeState.RECOVERED} and _intact(take):
        return take
    duration_ms = repair_video(path)
    (path / "reserve").unlink(missing_ok=True)
    figures = replace(take.figures, bytes_written=(path / VIDEO).stat().st_size)
    note = f"The recording was cut short and mended; {clock(duration_ms)} of it are there."
    take = replace(take, state=TakeState.RECOVERED, duration_ms=duration_ms, figures=figures)
    take = _sized(replace(take, notices=(*_notices(take), note)))
    write_take(take)
    return take


def _intact(take: Take) -> bool:
    from capture.video.repair import decodes

    return decodes(take.video)


def repair_video(path: Path) -> int:
    """Replace the video by its repaired copy; its length in ms. Without space the original stays, if it decodes."""
    from capture.video.repair import check, repair

    video, copy = path / VIDEO, path / _REPAIRED
    try:
        duration_ms = repair(video, copy)
        replace_file(copy, video)
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
    """The notices of the take, with those from the event log that a killed recorder did not write to the record."""
    noted = tuple(event.text for event in read_events(take) if isinstance(event, Notice))
    return tuple(dict.fromkeys((*take.notices, *noted)))


def _sized(take: Take) -> Take:
    if take.width and take.height:
        return take
    from capture.video.media_info import probe

    facts = probe(take.video)
    return replace(take, width=facts.width, height=facts.height)
