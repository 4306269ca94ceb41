"""WebExports: the export formats as the web reader offers them, each as one file."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from library.export.exporter import export_to, offered
from library.files import library_errors
from library.model import Demo
from library.web.sharing.options import ExportChoice


class WebExports:
    """All formats but those of one step, and films: the clip has a button of its own, and encoding takes minutes.

    ``reader_url``: for links and the codes on printed pages; empty: none.
    """

    def __init__(self, reader_url: str = "") -> None:
        self._reader_url = reader_url

    def choices(self, demo: Demo) -> Sequence[ExportChoice]:
        """The formats that show something of a demo, in their order."""
        whole = (form for form in offered(demo) if not form.of_a_step and form.ending != "mp4")
        return [ExportChoice(form.name, form.ending, form.purpose) for form in whole]

    def write(self, demo: Demo, name: str, folder: Path) -> Path:
        """Write the file; a format that is a folder, or several files, is packed. Raises LibraryError, VideoError."""
        inside = folder / "files"
        written = export_to(demo, name, f"{inside}/", reader_url=self._reader_url)
        files = sorted(path for path in inside.rglob("*") if path.is_file())
        if files == [written]:
            return written
        packed = folder / f"{name}.zip"
        with library_errors(f"write {packed}"), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.relative_to(inside))
        return packed
