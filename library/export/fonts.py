"""Finds installed fonts for the letters of a demo, for PDF and contact sheets. A PDF embeds the glyphs it uses.

Owns the search paths, and which package has letters that no installed font has. Does not download fonts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple


class Face(NamedTuple):
    """Files of a font; ``bold`` is the regular one when there is no bold one."""

    regular: Path
    bold: Path


class Script(NamedTuple):
    """A script that no installed font has, such as Thai, and the package of a font that has it."""

    name: str
    package: str


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
# Where there is no fontconfig to ask. Of collections (.ttc) the first face is read.
_WIDE = (
    _MAC / "Arial Unicode.ttf",
    _WINDOWS / "msyh.ttc",
    _WINDOWS / "malgun.ttf",
    _WINDOWS / "Nirmala.ttf",
    _WINDOWS / "LeelawUI.ttf",
    _WINDOWS / "seguiemj.ttf",
)
_CJK = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "FULLWIDTH", "HALFWIDTH", "IDEOGRAPHIC"}
_WAIT_S = 10
_TRIES = 3
"""Letters of a script for which a font is looked for: asking takes 20 ms, and a font seldom has only some."""
_INVISIBLE = {"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"}
"""Categories that need no glyph of their own, or take their base letter's font."""
COMMON = "\u0639\u05d0\u0905\u0e01\u3042\u4e2d\ud55c"
"""A letter each of Arabic, Hebrew, Devanagari, Thai, Japanese, Chinese and Korean."""


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


def fonts_for(texts: Iterable[str]) -> tuple[Path, ...]:
    """Installed fonts for the letters in ``texts`` that the first font lacks, as few as will do."""
    left, found = _lacking(texts, find_face()), list[Path]()
    for script in sorted({script_of(letter) for letter in left}):
        mine = sorted(letter for letter in left if script_of(letter) == script)
        for letter in mine[:_TRIES]:
            if letter in left and (path := _font_with(letter)) is not None:
                found.append(path)
                left -= letters_of(path)
    return tuple(found)


def missing_scripts(texts: Iterable[str]) -> tuple[Script, ...]:
    """The scripts in ``texts`` of which no installed font has all letters, in the order of their names."""
    texts = tuple(texts)
    left = _lacking(texts, find_face())
    for path in fonts_for(texts):
        left -= letters_of(path)
    return tuple(sorted({script_of(letter) for letter in left}))


def font_notice(texts: Iterable[str]) -> str:
    """A line that names the scripts for which a font is missing, and how to get it; empty when none is."""
    scripts = missing_scripts(texts)
    if not scripts:
        return ""
    names = " and ".join(filter(None, (", ".join(one.name for one in scripts[:-1]), scripts[-1].name)))
    return f"No installed font has all letters of {names}: they are left out. {font_remedy(scripts)}"


def font_remedy(scripts: Iterable[Script], system: str = sys.platform) -> str:
    """What to install for these scripts on a ``sys.platform``."""
    if system == "win32":
        return "Add fonts for them in Windows' Settings under “Optional features”, or install Noto's."
    if system == "darwin":
        return "Install a font for them, such as Noto."
    packages = " ".join(dict.fromkeys(one.package for one in scripts))
    if shutil.which("apt-get"):
        return f"Run: sudo apt-get install {packages}"
    return f"Install a font for them, such as Noto ({packages} on Debian)."


def script_of(letter: str) -> Script:
    """The script of a letter, by its Unicode name, and the Debian package of a font for it."""
    name = unicodedata.name(letter, "other letters").split()[0]
    if name in _CJK:
        return Script("Korean" if name == "HANGUL" else "Chinese and Japanese", "fonts-noto-cjk")
    if unicodedata.category(letter) == "So":
        return Script("emoji", "fonts-noto-color-emoji")
    return Script(name.capitalize(), "fonts-noto-core")


def _lacking(texts: Iterable[str], face: Face | None) -> set[str]:
    wanted = {letter for text in texts for letter in text if unicodedata.category(letter) not in _INVISIBLE}
    if face is None:  # the fonts inside every reader of PDF have Latin-1
        return {letter for letter in wanted if ord(letter) > 0xFF}
    return wanted - letters_of(face.regular)


@lru_cache
def letters_of(path: Path) -> frozenset[str]:
    """The letters that a font has glyphs for; none when it cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or ()))
    except (OSError, TTLibError, ValueError, KeyError):
        return frozenset()


@lru_cache
def _font_with(letter: str) -> Path | None:
    """A font with that letter: what fontconfig names, else one of the known files."""
    for path in _asked(letter) or _WIDE:
        if path.suffix.lower() in {".ttf", ".otf", ".ttc"} and path.is_file() and letter in letters_of(path):
            return path
    return None


def _asked(letter: str) -> list[Path]:
    """What fontconfig would take for a letter, best first; empty where there is none."""
    program = shutil.which("fc-match")
    if program is None:
        return []
    wanted = f"sans-serif:charset={ord(letter):x}:scalable=true"
    try:
        done = subprocess.run(
            [program, "--sort", "--format", "%{file}\n", wanted],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            timeout=_WAIT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [Path(line) for line in done.stdout.splitlines()[:40] if line]
