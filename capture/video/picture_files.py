"""``picture_kind``: whether a file is a picture, which FFmpeg would call a video of one frame, or damaged."""

from __future__ import annotations

from pathlib import Path

_HEAD = 64 << 10


def picture_kind(path: Path) -> str:
    """What picture a file is by its first bytes, as “a PNG picture”; empty for any other file, and for an APNG."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "an animated WebP, which cannot be read" if b"ANIM" in head else "a WebP picture"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "" if b"acTL" in head else "a PNG picture"
    if head[:3] == b"\xff\xd8\xff":
        return "a JPEG picture"
    return "an HEIC or AVIF picture" if head[4:8] == b"ftyp" and head[8:12] in _STILLS else ""


_STILLS = {b"heic", b"heix", b"mif1", b"avif"}
"""Brands of still pictures in the container of MP4; those that move have others."""
