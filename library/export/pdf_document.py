"""PdfDocument: pages with a foot, and text in any script that an installed font has. The only module that imports fpdf.

Owns fonts, shaping and direction of texts, and page numbers. Does not know what a page shows.
"""

from __future__ import annotations

import logging
import unicodedata

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from library.export.fonts import find_face, fonts_for
from library.model import Demo
from library.text import clean
from transcribe.corrections import full_text, step_text

INK, QUIET, LINE, ACCENT = (20, 24, 28), (95, 103, 112), (205, 205, 200), (15, 118, 110)
MARGIN = 17.0
_PAGE_MM = 22.0
"""Width of “page 99 of 99”."""
_STRONG = {"L": False, "R": True, "AL": True}
"""Unicode's bidirectional classes with a direction of their own: whether it is from right to left."""


class PdfDocument(FPDF):
    """A document about a demo. ``paper``: A4, letter, or width and height in mm. ``foot``: text below each page."""

    def __init__(self, demo: Demo, paper: str | tuple[float, float], *, foot: str) -> None:
        super().__init__(format=paper)
        self._foot = foot
        self.set_title(clean(demo.title))
        self.set_author(clean(demo.author))
        self.set_creator("showhow")
        if demo.transcript.language:
            self.set_lang(demo.transcript.language)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=isinstance(paper, str), margin=MARGIN + 4)
        self._sans = self._add_fonts(demo)

    def font(self, size: float, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """Set the font: ``size`` in points."""
        self.set_font(self._sans, "B" if bold else "", size)
        self.set_text_color(*colour)

    def text_block(self, text: str, *, height: float, width: float = 0) -> None:
        """Draw text, wrapped to ``width`` mm (0: to the margin), from the side where its script begins."""
        shown = clean(text)
        if self._sans == "helvetica":
            shown = shown.encode("latin-1", "replace").decode("latin-1")
        align = Align.R if right_to_left(shown) else Align.L
        self.multi_cell(width, height, shown, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def footer(self) -> None:
        """Draw the foot and the page's number among all."""
        if self._foot:
            self.set_y(-MARGIN + 3)
            self.font(8, colour=QUIET)
            self.text_block(self._foot, height=4, width=self.epw - _PAGE_MM)
            self.set_xy(self.w - self.r_margin - _PAGE_MM, -MARGIN + 3)
            self.set_font("helvetica", "", 8)  # fpdf fills in the number of pages at the end, not in shaped text
            self.cell(_PAGE_MM, 4, f"page {self.page_no()} of {{nb}}")

    def stroke(self) -> None:
        """Draw a line across the page."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def ensure_space(self, millimetres: float) -> None:
        """Start a new page when less than this is left."""
        if self.get_y() + millimetres > self.h - MARGIN - 4:
            self.add_page()

    def _add_fonts(self, demo: Demo) -> str:
        logging.getLogger("fontTools").setLevel(logging.ERROR)  # it logs every font table it omits
        logging.getLogger("fpdf").setLevel(logging.ERROR)  # and fpdf every letter without a glyph
        face = find_face()
        if face is None:
            return "helvetica"
        self.add_font("sans", "", face.regular)
        self.add_font("sans", "B", face.bold)
        names = []
        for number, path in enumerate(fonts_for(texts_of(demo))):
            self.add_font(f"wide{number}", "", path)
            names.append(f"wide{number}")
        if names:
            self.set_fallback_fonts(names, exact_match=False)
        self.set_text_shaping(use_shaping_engine=True)
        return "sans"


def texts_of(demo: Demo) -> tuple[str, ...]:
    """All texts of a demo that an export on paper may show."""
    steps = (text for step in demo.steps for text in (step.title, step_text(step, demo.transcript)))
    spoken = () if demo.steps else (full_text(demo.transcript),)
    return (demo.title, demo.author, *demo.tags, *steps, *spoken)


def right_to_left(text: str) -> bool:
    """Whether a text runs from right to left, by its first letter that has a direction (UAX #9, P2)."""
    return next((_STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), False)
