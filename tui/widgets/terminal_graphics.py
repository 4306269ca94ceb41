"""Chooses how stills are drawn in this terminal: real pictures (kitty or sixel graphics), else half-blocks.

textual-image asks the terminal once more when it is imported, so it is imported only where the terminal has said that
it draws pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.terminal import TerminalAnswers, draws_pictures


def sharp_widget(answers: TerminalAnswers, environment: Mapping[str, str]) -> type[Any] | None:
    """textual-image's widget for this terminal, or None for half-blocks. Call it before Textual starts.

    Sixel comes first: terminals with both draw kitty's graphics without Unicode placeholders.
    """
    if not draws_pictures(answers, environment):
        return None
    from textual_image.widget import SixelImage, TGPImage

    return SixelImage if answers.sixel else TGPImage
