"""The stills of a demo as files beside a document: what matters of each, as WebP or as PNG for programs without WebP.

Owns their names and encoding. What of a still is shown is in ``library/pictures.py``. A still that is missing is left
out; so is one that cannot be read, where it would have to be converted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from capture.files import write_bytes
from library.model import Demo
from library.pictures import shown_picture
from transcribe.model import Step

_QUALITY = 85
"""Of WebP; letters stay sharp."""


def shown_stills(demo: Demo) -> Iterator[tuple[Step, Path]]:
    """The steps that have a still, with its path in the bundle."""
    for step in demo.steps:
        if step.still and (path := demo.path / step.still).is_file():
            yield step, path


def write_pictures(demo: Demo, folder: Path, *, png: bool = False) -> dict[int, Path]:
    """Write what is shown of each step into ``folder``, atomically; the files by step number. Raises OSError."""
    written = {}
    for step, path in shown_stills(demo):
        data = cropped_still(demo, step, png=png) or (b"" if png else path.read_bytes())
        if data:
            folder.mkdir(parents=True, exist_ok=True)
            written[step.number] = folder / Path(step.still).with_suffix(".png" if png else path.suffix).name
            write_bytes(written[step.number], data)
    return written


def cropped_still(demo: Demo, step: Step, *, png: bool = False) -> bytes | None:
    """A step's still, cropped to where it happens, with what was put on it by hand; None when it cannot be read."""
    picture = shown_picture(demo, step)
    if picture is None:
        return None
    data = io.BytesIO()
    if png:
        picture.save(data, "PNG", optimize=True)
    else:
        picture.save(data, "WEBP", quality=_QUALITY, method=4)
    return data.getvalue()


def web_pictures(demo: Demo) -> dict[int, tuple[str, str]]:
    """Names of the files that a page shows of each step, by its number: the whole still, and what matters of it."""
    return {step.number: (path.name, f"{path.stem}-focus.webp") for step, path in shown_stills(demo)}
