"""Still pictures of steps: WebP files next to the clip, with a ring around the click.

Owns drawing the ring and the size of the file. Does not choose the time of a still.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capture.model import Click
from capture.progress import Progress
from library.files import library_errors, write_synced
from library.model import Draft, LibraryError
from transcribe.model import Step

if TYPE_CHECKING:
    from capture.render.encode_cache import EncodeCache
    from capture.video.frames import Picture

LARGEST = 150_000
"""Maximum bytes of a still: a page of twenty of them loads in a few seconds on a slow line."""
QUALITIES = (85, 70, 55)
"""WebP qualities, tried in this order: 65 kB for a full 1080p screen at 85, with text as sharp as in the clip, 130 kB
for 4K at 70. Below 55 letters become illegible; scaling the picture down is then better."""

_EFFORT = 2  # of 6: a third of the time of 4 for files 5 % larger; 0.1 s a still at 1080p, 0.3 s at 4K
_MOST_THREADS = 4
_MARKED_MS = 1_500  # a still shows the moment before its click; if it was moved farther away, no ring is drawn
_RING, _HALO = (20, 95, 245), (255, 255, 255)  # BGR; a warm orange seen on white, grey and dark screens alike
_RADIUS, _STROKE = 1 / 32, 1 / 300  # of the picture's height: 34 and 4 pixels at 1080p


def still_name(number: int) -> str:
    """Path of a step's still inside a bundle."""
    return f"steps/{number:02}.webp"


class StillCache:
    """Stills of earlier clips of a draft. The key is the take time, the ring and the blurs at that time."""

    def __init__(self, draft: Draft, cache: EncodeCache) -> None:
        self._draft, self._cache = draft, cache

    def get(self, step: Step) -> bytes | None:
        """The still of a step, if it is cached."""
        return self._cache.get(self._name(step))

    def put(self, step: Step, still: bytes) -> None:
        """Cache the still of a step."""
        self._cache.put(self._name(step), still)

    def _name(self, step: Step) -> Hashable:
        at = self._draft.clip.to_take(step.at_ms)
        return "still", at, ring_of(step), tuple(blur.at(at) for blur in self._draft.blurs if blur.contains(at))


def write_stills(
    video: Path, steps: Sequence[Step], folder: Path, progress: Progress, cache: StillCache | None = None
) -> None:
    """Write each step's still, the picture of the clip ``video`` at its ``at_ms``, to its ``still`` path in ``folder``.

    Stills are read from and added to ``cache``. Raises VideoError, LibraryError, or Cancelled when ``progress`` does.
    """
    _load_libraries()
    with library_errors(f"write the stills into {folder}"), _threads() as threads:
        (folder / "steps").mkdir(exist_ok=True)
        cached = {step.number: cache.get(step) if cache is not None else None for step in steps}
        taking = {s.number: threads.submit(_taken, video, s) for s in steps if cached[s.number] is None}
        for done, step in enumerate(steps):
            progress(done, len(steps), "Taking stills")
            if (still := cached[step.number]) is None:
                still = taking[step.number].result()
                if cache is not None:
                    cache.put(step, still)
            write_synced(folder / step.still, still)
    progress(len(steps), len(steps), "Taking stills")


def _load_libraries() -> None:
    """Load PyAV and Pillow: two threads that import PyAV at once find half of it."""
    from PIL import Image

    import_module("capture.video.reader")
    import_module("PIL.WebPImagePlugin")  # without it, Pillow imports its plugins for all formats
    Image.preinit()


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for work that is done outside of Python; what they have not begun is left when the block is left."""
    executor = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), "stills")
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _taken(video: Path, step: Step) -> bytes:
    from capture.video.reader import grab_frame

    return still_of(grab_frame(video, step.at_ms), marked_click(step))


def marked_click(step: Step) -> Click | None:
    """The click to mark on a step's still: the first one within 1.5 s after its time; None when there is none."""
    clicks = (event for event in step.events if isinstance(event, Click))
    return next((click for click in clicks if 0 <= click.at_ms - step.at_ms <= _MARKED_MS), None)


def ring_of(step: Step) -> tuple[int, int] | None:
    """Pixel (x, y) of the ring on the step's still; None without one."""
    click = marked_click(step)
    return None if click is None else (click.x, click.y)


def still_of(picture: Picture, click: Click | None = None) -> bytes:
    """Encode a WebP of at most LARGEST bytes, with a ring at ``click`` (pixels of the picture). Raises LibraryError."""
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
    """Scale the picture to slightly less than ``share`` of its pixels, so that one pass is enough."""
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
