"""Exports a demo as a Word document (.docx). The only module that imports python-docx.

Owns the layout: the styles of Word's own template, a heading, the text and the still of each step.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from capture.files import write_bytes
from capture.span import clock
from library.export.documents.markdown import text_beside
from library.export.documents.step_pictures import ShownStill, cropped_still, shown_stills
from library.format import day, join, utc
from library.links import web_link_to
from library.model import Demo
from library.text import xml_text
from transcribe.corrections import full_text
from transcribe.model import Step

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_MARGIN_MM = 20
_SIZES_MM = {"A4": (210, 297), "letter": (216, 279)}
_MOST_HIGH_MM = 110
"""A portrait picture is made no higher, so that it shares its page with its text."""


def write_word(demo: Demo, output: Path, paper: str = "A4", reader_url: str = "") -> Path:
    """Write the document, atomically; returns the file. ``reader_url``: to which the steps link. Raises OSError."""
    import docx

    document = docx.Document()
    _set_page(document, paper)
    _set_facts(document, demo)
    document.add_heading(xml_text(demo.title), 0)
    updated = day(demo.updated_unix_ms) if demo.updated_unix_ms else ""
    length = clock(demo.clip.duration_ms)
    facts = join((length, demo.author, *demo.tags, updated, f"version {demo.version}"))
    about = document.add_paragraph(xml_text(facts))
    if reader_url:
        about.add_run(" · ")
        _add_link(about, "watch this demo", web_link_to(reader_url, demo.demo_id))
    stills = list(shown_stills(demo))
    for step in demo.steps:
        _add_step(document, demo, step, [still for still in stills if still.step is step], reader_url)
    if not demo.steps and demo.transcript.text:
        document.add_paragraph(xml_text(full_text(demo.transcript)))
    data = io.BytesIO()
    document.save(data)
    write_bytes(output, data.getvalue())
    return output


def _set_page(document: Document, paper: str) -> None:
    from docx.shared import Mm

    width, height = _SIZES_MM[paper]
    for section in document.sections:
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.left_margin = section.right_margin = Mm(_MARGIN_MM)
        section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)


def _set_facts(document: Document, demo: Demo) -> None:
    facts, moment = document.core_properties, utc(demo.updated_unix_ms)
    facts.title, facts.author = xml_text(demo.title)[:255], xml_text(demo.author)[:255]
    facts.keywords, facts.comments = (
        xml_text(", ".join(demo.tags))[:255],
        f"showhow {demo.demo_id}, version {demo.version}",
    )
    facts.created = facts.modified = moment
    facts.language = demo.transcript.language[:32]


def _add_step(document: Document, demo: Demo, step: Step, stills: Sequence[ShownStill], reader_url: str) -> None:
    heading = document.add_heading(xml_text(f"{step.number}  {step.title}"), 1)
    heading.add_run("  ")
    if reader_url:
        _add_link(heading, clock(step.start_ms), web_link_to(reader_url, demo.demo_id, step.number))
    else:
        heading.add_run(clock(step.start_ms)).italic = True
    if text := text_beside(demo, step):
        document.add_paragraph(xml_text(text)).paragraph_format.keep_with_next = True
    for still in stills:
        if (picture := cropped_still(demo, still, png=True)) is not None:
            at = f"What step {step.number} leads to" if still.then else f"The screen at step {step.number}"
            _add_picture(document, picture, f"{at}: {step.title}")


def _add_picture(document: Document, picture: bytes, description: str) -> None:
    """The picture as wide as the text, or as high as it may be. ``description`` is its alternative text."""
    from docx.shared import Mm

    shape = document.add_picture(io.BytesIO(picture))
    section = document.sections[0]
    widest = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    scale = min(widest / shape.width, Mm(_MOST_HIGH_MM) / shape.height)
    shape.width, shape.height = round(shape.width * scale), round(shape.height * scale)
    shape._inline.docPr.set("descr", xml_text(description))  # noqa: SLF001  python-docx has no public name for it


def _add_link(paragraph: Paragraph, text: str, address: str) -> None:
    """Add a run that links to an address; python-docx itself can only read links."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.underline = True
    link.append(run._r)  # noqa: SLF001  the element itself
    paragraph._p.append(link)  # noqa: SLF001  the element itself
