"""Serves the media files of a demo: clip with byte ranges, audio, stills, captions.

Owns the mapping from address to file. An address names a demo and a kind of file, never a path.
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
from library.web.thumbnails import Thumbnails
from transcribe.captions import to_vtt

FindDemo = Callable[[str], Demo]
FetchLocal = Callable[..., Demo]
"""``Store.fetch_local``: makes the named files of a demo local."""
_SOUNDS = 32
"""Extracted sound files that are kept; each is about half a megabyte a minute."""


class MediaFiles:
    """Media of the demos that ``find`` returns. ``folder`` is for extracted sound; its files may be deleted."""

    def __init__(self, find: FindDemo, fetch_local: FetchLocal, folder: Path) -> None:
        self._find, self._fetch_local, self._folder = find, fetch_local, folder
        self._sounds: OrderedDict[str, Path] = OrderedDict()
        self._thumbnails = Thumbnails()
        self._lock = threading.Lock()

    def clip(self, request: Request) -> Response:
        """The clip, whole or by byte ranges."""
        demo = self._demo(request)
        return _file(request, self._path(demo, demo.clip.path), "video/mp4")

    def still(self, request: Request) -> Response:
        """The still of a step."""
        return _file(request, self._still(self._demo(request), request), "image/webp")

    def thumbnail(self, request: Request) -> Response:
        """The still of a step, small."""
        demo = self._demo(request)
        key = f"{demo.demo_id}-v{demo.version}-{request.path_params['number']}"
        try:
            picture = self._thumbnails.of(key, self._still(demo, request))
        except LibraryError as error:
            raise HTTPException(404) from error
        return Response(picture, media_type="image/webp", headers=_keep(request))

    def _still(self, demo: Demo, request: Request) -> Path:
        number = int(request.path_params["number"])
        names = [step.still for step in demo.steps if step.number == number and step.still]
        if not names:
            raise HTTPException(404)
        return self._path(demo, names[0])

    def captions(self, request: Request) -> Response:
        """Captions, generated from the record, so they exist for every demo."""
        words = to_vtt(self._demo(request).transcript)
        return Response(words, media_type="text/vtt; charset=utf-8", headers=_keep(request))

    def sound(self, request: Request) -> Response:
        """The sound alone, for slow connections."""
        demo = self._demo(request)
        if not demo.clip.has_sound:
            raise HTTPException(404)
        try:
            return _file(request, self._sound_of(demo), "audio/mp4")
        except ShowhowError as error:
            raise HTTPException(404) from error

    def _sound_of(self, demo: Demo) -> Path:
        """The clip's sound in its own file, extracted once."""
        from capture.video.audio_reader import extract_sound

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
            return self._fetch_local(demo, name).path / name
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
    """Cache header: immutable when the address names the version, because a version never changes."""
    return {"Cache-Control": "private, max-age=31536000, immutable" if request.query_params.get("v") else "no-cache"}
