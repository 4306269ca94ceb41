"""Contact sheet: the stills of all steps in one picture, each with its number, title and time.

Owns the layout. Does not choose, crop or mark the stills, and does not know the library.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from capture.files import write_bytes
from capture.span import clock
from library.export.fonts import find_face, fonts_for, letters_of
from library.format import count
from library.model import Demo, LibraryError
from library.pictures import shown_picture
from transcribe.model import Step

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

_KINDS = {".webp": "WEBP", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
COLUMNS, STILL_WIDTH, GAP = 3, 520, 24  # the gap and the width of a still in pixels
MOST_STEPS = 120
"""About 0.2 GB as a picture."""
_HIGHEST = 14_000  # of WebP's 16,383 pixels, without head and margins
_LONGEST_TITLE = 400  # letters; far more than fit, and each is measured
_TALLEST = 2.0  # a still is drawn at most twice as high as wide
_QUALITY = 72  # of WebP and JPEG
_INK, _FAINT, _PAPER, _ACCENT = "#1d2733", "#66727f", "#ffffff", "#c4480b"


def write_contact_sheet(demo: Demo, output: Path) -> None:
    """Write the sheet atomically as WebP, PNG or JPEG, by the file name's ending.

    The place of a missing still is left empty. Raises LibraryError when the demo has no steps or too many, OSError.
    """
    if not demo.steps:
        raise LibraryError(f"“{demo.title}” has no steps to show", "Give it words first: showhow transcribe")
    if len(demo.steps) > MOST_STEPS:
        what = f"“{demo.title}” has {len(demo.steps)} steps; one picture holds {MOST_STEPS}"
        raise LibraryError(what, "Export it as pdf or slides.")
    data = io.BytesIO()
    kind = _KINDS.get(output.suffix.lower(), "WEBP")
    contact_sheet(demo).save(data, kind, quality=_QUALITY, method=6, optimize=True)
    write_bytes(output, data.getvalue())


def contact_sheet(demo: Demo) -> Image.Image:
    """The sheet as an RGB picture."""
    from PIL import Image, ImageDraw

    shape = (demo.clip.height or 9) / (demo.clip.width or 16)
    width, height = STILL_WIDTH, round(STILL_WIDTH * min(_TALLEST, max(1 / _TALLEST, shape)))
    head, below = _line(26) + _line(16) + GAP, 2 * _line(17) + GAP
    columns = min(max(COLUMNS, math.ceil(len(demo.steps) * (height + below) / _HIGHEST)), len(demo.steps))
    rows = math.ceil(len(demo.steps) / columns)
    size = (columns * (width + GAP) + GAP, head + rows * (height + below) + 2 * GAP)
    picture = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(picture)
    _header(draw, demo, size[0])
    for index, step in enumerate(demo.steps):
        row, column = divmod(index, columns)
        place = (GAP + column * (width + GAP), head + GAP + row * (height + below))
        _place(picture, demo, step, place, (width, height))
    return picture


def _header(draw: ImageDraw.ImageDraw, demo: Demo, width: int) -> None:
    facts = [clock(demo.clip.duration_ms), count(len(demo.steps), "step"), demo.author, *demo.tags]
    at, text_width = (GAP, GAP), width - 2 * GAP
    draw.text(at, _fitted(demo.title, 26, text_width, bold=True), font=_font(26, demo.title, bold=True), fill=_INK)
    below = (GAP, GAP + _line(26))
    line = " · ".join(filter(None, facts))
    draw.text(below, _fitted(line, 16, text_width), font=_font(16, line), fill=_FAINT)


def _place(picture: Image.Image, demo: Demo, step: Step, place: tuple[int, int], size: tuple[int, int]) -> None:
    from PIL import Image, ImageDraw

    draw, (x, y), (width, height) = ImageDraw.Draw(picture), place, size
    draw.rectangle((x, y, x + width - 1, y + height - 1), fill="#eef1f4")
    if (still := shown_picture(demo, step)) is not None:
        scale = min(width / still.width, height / still.height)
        fitted = max(1, round(still.width * scale)), max(1, round(still.height * scale))
        shown = still.resize(fitted, Image.Resampling.LANCZOS)
        picture.paste(shown, (x + (width - fitted[0]) // 2, y + (height - fitted[1]) // 2))
    draw.rectangle((x, y, x + width - 1, y + height - 1), outline="#c9d1d9")
    number, when = f"{step.number}", clock(step.start_ms)
    indent = round(_font(17, bold=True).getlength(number)) + 12
    aside = round(_font(14).getlength(when))
    draw.text((x, y + height + 8), number, font=_font(17, bold=True), fill=_ACCENT)
    draw.text((x + width - aside, y + height + 10), when, font=_font(14), fill=_FAINT)
    for row, line in enumerate(_wrapped(step.title, width - indent - aside - 12)):
        draw.text((x + indent, y + height + 8 + row * _line(17)), line, font=_font(17, line), fill=_INK)


def _wrapped(text: str, width: int) -> Sequence[str]:
    """The text in one or two lines of at most ``width`` pixels."""
    fits = partial(_fitted, size=17, width=width)
    words = text[:_LONGEST_TITLE].split()
    for number in range(len(words), 0, -1):
        first = " ".join(words[:number])
        if fits(first) == first:
            return [first, *([fits(" ".join(words[number:]))] if number < len(words) else [])]
    return [fits(" ".join(words))]


def _fitted(text: str, size: int, width: int, *, bold: bool = False) -> str:
    text = text[:_LONGEST_TITLE]
    font = _font(size, text, bold=bold)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _line(size: int) -> int:
    return round(size * 1.35)


def _font(size: int, text: str = "", *, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The usual font, or one for a text with letters that it lacks: Pillow draws a text with one font."""
    from PIL import ImageFont

    face = find_face()
    known = () if face is None else (face.bold if bold else face.regular,)
    by_letters = sorted((*known, *fonts_for([text])), key=lambda path: -len(letters_of(path) & set(text)))
    for path in by_letters:
        with suppress(OSError):  # one of pictures in fixed sizes
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)
