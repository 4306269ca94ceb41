"""The picture of each step: WebP files beside the clip.

Owns encoding and that one picture that cannot be had does not lose the demo. Refuses to choose the moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from capture.progress import Progress
from library.files import explained, write_synced
from library.model import LibraryError
from transcribe.model import Step

QUALITY = 85
"""Of WebP: 60 kB for a full 1080p screen whose text reads like the clip's; 95 costs half as much again, unseen."""


def still_name(number: int) -> str:
    """Where a step's still lies inside a bundle."""
    return f"steps/{number:02}.webp"


def write_stills(video: Path, steps: Sequence[Step], folder: Path, progress: Progress) -> None:
    """Write each step's picture of the clip ``video``, at its ``at_ms``, to the place it names inside ``folder``.

    Raises VideoError, LibraryError, or Cancelled when ``progress`` does.
    """
    from capture.video.read import grab_frame

    with explained(f"write the stills into {folder}"):
        (folder / "steps").mkdir(exist_ok=True)
        for done, step in enumerate(steps):
            progress(done, len(steps), "Taking stills")
            write_synced(folder / step.still, _webp(grab_frame(video, step.at_ms)))
    progress(len(steps), len(steps), "Taking stills")


def _webp(picture: object) -> bytes:
    import cv2

    well, data = cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])  # type: ignore[call-overload]  # an array of any shape
    if not well:
        raise LibraryError("A still could not be encoded", "Run showhow doctor.")
    return bytes(data)
