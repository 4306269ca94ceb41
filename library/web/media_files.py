"""The files of a demo as a browser asks for them: clip by byte ranges, sound alone, stills, captions.

Owns which file an address means. An address names a demo and a kind of file, never a path; refuses all else.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from capture.errors import ShowhowError
from library.model import Demo, LibraryError
from transcribe.captions import to_vtt

Find = Callable[[str], Demo]
AtHand = Callable[..., Demo]
"""``Store.at_hand``: the demo with the files named on this machine."""
_SOUNDS = 32
"""Sound tracks kept ready; each is about half a megabyte a minute."""


class MediaFiles:
    """The files of the demos that ``find`` finds. ``folder`` holds what is made for the browser; it may be emptied."""

    def __init__(self, find: Find, at_hand: AtHand, folder: Path) -> None:
        self._find, self._at_hand, self._folder = find, at_hand, folder
        self._sounds: OrderedDict[str, Path] = OrderedDict()
        self._lock = threading.Lock()

    def clip(self, request: Request) -> Response:
        """The clip, whole or by ranges."""
        demo = self._demo(request)
        return _file(request, self._path(demo, demo.clip.path), "video/mp4")

    def still(self, request: Request) -> Response:
        """The picture of a step."""
        demo = self._demo(request)
        number = int(request.path_params["number"])
        names = [step.still for step in demo.steps if step.number == number and step.still]
        if not names:
            raise HTTPException(404)
        return _file(request, self._path(demo, names[0]), "image/webp")

    def captions(self, request: Request) -> Response:
        """Captions made from the record, so that none are missing."""
        words = to_vtt(self._demo(request).transcript)
        return Response(words, media_type="text/vtt; charset=utf-8", headers=_keep(request))

    def sound(self, request: Request) -> Response:
        """The sound alone: what a phone on a slow line can listen to."""
        demo = self._demo(request)
        if not demo.clip.has_sound:
            raise HTTPException(404)
        try:
            return _file(request, self._sound_of(demo), "audio/mp4")
        except ShowhowError as error:
            raise HTTPException(404) from error

    def _sound_of(self, demo: Demo) -> Path:
        """The clip's sound in a file of its own, made once."""
        from capture.video.audio_extract import extract_sound

        key = f"{demo.demo_id}-v{demo.version}"
        with self._lock:
            if (ready := self._sounds.get(key)) is not None and ready.is_file():
                self._sounds.move_to_end(key)
                return ready
            self._sounds[key] = extract_sound(self._path(demo, demo.clip.path), self._folder / f"{key}.m4a")
            while len(self._sounds) > _SOUNDS:
                self._sounds.popitem(last=False)[1].unlink(missing_ok=True)
            return self._sounds[key]

    def _path(self, demo: Demo, name: str) -> Path:
        try:
            return self._at_hand(demo, name).path / name
        except LibraryError as error:
            raise HTTPException(404) from error

    def _demo(self, request: Request) -> Demo:
        try:
            return self._find(request.path_params["demo_id"])
        except LibraryError as error:
            raise HTTPException(404) from error


def _file(request: Request, path: Path, kind: str) -> Response:
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=kind, headers=_keep(request))


def _keep(request: Request) -> dict[str, str]:
    """How long a browser may keep it: for good when the address names the version, which is never changed."""
    return {"Cache-Control": "private, max-age=31536000, immutable" if request.query_params.get("v") else "no-cache"}
