"""The stills of a demo as files beside a document: what matters of each, as WebP or as PNG for programs without WebP.

Owns their names and encoding. What of a still is shown is in ``library/pictures.py``. A still that is missing is left
out; so is one that cannot be read, where it would have to be converted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from capture.files import write_bytes
from library.model import Demo
from library.pictures import page_names, shown_picture
from transcribe.model import Step

_QUALITY = 85
"""Of WebP; letters stay sharp."""


class ShownStill(NamedTuple):
    """A still that is in the bundle at ``path``; ``then``: the second one of its step, of what the step leads to."""

    step: Step
    path: Path
    then: bool = False


def shown_stills(demo: Demo) -> Iterator[ShownStill]:
    """The stills of all steps, one or two of each, as far as they are in the bundle."""
    for step in demo.steps:
        for then, name in enumerate((step.still, step.then.still if step.then is not None else "")):
            if name and (path := demo.path / name).is_file():
                yield ShownStill(step, path, bool(then))


def write_pictures(demo: Demo, folder: Path, *, png: bool = False) -> dict[int, list[Path]]:
    """Write what is shown of each step into ``folder``, atomically; the files by step number. Raises OSError."""
    written: dict[int, list[Path]] = {}
    for still in shown_stills(demo):
        data = cropped_still(demo, still, png=png) or (b"" if png else still.path.read_bytes())
        if data:
            folder.mkdir(parents=True, exist_ok=True)
            target = folder / still.path.with_suffix(".png" if png else still.path.suffix).name
            write_bytes(target, data)
            written.setdefault(still.step.number, []).append(target)
    return written


def cropped_still(demo: Demo, still: ShownStill, *, png: bool = False) -> bytes | None:
    """A still, cropped to where it happens, with what was put on it by hand; None when it cannot be read."""
    picture = shown_picture(demo, still.step, then=still.then)
    if picture is None:
        return None
    data = io.BytesIO()
    if png:
        picture.save(data, "PNG", optimize=True)
    else:
        picture.save(data, "WEBP", quality=_QUALITY, method=4)
    return data.getvalue()


def web_pictures(demo: Demo) -> dict[str, bytes]:
    """The files that a page beside them shows: each still that can be read, whole, and what matters of it, by name.

    Raises OSError.
    """
    found: dict[str, bytes] = {}
    for still in shown_stills(demo):
        if (focus := cropped_still(demo, still)) is not None:
            whole, crop = page_names(still.path.name)
            found |= {whole: still.path.read_bytes(), crop: focus}
    return found
