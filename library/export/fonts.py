"""Finds installed fonts that cover many scripts, for PDF and contact sheets. A PDF embeds the glyphs it uses.

Owns the search paths. Does not download fonts.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple


class Face(NamedTuple):
    """Files of a font; ``bold`` is the regular one when there is no bold one."""

    regular: Path
    bold: Path


_LINUX = Path("/usr/share/fonts")
_PAIRS = (
    ("truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSans-Bold.ttf"),
    ("dejavu-sans-fonts/DejaVuSans.ttf", "dejavu-sans-fonts/DejaVuSans-Bold.ttf"),
    ("TTF/DejaVuSans.ttf", "TTF/DejaVuSans-Bold.ttf"),
    ("truetype/noto/NotoSans-Regular.ttf", "truetype/noto/NotoSans-Bold.ttf"),
    ("truetype/liberation/LiberationSans-Regular.ttf", "truetype/liberation/LiberationSans-Bold.ttf"),
)
_MAC = Path("/System/Library/Fonts/Supplemental")
_WINDOWS = Path("C:/Windows/Fonts")
# Fallback fonts for scripts that the first font lacks, used if installed. Of collections (.ttc) the first face is read.
_WIDE = (
    _LINUX / "truetype/droid/DroidSansFallbackFull.ttf",
    _LINUX / "opentype/noto/NotoSansCJK-Regular.ttc",
    _LINUX / "truetype/noto/NotoSansArabic-Regular.ttf",
    _LINUX / "truetype/noto/NotoSansDevanagari-Regular.ttf",
    _MAC / "Arial Unicode.ttf",
    _WINDOWS / "msyh.ttc",
    _WINDOWS / "segoeui.ttf",
)


@lru_cache
def find_face() -> Face | None:
    """A sans-serif font for many scripts; None when none of the known ones is installed."""
    pairs = [(_LINUX / regular, _LINUX / bold) for regular, bold in _PAIRS]
    if sys.platform == "darwin":
        pairs = [(_MAC / "Arial.ttf", _MAC / "Arial Bold.ttf")]
    elif sys.platform == "win32":
        pairs = [
            (_WINDOWS / "segoeui.ttf", _WINDOWS / "segoeuib.ttf"),
            (_WINDOWS / "arial.ttf", _WINDOWS / "arialbd.ttf"),
        ]
    for regular, bold in pairs:
        if regular.is_file():
            return Face(regular, bold if bold.is_file() else regular)
    return None


@lru_cache
def wide_fonts() -> tuple[Path, ...]:
    """Installed fallback fonts, for scripts that the first font lacks."""
    return tuple(path for path in _WIDE if path.is_file())
