"""One step of a demo as a small moving picture for a chat: animated WebP or GIF.

Owns size and pace. Refuses sound: a chat plays none, and captions come with the demo.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image

from capture.files import write_bytes
from capture.video.reader import frames
from library.model import Demo, LibraryError
from transcribe.model import Step

WIDTH = 800
"""Pixels: menus can still be read, and a chat shows no more."""
LONGEST_MS = 20_000
_PER_SECOND = {"webp": 10, "gif": 8}
_REST_MS = 1_200
"""How long the last picture stands before it begins again."""


def step_picture(demo: Demo, number: int, form: str, output: Path) -> Path:
    """Write a step's stretch of the clip as ``webp`` or ``gif``; its first 20 s when it is longer. Returns the file.

    Raises DemoNotFound when there is no such step, VideoError when the clip cannot be read, and OSError.
    """
    step = demo.step(number)
    pictures, lasting = _pictures(demo, step, 1_000 // _PER_SECOND[form])
    if not pictures:
        raise LibraryError(f"Step {number} has no pictures", "Check the library: showhow library check")
    data = io.BytesIO()
    first, rest = pictures[0], pictures[1:]
    common = {"save_all": True, "append_images": rest, "duration": lasting, "loop": 0}
    if form == "webp":
        first.save(data, "WEBP", quality=70, method=3, **common)
    else:
        # One palette for all, from the first picture: a palette for each makes a still screen flicker.
        palette = first.quantize(255, dither=Image.Dither.NONE)
        flat = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
        flat[0].save(data, "GIF", optimize=False, disposal=1, **(common | {"append_images": flat[1:]}))
    write_bytes(output, data.getvalue())
    return output


def _pictures(demo: Demo, step: Step, pace_ms: int) -> tuple[list[Image.Image], list[int]]:
    """Pictures at most every ``pace_ms``, and how long each stands."""
    end_ms = min(step.end_ms, step.start_ms + LONGEST_MS)
    pictures: list[Image.Image] = []
    moments: list[int] = []
    for shown in frames(demo.path / demo.clip.path, start_ms=step.start_ms, end_ms=end_ms, width=WIDTH):
        if moments and shown.at_ms - moments[-1] < pace_ms:
            pictures[-1] = Image.fromarray(shown.picture[..., ::-1])  # the latest of a moment is what was arrived at
            continue
        pictures.append(Image.fromarray(shown.picture[..., ::-1]))
        moments.append(shown.at_ms)
    return pictures, _lasting(moments, end_ms)


def _lasting(moments: Sequence[int], end_ms: int) -> list[int]:
    if not moments:
        return []
    standing = [after - at for at, after in pairwise(moments)]
    return [*standing, max(_REST_MS, end_ms - moments[-1])]
