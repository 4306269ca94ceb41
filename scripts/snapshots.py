"""Writes the screens as text, which ``tests/tui/test_snapshots.py`` compares: ``make snapshots``.

Check the diff before you commit it. What differs between runs (meters, milliseconds) is masked.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.tui import fakes as fake
from tests.tui.drawn_screens import SCREENS, shown
from tui.app import Showhow
from tui.widgets.still import Still

FOLDER = Path(__file__).parent.parent / "tests" / "tui" / "snapshots"
SIZES = ((80, 24), (120, 36), (200, 50))
NAMES = tuple(go.__name__ for go in SCREENS)
_METER, _TOOK = re.compile(r"[▁▂▃▄▅▆▇█]{3,}"), re.compile(r"\d+ ms")


def path_of(name: str, size: tuple[int, int]) -> Path:
    """Path of a screen's snapshot."""
    return FOLDER / f"{name}-{size[0]}x{size[1]}.txt"


def plain(app: Showhow) -> str:
    """The text on the screen, with meters and milliseconds masked."""
    lines = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]  # noqa: SLF001  the only access to the drawn text
    return _TOOK.sub("# ms", _METER.sub("~", "\n".join(lines))) + "\n"


async def take(name: str, size: tuple[int, int], settled: Callable[[str], bool]) -> str:
    """A screen's text once ``settled`` accepts it, or after half a minute."""
    go = SCREENS[NAMES.index(name)]
    with tempfile.TemporaryDirectory() as folder:
        app = Showhow(lambda _, folder=folder: fake.services(Path(folder)))
        async with app.run_test(size=size) as pilot:
            await shown(app, "demos")
            await go(app, pilot)
            text = ""
            for _ in range(1_500):
                await asyncio.sleep(0.02)
                text = plain(app)
                if all(still.picture is not None for still in app.screen.query(Still)) and settled(text):
                    break
            return text


async def _write(name: str, size: tuple[int, int]) -> None:
    seen: list[str] = []

    def settled(text: str) -> bool:
        seen.append(text)
        return len(seen) > 40 and len(set(seen[-20:])) == 1

    path_of(name, size).write_text(await take(name, size, settled), encoding="utf-8")


def main() -> None:
    """Write every screen at every size."""
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        for size in SIZES:
            asyncio.run(_write(name, size))
            print(path_of(name, size).name)


if __name__ == "__main__":
    main()
