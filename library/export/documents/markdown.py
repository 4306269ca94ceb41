"""Exports a demo as Markdown: numbered steps with their stills, for a wiki or a ticket, in the dialect of each.

Owns the dialects and escaping, so that no text of the demo is interpreted as markup, as a mention or as a reference.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from capture.span import clock
from library.export.documents.step_pictures import shown_stills, write_pictures
from library.format import day, join
from library.links import web_link_to
from library.model import Demo
from library.text import clean
from transcribe.corrections import full_text, step_text
from transcribe.model import Step

# CommonMark: a backslash escapes any ASCII punctuation. Some characters are special only at the start of a block.
_INLINE = re.compile(r"[\\`*_{}\[\]|~$#]")
_BLOCK = re.compile(r"^(\d*)([-+=.)])")
_TAGS = re.compile(r"[<>]|&(?=#?\w+;)")
_REFERENCE = re.compile(r"@|\\#|(?i:\bgh-(?=\d)|://|\bwww\.)")
_COMMENT = "<!-- -->"
_URL = ":/?#@!$&'*+,;=%"
"""What is left as it is in an address: RFC 3986, without brackets, which end a link."""


class Flavour(StrEnum):
    """Dialects of Markdown: CommonMark, GitHub's, and what Confluence and Notion import."""

    PLAIN = "plain"
    GITHUB = "github"
    CONFLUENCE = "confluence"
    NOTION = "notion"


def escaped(text: str) -> str:
    """Escape a text as one line of CommonMark."""
    marked = _BLOCK.sub(r"\1\\\2", _escaped_inline(text))
    return html.escape(marked, quote=False)  # some renderers pass HTML through


def _escaped_inline(text: str) -> str:
    return _INLINE.sub(lambda found: f"\\{found[0]}", clean(text))


def _escaped_for_github(text: str) -> str:
    """The same without mentions and references: nobody is told of a title with an ``@`` in it, nothing is linked."""
    return _REFERENCE.sub(lambda found: f"{found[0]}{_COMMENT}", escaped(text))


def _escaped_without_entities(text: str) -> str:
    """Escape for importers that show ``&lt;`` as it is written."""
    marked = _TAGS.sub(lambda found: f"\\{found[0]}", _escaped_inline(text))
    return _BLOCK.sub(r"\1\\\2", marked)


class _Dialect(NamedTuple):
    """``nested``: pictures stand inside of the items of a list; else each step is a heading. ``png``: no WebP."""

    escape: Callable[[str], str]
    nested: bool
    png: bool = False

    def address(self, address: str) -> str:
        """An address as the target of a link; importers of wikis know none in angle brackets."""
        plain = clean(address)
        return "<" + re.sub(r"([\\<>])", r"\\\1", plain) + ">" if self.nested else quote(plain, safe=_URL)


_DIALECTS = {
    Flavour.PLAIN: _Dialect(escaped, nested=True),
    Flavour.GITHUB: _Dialect(_escaped_for_github, nested=True),
    # Both break a numbered list at a picture and begin again with 1.
    Flavour.CONFLUENCE: _Dialect(_escaped_without_entities, nested=False, png=True),
    Flavour.NOTION: _Dialect(_escaped_without_entities, nested=False),
}


def stills_in_place(demo: Demo) -> dict[int, list[str]]:
    """Paths of the existing stills in the bundle, by step number."""
    found: dict[int, list[str]] = {}
    for still in shown_stills(demo):
        found.setdefault(still.step.number, []).append(still.path.as_posix())
    return found


def stills_beside(
    demo: Demo, output: Path, flavour: Flavour = Flavour.PLAIN, *, png: bool = False
) -> dict[int, list[str]]:
    """Write the stills into ``<file name>-steps/`` next to the file; their relative paths by step. Raises OSError."""
    folder = output.with_name(f"{output.stem}-steps")
    written = write_pictures(demo, folder, png=png or _DIALECTS[flavour].png)
    return {number: [f"{folder.name}/{path.name}" for path in paths] for number, paths in written.items()}


def markdown(
    demo: Demo, stills: Mapping[int, list[str]], flavour: Flavour = Flavour.PLAIN, reader_url: str = ""
) -> str:
    """Numbered steps with their texts and stills (addresses by step number). All texts are escaped.

    ``reader_url``: the web reader, to which title and steps link back; without it the end says how to replay the demo.
    """
    dialect = _DIALECTS[flavour]
    lines = [f"# {dialect.escape(demo.title)}", "", join(_facts(demo, dialect)), ""]
    for step in demo.steps:
        lines += _step(demo, step, dialect, stills.get(step.number, ()), reader_url)
    if not demo.steps and demo.transcript.text:
        lines += [dialect.escape(full_text(demo.transcript)), ""]
    if reader_url:
        lines += [f"[Watch this demo]({dialect.address(web_link_to(reader_url, demo.demo_id))})", ""]
    elif flavour is not Flavour.PLAIN:
        lines += [f"To watch this demo: `showhow play {demo.demo_id}`", ""]
    return "\n".join(lines)


def _step(demo: Demo, step: Step, dialect: _Dialect, stills: Sequence[str], reader_url: str) -> Iterator[str]:
    title, at = dialect.escape(step.title), clock(step.start_ms)
    if reader_url:
        at = f"[{at}]({dialect.address(web_link_to(reader_url, demo.demo_id, step.number))})"
    yield f"{step.number}. **{title}** ({at})" if dialect.nested else f"## {step.number}. {title} ({at})"
    yield ""
    indent = " " * (len(str(step.number)) + 2) if dialect.nested else ""
    if text := text_beside(demo, step):
        yield from (f"{indent}{dialect.escape(text)}", "")
    for still in stills:
        yield from (f"{indent}![{dialect.escape(f'Step {step.number}')}]({dialect.address(still)})", "")


def text_beside(demo: Demo, step: Step) -> str:
    """The text of a step to show beside its title; empty when it only repeats that."""
    repeats = step.text.rstrip(".").casefold() == step.title.rstrip(".").casefold()
    return "" if repeats else step_text(step, demo.transcript)


def _facts(demo: Demo, dialect: _Dialect) -> Iterator[str]:
    yield clock(demo.clip.duration_ms)
    yield dialect.escape(demo.author)
    yield from map(dialect.escape, demo.tags)
    yield day(demo.updated_unix_ms) if demo.updated_unix_ms else ""
    yield f"version {demo.version}"
