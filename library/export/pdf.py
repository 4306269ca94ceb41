"""A demo on paper: guide with stills, checklist to tick, slides. The only file that imports fpdf.

Owns the layout of PDF pages. Refuses to know the library. Texts are drawn, never interpreted.
"""

from __future__ import annotations

import io
import logging
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from PIL import Image

from capture.span import clock
from library.export.fonts import find_face, wide_fonts
from library.model import Demo
from library.text import clean
from library.web.view_models import ShownStep, facts, shown_steps

_INK, _QUIET, _LINE, _ACCENT = (20, 24, 28), (95, 103, 112), (205, 205, 200), (15, 118, 110)
_MARGIN = 17.0
_PX_PER_MM = 8
"""Stills are drawn at up to 200 dots an inch: text in them stays readable, files stay small."""
_STILL_MM = {"guide": (150.0, 92.0), "checklist": (52.0, 32.0)}
_QUALITY = 84
_SLIDE = (338.7, 190.5)  # 16:9, as slides are, in mm


class _Sheets(FPDF):
    """Pages with a quiet foot; texts in whatever script the fonts of this machine have."""

    def __init__(self, demo: Demo, paper: str | tuple[float, float], *, foot: bool = True) -> None:
        wide = isinstance(paper, tuple)
        super().__init__(format=paper)
        self._foot = f"{clean(demo.title, 80)} · {clean(facts(demo), 100)}" if foot else ""
        self.wide = wide
        self.set_title(clean(demo.title))
        self.set_author(clean(demo.author))
        self.set_creator("showhow")
        if demo.transcript.language:
            self.set_lang(demo.transcript.language)
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(auto=not wide, margin=_MARGIN + 4)
        self._sans = _add_fonts(self)

    def font(self, size: float, *, bold: bool = False, colour: tuple[int, int, int] = _INK) -> None:
        """Write in this size and colour from now on."""
        self.set_font(self._sans, "B" if bold else "", size)
        self.set_text_color(*colour)

    def line(self, text: str, *, height: float, width: float = 0) -> None:  # type: ignore[override]  # FPDF draws strokes by that name
        """Text over as many lines as it needs."""
        shown = clean(text)
        if self._sans == "helvetica":
            shown = shown.encode("latin-1", "replace").decode("latin-1")
        self.multi_cell(width, height, shown, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def footer(self) -> None:
        """The demo's name and the page's number."""
        if self._foot:
            self.set_y(-_MARGIN + 3)
            self.font(8, colour=_QUIET)
            self.line(f"{self._foot} · {self.page_no()}", height=4)

    def stroke(self) -> None:
        """A thin line over the page."""
        self.set_draw_color(*_LINE)
        self.set_line_width(0.2)
        FPDF.line(self, self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def room(self, millimetres: float) -> None:
        """Go on with a new page when less than this is left."""
        if self.get_y() + millimetres > self.h - _MARGIN - 4:
            self.add_page()


def guide(demo: Demo, output: Path, paper: str = "A4") -> Path:
    """Every step with its still, one below the other; ``paper`` is A4 or letter. Raises OSError."""
    return _written(_guide(demo, paper), output)


def checklist(demo: Demo, output: Path, paper: str = "A4") -> Path:
    """Steps to tick, with small stills: to lie beside the keyboard. Raises OSError."""
    return _written(_checklist(demo, paper), output)


def slides(demo: Demo, output: Path) -> Path:
    """A slide for each step. Raises OSError."""
    return _written(_slides(demo), output)


def _guide(demo: Demo, paper: str) -> FPDF:
    sheets = _begun(demo, paper)
    for step in shown_steps(demo):
        picture = _still(demo, step, _STILL_MM["guide"])
        height = _height(picture) if picture else 0
        sheets.room(16 + height + (6 if step.text else 0))
        _heading(sheets, step)
        if step.text:
            sheets.font(10.5)
            sheets.set_x(sheets.l_margin)
            sheets.line(step.text, height=5.4)
        if picture:
            sheets.ln(1.5)
            _draw(sheets, picture, sheets.l_margin, step)
        sheets.ln(6)
    if not demo.steps and demo.transcript.text:
        sheets.font(10.5)
        sheets.line(demo.transcript.text, height=5.4)
    return sheets


def _checklist(demo: Demo, paper: str) -> FPDF:
    sheets = _begun(demo, paper)
    box, indent, (still_width, _) = 5.0, 9.0, _STILL_MM["checklist"]
    for step in shown_steps(demo):
        picture = _still(demo, step, _STILL_MM["checklist"])
        height = _height(picture) if picture else 0
        sheets.room(max(height, 14) + 4)
        top = sheets.get_y()
        sheets.set_draw_color(*_INK)
        sheets.set_line_width(0.35)
        sheets.rect(sheets.l_margin, top + 0.6, box, box)
        width = sheets.epw - indent - (still_width + 4 if picture else 0)
        left = sheets.l_margin
        sheets.set_left_margin(left + indent)
        sheets.set_xy(left + indent, top)
        sheets.font(11, bold=True)
        sheets.line(f"{step.number}  {step.title}", height=6, width=width)
        if step.text:
            sheets.font(9.5, colour=_QUIET)
            sheets.line(step.text, height=4.8, width=width)
        sheets.set_left_margin(left)
        if picture:
            below = sheets.get_y()
            sheets.set_y(top)
            _draw(sheets, picture, sheets.w - sheets.r_margin - _width(picture), step)
            sheets.set_y(max(below, top + height))
        sheets.ln(2)
        sheets.stroke()
        sheets.ln(2)
    return sheets


def _slides(demo: Demo) -> FPDF:
    sheets = _Sheets(demo, _SLIDE, foot=False)
    sheets.add_page()
    sheets.set_y(_SLIDE[1] * 0.36)
    sheets.font(34, bold=True, colour=_ACCENT)
    sheets.line(demo.title, height=15)
    sheets.font(15, colour=_QUIET)
    sheets.line(facts(demo), height=9)
    for step in shown_steps(demo):
        sheets.add_page()
        sheets.start_section(clean(f"{step.number} {step.title}"))
        sheets.font(24, bold=True)
        sheets.line(f"{step.number}  {step.title}", height=11)
        picture = _still(demo, step, (sheets.epw, _SLIDE[1] - sheets.get_y() - _MARGIN - (20 if step.text else 8)))
        sheets.ln(3)
        if picture:
            _draw(sheets, picture, (sheets.w - _width(picture)) / 2, step)
        if step.text:
            sheets.ln(3)
            sheets.font(14, colour=_QUIET)
            sheets.line(clean(step.text, 240), height=7)
        sheets.set_y(_SLIDE[1] - 10)
        sheets.font(10, colour=_QUIET)
        sheets.line(f"{step.number} of {len(demo.steps)}", height=5)
    return sheets


def _begun(demo: Demo, paper: str) -> _Sheets:
    sheets = _Sheets(demo, paper)
    sheets.add_page()
    sheets.font(19, bold=True, colour=_ACCENT)
    sheets.line(demo.title, height=9)
    sheets.font(9.5, colour=_QUIET)
    sheets.line(" · ".join((facts(demo), *demo.tags)), height=5)
    sheets.ln(3)
    sheets.stroke()
    sheets.ln(5)
    return sheets


def _heading(sheets: _Sheets, step: ShownStep) -> None:
    sheets.start_section(clean(f"{step.number} {step.title}"))
    sheets.font(12.5, bold=True)
    sheets.line(f"{step.number}  {step.title}", height=6.6)
    sheets.font(8.5, colour=_QUIET)
    sheets.line(clock(step.start_ms), height=4.2)


def _still(demo: Demo, step: ShownStep, most_mm: tuple[float, float]) -> Image.Image | None:
    """The still, no larger than it will be drawn; None where there is none that can be read."""
    if not step.still:
        return None
    name = demo.step(step.number).still
    try:
        with Image.open(demo.path / name) as found:
            picture = found.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    picture.thumbnail((round(most_mm[0] * _PX_PER_MM), round(most_mm[1] * _PX_PER_MM)), Image.Resampling.LANCZOS)
    scale = min(most_mm[0] / picture.width, most_mm[1] / picture.height)
    picture.info["mm"] = (picture.width * scale, picture.height * scale)
    return picture


def _width(picture: Image.Image) -> float:
    return float(picture.info["mm"][0])


def _height(picture: Image.Image) -> float:
    return float(picture.info["mm"][1])


def _draw(sheets: _Sheets, picture: Image.Image, x: float, step: ShownStep) -> None:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=_QUALITY, subsampling=0)  # 4:4:4: coloured text stays sharp
    width, height = _width(picture), _height(picture)
    top = sheets.get_y()
    sheets.image(data, x, top, width, height, alt_text=clean(f"The screen at step {step.number}: {step.title}"))
    sheets.set_draw_color(*_LINE)
    sheets.set_line_width(0.2)
    sheets.rect(x, top, width, height)
    sheets.set_y(top + height)


def _add_fonts(sheets: FPDF) -> str:
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of every table it leaves out
    logging.getLogger("fpdf").setLevel(logging.ERROR)  # and fpdf of every letter that no font has
    face = find_face()
    if face is None:
        return "helvetica"
    sheets.add_font("sans", "", face.regular)
    sheets.add_font("sans", "B", face.bold)
    names = []
    for number, path in enumerate(wide_fonts()):
        sheets.add_font(f"wide{number}", "", path)
        names.append(f"wide{number}")
    if names:
        sheets.set_fallback_fonts(names, exact_match=False)
    return "sans"


def _written(sheets: FPDF, output: Path) -> Path:
    from capture.files import write_bytes

    write_bytes(output, bytes(sheets.output()))
    return output
