"""The pictures of the web reader and of what is exported, for README: taken from the library that ``make demo`` filed.

Run: ``make pictures``. Needs Chromium and pdftoppm; writes ``docs/screens/*.webp``, each below 100 kB.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from library.connect import open_library
from library.export import export_to
from library.model import Demo
from tests.browser import chromium, page_of, until
from tests.reading import served

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "docs" / "screens"
LIBRARY = ROOT / ".demo" / "home" / "library"


def main() -> int:
    """Take every picture; returns the exit code."""
    if not LIBRARY.is_dir():
        print("There is no demo to show yet. Run: make demo")
        return 1
    with open_library(LIBRARY) as library:
        demo = library.catalog.list()[0]
        with served(library) as running, chromium() as browser:
            page = f"{running.url}demo/{demo.demo_id}"
            look(browser, f"{running.url}?q=supplier", "reader-search", (1000, 560))
            look(browser, f"{page}?at={demo.steps[2].start_ms}", "reader-demo", (1280, 800))
            look(browser, f"{page}?at={demo.steps[2].start_ms}", "reader-dark", (1280, 800), dark=True)
            look(browser, f"{page}?view=quiet", "reader-phone", (390, 780))
        for form in ("checklist", "pdf"):
            sheet(demo, form)
    return 0


def look(browser: Browser, url: str, name: str, size: tuple[int, int], *, dark: bool = False) -> None:
    """A picture of a page once its clip shows a picture."""
    view = {"width": size[0], "height": size[1]}
    with page_of(browser, viewport=view, color_scheme="dark" if dark else "light") as page:
        page.goto(url)
        if page.locator("video").count():
            until(page, "document.querySelector('video').readyState >= 2")
            page.evaluate("document.querySelector('video').controls = false")  # they come and go by themselves
        until(page, "[...document.images].every(i => i.complete || i.loading === 'lazy')")
        keep(Image.open(io.BytesIO(page.screenshot())), name)


def sheet(demo: Demo, form: str) -> None:
    """A picture of the first page of a PDF."""
    with tempfile.TemporaryDirectory() as folder:
        file = export_to(demo, form, Path(folder) / "out.pdf")
        command = ["pdftoppm", "-r", "80", "-png", "-singlefile", str(file), f"{folder}/page"]
        subprocess.run(command, check=True)
        keep(Image.open(f"{folder}/page.png"), f"paper-{form}")


def keep(picture: Image.Image, name: str) -> None:
    """Write it small."""
    picture.convert("RGB").save(OUTPUT / f"{name}.webp", "WEBP", quality=78, method=6)
    print(f"docs/screens/{name}.webp")


if __name__ == "__main__":
    sys.exit(main())
