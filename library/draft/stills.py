"""The picture of each step: WebP files beside the clip, the place to click marked with a ring.

Owns drawing the mark, the size of the file, and that one picture that cannot be had does not lose the demo. Refuses to
choose the moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from capture.model import Click
from capture.progress import Progress
from library.files import library_errors, write_synced
from library.model import LibraryError
from transcribe.model import Step

if TYPE_CHECKING:
    from capture.video.frames import Picture

LARGEST = 150_000
"""Bytes of a still: a page of twenty of them opens in a few seconds on a slow line."""
QUALITIES = (85, 70, 55)
"""Of WebP, tried in this order: 65 kB for a full 1080p screen at 85, whose text reads like the clip's, 130 kB for 4K at
70. Below 55 letters fray; a smaller picture then reads better than a coarser one."""

_EFFORT = 2  # of 6: a third of the time of 4 for files 5 % larger; 0.1 s a still at 1080p, 0.3 s at 4K
_MARKED_MS = 1_500  # a still shows the moment before its click; when it was moved farther from it, nothing is marked
_RING, _HALO = (20, 95, 245), (255, 255, 255)  # BGR; a warm orange seen on white, grey and dark screens alike
_RADIUS, _STROKE = 1 / 32, 1 / 300  # of the picture's height: 34 and 4 pixels at 1080p


def still_name(number: int) -> str:
    """Where a step's still lies inside a bundle."""
    return f"steps/{number:02}.webp"


class KeptStills(Protocol):
    """Stills of the same recording, made before."""

    def get(self, step: Step) -> bytes | None:
        """A step's still, if there is one already."""

    def put(self, step: Step, still: bytes) -> None:
        """Keep one."""


def write_stills(
    video: Path, steps: Sequence[Step], folder: Path, progress: Progress, kept: KeptStills | None = None
) -> None:
    """Write each step's picture of the clip ``video``, at its ``at_ms``, to the place it names inside ``folder``.

    Those that are in ``kept`` are taken from there, the others put there.

    Raises VideoError, LibraryError, or Cancelled when ``progress`` does.
    """
    from capture.video.reader import grab_frame

    with library_errors(f"write the stills into {folder}"):
        (folder / "steps").mkdir(exist_ok=True)
        for done, step in enumerate(steps):
            progress(done, len(steps), "Taking stills")
            if (still := kept.get(step) if kept is not None else None) is None:
                still = still_of(grab_frame(video, step.at_ms), marked_click(step))
                if kept is not None:
                    kept.put(step, still)
            write_synced(folder / step.still, still)
    progress(len(steps), len(steps), "Taking stills")


def marked_click(step: Step) -> Click | None:
    """The click a step's still is about to show: the first within 1.5 s of its moment; None when there is none."""
    clicks = (event for event in step.events if isinstance(event, Click))
    return next((click for click in clicks if 0 <= click.at_ms - step.at_ms <= _MARKED_MS), None)


def still_of(picture: Picture, click: Click | None = None) -> bytes:
    """A WebP of at most LARGEST bytes, with a ring where ``click`` (pixels of the picture) is. Raises LibraryError."""
    picture = _with_ring(picture, click) if click is not None else picture
    while True:
        for quality in QUALITIES:
            if len(data := _webp(picture, quality)) <= LARGEST:
                return data
        picture = _smaller(picture, LARGEST / len(data))


def _with_ring(picture: Picture, click: Click) -> Picture:
    import cv2

    drawn, height = picture.copy(), picture.shape[0]
    radius, stroke = max(14, round(height * _RADIUS)), max(3, round(height * _STROKE))
    for width, colour in ((stroke + 2 * max(1, stroke // 3), _HALO), (stroke, _RING)):
        cv2.circle(drawn, (click.x, click.y), radius, colour, width, cv2.LINE_AA)
    return drawn


def _smaller(picture: Picture, share: float) -> Picture:
    """The picture with about ``share`` of its pixels, a little less so that it comes out small enough at once."""
    import cv2

    scale = min(0.9, max(0.2, 0.95 * share**0.5))
    size = (max(16, round(picture.shape[1] * scale)), max(16, round(picture.shape[0] * scale)))
    smaller: Any = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return smaller  # type: ignore[no-any-return]  # OpenCV's arrays are of any kind


def _webp(picture: Picture, quality: int) -> bytes:
    from PIL import Image

    data = BytesIO()
    try:
        Image.fromarray(picture[..., ::-1]).save(data, "WEBP", quality=quality, method=_EFFORT)
    except (OSError, KeyError) as error:  # a Pillow built without WebP
        raise LibraryError("A still could not be encoded", "Run showhow doctor.") from error
    return data.getvalue()
