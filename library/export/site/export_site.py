"""Exports the demos of a library, or of a collection, as a folder of pages or as one file.

Owns which demos are taken, and their order. What is written is in ``site_folder.py`` and
``one_file.py``.
"""

from __future__ import annotations

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


def export_site(library: Library, folder: Path, collection: str = "", progress: Progress = silent) -> Path:
    """Write or update a folder of pages; returns the one to open. Raises LibraryError, Cancelled."""
    demos, fetch = _demos(library, collection), library.store.fetch_local
    return write_site(_name(library, demos, collection), demos, fetch, folder.expanduser(), progress)


def export_one_file(library: Library, output: Path, collection: str = "", progress: Progress = silent) -> Path:
    """Write one HTML file; returns it. Raises LibraryError, Cancelled."""
    demos, output = _demos(library, collection), output.expanduser()
    if output.is_dir():
        output = output / one_file_name(collection or library.name)
    with library_errors(f"write {output}"):
        output.parent.mkdir(parents=True, exist_ok=True)
        name, fetch = _name(library, demos, collection), library.store.fetch_local
        return write_one_file(name, demos, fetch, output, progress)


def one_file_name(collection: str) -> str:
    """Default file name of a collection: its letters and digits, with hyphens between."""
    return f"{'-'.join(words_of(collection)) or 'collection'}.html"


def _name(library: Library, demos: Sequence[Demo], collection: str) -> str:
    """The name of the collection as it is written in the library, or the library's."""
    written = (name for name in demos[0].collections if name.casefold() == collection.casefold())
    return next(written, collection or library.name)


def _demos(library: Library, collection: str) -> list[Demo]:
    """The whole records of the demos, by title."""
    found = browse(library.catalog.list(), sort=Sort.TITLE, collection=collection)
    if not found:
        where = f"in “{collection}”" if collection else "in the library"
        raise LibraryError(f"Nothing is {where}", "See what there is: showhow list")
    return [library.catalog.get(demo.demo_id) for demo in found]
