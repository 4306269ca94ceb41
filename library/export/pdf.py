"""Exports a demo as PDF: guide with stills, checklist, slides.

Owns what stands where on the pages. Does not know the library, nor fonts (``pdf_document.py``), nor what of a still is
shown (``library/pictures.py``). Texts are never interpreted as markup. Everywhere a step is its title, its text, then
its still, and what it leads to; with an address of the web reader, a code beside it that leads there.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from capture.model import Region
from capture.span import clock
from library.export.pdf_document import ACCENT, INK, LINE, MARGIN, QUIET, PdfDocument
from library.format import count
from library.links import web_link_to
from library.model import Demo
from library.pictures import Look, focus_of, picture_size, read_picture, shown_picture
from library.sharing.qr_code import qr_code
from library.text import clean
from library.web.view_models import ShownStep, facts, shown_steps
from transcribe.corrections import full_text

_PX_PER_MM = 8
"""Resolution of stills, 200 dots an inch: text in them is readable, and files are small."""
_WHOLE_MM, _FOCUS_MM = (150.0, 92.0), (112.0, 72.0)
"""Width and height at most of a whole screen, and of its focus."""
_CLOSE_MM = ((66.0, 29.0), (48.0, 29.0))
"""Width and height of a close-up alone, and of each of two beside each other."""
_CLOSE_PX_PER_MM = 7.4
"""Pixels of an ordinary screen on a millimetre of a checklist: capital letters of 12 pixels are 1.6 mm high."""
_QUALITY = 84
_SLIDE = (338.7, 190.5)  # 16:9, as slides are, in mm
_CODE_MM = {"guide": 16.0, "checklist": 15.0, "slides": 24.0}
"""A code of 33 modules and its border; a phone reads modules of 0.3 mm."""
_GAP_MM = 4.0


def guide(demo: Demo, output: Path, paper: str, reader_url: str = "") -> Path:
    """Write a guide: all steps with their stills; ``paper`` is A4 or letter. Raises OSError."""
    pdf = _begun(demo, paper)
    for step in shown_steps(demo):
        pictures = _guide_stills(demo, step, pdf.epw)
        height = max(map(_height, pictures), default=0)
        address = _address(demo, step, reader_url)
        code = _CODE_MM["guide"] if address else 0
        pdf.ensure_space(max(16, code) + height + (6 if step.text else 0))
        top = pdf.get_y()
        width = pdf.epw - (code + _GAP_MM if code else 0)
        _code(pdf, address, (pdf.w - pdf.r_margin - code, top), code)
        _heading(pdf, step, width)
        if step.text:
            pdf.font(10.5)
            pdf.set_x(pdf.l_margin)
            pdf.text_block(step.text, height=5.4, width=width)
        if pdf.get_y() >= top:  # else its words went on to another page
            pdf.set_y(max(pdf.get_y(), top + code))
        if pictures:
            pdf.ln(1.5)
            pdf.ensure_space(height)
            _draw_row(pdf, pictures, pdf.l_margin, step)
        pdf.ln(6)
    if not demo.steps and demo.transcript.text:
        pdf.font(10.5)
        pdf.text_block(full_text(demo.transcript), height=5.4)
    return _written(pdf, output)


def _guide_stills(demo: Demo, step: ShownStep, width: float) -> list[Image.Image]:
    """The stills of a step for a guide: the focus; beside it, if there is one, the second still."""
    record = demo.step(step.number)
    if record.then is None:
        whole = focus_of(record, picture_size(demo)) == Region(0, 0, *picture_size(demo))
        most = _WHOLE_MM if whole else _FOCUS_MM
    else:
        most = ((width - _GAP_MM) / 2, _FOCUS_MM[1])
    return _stills(demo, step, most, Look.FOCUS)


def checklist(demo: Demo, output: Path, paper: str, reader_url: str = "") -> Path:
    """Write a checklist: steps with tick boxes and close-ups; talk has neither. Raises OSError."""
    pdf = _begun(demo, paper)
    for step in shown_steps(demo):
        _item(pdf, demo, step, reader_url)
    return _written(pdf, output)


def _item(pdf: PdfDocument, demo: Demo, step: ShownStep, reader_url: str) -> None:
    """A step of the checklist: its box, its words, then from the right its code and its stills."""
    address = "" if step.talk else _address(demo, step, reader_url)
    box, indent, code = 5.0, 9.0, _CODE_MM["checklist"] if address else 0.0
    close = _CLOSE_MM[demo.step(step.number).then is not None]
    pictures = [] if step.talk else _stills(demo, step, close, Look.CLOSE)
    beside = [*map(_width, pictures), *([code] if code else [])]
    height = max(code, *map(_height, pictures), 0)
    pdf.ensure_space(max(height, 6 if step.talk else 14) + 4)
    top, left, right = pdf.get_y(), pdf.l_margin, pdf.w - pdf.r_margin
    if not step.talk:
        pdf.set_draw_color(*INK)
        pdf.set_line_width(0.35)
        pdf.rect(left, top + 0.6, box, box)
    width = pdf.epw - indent - sum(one + _GAP_MM for one in beside)
    pdf.set_left_margin(left + indent)
    pdf.set_xy(left + indent, top)
    pdf.font(11, bold=True)
    pdf.text_block(f"{step.number}  {step.title}", height=6, width=width)
    if step.text:
        pdf.font(9.5, colour=QUIET)
        pdf.text_block(step.text, height=4.8, width=width)
    pdf.set_left_margin(left)
    below = pdf.get_y()
    if below < top:  # its words went on to another page
        top = pdf.t_margin
    _code(pdf, address, (right - code, top), code)
    if pictures:
        pdf.set_y(top)
        _draw_row(pdf, pictures, pdf.l_margin + indent + width + _GAP_MM, step)
    pdf.set_y(max(below, top + height))
    pdf.ln(2)
    pdf.stroke()
    pdf.ln(2)


def slides(demo: Demo, output: Path, reader_url: str = "") -> Path:
    """Write slides: a title and one slide for each step. Raises OSError."""
    pdf = PdfDocument(demo, _SLIDE, foot="")
    pdf.add_page()
    pdf.set_y(_SLIDE[1] * 0.36)
    pdf.font(34, bold=True, colour=ACCENT)
    pdf.text_block(demo.title, height=15)
    pdf.font(15, colour=QUIET)
    pdf.text_block(facts(demo), height=9)
    for step in shown_steps(demo):
        _slide(pdf, demo, step, reader_url)
    return _written(pdf, output)


def _slide(pdf: PdfDocument, demo: Demo, step: ShownStep, reader_url: str) -> None:
    pdf.add_page()
    pdf.start_section(clean(f"{step.number} {step.title}"))
    address = _address(demo, step, reader_url)
    code = _CODE_MM["slides"] if address else 0
    width = pdf.epw - (code + _GAP_MM if code else 0)
    _code(pdf, address, (pdf.w - pdf.r_margin - code, pdf.t_margin), code)
    pdf.font(24, bold=True)
    pdf.text_block(f"{step.number}  {step.title}", height=11, width=width)
    if step.text:
        pdf.font(14, colour=QUIET)
        pdf.text_block(clean(step.text, 240), height=7, width=width)
    pdf.set_y(max(pdf.get_y(), pdf.t_margin + code) + 3)
    parts = 1 if demo.step(step.number).then is None else 2
    most = (pdf.epw - _GAP_MM * (parts - 1)) / parts, _SLIDE[1] - pdf.get_y() - MARGIN
    if pictures := _stills(demo, step, most, Look.FOCUS):
        across = sum(map(_width, pictures)) + _GAP_MM * (len(pictures) - 1)
        _draw_row(pdf, pictures, (pdf.w - across) / 2, step)
    pdf.set_y(_SLIDE[1] - 10)
    pdf.font(10, colour=QUIET)
    pdf.text_block(f"{step.number} of {len(demo.steps)}", height=5)


def unreadable_stills(demo: Demo) -> int:
    """How many stills cannot be put on paper, because their files are missing or damaged."""
    return sum(bool(step.still) and read_picture(demo.path / step.still) is None for step in demo.steps)


def stills_notice(demo: Demo) -> str:
    """A line about stills that are left out; empty when none is."""
    if missing := unreadable_stills(demo):
        return f"{count(missing, 'picture')} of {len(demo.steps)} could not be read. See: showhow library check"
    return ""


def _begun(demo: Demo, paper: str) -> PdfDocument:
    pdf = PdfDocument(demo, paper, foot=f"{clean(facts(demo), 100)} · {clean(demo.title, 80)}")
    pdf.add_page()
    pdf.font(19, bold=True, colour=ACCENT)
    pdf.text_block(demo.title, height=9)
    pdf.font(9.5, colour=QUIET)
    pdf.text_block(" · ".join((facts(demo), *demo.tags)), height=5)
    pdf.ln(3)
    pdf.stroke()
    pdf.ln(5)
    return pdf


def _heading(pdf: PdfDocument, step: ShownStep, width: float) -> None:
    pdf.start_section(clean(f"{step.number} {step.title}"))
    pdf.font(12.5, bold=True)
    pdf.text_block(f"{step.number}  {step.title}", height=6.6, width=width)
    pdf.font(8.5, colour=QUIET)
    pdf.text_block(clock(step.start_ms), height=4.2, width=width)


def _address(demo: Demo, step: ShownStep, reader_url: str) -> str:
    return web_link_to(reader_url, demo.demo_id, step.number) if reader_url else ""


def _code(pdf: PdfDocument, address: str, place: tuple[float, float], size: float) -> None:
    """Draw the code of an address, which is a link too; nothing without an address."""
    if not address:
        return
    picture = qr_code(address)
    drawn = picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)
    pdf.image(drawn, *place, size, size, link=address, alt_text=f"Code of {address}")


def _stills(demo: Demo, step: ShownStep, most_mm: tuple[float, float], look: Look) -> list[Image.Image]:
    """The stills of a step that can be read, each scaled to ``most_mm`` (width, height)."""
    record, (wide, high) = demo.step(step.number), (round(side * _CLOSE_PX_PER_MM) for side in most_mm)
    found = (shown_picture(demo, record, look, box=(wide, high), then=then) for then in (False, True))
    return [_scaled(picture, most_mm) for picture in found if picture is not None]


def _scaled(picture: Image.Image, most_mm: tuple[float, float]) -> Image.Image:
    """The picture as large as ``most_mm`` allows, its size in mm in ``info["mm"]``."""
    picture.thumbnail((round(most_mm[0] * _PX_PER_MM), round(most_mm[1] * _PX_PER_MM)), Image.Resampling.LANCZOS)
    scale = min(most_mm[0] / picture.width, most_mm[1] / picture.height)
    picture.info["mm"] = (picture.width * scale, picture.height * scale)
    return picture


def _width(picture: Image.Image) -> float:
    return float(picture.info["mm"][0])


def _height(picture: Image.Image) -> float:
    return float(picture.info["mm"][1])


def _draw(pdf: PdfDocument, picture: Image.Image, x: float, step: ShownStep) -> None:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=_QUALITY, subsampling=0)  # 4:4:4: coloured text stays sharp
    width, height = _width(picture), _height(picture)
    top = pdf.get_y()
    pdf.image(data, x, top, width, height, alt_text=clean(f"The screen at step {step.number}: {step.title}"))
    pdf.set_draw_color(*LINE)
    pdf.set_line_width(0.2)
    pdf.rect(x, top, width, height)
    pdf.set_y(top + height)


def _draw_row(pdf: PdfDocument, pictures: Sequence[Image.Image], x: float, step: ShownStep) -> None:
    """Pictures beside each other, from ``x`` on; what follows comes below the highest."""
    top = pdf.get_y()
    for picture in pictures:
        pdf.set_y(top)
        _draw(pdf, picture, x, step)
        x += _width(picture) + _GAP_MM
    pdf.set_y(top + max(map(_height, pictures)))


def _written(pdf: PdfDocument, output: Path) -> Path:
    from capture.files import write_bytes

    write_bytes(output, bytes(pdf.output()))
    return output
