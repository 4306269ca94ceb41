"""QR codes that lead from paper, a terminal or a page to a step on the web reader. The only module that makes them.

Owns the picture of the code, and the same in characters and as SVG. Does not know where it is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_QUIET = 4
"""Modules of white around a code, as ISO/IEC 18004 asks for."""
_QUIET_ON_SCREEN = 2
"""The same in a terminal, where every line counts; phones read it."""
_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""The character for the module above and the one below, by whether they are dark; light is what is drawn."""


def qr_code(address: str) -> Image.Image:
    """The code of an address, one pixel a module, with its white border."""
    import cv2
    from PIL import Image, ImageOps

    code = Image.fromarray(cv2.QRCodeEncoder.create().encode(address))
    dark = code.point(lambda value: 255 - value).getbbox()  # the encoder's own border differs between versions
    return ImageOps.expand(code.crop(dark), _QUIET, 255)


def qr_lines(address: str) -> list[str]:
    """The code in half-block characters, two modules each: drawn is what is light, for light letters on dark ground."""
    picture = qr_code(address)
    off = _QUIET - _QUIET_ON_SCREEN
    picture = picture.crop((off, off, picture.width - off, picture.height - off))
    dark = [[picture.getpixel((x, y)) == 0 for x in range(picture.width)] for y in range(picture.height)]
    below = [*dark[1:], [True] * picture.width]  # under an odd last line nothing is drawn
    rows = list(zip(dark, below, strict=True))[::2]
    return ["".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in rows]


def qr_svg(address: str) -> str:
    """The code as an SVG file, dark on white also on dark pages: cameras read it so."""
    picture = qr_code(address)
    side = picture.width
    rows = (f"M{x} {y}h1v1h-1z" for y in range(picture.height) for x in range(side) if picture.getpixel((x, y)) == 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{"".join(rows)}"/></svg>'
    )
