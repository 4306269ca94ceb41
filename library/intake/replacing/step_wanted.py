"""StepWanted: which step of which demo a recording replaces. Written down in its take, so that it outlives a crash.

Owns finding that step again in a demo that others changed meanwhile. Does not replace it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from capture.errors import ShowhowError
from capture.files import read_record, write_bytes
from library.connection.library import Library
from library.files import library_errors
from library.links import Link
from library.maintenance.revisions import current
from library.model import Demo, LibraryError
from library.text import is_demo_id
from transcribe.model import Step

_FILE = "replaces.json"


class StepWanted(msgspec.Struct, frozen=True, kw_only=True):
    """The step to replace, by its number in a version of a demo; its picture is ``width`` times ``height`` pixels."""

    demo_id: str
    version: int
    step: int
    width: int = 0
    height: int = 0


def step_wanted(library: Library, link: Link) -> StepWanted:
    """The step that is named, in the newest version of its demo.

    Raises DemoNotFound when there is no such demo or step, and LibraryError when no step is named, when a demo cannot
    be filed into the library, or has no clip.
    """
    if not link.step:
        raise LibraryError("Say which step of the demo, like DEMO#3", f"See its steps: showhow show {link.demo}")
    demo = current(library, library.catalog.resolve(link.demo).demo_id)
    demo.step(link.step)
    with library.store.stage(demo.demo_id, demo.version + 1):  # a read-only library says so now, not after the work
        pass
    return StepWanted(
        demo_id=demo.demo_id, version=demo.version, step=link.step, width=demo.clip.width, height=demo.clip.height
    )


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


def number_now(library: Library, wanted: StepWanted, now: Demo) -> int:
    """The number of the step in a demo as it is now. Raises LibraryError when others changed or removed that step."""
    if now.version == wanted.version:
        return now.step(wanted.step).number
    seen = library.store.read(wanted.demo_id, wanted.version).step(wanted.step)
    same = [step.number for step in now.steps if _told(step) == _told(seen)]
    if wanted.step in same:
        return wanted.step
    if len(same) == 1:
        return same[0]
    who = now.edited_by or now.author or "Somebody else"
    raise LibraryError(
        f"{who} changed step {wanted.step} of “{now.title}” meanwhile (version {now.version})",
        f"The recording is kept. Say which step it replaces: showhow add TAKE --replace {now.demo_id}#{wanted.step}",
    )


def _told(step: Step) -> tuple[str, str, int]:
    return step.title, step.text, step.duration_ms
