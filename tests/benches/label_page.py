"""Labels of a web page: its elements drawn by Chromium, put through the encoder of takes, and clicked anywhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from capture.model import Region
from capture.video.reader import grab_frame
from tests.benches.stand import table
from tests.support.browser import chromium
from tests.support.sample_videos import film
from transcribe.model import Picture
from transcribe.ocr.click_label import label_at
from transcribe.ocr.rapidocr_reader import RapidOcrReader

STYLE = """<meta charset=utf-8><style>body{font:14px %s;margin:20px;width:1200px}button,a,td{margin:6px}
td{padding:5px 14px;border-bottom:1px solid #ddd}a{display:inline-block}</style>"""
BUTTONS = ("Save", "Cancel", "New invoice", "Sign in", "Export as PDF", "Add attachment", "OK", "Apply filters", "Next")
LINKS = ("Forgot password?", "Terms of service", "View all orders", "Help", "Release notes", "Back to list", "Edit")
ROWS = ("Harbour Paper", "INV-20931 overdue", "Quarterly report", "Ana Lindqvist", "Travel expenses", "Warehouse B")
FONTS = ("DejaVu Sans", "DejaVu Serif", "Liberation Sans")
TIMES = 3
"""Each element is clicked so often, anywhere on its words."""
_BOX = """e => { let r = document.createRange(); r.selectNodeContents(e);
return JSON.stringify(r.getBoundingClientRect()) }"""


@dataclass
class Tally:
    """Labels read right, by kind: without regard to blanks and signs, and to the letter; of how many."""

    right: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, read: str, true: str) -> None:
        """One label."""
        self.of[kind] += 1
        self.right[kind] += bare(read) == bare(true)
        self.exact[kind] += read == true
        if bare(read) != bare(true):
            self.wrong[f"{true!r} read {read!r}"] += 1

    def table(self) -> str:
        """A row a kind, and all; what was read wrong."""
        kinds = [*self.of, "all"]
        for counter in (self.right, self.exact, self.of):
            counter["all"] = sum(counter.values())
        rows = [
            [kind, self.of[kind], *(f"{counter[kind] / self.of[kind]:.0%}" for counter in (self.right, self.exact))]
            for kind in kinds
        ]
        wrong = [f"{times}x {what}" for what, times in self.wrong.most_common()]
        return "\n".join([table(rows, ["kind", "clicks", "read right", "to the letter"]), "", *wrong])


def bare(text: str) -> str:
    """A label as search compares it."""
    return re.sub(r"\W", "", text).casefold()


def bench_page(folder: Path) -> str:
    """Each element of pages in several fonts, on an ordinary and on a dense screen."""
    tally, reader, chance = Tally(), RapidOcrReader(), np.random.default_rng(4)
    with chromium() as browser:
        for font, scale in ((font, scale) for font in FONTS for scale in (1, 2)):
            page = browser.new_page(viewport={"width": 1280, "height": 850}, device_scale_factor=scale)
            page.set_content(_content(font))
            page.screenshot(path=folder / "page.png")
            picture = _through_the_encoder(folder)
            for kind, selector in (("button", "button"), ("link", "a"), ("row", "td:first-child")):
                for element in page.query_selector_all(selector):
                    place = json.loads(element.evaluate(_BOX))
                    box = Region(*(round(place[name] * scale) for name in ("x", "y", "width", "height")))
                    for x, y in chance.uniform((0.05, 0.1), (0.95, 0.9), (TIMES, 2)):
                        at = int(box.x + x * box.width), int(box.y + y * box.height)
                        tally.add(kind, label_at(reader, picture, *at), element.inner_text())
            page.close()
    return tally.table()


def _content(font: str) -> str:
    buttons = "".join(f"<button>{text}</button>" for text in BUTTONS)
    links = "".join(f"<a href=#>{text}</a>" for text in LINKS)
    rows = "".join(f"<tr><td>{text}</td><td>{n * 37 % 100}.50</td></tr>" for n, text in enumerate(ROWS))
    return f"{STYLE % font}{buttons}<p>{links}</p><table>{rows}</table>"


def _through_the_encoder(folder: Path) -> Picture:
    picture = cv2.imread(str(folder / "page.png"))
    assert picture is not None
    options = {"preset": "ultrafast", "qp": "20"}
    return grab_frame(film(folder / "page.mp4", [(0, np.asarray(picture, np.uint8))], 500, options=options), 100)
