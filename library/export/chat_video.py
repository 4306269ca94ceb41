"""Exports a demo as a small film for a chat: close to what matters in each step, with captions in it if asked.

Owns its size, how the view moves, and what captions look like. ``capture/render/cropped_clip.py`` encodes it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from library.export.fonts import find_face
from library.model import Demo, LibraryError
from library.pictures import focus_moments, picture_size, view_at
from transcribe.captions import captions

if TYPE_CHECKING:
    from capture.render.cropped_clip import Overlay

WIDTH = 1_280
"""Pixels of the longer side: what chats show without making it smaller."""
_LETTERS = 1 / 22  # of the picture's height


def write_chat_video(demo: Demo, output: Path, *, captioned: bool = False) -> None:
    """Write the film. Raises VideoError, OSError, and LibraryError when the clip has no known size."""
    from capture.render.cropped_clip import CropPlan, write_cropped

    size = picture_size(demo)
    if not all(size):
        raise LibraryError(f"“{demo.title}” has no picture to show", "Run: showhow library check")
    scale = min(1.0, WIDTH / max(size))
    small = _even(size[0] * scale), _even(size[1] * scale)
    moments = focus_moments(demo)
    overlay = _captions_of(demo, small) if captioned else lambda _at_ms: None
    plan = CropPlan(small, demo.clip.duration_ms, lambda at_ms: view_at(moments, at_ms, size), overlay)
    write_cropped(demo.path / demo.clip.path, output, plan)


def _even(side: float) -> int:
    return max(2, round(side) & ~1)


def _captions_of(demo: Demo, size: tuple[int, int]) -> Callable[[int], Overlay | None]:
    """The caption at a time, as it is laid over a picture of ``size``."""
    shown = captions(demo.transcript)

    @lru_cache(maxsize=4)
    def drawn(lines: tuple[str, ...]) -> Overlay:
        return _drawn("\n".join(lines), size)

    def at(at_ms: int) -> Overlay | None:
        caption = next((one for one in shown if one.contains(at_ms)), None)
        return None if caption is None else drawn(caption.lines)

    return at


def _drawn(text: str, size: tuple[int, int]) -> Overlay:
    """White letters on a dark ground, with some room below."""
    from PIL import Image, ImageDraw, ImageFont

    height = max(12, round(size[1] * _LETTERS))
    face = find_face()
    font = ImageFont.truetype(face.regular, height) if face is not None else ImageFont.load_default(height)
    pen = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = pen.multiline_textbbox((0, 0), text, font=font, align="center")
    pad = height // 2
    wide, high = min(size[0], round(right - left) + 2 * pad), round(bottom - top) + 2 * pad
    overlay = Image.new("RGBA", (wide, high + pad), (0, 0, 0, 0))
    pen = ImageDraw.Draw(overlay)
    pen.rounded_rectangle((0, 0, wide - 1, high - 1), radius=pad // 2, fill=(0, 0, 0, 200))
    pen.multiline_text((pad - left, pad - top), text, font=font, fill=(255, 255, 255, 255), align="center")
    return np.ascontiguousarray(np.asarray(overlay)[..., [2, 1, 0, 3]])
