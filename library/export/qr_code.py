"""QR codes that lead from paper to a step of a demo on the web reader. The only module here that imports OpenCV.

Owns the picture of the code. Does not know where it is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_QUIET = 4
"""Modules of white around a code, as ISO/IEC 18004 asks for."""


def qr_code(address: str) -> Image.Image:
    """The code of an address, one pixel a module, with its white border."""
    import cv2
    from PIL import Image, ImageOps

    code = Image.fromarray(cv2.QRCodeEncoder.create().encode(address))
    dark = code.point(lambda value: 255 - value).getbbox()  # the encoder's own border differs between versions
    return ImageOps.expand(code.crop(dark), _QUIET, 255)
