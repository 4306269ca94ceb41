"""A demo taken elsewhere: as text, page, paper, sound or moving picture.

Owns the forms there are, and writing a demo down so that nothing in its texts is taken for markup. Refuses to know the
library.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from capture.files import write_bytes
from capture.span import clock
from library.files import explained
from library.format import day
from library.model import Demo, LibraryError
from library.text import clean
from transcribe.captions import to_srt, to_vtt
from transcribe.model import Step

# CommonMark: a backslash takes any ASCII punctuation's meaning away. Some means something only where a block begins.
_INLINE = re.compile(r"[\\`*_{}\[\]|~$#]")
_BLOCK = re.compile(r"^(\d*)([-+=.)])")


@dataclass(frozen=True)
class Form:
    """Something a demo can be exported as: the ending of its file, and what it is for, for people to choose by."""

    ending: str
    purpose: str
    is_text: bool = False
    of_a_step: bool = False


FORMS = {
    "markdown": Form("md", "numbered steps, for a wiki or a ticket", is_text=True),
    "html": Form("html", "one file with clip and all, works offline"),
    "pdf": Form("pdf", "a guide with a picture for each step"),
    "checklist": Form("pdf", "steps to tick, to print"),
    "slides": Form("pdf", "a slide for each step"),
    "contact-sheet": Form("webp", "all steps' pictures on one"),
    "srt": Form("srt", "captions", is_text=True),
    "vtt": Form("vtt", "captions for the web", is_text=True),
    "audio": Form("m4a", "the narration alone"),
    "webp": Form("webp", "one step as a moving picture, for a chat", of_a_step=True),
    "gif": Form("gif", "the same where WebP does not move", of_a_step=True),
}


def export(demo: Demo, form: str) -> str:
    """The demo as ``markdown`` (stills named by where they lie), ``srt`` or ``vtt``. Raises LibraryError on another."""
    if not _form(form).is_text:
        raise LibraryError(f"{form} is not text to print", "Give the file to write: --output PATH")
    return _text(demo, form, _stills_in_place(demo))


def export_to(demo: Demo, form: str, output: Path, *, step: int = 1, paper: str = "A4") -> Path:
    """Write it to a file, whole or not at all; returns the file. A folder gets a file named after the demo.

    Markdown takes the stills along, into ``<file's name>-steps/`` beside it. ``step`` is for what shows one step,
    ``paper`` (A4 or letter) for what is printed. Raises LibraryError and VideoError.
    """
    known = _form(form)
    output = output.expanduser()
    if output.is_dir():
        output = output / file_name(demo, form, step)
    with explained(f"write {output}"):
        output.parent.mkdir(parents=True, exist_ok=True)
        if known.is_text:
            stills = _stills_beside(demo, output) if form == "markdown" else {}
            write_bytes(output, _text(demo, form, stills).encode())
        else:
            _write(demo, form, output, step, paper)
    return output


def file_name(demo: Demo, form: str, step: int = 1) -> str:
    """What an export is called where only a folder is given; two exports of one demo never share a name."""
    known = _form(form)
    special = f"-step-{step}" if known.of_a_step else f"-{form}" if form not in (known.ending, "markdown") else ""
    return f"{demo.demo_id}{'' if form == 'audio' else special}.{known.ending}"


def _form(form: str) -> Form:
    if form not in FORMS:
        raise LibraryError(f"Nothing can be exported as {clean(form, 40)}", f"Choose one of: {', '.join(FORMS)}.")
    return FORMS[form]


def _text(demo: Demo, form: str, stills: dict[int, str]) -> str:
    if form == "markdown":
        return _markdown(demo, stills)
    return to_srt(demo.transcript) if form == "srt" else to_vtt(demo.transcript)


def _write(demo: Demo, form: str, output: Path, step: int, paper: str) -> None:
    """What is no text. Each is loaded only when it is asked for: searching must not wait for a PDF library."""
    if form == "html":
        from library.web.single_page import write_page

        write_page(demo, output)
    elif form == "contact-sheet":
        from library.export.contact_sheet import write_contact_sheet

        write_contact_sheet(demo, output)
    elif form == "audio":
        from capture.video.audio_extract import extract_sound

        extract_sound(demo.path / demo.clip.path, output)
    elif _form(form).of_a_step:
        from library.export.animation import step_picture

        step_picture(demo, step, form, output)
    else:
        from library.export.pdf import PAPERS, Paper

        PAPERS[form](demo, output, Paper(paper))


def _stills_in_place(demo: Demo) -> dict[int, str]:
    return {step.number: (demo.path / step.still).as_posix() for step in _shown(demo)}


def _stills_beside(demo: Demo, output: Path) -> dict[int, str]:
    """Copy the stills next to the file; how the file names them."""
    folder = output.with_name(f"{output.stem}-steps")
    names = {}
    for step in _shown(demo):
        folder.mkdir(exist_ok=True)
        copy = folder / Path(step.still).name
        part = copy.with_name(f".{copy.name}.part")
        shutil.copyfile(demo.path / step.still, part)
        part.replace(copy)
        names[step.number] = f"{folder.name}/{copy.name}"
    return names


def _shown(demo: Demo) -> Iterator[Step]:
    return (step for step in demo.steps if step.still and (demo.path / step.still).is_file())


def _markdown(demo: Demo, stills: dict[int, str]) -> str:
    lines = [f"# {escaped(demo.title)}", "", " · ".join(_facts(demo)), ""]
    for step in demo.steps:
        lines += [f"{step.number}. **{escaped(step.title)}** ({clock(step.start_ms)})", ""]
        indent = " " * (len(str(step.number)) + 2)
        if step.text and step.text.rstrip(".").casefold() != step.title.casefold():
            lines += [f"{indent}{escaped(step.text)}", ""]
        if step.number in stills:
            lines += [f"{indent}![{escaped(f'Step {step.number}')}](<{_address(stills[step.number])}>)", ""]
    if not demo.steps and demo.transcript.text:
        lines += [escaped(demo.transcript.text), ""]
    return "\n".join(lines)


def _facts(demo: Demo) -> Iterator[str]:
    yield clock(demo.clip.duration_ms)
    if demo.author:
        yield escaped(demo.author)
    yield from (escaped(tag) for tag in demo.tags)
    if demo.updated_unix_ms:
        yield day(demo.updated_unix_ms)
    yield f"version {demo.version}"


def escaped(text: str) -> str:
    """One line of Markdown that reads as the text itself, whatever it holds."""
    marked = _BLOCK.sub(r"\1\\\2", _INLINE.sub(lambda found: f"\\{found[0]}", clean(text)))
    return html.escape(marked, quote=False)  # readers that let HTML through must not meet any


def _address(path: str) -> str:
    return re.sub(r"([\\<>])", r"\\\1", clean(path))
