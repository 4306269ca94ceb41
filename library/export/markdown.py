"""Exports a demo as Markdown: numbered steps with their stills, for a wiki or a ticket.

Owns escaping, so that no text of the demo is interpreted as markup.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from capture.span import clock
from library.format import day
from library.model import Demo
from library.text import clean
from transcribe.corrections import full_text, step_text
from transcribe.model import Step

# CommonMark: a backslash escapes any ASCII punctuation. Some characters are special only at the start of a block.
_INLINE = re.compile(r"[\\`*_{}\[\]|~$#]")
_BLOCK = re.compile(r"^(\d*)([-+=.)])")


def stills_in_place(demo: Demo) -> dict[int, str]:
    """Paths of the existing stills in the bundle, by step number."""
    return {step.number: (demo.path / step.still).as_posix() for step in _shown(demo)}


def stills_beside(demo: Demo, output: Path) -> dict[int, str]:
    """Copy the stills into ``<file name>-steps/`` next to the file; their relative paths by step. Raises OSError."""
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


def markdown(demo: Demo, stills: Mapping[int, str]) -> str:
    """Numbered steps with their texts and stills (addresses by step number). All texts are escaped."""
    lines = [f"# {escaped(demo.title)}", "", " · ".join(_facts(demo)), ""]
    for step in demo.steps:
        lines += [f"{step.number}. **{escaped(step.title)}** ({clock(step.start_ms)})", ""]
        indent = " " * (len(str(step.number)) + 2)
        if step.text and step.text.rstrip(".").casefold() != step.title.casefold():
            lines += [f"{indent}{escaped(step_text(step, demo.transcript))}", ""]
        if step.number in stills:
            lines += [f"{indent}![{escaped(f'Step {step.number}')}](<{_address(stills[step.number])}>)", ""]
    if not demo.steps and demo.transcript.text:
        lines += [escaped(full_text(demo.transcript)), ""]
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
    """Escape a text as one line of Markdown."""
    marked = _BLOCK.sub(r"\1\\\2", _INLINE.sub(lambda found: f"\\{found[0]}", clean(text)))
    return html.escape(marked, quote=False)  # some renderers pass HTML through


def _address(path: str) -> str:
    return re.sub(r"([\\<>])", r"\\\1", clean(path))
