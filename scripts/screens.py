"""Draws the README pictures of the application as SVG: the real application on the library that ``make demo`` filed.

``make pictures`` runs it on a private desktop with the demo's window on it and the demo's voice in the microphone.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from textual.pilot import Pilot

from tests.tui.drawn_screens import shown
from tui.app import Showhow
from tui.config import Settings, load_settings
from tui.services.factory import open_services
from tui.widgets.still import Still

SIZE = (108, 32)
_HEARING_S = 60.0
"""Time limit for what waits for the speech model."""


async def library(app: Showhow, pilot: Pilot[int]) -> None:
    """A search, with its preview."""
    for letter in "purchase order":
        await pilot.press("space" if letter == " " else letter)
    await shown(app, "1 demo")


async def demo(app: Showhow, pilot: Pilot[int]) -> None:
    """The demo at one of its steps."""
    found = app.services.library.search("").hits[0]
    app.navigator.open_demo(found.demo_id, 0)
    await shown(app, "Watch here")
    await pilot.press("n", "n")


async def review(app: Showhow, pilot: Pilot[int]) -> None:
    """The take of the demo in review, with its cuts and steps."""
    await pilot.press("ctrl+d")
    await shown(app, "Not filed yet")
    await pilot.press("enter")
    await shown(app, "▓ kept", _HEARING_S)
    await shown(app, "File it", _HEARING_S)
    await pilot.press("down", "down")


async def record(app: Showhow, pilot: Pilot[int]) -> None:
    """The record screen, with a voice on the meter."""
    await pilot.press("ctrl+r")
    await shown(app, "Stage")
    await shown(app, "▅")


SCREENS = (library, demo, review, record)


async def draw(
    go: Callable[[Showhow, Pilot[int]], Awaitable[None]], settings: Settings, size: tuple[int, int], theme: str
) -> str:
    """One screen as SVG."""
    app = Showhow(partial(open_services, settings))
    try:
        async with app.run_test(size=size) as pilot:
            app.theme = theme
            await shown(app, "1 demo")
            await go(app, pilot)
            while any(still.picture is None for still in app.screen.query(Still)):
                await asyncio.sleep(0.02)
            await pilot.pause(0.3)
            return own_fonts(app.export_screenshot(title="showhow", simplify=True))
    finally:
        if app.is_open:
            app.services.close()


def own_fonts(svg: str) -> str:
    """The SVG without web fonts, so that README loads nothing from other servers."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace")


def main() -> None:
    """Draw all screens, of the library and the takes in ``SHOWHOW_HOME``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", default="x".join(map(str, SIZE)))
    parser.add_argument("--theme", default="showhow")
    options = parser.parse_args()
    columns, rows = (int(part) for part in options.size.split("x"))
    options.out.mkdir(parents=True, exist_ok=True)
    for go in SCREENS:
        path = options.out / f"{go.__name__}.svg"
        path.write_text(asyncio.run(draw(go, load_settings(), (columns, rows), options.theme)), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
