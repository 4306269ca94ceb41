"""The stills of a demo as files beside a document, as they are or as PNG for programs that read no WebP.

Owns copying and converting. A still that is missing or cannot be read is left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from capture.files import write_bytes
from library.model import Demo
from transcribe.model import Step


def shown_stills(demo: Demo) -> Iterator[tuple[Step, Path]]:
    """The steps that have a still, with its path in the bundle."""
    for step in demo.steps:
        if step.still and (path := demo.path / step.still).is_file():
            yield step, path


def write_stills(demo: Demo, folder: Path, *, png: bool = False) -> dict[int, Path]:
    """Write the stills into ``folder``, each atomically; the files by step number. Raises OSError."""
    written = {}
    for step, path in shown_stills(demo):
        data = png_of(path) if png else path.read_bytes()
        if data is not None:
            folder.mkdir(parents=True, exist_ok=True)
            written[step.number] = folder / Path(step.still).with_suffix(".png" if png else path.suffix).name
            write_bytes(written[step.number], data)
    return written


def png_of(still: Path) -> bytes | None:
    """A still as PNG, None when it is no picture that can be read. Raises OSError when the file cannot be read."""
    from PIL import Image, UnidentifiedImageError

    data = io.BytesIO()
    source = io.BytesIO(still.read_bytes())
    try:
        with Image.open(source) as picture:
            picture.convert("RGB").save(data, "PNG", optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return data.getvalue()
