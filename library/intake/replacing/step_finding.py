"""Finds the step to replace in the library: by its link, and again in a demo that others changed meanwhile."""

from __future__ import annotations

from library.connection.library import Library
from library.intake.replacing.step_wanted import StepWanted
from library.links import Link
from library.maintenance.revisions import current
from library.model import Demo, LibraryError
from transcribe.model import Step


def step_wanted(library: Library, link: Link) -> StepWanted:
    """The step that is named, in the newest version of its demo.

    Raises DemoNotFound when there is no such demo or step, and LibraryError when no step is named, when a demo cannot
    be filed into the library, or has no clip.
    """
    if not link.step:
        raise LibraryError(
            "Say which step of the demo, like DEMO#3", f"See its steps: showhow show {link.demo or 'DEMO'}"
        )
    demo = current(library, library.catalog.resolve(link.demo).demo_id)
    demo.step(link.step)
    with library.store.stage(demo.demo_id, demo.version + 1):  # a read-only library says so now, not after the work
        pass
    return StepWanted(
        demo_id=demo.demo_id, version=demo.version, step=link.step, width=demo.clip.width, height=demo.clip.height
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
