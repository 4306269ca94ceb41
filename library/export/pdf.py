"""Exports a demo as PDF: guide with stills, checklist, slides. The only module that imports fpdf.

Owns the layout of the pages. Does not know the library. Texts are never interpreted as markup.
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
from transcribe.corrections import full_text

_INK, _QUIET, _LINE, _ACCENT = (20, 24, 28), (95, 103, 112), (205, 205, 200), (15, 118, 110)
_MARGIN = 17.0
_PX_PER_MM = 8
"""Resolution of stills, 200 dots an inch: text in them is readable, and files are small."""
_STILL_MM = {"guide": (150.0, 92.0), "checklist": (52.0, 32.0)}
_QUALITY = 84
_SLIDE = (338.7, 190.5)  # 16:9, as slides are, in mm


class _Document(FPDF):
    """PDF with a footer; texts in all scripts for which fonts are installed."""

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
        self.set_font(self._sans, "B" if bold else "", size)
        self.set_text_color(*colour)

    def line(self, text: str, *, height: float, width: float = 0) -> None:  # type: ignore[override]  # FPDF draws strokes by that name
        """Draw text, wrapped to ``width`` mm (0: to the margin)."""
        shown = clean(text)
        if self._sans == "helvetica":
            shown = shown.encode("latin-1", "replace").decode("latin-1")
        self.multi_cell(width, height, shown, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def footer(self) -> None:
        """Draw the demo's title and the page number."""
        if self._foot:
            self.set_y(-_MARGIN + 3)
            self.font(8, colour=_QUIET)
            self.line(f"{self._foot} · {self.page_no()}", height=4)

    def stroke(self) -> None:
        self.set_draw_color(*_LINE)
        self.set_line_width(0.2)
        FPDF.line(self, self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def ensure_space(self, millimetres: float) -> None:
        """Start a new page when less than this is left."""
        if self.get_y() + millimetres > self.h - _MARGIN - 4:
            self.add_page()


def guide(demo: Demo, output: Path, paper: str) -> Path:
    """Write a guide: all steps with their stills; ``paper`` is A4 or letter. Raises OSError."""
    pdf = _begun(demo, paper)
    for step in shown_steps(demo):
        picture = _still(demo, step, _STILL_MM["guide"])
        height = _height(picture) if picture else 0
        pdf.ensure_space(16 + height + (6 if step.text else 0))
        _heading(pdf, step)
        if step.text:
            pdf.font(10.5)
            pdf.set_x(pdf.l_margin)
            pdf.line(step.text, height=5.4)
        if picture:
            pdf.ln(1.5)
            _draw(pdf, picture, pdf.l_margin, step)
        pdf.ln(6)
    if not demo.steps and demo.transcript.text:
        pdf.font(10.5)
        pdf.line(full_text(demo.transcript), height=5.4)
    return _written(pdf, output)


def checklist(demo: Demo, output: Path, paper: str) -> Path:
    """Write a checklist: steps with tick boxes and small stills. Raises OSError."""
    pdf = _begun(demo, paper)
    box, indent, (still_width, _) = 5.0, 9.0, _STILL_MM["checklist"]
    for step in shown_steps(demo):
        picture = _still(demo, step, _STILL_MM["checklist"])
        height = _height(picture) if picture else 0
        pdf.ensure_space(max(height, 14) + 4)
        top = pdf.get_y()
        pdf.set_draw_color(*_INK)
        pdf.set_line_width(0.35)
        pdf.rect(pdf.l_margin, top + 0.6, box, box)
        width = pdf.epw - indent - (still_width + 4 if picture else 0)
        left = pdf.l_margin
        pdf.set_left_margin(left + indent)
        pdf.set_xy(left + indent, top)
        pdf.font(11, bold=True)
        pdf.line(f"{step.number}  {step.title}", height=6, width=width)
        if step.text:
            pdf.font(9.5, colour=_QUIET)
            pdf.line(step.text, height=4.8, width=width)
        pdf.set_left_margin(left)
        if picture:
            below = pdf.get_y()
            pdf.set_y(top)
            _draw(pdf, picture, pdf.w - pdf.r_margin - _width(picture), step)
            pdf.set_y(max(below, top + height))
        pdf.ln(2)
        pdf.stroke()
        pdf.ln(2)
    return _written(pdf, output)


def slides(demo: Demo, output: Path) -> Path:
    """Write slides: a title and one slide for each step. Raises OSError."""
    pdf = _Document(demo, _SLIDE, foot=False)
    pdf.add_page()
    pdf.set_y(_SLIDE[1] * 0.36)
    pdf.font(34, bold=True, colour=_ACCENT)
    pdf.line(demo.title, height=15)
    pdf.font(15, colour=_QUIET)
    pdf.line(facts(demo), height=9)
    for step in shown_steps(demo):
        pdf.add_page()
        pdf.start_section(clean(f"{step.number} {step.title}"))
        pdf.font(24, bold=True)
        pdf.line(f"{step.number}  {step.title}", height=11)
        picture = _still(demo, step, (pdf.epw, _SLIDE[1] - pdf.get_y() - _MARGIN - (20 if step.text else 8)))
        pdf.ln(3)
        if picture:
            _draw(pdf, picture, (pdf.w - _width(picture)) / 2, step)
        if step.text:
            pdf.ln(3)
            pdf.font(14, colour=_QUIET)
            pdf.line(clean(step.text, 240), height=7)
        pdf.set_y(_SLIDE[1] - 10)
        pdf.font(10, colour=_QUIET)
        pdf.line(f"{step.number} of {len(demo.steps)}", height=5)
    return _written(pdf, output)


def _begun(demo: Demo, paper: str) -> _Document:
    pdf = _Document(demo, paper)
    pdf.add_page()
    pdf.font(19, bold=True, colour=_ACCENT)
    pdf.line(demo.title, height=9)
    pdf.font(9.5, colour=_QUIET)
    pdf.line(" · ".join((facts(demo), *demo.tags)), height=5)
    pdf.ln(3)
    pdf.stroke()
    pdf.ln(5)
    return pdf


def _heading(pdf: _Document, step: ShownStep) -> None:
    pdf.start_section(clean(f"{step.number} {step.title}"))
    pdf.font(12.5, bold=True)
    pdf.line(f"{step.number}  {step.title}", height=6.6)
    pdf.font(8.5, colour=_QUIET)
    pdf.line(clock(step.start_ms), height=4.2)


def _still(demo: Demo, step: ShownStep, most_mm: tuple[float, float]) -> Image.Image | None:
    """The still scaled to ``most_mm`` (width, height), its size in mm in ``info["mm"]``; None if it is unreadable."""
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


def _draw(pdf: _Document, picture: Image.Image, x: float, step: ShownStep) -> None:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=_QUALITY, subsampling=0)  # 4:4:4: coloured text stays sharp
    width, height = _width(picture), _height(picture)
    top = pdf.get_y()
    pdf.image(data, x, top, width, height, alt_text=clean(f"The screen at step {step.number}: {step.title}"))
    pdf.set_draw_color(*_LINE)
    pdf.set_line_width(0.2)
    pdf.rect(x, top, width, height)
    pdf.set_y(top + height)


def _add_fonts(pdf: FPDF) -> str:
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it logs every font table it omits
    logging.getLogger("fpdf").setLevel(logging.ERROR)  # and fpdf every letter without a glyph
    face = find_face()
    if face is None:
        return "helvetica"
    pdf.add_font("sans", "", face.regular)
    pdf.add_font("sans", "B", face.bold)
    names = []
    for number, path in enumerate(wide_fonts()):
        pdf.add_font(f"wide{number}", "", path)
        names.append(f"wide{number}")
    if names:
        pdf.set_fallback_fonts(names, exact_match=False)
    return "sans"


def _written(pdf: FPDF, output: Path) -> Path:
    from capture.files import write_bytes

    write_bytes(output, bytes(pdf.output()))
    return output
