"""Serves the media files of a demo: clip with byte ranges, audio, stills, captions, chapters.

Owns the mapping from address to file. An address names a demo and a kind of file, never a path. What waits for the
store runs in a pool of its own; requests for one file wait for one fetch.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from capture.errors import ShowhowError
from library.model import Demo, DemoNotFound, LibraryError
from library.pictures import Look
from library.storage.bucket import MediaMissing
from library.web.blocking_pool import BlockingPool
from library.web.thumbnails import Thumbnails, crop_of
from transcribe.captions import to_vtt
from transcribe.chapters import steps_to_vtt

FindDemo = Callable[[str], Demo]
FetchLocal = Callable[..., Demo]
"""``Store.fetch_local``: makes the named files of a demo local."""
_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg"/>'
_SOUNDS = 32
"""Extracted sound files that are kept; each is about half a megabyte a minute."""


class MediaFiles:
    """Media of the demos that ``find`` returns. ``folder`` is for extracted sound; its files may be deleted."""

    def __init__(self, find: FindDemo, fetch_local: FetchLocal, folder: Path, pool: BlockingPool) -> None:
        self._find, self._fetch_local, self._folder, self._pool = find, fetch_local, folder, pool
        self._sounds: OrderedDict[str, Path] = OrderedDict()
        self._thumbnails = Thumbnails()
        self._lock = threading.Lock()

    async def clip(self, request: Request) -> Response:
        """The clip, whole or by byte ranges."""
        name = request.path_params["demo_id"]
        path = await self._pool.run(lambda: self._clip_of(name), key=("clip", name))
        return _file(request, path, "video/mp4")

    async def still(self, request: Request) -> Response:
        """The still of a step, or its second one (``then=1``); with ``look`` only its focus, or a close-up."""
        name, number = _step_of(request)
        look, then = _look_of(request), request.query_params.get("then") == "1"
        if look is Look.WHOLE:
            path = await self._pool.run(
                lambda: self._still(self._demo(name), number, then=then), key=("still", name, number, then)
            )
            return _file(request, path, "image/webp")
        crop = await self._pool.run(
            lambda: self._crop(self._demo(name), number, look, then=then), key=("crop", name, number, look, then)
        )
        return Response(crop, media_type="image/webp", headers=_keep(request))

    async def thumbnail(self, request: Request) -> Response:
        """The still of a step, small. Of one that cannot be had an empty picture, which leaves its place as it is."""
        name, number = _step_of(request)
        picture = await self._pool.run(lambda: self._small(name, number), key=("thumbnail", name, number))
        if picture is None:
            return Response(_EMPTY, media_type="image/svg+xml", headers={"Cache-Control": "no-cache"})
        return Response(picture, media_type="image/webp", headers=_keep(request))

    async def captions(self, request: Request) -> Response:
        """Captions, generated from the record, so they exist for every demo."""
        name = request.path_params["demo_id"]
        words = await self._pool.run(lambda: to_vtt(self._demo(name).transcript), key=("captions", name))
        return Response(words, media_type="text/vtt; charset=utf-8", headers=_keep(request))

    async def chapters(self, request: Request) -> Response:
        """The steps as a chapters track, generated from the record."""
        name = request.path_params["demo_id"]
        track = await self._pool.run(lambda: _chapters(self._demo(name)), key=("chapters", name))
        return Response(track, media_type="text/vtt; charset=utf-8", headers=_keep(request))

    async def sound(self, request: Request) -> Response:
        """The sound alone, for slow connections."""
        name = request.path_params["demo_id"]
        path = await self._pool.run(lambda: self._sound_of(self._demo(name)), key=("sound", name))
        return _file(request, path, "audio/mp4")

    def _clip_of(self, demo_id: str) -> Path:
        demo = self._demo(demo_id)
        return self._path(demo, demo.clip.path)

    def _small(self, demo_id: str, number: int) -> bytes | None:
        demo = self._demo(demo_id)
        name = _still_name(demo, number)
        try:
            still = self._fetch_local(demo, name).path / name
            return self._thumbnails.of(f"{demo.demo_id}-v{demo.version}-{number}", still)
        except LibraryError:
            return None

    def _still(self, demo: Demo, number: int, *, then: bool) -> Path:
        return self._path(demo, _still_name(demo, number, then=then))

    def _crop(self, demo: Demo, number: int, look: Look, *, then: bool) -> bytes:
        name = _still_name(demo, number, then=then)
        with _gone_or_away():
            local = self._fetch_local(demo, name)
        try:
            key = f"{demo.demo_id}-v{demo.version}-{number}-{look}-{then}"
            return self._thumbnails.kept(key, lambda: crop_of(local, local.step(number), look, then=then))
        except LibraryError as error:
            raise HTTPException(404) from error

    def _sound_of(self, demo: Demo) -> Path:
        """The clip's sound in its own file, extracted once."""
        from capture.video.audio_reader import extract_sound

        if not demo.clip.has_sound:
            raise HTTPException(404)
        clip = self._path(demo, demo.clip.path)
        key = f"{demo.demo_id}-v{demo.version}"
        with self._lock:
            ready = self._folder / f"{key}.m4a"
            try:
                self._sounds[key] = ready if ready.is_file() else extract_sound(clip, ready)
            except ShowhowError as error:
                raise HTTPException(404) from error
            self._sounds.move_to_end(key)
            while len(self._sounds) > _SOUNDS:
                with suppress(PermissionError):  # on Windows: somebody hears it; it stays and is used again
                    self._sounds.popitem(last=False)[1].unlink(missing_ok=True)
            return ready

    def _path(self, demo: Demo, name: str) -> Path:
        with _gone_or_away():
            return self._fetch_local(demo, name).path / name

    def _demo(self, demo_id: str) -> Demo:
        with _gone_or_away():
            return self._find(demo_id)


@contextmanager
def _gone_or_away() -> Iterator[None]:
    """What is not there is 404. An outage stays the LibraryError it is, which is 503: it may be there again later."""
    try:
        yield
    except (DemoNotFound, MediaMissing) as error:
        raise HTTPException(404) from error


def _chapters(demo: Demo) -> str:
    return steps_to_vtt(demo.steps, demo.clip.duration_ms, demo.title)


def _still_name(demo: Demo, number: int, *, then: bool = False) -> str:
    for step in demo.steps:
        if step.number == number:
            name = step.still if not then else step.then.still if step.then is not None else ""
            if name:
                return name
    raise HTTPException(404)


def _look_of(request: Request) -> Look:
    wanted = request.query_params.get("look", "")
    return Look(wanted) if wanted in set(Look) else Look.WHOLE


def _step_of(request: Request) -> tuple[str, int]:
    return request.path_params["demo_id"], int(request.path_params["number"])


def _file(request: Request, path: Path, kind: str) -> Response:
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=kind, headers=_keep(request))


def _keep(request: Request) -> dict[str, str]:
    """Cache header: immutable when the address names the version, because a version never changes."""
    return {"Cache-Control": "private, max-age=31536000, immutable" if request.query_params.get("v") else "no-cache"}
