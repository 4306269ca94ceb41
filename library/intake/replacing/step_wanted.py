"""StepWanted: which step of which demo a recording replaces. Written down in its take, so that it outlives a crash.

Does not look into the library; ``step_finding.py`` does.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from capture.errors import ShowhowError
from capture.files import read_record, write_bytes
from library.files import library_errors
from library.model import LibraryError
from library.text import is_demo_id

_FILE = "replaces.json"


class StepWanted(msgspec.Struct, frozen=True, kw_only=True):
    """The step to replace, by its number in a version of a demo; its picture is ``width`` times ``height`` pixels."""

    demo_id: str
    version: int
    step: int
    width: int = 0
    height: int = 0


def note_wanted(take: Path, wanted: StepWanted) -> None:
    """Write down in a take's folder what it replaces. Raises LibraryError."""
    with library_errors(f"write {take / _FILE}"):
        write_bytes(take / _FILE, msgspec.json.encode(wanted))


def wanted_by(take: Path) -> StepWanted | None:
    """What a take replaces; None for nothing, or nothing that can be read."""
    with suppress(ShowhowError):
        if (take / _FILE).is_file():
            wanted = read_record(take / _FILE, StepWanted, "note of what it replaces")
            return wanted if is_demo_id(wanted.demo_id) and wanted.step > 0 else None
    return None


def check_size(wanted: StepWanted, width: int, height: int) -> None:
    """Raises LibraryError when a recording of this size cannot take the place of the step."""
    if (width, height) != (wanted.width, wanted.height):
        raise LibraryError(
            f"The picture is {width} x {height}, that of the demo {wanted.width} x {wanted.height}",
            "Record the same screen, window size or --region as then.",
        )
