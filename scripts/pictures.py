"""Takes the README pictures of web reader, player and exports, from the library that ``make demo`` filed.

Run: ``make pictures``. Needs Chromium, pdftoppm, mpv and Xvfb; writes ``docs/screens/*.webp``, each below 100 kB.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageGrab
from playwright.sync_api import Browser

from library.connection.library import open_library
from library.export.exporter import export_to
from library.model import Demo
from library.storage.bundle import CAPTIONS
from tests.support.browser import chromium, page_of, until
from tests.support.desktop import Stage, wait_for
from tests.support.web_library import served
from tui.playback.mpv import Mpv, Replay

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
        player(demo)
    return 0


def look(browser: Browser, url: str, name: str, size: tuple[int, int], *, dark: bool = False) -> None:
    """Save a screenshot of a page once its clip and images are loaded."""
    view = {"width": size[0], "height": size[1]}
    with page_of(browser, viewport=view, color_scheme="dark" if dark else "light") as page:
        page.goto(url)
        if page.locator("video").count():
            until(page, "document.querySelector('video').readyState >= 2")
            page.evaluate("document.querySelector('video').controls = false")  # they appear and disappear by themselves
        until(page, "[...document.images].every(i => i.complete || i.loading === 'lazy')")
        keep(Image.open(io.BytesIO(page.screenshot())), name)


def sheet(demo: Demo, form: str) -> None:
    """Save a picture of the first page of a PDF."""
    with tempfile.TemporaryDirectory() as folder:
        file = export_to(demo, form, Path(folder) / "out.pdf")
        command = ["pdftoppm", "-r", "80", "-png", "-singlefile", str(file), f"{folder}/page"]
        subprocess.run(command, check=True)
        keep(Image.open(f"{folder}/page.png"), f"paper-{form}")


def player(demo: Demo) -> None:
    """Save a picture of the player's window on a private desktop, in the middle of a step, with captions."""
    step, said = demo.steps[2], demo.path / CAPTIONS
    with Stage((demo.clip.width + 40, demo.clip.height + 80), sound=False) as stage:
        stage.run(["xsetroot", "-solid", "#14171b"])  # the clip shows a desktop of the stage's own colour
        mpv = Mpv("mpv", stage.env)
        mpv.play(Replay(demo.path / demo.clip.path, step.start_ms, title=demo.title, captions=said, loop=step.span))
        if not mpv.wait_shown():
            raise RuntimeError("mpv shows nothing")
        stage.run(["xdotool", "search", "--sync", "--name", demo.title, "windowmove", "20", "30"])
        try:
            half_way = (step.start_ms + step.end_ms) // 2
            wait_for(lambda: mpv.position is not None and mpv.position.at_ms >= half_way, "the middle of the step")
            keep(ImageGrab.grab(xdisplay=stage.display), "mpv")
        finally:
            mpv.end()


def keep(picture: Image.Image, name: str) -> None:
    """Write a picture as WebP into ``OUTPUT``."""
    picture.convert("RGB").save(OUTPUT / f"{name}.webp", "WEBP", quality=78, method=6)
    print(f"docs/screens/{name}.webp")


if __name__ == "__main__":
    sys.exit(main())
