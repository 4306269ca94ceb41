"""Exports a demo to a file or as text; the registry of export formats: name, file ending, purpose and writer of each.

A new format is one entry here, plus a module with its writer if it needs one. Entries import their writers when they
are called, so that other commands do not load a PDF library. Owns the place and the name of the exported file. Does not
know the library.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from library.export.documents.markdown import Flavour
from library.export.documents.skill import skill_name
from library.files import library_errors
from library.model import Demo, LibraryError
from library.text import clean, file_title


class Paper(StrEnum):
    """Paper sizes."""

    A4 = "A4"
    LETTER = "letter"


@dataclass(frozen=True)
class ExportOptions:
    """``step``: number of the step, for formats of one step; ``paper``: for printed formats.

    ``reader_url``: address of the web reader, to which links and the codes on printed pages lead; empty: none.
    ``flavour`` and ``png`` (stills as PNG): for Markdown. ``captions``: the words are in the picture of a film.
    """

    step: int = 1
    paper: Paper = Paper.A4
    reader_url: str = ""
    flavour: Flavour = Flavour.PLAIN
    png: bool = False
    captions: bool = False


_USUAL = ExportOptions()


Writer = Callable[[Demo, Path, ExportOptions], object]
"""Writes a demo to a file, atomically. Raises OSError, LibraryError, VideoError."""

Text = Callable[[Demo, ExportOptions], str]


@dataclass(frozen=True)
class Form:
    """An export format. ``purpose`` is shown to users; ``text`` returns the content of a text format.

    ``of_a_step``: the format shows one step of the demo. ``drawn``: it draws texts and stills itself, with the fonts of
    this machine. A format without ``ending`` is a folder. ``fits``: whether a demo has what the format shows, such as
    sound; menus offer no other.
    """

    name: str
    ending: str
    purpose: str
    write: Writer
    text: Text | None = None
    of_a_step: bool = False
    drawn: bool = False
    fits: Callable[[Demo], bool] = lambda _: True


FORMS: dict[str, Form] = {}
"""Formats by name, in the order in which they are offered; the first is the default."""


def register(form: Form) -> None:
    """Add a format to menus, command line and help. Raises ValueError when its name is taken."""
    if form.name in FORMS:
        raise ValueError(f"there is a form {form.name} already")
    FORMS[form.name] = form


def offered(demo: Demo) -> list[Form]:
    """The formats that show something of a demo, in their order."""
    return [form for form in FORMS.values() if form.fits(demo)]


def _has_words(demo: Demo) -> bool:
    return bool(demo.transcript.text)


def _form(name: str, ending: str, purpose: str, **facts: Any) -> Callable[[Writer], Writer]:
    def registered(write: Writer) -> Writer:
        register(Form(name, ending, purpose, write, **facts))
        return write

    return registered


def _text_form(name: str, ending: str, purpose: str, **facts: Any) -> Callable[[Text], Text]:
    """Decorator that registers the text function of a format."""

    def registered(text: Text) -> Text:
        def write(demo: Demo, output: Path, options: ExportOptions) -> None:
            from capture.files import write_bytes

            write_bytes(output, text(demo, options).encode())

        register(Form(name, ending, purpose, write, text, **facts))
        return text

    return registered


def _write_markdown(demo: Demo, output: Path, options: ExportOptions) -> None:
    from capture.files import write_bytes
    from library.export.documents.markdown import markdown, stills_beside

    stills = stills_beside(demo, output, options.flavour, png=options.png)
    write_bytes(output, markdown(demo, stills, options.flavour, options.reader_url).encode())


def _markdown(demo: Demo, options: ExportOptions) -> str:
    from library.export.documents.markdown import markdown, stills_in_place

    return markdown(demo, stills_in_place(demo), options.flavour, options.reader_url)


register(Form("markdown", "md", "numbered steps, for a wiki or a ticket", _write_markdown, _markdown))


@_form("html", "html", "one file with clip and all, works offline")
def _html(demo: Demo, output: Path, _options: ExportOptions) -> None:
    from library.web.single_page import write_page

    write_page(demo, output)


@_form("pdf", "pdf", "a guide with a picture for each step", drawn=True)
def _pdf(demo: Demo, output: Path, options: ExportOptions) -> None:
    from library.export.pdf import guide

    guide(demo, output, options.paper, options.reader_url)


@_form("checklist", "pdf", "steps to tick, to print", drawn=True)
def _checklist(demo: Demo, output: Path, options: ExportOptions) -> None:
    from library.export.pdf import checklist

    checklist(demo, output, options.paper, options.reader_url)


@_form("slides", "pdf", "a slide for each step", drawn=True)
def _slides(demo: Demo, output: Path, options: ExportOptions) -> None:
    from library.export.pdf import slides

    slides(demo, output, options.reader_url)


@_form("docx", "docx", "a Word document with a picture for each step")
def _word(demo: Demo, output: Path, options: ExportOptions) -> None:
    from library.export.documents.word import write_word

    write_word(demo, output, options.paper, options.reader_url)


@_form("contact-sheet", "webp", "all steps' pictures on one", drawn=True)
def _contact_sheet(demo: Demo, output: Path, _options: ExportOptions) -> None:
    from library.export.contact_sheet import write_contact_sheet

    write_contact_sheet(demo, output)


@_text_form("srt", "srt", "captions", fits=_has_words)
def _srt(demo: Demo, _options: ExportOptions) -> str:
    from transcribe.captions import to_srt

    return to_srt(demo.transcript)


@_text_form("vtt", "vtt", "captions for the web", fits=_has_words)
def _vtt(demo: Demo, _options: ExportOptions) -> str:
    from transcribe.captions import to_vtt

    return to_vtt(demo.transcript)


@_text_form("chapters", "vtt", "the steps as chapters, for a player on the web")
def _chapters(demo: Demo, _options: ExportOptions) -> str:
    from transcribe.chapters import steps_to_vtt

    return steps_to_vtt(demo.steps, demo.clip.duration_ms, demo.title)


@_form("clip", "mp4", "the clip with a chapter for each step")
def _clip(demo: Demo, output: Path, _options: ExportOptions) -> None:
    from capture.render.chapter_copy import copy_clip
    from transcribe.chapters import titled_spans

    spans = titled_spans(demo.steps, demo.clip.duration_ms, demo.title)
    copy_clip(demo.path / demo.clip.path, output, spans, demo.title, demo.author)


@_form("audio", "m4a", "the narration alone", fits=lambda demo: demo.clip.has_sound)
def _audio(demo: Demo, output: Path, _options: ExportOptions) -> None:
    from capture.video.audio_reader import extract_sound

    extract_sound(demo.path / demo.clip.path, output)


@_form("webp", "webp", "one step as a moving picture, for a chat", of_a_step=True)
def _webp(demo: Demo, output: Path, options: ExportOptions) -> None:
    from library.export.animation import step_picture

    step_picture(demo, options.step, "webp", output)


@_form("gif", "gif", "the same where WebP does not move", of_a_step=True)
def _gif(demo: Demo, output: Path, options: ExportOptions) -> None:
    from library.export.animation import step_picture

    step_picture(demo, options.step, "gif", output)


@_form("scorm", "zip", "a package for a learning platform (SCORM 1.2)")
def _scorm(demo: Demo, output: Path, _options: ExportOptions) -> None:
    from library.export.scorm.package import write_package

    write_package(demo, output)


@_form("skill", "", "a folder that teaches an assistant the task (Agent Skill)")
def _skill(demo: Demo, output: Path, options: ExportOptions) -> None:
    from library.export.documents.skill import write_skill

    write_skill(demo, output, options.reader_url)


@_form("mp4", "mp4", "the clip close to what matters, for a chat")
def _mp4(demo: Demo, output: Path, options: ExportOptions) -> None:
    from library.export.chat_video import write_chat_video

    write_chat_video(demo, output, captioned=options.captions)


def export(demo: Demo, form: str, options: ExportOptions = _USUAL) -> str:
    """The demo in a text format such as Markdown (with paths of the stills). Raises LibraryError on other formats."""
    known = _known(form)
    if known.text is None:
        raise LibraryError(f"{form} is not text to print", "Give the file to write: --output PATH")
    return known.text(demo, options)


def export_to(
    demo: Demo, form: str, output: Path | str, *, step: int = 1, paper: str = Paper.A4, reader_url: str = "",
    flavour: str = Flavour.PLAIN, png: bool = False, captions: bool = False,
) -> Path:  # fmt: skip
    """Export to a file, atomically; returns the file. If ``output`` is a folder, the file is named after the demo.

    So it is if ``output`` is written as a folder, with a slash at its end; it is made. An empty one is this folder.
    A format that is a folder is always made inside of ``output``, because its own name matters.

    Markdown also writes the stills into ``<file name>-steps/`` next to the file. ``step`` is for formats of one step,
    ``paper`` (A4 or letter) for printed ones, ``flavour`` and ``png`` for Markdown, ``captions`` for films;
    ``reader_url`` is what links lead to. Raises LibraryError and VideoError.
    """
    known = _known(form)
    as_folder = not known.ending or (isinstance(output, str) and output.endswith(("/", os.sep)))
    output = Path(output).expanduser()
    if as_folder or output.is_dir():
        output = output / file_name(demo, form, step)
    with library_errors(f"write {output}"):
        output.parent.mkdir(parents=True, exist_ok=True)
        options = ExportOptions(step, Paper(paper), reader_url, Flavour(flavour), png, captions)
        known.write(demo, output, options)
    return output


def notices(demo: Demo, form: str) -> list[str]:
    """Lines about what of a demo an export leaves out: letters without a font, stills that cannot be read."""
    if not _known(form).drawn:
        return []
    from library.export.fonts import font_notice
    from library.export.pdf import stills_notice
    from library.export.pdf_document import texts_of

    return [line for line in (font_notice(texts_of(demo)), stills_notice(demo)) if line]


def file_name(demo: Demo, form: str, step: int = 1) -> str:
    """Default file name of an export; different formats of one demo get different names. Clips are named by title."""
    known = _known(form)
    if not known.ending:
        return skill_name(demo)
    alone = sum(other.ending == known.ending for other in FORMS.values()) == 1
    special = f"-step-{step}" if known.of_a_step else "" if alone or form == known.ending else f"-{form}"
    name = file_title(demo.title) if known.ending == "mp4" else demo.demo_id
    return f"{name}{special}.{known.ending}"


def _known(name: str) -> Form:
    if name not in FORMS:
        raise LibraryError(f"Nothing can be exported as {clean(name, 40)}", f"Choose one of: {', '.join(FORMS)}.")
    return FORMS[name]
