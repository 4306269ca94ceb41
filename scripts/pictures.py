"""Takes the README pictures of application, web reader, player and exports, of the demo that ``make demo`` filed.

Run: ``make pictures``. Needs Chromium, pdftoppm, mpv, Xvfb and PulseAudio; writes ``docs/screens``, below 100 kB each.
"""

from __future__ import annotations

import io
import json
import shutil
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
from scripts.demo import HOME, QUESTION, ROOT, Product, fetched_model
from tests.support.browser import chromium, page_of, until
from tests.support.desktop import Stage, wait_for
from tests.support.scripted_task import Scene
from tests.support.web_library import served
from tui.playback.mpv import Mpv, Replay

OUTPUT = ROOT / "docs" / "screens"
LIBRARY = HOME / "library"


def main() -> int:
    """Take every picture; returns the exit code."""
    if not LIBRARY.is_dir():
        print("There is no demo to show yet. Run: make demo")
        return 1
    with open_library(LIBRARY) as library:
        demo = library.catalog.get(library.catalog.list()[0].demo_id)
        with served(library) as running, chromium() as browser:
            page = f"{running.url}demo/{demo.demo_id}"
            look(browser, f"{running.url}?q={QUESTION.replace(' ', '+')}", "reader-search", (1000, 560))
            look(browser, f"{page}?at={demo.steps[2].start_ms}", "reader-demo", (1280, 800))
            look(browser, f"{page}?at={demo.steps[2].start_ms}", "reader-dark", (1280, 800), dark=True)
            look(browser, f"{page}?view=quiet", "reader-phone", (390, 780))
        for form in ("checklist", "pdf"):
            sheet(demo, form)
        export_to(demo, "contact-sheet", OUTPUT / "contact-sheet.webp")
        player(demo)
    application()
    return 0


def application() -> None:
    """Draw the application's screens on a copy of the library in which the take is not filed yet.

    The scripted task's window is on the desktop, and its narration plays, so that screen and meter have what they show.
    """
    with tempfile.TemporaryDirectory() as folder, Stage() as stage:
        home = Path(folder) / "home"
        shutil.copytree(HOME, home)
        for facts in home.glob("takes/*/take.json"):
            facts.write_text(json.dumps(json.loads(facts.read_bytes()) | {"filed_as": None}), encoding="utf-8")
        scene = Scene(stage)
        scene.narrate()
        stage.env |= Product(stage, home, fetched_model()).env
        drawing = stage.run([sys.executable, "-m", "scripts.screens", "--out", str(OUTPUT)], cwd=ROOT, timeout=300)
        print(drawing.stdout, end="")


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
    """Save a picture of the player's window on a desktop as large as the clip, in the middle of a step."""
    step, said = demo.steps[2], demo.path / CAPTIONS
    with Stage((demo.clip.width, demo.clip.height), sound=False) as stage:
        stage.run(["xsetroot", "-solid", "#14171b"])  # the clip shows a desktop of the stage's own colour
        mpv = Mpv("mpv", stage.env)
        mpv.play(Replay(demo.path / demo.clip.path, step.start_ms, title=demo.title, captions=said, loop=step.span))
        if not mpv.wait_shown():
            raise RuntimeError("mpv shows nothing")
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
