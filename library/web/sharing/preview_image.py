"""``preview_image``: a step's still as the JPEG that chats show below a link; many of them take no WebP."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from library.model import LibraryError

WIDTH, HEIGHT = 1200, 900
"""Pixels at most; chats show 1200 by 630 or less."""
_QUALITY = 82


def preview_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the JPEG of a still of this size in pixels; it is never enlarged."""
    scale = min(1.0, WIDTH / max(1, width), HEIGHT / max(1, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def preview_image(still: Path) -> bytes:
    """The JPEG of a still. Raises LibraryError when the still cannot be read."""
    from PIL import Image

    data = BytesIO()
    try:
        with Image.open(still) as picture:
            picture.thumbnail((WIDTH, HEIGHT))
            picture.convert("RGB").save(data, "JPEG", quality=_QUALITY)
    except (OSError, ValueError, KeyError, Image.DecompressionBombError) as error:
        raise LibraryError(f"The still {still.name} cannot be read", "Run: showhow library check") from error
    return data.getvalue()
