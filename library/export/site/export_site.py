"""Exports the demos of a library, or of a collection, as a folder of pages or as one file.

Owns which demos are taken, their order, and that their files are local. What is written is in ``site_folder.py`` and
``one_file.py``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from capture.progress import Progress, silent
from library.connection.library import Library
from library.export.site.one_file import write_one_file
from library.export.site.site_folder import write_site
from library.files import library_errors
from library.maintenance.stats import Sort, browse
from library.model import Demo, LibraryError
from library.text import words_of
from library.web.view_models import day


def export_site(library: Library, folder: Path, collection: str = "", progress: Progress = silent) -> Path:
    """Write or update a folder of pages; returns the one to open. Raises LibraryError, Cancelled."""
    demos = _demos(library, collection, progress)
    return write_site(_name(library, demos, collection), demos, folder.expanduser(), _today(), progress)


def export_one_file(library: Library, output: Path, collection: str = "", progress: Progress = silent) -> Path:
    """Write one HTML file; returns it. Raises LibraryError, Cancelled."""
    demos, output = _demos(library, collection, progress), output.expanduser()
    if output.is_dir():
        output = output / one_file_name(collection or library.name)
    with library_errors(f"write {output}"):
        output.parent.mkdir(parents=True, exist_ok=True)
        return write_one_file(_name(library, demos, collection), demos, output, _today(), progress)


def one_file_name(collection: str) -> str:
    """Default file name of a collection: its letters and digits, with hyphens between."""
    return f"{'-'.join(words_of(collection)) or 'collection'}.html"


def _name(library: Library, demos: Sequence[Demo], collection: str) -> str:
    """The name of the collection as it is written in the library, or the library's."""
    written = (name for name in demos[0].collections if name.casefold() == collection.casefold())
    return next(written, collection or library.name)


def _demos(library: Library, collection: str, progress: Progress) -> list[Demo]:
    """The demos by title, whole and local."""
    found = browse(library.catalog.list(), sort=Sort.TITLE, collection=collection)
    if not found:
        where = f"in “{collection}”" if collection else "in the library"
        raise LibraryError(f"Nothing is {where}", "See what there is: showhow list")
    demos = []
    for number, demo in enumerate(found):
        progress(number, len(found), "Fetching demos")
        demos.append(library.store.fetch_local(library.catalog.get(demo.demo_id)))
    return demos


def _today() -> str:
    return day(round(time.time() * 1000))
