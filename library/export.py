"""A demo taken elsewhere: Markdown with its stills, or captions.

Owns writing a demo down so that nothing in its texts is taken for markup. Refuses to know the library.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from capture.files import write_bytes
from capture.span import clock
from library.files import explained
from library.model import Demo, LibraryError
from library.text import clean
from transcribe.captions import to_srt, to_vtt
from transcribe.model import Step

# CommonMark: a backslash takes any ASCII punctuation's meaning away. Some means something only where a block begins.
_INLINE = re.compile(r"[\\`*_{}\[\]|~$#]")
_BLOCK = re.compile(r"^(\d*)([-+=.)])")


def export(demo: Demo, form: str) -> str:
    """The demo as ``markdown`` (stills named by where they lie), ``srt`` or ``vtt``. Raises LibraryError on another."""
    return _writer(form)(demo)


def export_to(demo: Demo, form: str, output: Path) -> Path:
    """Write it to a file, whole or not at all; returns the file. A folder gets a file named after the demo.

    Markdown takes the stills along, into ``<file's name>-steps/`` beside it. Raises LibraryError.
    """
    writer = _writer(form)
    output = output.expanduser()
    if output.is_dir():
        output = output / f"{demo.demo_id}.{ENDINGS[form]}"
    with explained(f"write {output}"):
        output.parent.mkdir(parents=True, exist_ok=True)
        text = _markdown(demo, _stills_beside(demo, output)) if form == "markdown" else writer(demo)
        write_bytes(output, text.encode())
    return output


ENDINGS = {"markdown": "md", "srt": "srt", "vtt": "vtt"}


def _writer(form: str) -> Callable[[Demo], str]:
    writers: dict[str, Callable[[Demo], str]] = {
        "markdown": lambda demo: _markdown(demo, _stills_in_place(demo)),
        "srt": lambda demo: to_srt(demo.transcript),
        "vtt": lambda demo: to_vtt(demo.transcript),
    }
    if form not in writers:
        raise LibraryError(f"Nothing can be exported as {clean(form, 40)}", f"Choose one of: {', '.join(writers)}.")
    return writers[form]


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
        yield f"{datetime.fromtimestamp(demo.updated_unix_ms / 1000).astimezone():%Y-%m-%d}"
    yield f"version {demo.version}"


def escaped(text: str) -> str:
    """One line of Markdown that reads as the text itself, whatever it holds."""
    marked = _BLOCK.sub(r"\1\\\2", _INLINE.sub(lambda found: f"\\{found[0]}", clean(text)))
    return html.escape(marked, quote=False)  # readers that let HTML through must not meet any


def _address(path: str) -> str:
    return re.sub(r"([\\<>])", r"\\\1", clean(path))
