"""``TerminalQuery``: asks the terminal what it can draw and whether its ground is light, before the application starts.

Owns the questions and the parsing of the answers. A terminal answers in order and nearly all answer the last question
(DA1), so its answer ends the wait. Keys pressed meanwhile are kept. Does not know Textual.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

_WAIT_S = 0.6
"""How long a terminal is waited for, from the question on; the application's imports take half of that anyway."""
# A picture by Unicode placeholders (U=1), which is how they are drawn here: https://sw.kovidgoyal.net/kitty/graphics-protocol
_PICTURES = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24,U=1;AAAA\x1b\\"
_GROUND = b"\x1b]11;?\x1b\\"  # its background colour: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
_ABILITIES = b"\x1b[c"  # DA1: a 4 among its numbers is sixel
_DA1 = re.compile(rb"\x1b\[\?([\d;]*)c")
_GRAPHICS = re.compile(rb"\x1b_Gi=31;(.*?)\x1b\\")
_COLOUR = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]+)/([0-9a-fA-F]+)/([0-9a-fA-F]+)[^\x07\x1b]*(?:\x07|\x1b\\)")
_OTHER = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]_P].*?(?:\x07|\x1b\\)|O.|.)?", re.DOTALL)
_SIXEL = "4"
_WINDOWS: bool = sys.platform == "win32"


def _termios() -> Any:
    """The module, which Windows lacks."""
    return import_module("termios")


class TerminalAnswers(NamedTuple):
    """What a terminal said. ``light``: whether its ground is; None when unknown. ``typed``: text that was typed."""

    kitty: bool = False
    sixel: bool = False
    light: bool | None = None
    typed: str = ""


def parse_answers(data: bytes) -> TerminalAnswers:
    """The answers in what a terminal sent. Text that is no answer was typed."""
    abilities, graphics, colour = _DA1.search(data), _GRAPHICS.search(data), _COLOUR.search(data)
    light = None
    if colour is not None:
        red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in colour.groups())
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5  # luma, ITU-R BT.709
    rest = data
    for pattern in (_DA1, _GRAPHICS, _COLOUR, _OTHER):
        rest = pattern.sub(b"", rest)
    typed = "".join(letter for letter in rest.decode("utf-8", "ignore") if letter.isprintable() or letter == "\r")
    sixel = abilities is not None and _SIXEL in abilities[1].decode().split(";")[1:]
    return TerminalAnswers(graphics is not None and graphics[1] == b"OK", sixel, light, typed)


class TerminalQuery:
    """Questions to a terminal: asked when made, answered by ``answers``, so that other work can be done between."""

    def __init__(self, source: int, target: int) -> None:
        termios = _termios()
        self._source = source
        self._before = termios.tcgetattr(source)
        quiet = termios.tcgetattr(source)
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 0, 0
        termios.tcsetattr(source, termios.TCSANOW, quiet)
        self._until_s = time.monotonic() + _WAIT_S
        os.write(target, _PICTURES + _GROUND + _ABILITIES)

    def answers(self) -> TerminalAnswers:
        """Wait for the last answer, or until it is clear that none comes; the terminal is as before then."""
        termios = _termios()
        data = b""
        try:
            while not _DA1.search(data):
                left = max(0.0, self._until_s - time.monotonic())  # what has come by now is read in any case
                if not select.select([self._source], [], [], left)[0] or not (part := os.read(self._source, 1024)):
                    break
                data += part
        except OSError:
            pass
        finally:
            termios.tcsetattr(self._source, termios.TCSANOW, self._before)
        return parse_answers(data)


def ask_terminal(environment: Mapping[str, str]) -> TerminalQuery | None:
    """Ask the terminal of this process; None where there is none, or where it may not be asked.

    Windows has no termios. Inside tmux and screen the answer would be theirs, not that of the terminal that draws.
    """
    if _WINDOWS or sys.stdin is None or sys.stderr is None:
        return None
    if environment.get("TERM", "dumb") == "dumb" or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    try:
        return TerminalQuery(sys.stdin.fileno(), sys.stderr.fileno())
    except (OSError, _termios().error):  # no longer ours
        return None


def draws_pictures(answers: TerminalAnswers, environment: Mapping[str, str]) -> bool:
    """Whether pictures are drawn sharp there. tmux and screen swallow pictures; NO_COLOR asks for none."""
    inside = bool(environment.get("TMUX") or environment.get("STY")) or "NO_COLOR" in environment
    return not inside and (answers.kitty or answers.sixel)
