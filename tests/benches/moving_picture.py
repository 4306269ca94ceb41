"""A full screen in motion, for the recorder's bench: grainy film, or a video as video sites deliver it.

The pictures lie in the X server and are copied to the screen, as a player with hardware overlays does, so that playing
costs next to nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from Xlib import X, display

PICTURES, FPS = 16, 30
CONTENTS: dict[str, float] = {"film with grain": 12.0, "video as on the web": 3.0}
"""Standard deviation of the grain, in steps of 8-bit lightness."""


def frame(number: int, size: tuple[int, int], grain: float) -> NDArray[np.uint8]:
    """A picture (height, width, 4) BGRA: a landscape of soft shapes that is panned and zoomed, under grain."""
    width, height = size
    random = np.random.default_rng(7)
    small = random.uniform(30, 220, (18, 32, 3)).astype(np.float32)
    detail = random.normal(0, 18, (height // 2, width // 2, 3)).astype(np.float32)
    turn = 2 * np.pi * number / PICTURES
    zoom = 1.1 + 0.05 * np.sin(turn)
    matrix = np.array([[zoom, 0, 60 * np.cos(turn) - 90], [0, zoom, 40 * np.sin(turn) - 60]], np.float32)
    whole = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC) + cv2.resize(detail, size)
    moved = cv2.warpAffine(whole, matrix, size, borderMode=cv2.BORDER_REFLECT)
    noise = np.random.default_rng(number).normal(0, grain, (height, width, 1)).astype(np.float32)
    picture = np.zeros((height, width, 4), np.uint8)
    picture[..., :3] = np.clip(moved + noise, 0, 255)
    return picture


def player(name: str, size: tuple[int, int], content: str, seconds: float) -> Callable[[], None]:
    """Prepares the pictures on a display; the returned function plays them."""
    screen = display.Display(name)
    root = screen.screen().root
    graphics = root.create_gc(graphics_exposures=False)
    rows = max(1, (1 << 17) // size[0])  # requests are limited to 256 kB where there are no big ones
    pixmaps = []
    for number in range(PICTURES):
        picture = frame(number, size, CONTENTS[content])
        pixmap = root.create_pixmap(*size, screen.screen().root_depth)
        for top in range(0, size[1], rows // 4 or 1):
            strip = picture[top : top + (rows // 4 or 1)]
            pixmap.put_image(graphics, 0, top, size[0], len(strip), X.ZPixmap, 24, 0, strip.tobytes())
        pixmaps.append(pixmap)
    screen.sync()

    def play() -> None:
        begun = time.monotonic()
        for number in range(round(seconds * FPS)):
            there_and_back = number % (2 * PICTURES - 2)
            pixmap = pixmaps[min(there_and_back, 2 * PICTURES - 2 - there_and_back)]
            root.copy_area(graphics, pixmap, 0, 0, *size, 0, 0)
            screen.flush()
            time.sleep(max(0.0, begun + (number + 1) / FPS - time.monotonic()))
        screen.sync()

    return play
