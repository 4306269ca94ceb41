"""Exports a demo to a file or as text, in any of the formats of ``forms.py``.

Owns the place and the name of the exported file. Does not know the library.
"""

from __future__ import annotations

from pathlib import Path

from library.export.forms import FORMS, ExportOptions, Form, Paper
from library.files import library_errors
from library.model import Demo, LibraryError
from library.text import clean


def export(demo: Demo, form: str) -> str:
    """The demo in a text format such as Markdown (with paths of the stills). Raises LibraryError on other formats."""
    known = _form(form)
    if known.text is None:
        raise LibraryError(f"{form} is not text to print", "Give the file to write: --output PATH")
    return known.text(demo)


def export_to(demo: Demo, form: str, output: Path, *, step: int = 1, paper: str = Paper.A4) -> Path:
    """Export to a file, atomically; returns the file. If ``output`` is a folder, the file is named after the demo.

    Markdown also copies the stills into ``<file name>-steps/`` next to the file. ``step`` is for formats of one step,
    ``paper`` (A4 or letter) for printed formats. Raises LibraryError and VideoError.
    """
    known = _form(form)
    output = output.expanduser()
    if output.is_dir():
        output = output / file_name(demo, form, step)
    with library_errors(f"write {output}"):
        output.parent.mkdir(parents=True, exist_ok=True)
        known.write(demo, output, ExportOptions(step, Paper(paper)))
    return output


def file_name(demo: Demo, form: str, step: int = 1) -> str:
    """Default file name of an export; different formats of one demo get different names."""
    known = _form(form)
    alone = sum(other.ending == known.ending for other in FORMS.values()) == 1
    special = f"-step-{step}" if known.of_a_step else "" if alone or form == known.ending else f"-{form}"
    return f"{demo.demo_id}{special}.{known.ending}"


def _form(name: str) -> Form:
    if name not in FORMS:
        raise LibraryError(f"Nothing can be exported as {clean(name, 40)}", f"Choose one of: {', '.join(FORMS)}.")
    return FORMS[name]
