"""Still pictures of steps: WebP files next to the clip, whole screens with the click marked.

Owns the size of a file, and which pictures a step has. Does not choose their times; ``library/pictures.py`` crops them.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
_MARKED_MS = 1_500  # a still shows the moment before its click; if it was moved farther away, nothing is marked


def still_name(number: int) -> str:
    """Path of a step's still inside a bundle."""
    return f"steps/{number:02}.webp"


def then_name(number: int) -> str:
    """Path of a step's second still inside a bundle."""
    return f"steps/{number:02}-then.webp"


class StillPicture(NamedTuple):
    """A picture that a step has: path in the bundle, time (ms of the clip), the click marked on it (x, y)."""

    name: str
    at_ms: int
    click: tuple[int, int] | None


def pictures_of(step: Step) -> list[StillPicture]:
    """The pictures of a step: its still, and the second one if it has one."""
    click = marked_click(step)
    first = StillPicture(step.still, step.at_ms, None if click is None else (click.x, click.y))
    return [first] if step.then is None else [first, StillPicture(step.then.still, step.then.at_ms, None)]


def moments_of(steps: Sequence[Step]) -> list[list[int]]:
    """The times of the stills of each step; where they differ, stills are made again."""
    return [[picture.at_ms for picture in pictures_of(step)] for step in steps]


class StillCache:
    """Stills of earlier clips of a draft. The key is the take time, the marked click and the blurs at that time."""

    def __init__(self, draft: Draft, cache: EncodeCache) -> None:
        self._draft, self._cache = draft, cache

    def get(self, picture: StillPicture) -> bytes | None:
        """The file of a still, if it is cached."""
        return self._cache.get(self._name(picture))

    def put(self, picture: StillPicture, still: bytes) -> None:
        """Cache the file of a still."""
        self._cache.put(self._name(picture), still)

    def _name(self, picture: StillPicture) -> Hashable:
        at = self._draft.clip.to_take(picture.at_ms)
        return "still", at, picture.click, tuple(blur.at(at) for blur in self._draft.blurs if blur.contains(at))


def write_stills(
    video: Path, steps: Sequence[Step], folder: Path, progress: Progress, cache: StillCache | None = None
) -> None:
    """Write each step's stills, the pictures of the clip ``video`` at their times, to their paths in ``folder``.

    Stills are read from and added to ``cache``. Raises VideoError, LibraryError, or Cancelled when ``progress`` does.
    """
    _load_libraries()
    with library_errors(f"write the stills into {folder}"), _threads() as threads:
        (folder / "steps").mkdir(exist_ok=True)
        wanted = [picture for step in steps for picture in pictures_of(step)]
        cached = {picture: cache.get(picture) if cache is not None else None for picture in wanted}
        taking = {p: threads.submit(_taken, video, p) for p in wanted if cached[p] is None}
        for done, picture in enumerate(wanted):
            progress(done, len(wanted), "Taking stills")
            if (still := cached[picture]) is None:
                still = taking[picture].result()
                if cache is not None:
                    cache.put(picture, still)
            write_synced(folder / picture.name, still)
    progress(len(wanted), len(wanted), "Taking stills")


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


def _taken(video: Path, picture: StillPicture) -> bytes:
    from capture.video.reader import grab_frame

    return still_of(grab_frame(video, picture.at_ms), picture.click)


def marked_click(step: Step) -> Click | None:
    """The click to mark on a step's still: the first one within 1.5 s after its time; None when there is none."""
    clicks = (event for event in step.events if isinstance(event, Click))
    return next((click for click in clicks if 0 <= click.at_ms - step.at_ms <= _MARKED_MS), None)


def still_of(picture: Picture, click: tuple[int, int] | None = None) -> bytes:
    """Encode a WebP of at most LARGEST bytes, with the click at (x, y) marked. Raises LibraryError."""
    if click is not None:
        from library.draft.click_mark import with_click_marked

        picture = with_click_marked(picture, *click)
    while True:
        for quality in QUALITIES:
            if len(data := _webp(picture, quality)) <= LARGEST:
                return data
        picture = _smaller(picture, LARGEST / len(data))


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
