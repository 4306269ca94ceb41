"""Decides whether this terminal draws real pictures (kitty or sixel graphics); others get half-blocks.

Reads the environment only. textual-image also queries the terminal when it is imported, so it is imported only for
terminals known to answer: others swallow keys, and inside tmux the answer comes from the wrong terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SHARP_TERMINALS = {"kitty", "ghostty", "wezterm", "iterm.app", "mlterm", "contour", "rio", "konsole"}
_SHARP_TERMS = ("xterm-kitty", "xterm-ghostty", "foot", "mlterm", "contour", "wezterm")


def sharp_terminal(environment: Mapping[str, str]) -> bool:
    """Whether the terminal draws real pictures, judged by its environment. Never inside tmux or screen."""
    if environment.get("TMUX") or environment.get("STY") or "NO_COLOR" in environment:
        return False
    if environment.get("TERM", "").startswith(_SHARP_TERMS) or environment.get("KITTY_WINDOW_ID"):
        return True
    return environment.get("TERM_PROGRAM", "").lower() in _SHARP_TERMINALS


def sharp_widget(environment: Mapping[str, str], *, terminal: bool) -> type[Any] | None:
    """textual-image's widget for this terminal, or None for half-blocks. Call it before Textual starts."""
    if not (terminal and sharp_terminal(environment)):
        return None
    from textual_image import renderable

    if renderable.Image not in {renderable.SixelImage, renderable.TGPImage}:
        return None
    from textual_image.widget import Image

    return Image
