"""A demo taken elsewhere: as text, page, paper, sound or moving picture.

Owns where an export goes and what it is called. Refuses to know the library; what forms there are says ``forms.py``.
"""

from __future__ import annotations

from pathlib import Path

from library.export.forms import FORMS, ExportOptions, Form, Paper
from library.files import library_errors
from library.model import Demo, LibraryError
from library.text import clean


def export(demo: Demo, form: str) -> str:
    """The demo as text, such as Markdown (stills named by where they lie). Raises LibraryError on another form."""
    known = _form(form)
    if known.text is None:
        raise LibraryError(f"{form} is not text to print", "Give the file to write: --output PATH")
    return known.text(demo)


def export_to(demo: Demo, form: str, output: Path, *, step: int = 1, paper: str = Paper.A4) -> Path:
    """Write it to a file, whole or not at all; returns the file. A folder gets a file named after the demo.

    Markdown takes the stills along, into ``<file's name>-steps/`` beside it. ``step`` is for what shows one step,
    ``paper`` (A4 or letter) for what is printed. Raises LibraryError and VideoError.
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
    """What an export is called where only a folder is given; two exports of one demo never share a name."""
    known = _form(form)
    alone = sum(other.ending == known.ending for other in FORMS.values()) == 1
    special = f"-step-{step}" if known.of_a_step else "" if alone or form == known.ending else f"-{form}"
    return f"{demo.demo_id}{special}.{known.ending}"


def _form(name: str) -> Form:
    if name not in FORMS:
        raise LibraryError(f"Nothing can be exported as {clean(name, 40)}", f"Choose one of: {', '.join(FORMS)}.")
    return FORMS[name]
