"""Draws the README pictures of the screens as SVG, with a small sample library.

Run it with ``make screens``; ``--size 80x24`` and ``--out FOLDER`` draw other sizes to another folder.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from textual.pilot import Pilot

from library.maintenance.stats import Work
from tests.tui import fakes as fake
from tests.tui import sample
from tui.app import Showhow
from tui.screens.review import ReviewScreen
from tui.widgets.still import Still

OUT = Path(__file__).parent.parent / "docs" / "screens"
SIZE = (108, 32)


async def library(app: Showhow, pilot: Pilot[int]) -> None:
    """A search, with its preview."""
    await pilot.press(*"purch")
    await shown(app, "2 demos")


async def record(app: Showhow, pilot: Pilot[int]) -> None:
    """The record screen, with a voice on the meter."""
    await pilot.press("ctrl+r")
    await shown(app, "Built-in Audio Analog")
    await shown(app, "▃▅▇▅▃▁▁▃▅▇▅▃")


async def live(app: Showhow, pilot: Pilot[int]) -> None:
    """A running recording."""
    await record(app, pilot)
    await pilot.press("c", "c", "c", "enter")
    await shown(app, "fps")
    await pilot.press("k")
    await shown(app, "▃▅▇▅▃▁▁▃▅▇▅▃")


async def review(app: Showhow, pilot: Pilot[int]) -> None:
    """A draft with its cuts and steps."""
    screen = ReviewScreen()
    await app.push_screen(screen)
    screen.fill(sample.draft(Path()))
    await shown(app, "1  Open")
    await pilot.press("down", "down")


async def demo(app: Showhow, pilot: Pilot[int]) -> None:
    """A demo at one of its steps."""
    found = next(demo for demo in app.services.library.search("").hits if demo.title.startswith("Raise"))
    app.navigator.open_demo(found.demo_id, 0)
    await shown(app, "Watch here")
    await pilot.press("n", "n")


async def browse(app: Showhow, pilot: Pilot[int]) -> None:
    """Every demo, those due for review marked."""
    await pilot.press("ctrl+b")
    await shown(app, "newest first")
    await shown(app, "due for review")


async def figures(app: Showhow, pilot: Pilot[int]) -> None:
    """The library in figures, with work for a worker."""
    app.services.library.for_workers = Work(waiting=3, working=1)  # type: ignore[attr-defined]  # the fake's
    await browse(app, pilot)
    await pilot.press("i")
    await shown(app, "waiting for a worker")


SCREENS = (library, record, live, review, demo, browse, figures)


async def shown(app: Showhow, text: str) -> None:
    """Wait until a text is on the screen. Raises TimeoutError after ten seconds."""
    deadline = time.monotonic() + 10
    while text not in "\n".join(strip.text for strip in app.screen._compositor.render_strips()):  # noqa: SLF001  the only access to the drawn text
        if time.monotonic() > deadline:
            raise TimeoutError(f"“{text}” did not come")
        await asyncio.sleep(0.02)


async def draw(go: Callable[[Showhow, Pilot[int]], Awaitable[None]], size: tuple[int, int], theme: str) -> str:
    """One screen as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        app = Showhow(partial(fake.services, Path(folder)))
        async with app.run_test(size=size) as pilot:
            app.theme = theme
            await shown(app, "demos")
            await go(app, pilot)
            while any(still.picture is None for still in app.screen.query(Still)):
                await asyncio.sleep(0.02)
            await pilot.pause(0.3)
            return own_fonts(app.export_screenshot(title="showhow", simplify=True))


def own_fonts(svg: str) -> str:
    """The SVG without web fonts, so that README loads nothing from other servers."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace")


def main() -> None:
    """Draw all screens."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--size", default="x".join(map(str, SIZE)))
    parser.add_argument("--theme", default="showhow")
    options = parser.parse_args()
    columns, rows = (int(part) for part in options.size.split("x"))
    options.out.mkdir(parents=True, exist_ok=True)
    for go in SCREENS:
        path = options.out / f"{go.__name__}.svg"
        path.write_text(asyncio.run(draw(go, (columns, rows), options.theme)), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
