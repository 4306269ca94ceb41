"""Exports one step of a demo as an animated WebP or GIF, for chats.

Owns size and frame rate. Without sound.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image

from capture.files import write_bytes
from capture.model import Region
from capture.video.reader import frames
from library.model import Demo, LibraryError
from library.pictures import cropped, focus_at, focus_moments, picture_size
from transcribe.model import Step

WIDTH = 800
"""Pixels; menus are readable, and chats show no larger pictures."""
LONGEST_MS = 20_000
_PER_SECOND = {"webp": 10, "gif": 8}
_LAST_PICTURE_MS = 1_200
"""Minimum duration of the last picture before the loop restarts."""


def step_picture(demo: Demo, number: int, form: str, output: Path) -> Path:
    """Write the span of a step, or its first 20 s, as ``webp`` or ``gif``. Returns the file.

    Raises DemoNotFound when there is no such step, VideoError when the clip cannot be read, and OSError.
    """
    step = demo.step(number)
    pictures, durations = _pictures(demo, step, 1_000 // _PER_SECOND[form])
    if not pictures:
        raise LibraryError(f"Step {number} has no pictures", "Check the library: showhow library check")
    data = io.BytesIO()
    first, rest = pictures[0], pictures[1:]
    common = {"save_all": True, "append_images": rest, "duration": durations, "loop": 0}
    if form == "webp":
        first.save(data, "WEBP", quality=70, method=3, **common)
    else:
        # One palette for all pictures, from the first one: separate palettes make an unchanged screen flicker.
        palette = first.quantize(255, dither=Image.Dither.NONE)
        flat = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
        flat[0].save(data, "GIF", optimize=False, disposal=1, **(common | {"append_images": flat[1:]}))
    write_bytes(output, data.getvalue())
    return output


def _pictures(demo: Demo, step: Step, pace_ms: int) -> tuple[list[Image.Image], list[int]]:
    """Pictures of the focus at least ``pace_ms`` apart, and the duration of each in ms."""
    size, focuses = picture_size(demo), focus_moments(demo)
    inside = [region for at_ms, region in focuses if step.start_ms <= at_ms < step.end_ms]
    closest = max((size[0] / region.width for region in inside if region.width), default=1.0)
    end_ms = min(step.end_ms, step.start_ms + LONGEST_MS)
    pictures: list[Image.Image] = []
    moments: list[int] = []
    clip, width = demo.path / demo.clip.path, round(WIDTH * closest)
    for shown in frames(clip, start_ms=step.start_ms, end_ms=end_ms, width=width):
        picture = _near(Image.fromarray(shown.picture[..., ::-1]), focus_at(focuses, shown.at_ms), size)
        if moments and shown.at_ms - moments[-1] < pace_ms:
            pictures[-1] = picture  # within the interval, the last picture counts
            continue
        pictures.append(picture)
        moments.append(shown.at_ms)
    return pictures, _durations(moments, end_ms)


def _near(picture: Image.Image, region: Region | None, size: tuple[int, int]) -> Image.Image:
    """The region of a picture, as wide as chats show pictures, in the shape of the clip."""
    shown = cropped(picture, region, size) if region is not None and all(size) else picture
    wide = min(WIDTH, picture.width)
    return shown.resize((wide, max(1, round(wide * picture.height / picture.width))), Image.Resampling.LANCZOS)


def _durations(moments: Sequence[int], end_ms: int) -> list[int]:
    if not moments:
        return []
    durations = [after - at for at, after in pairwise(moments)]
    return [*durations, max(_LAST_PICTURE_MS, end_ms - moments[-1])]
