"""Files of a demo to keep: its clip with title and author in it, and what it can be exported as.

Owns the names of the files, and those that were made: they lie in a folder that may be deleted, few at a time.
"""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from capture.errors import ShowhowError
from library.model import Demo, DemoNotFound, LibraryError
from library.storage.bucket import MediaMissing
from library.text import file_title
from library.web.sharing.options import DemoExports
from library.web.sharing.preview_image import preview_image

_Result = TypeVar("_Result")
_KEPT_BYTES = 1 << 30
"""Of files that are kept, besides the last one; a clip is a few megabytes a minute."""


class WaitingPool(Protocol):
    """Runs blocking work for coroutines, as ``library/web/blocking_pool.py`` does."""

    async def run(self, work: Callable[[], _Result], key: Any = None) -> _Result:
        """The result of the work. Until the work has ended, also unwaited for, who asks with its key gets the same."""


class Downloads:
    """Files made of the demos that ``find`` returns. ``fetch_local`` is the store's; ``folder`` must exist."""

    def __init__(
        self,
        find: Callable[[str], Demo],
        fetch_local: Callable[..., Demo],
        folder: Path,
        pool: WaitingPool,
        exports: DemoExports | None,
    ) -> None:
        self._find, self._fetch_local, self._folder, self._pool = find, fetch_local, folder, pool
        self._exports = exports
        self._kept: OrderedDict[str, Path] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._lock = threading.Lock()

    async def clip(self, request: Request) -> Response:
        """The clip as a file that is named by its title."""
        name = request.path_params["demo_id"]
        demo = await self._pool.run(lambda: self._demo(name))
        path = await self._file(demo, "clip", self._write_clip)
        return _attachment(path, demo, "video/mp4")

    async def export(self, request: Request) -> Response:
        """The demo in another format."""
        name, form = request.path_params["demo_id"], request.path_params["form"]
        exports = self._exports
        demo = await self._pool.run(lambda: self._demo(name))
        if exports is None or form not in {choice.name for choice in exports.choices(demo)}:
            raise HTTPException(404)

        def write(demo: Demo, folder: Path) -> Path:
            return exports.write(self._fetch_local(demo), form, folder)

        path = await self._file(demo, form, write)
        return _attachment(path, demo, None)

    async def preview(self, request: Request) -> Response:
        """The JPEG of a step's still, for previews of links."""
        name, number = request.path_params["demo_id"], int(request.path_params["number"])
        data = await self._pool.run(lambda: self._preview(name, number), key=("preview", name, number))
        keep = "private, max-age=31536000, immutable" if request.query_params.get("v") else "no-cache"
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": keep})

    def _preview(self, name: str, number: int) -> bytes:
        demo = self._demo(name)
        still = next((step.still for step in demo.steps if step.number == number), "")
        if not still:
            raise HTTPException(404)
        try:
            return preview_image(self._fetch_local(demo, still).path / still)
        except (DemoNotFound, MediaMissing) as error:
            raise HTTPException(404) from error

    def _write_clip(self, demo: Demo, folder: Path) -> Path:
        from capture.render.chapter_copy import copy_clip
        from transcribe.chapters import titled_spans

        clip = self._fetch_local(demo, demo.clip.path).path / demo.clip.path
        if not clip.is_file():
            raise HTTPException(404)
        spans = titled_spans(demo.steps, demo.clip.duration_ms, demo.title)
        return copy_clip(clip, folder / "clip.mp4", spans, demo.title, demo.author)

    def _demo(self, name: str) -> Demo:
        try:
            return self._find(name)
        except DemoNotFound as error:
            raise HTTPException(404) from error

    async def _file(self, demo: Demo, kind: str, write: Callable[[Demo, Path], Path]) -> Path:
        """The file. A folder has one writer at a time: its name is the key by which the pool joins requests."""
        key = f"{demo.demo_id}-v{demo.version}-{kind}"
        return await self._pool.run(lambda: self._made(key, demo, write), key=("made", key))

    def _made(self, key: str, demo: Demo, write: Callable[[Demo, Path], Path]) -> Path:
        """The file, made unless it is kept. Raises HTTPException, LibraryError."""
        with self._lock:
            if (ready := self._kept.get(key)) is not None and ready.is_file():
                self._kept.move_to_end(key)
                return ready
            self._kept.pop(key, None)  # or the folder might be evicted while the file is made anew
            self._sizes.pop(key, None)
        folder = self._place(key)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            path = write(demo, folder)
        except (DemoNotFound, MediaMissing) as error:
            raise HTTPException(404) from error
        except LibraryError:
            raise
        except ShowhowError as error:  # its line names a file of this machine, which is no business of visitors
            raise LibraryError(f"“{demo.title}” cannot be given out so", "Its clip cannot be read.") from error
        with self._lock:
            self._keep(key, path)
        return path

    def _keep(self, key: str, path: Path) -> None:
        self._kept[key], self._sizes[key] = path, path.stat().st_size
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and sum(self._sizes.values()) > _KEPT_BYTES:
            oldest, _ = self._kept.popitem(last=False)
            del self._sizes[oldest]
            shutil.rmtree(self._place(oldest), ignore_errors=True)

    def _place(self, key: str) -> Path:
        return self._folder / f"made-{key}"


def _attachment(path: Path, demo: Demo, media_type: str | None) -> FileResponse:
    # Not starlette's own: it would name the file by its path where a title has letters beyond ASCII.
    headers = {"Content-Disposition": disposition(demo.title, path.suffix), "Cache-Control": "no-cache"}
    return FileResponse(path, media_type=media_type, headers=headers)


def disposition(title: str, ending: str, *, how: str = "attachment") -> str:
    """A Content-Disposition with the title as the file's name (RFC 6266): plain ASCII, and as it is."""
    name = file_title(title)
    plain = name.encode("ascii", "ignore").decode().replace('"', "").replace("%", "").strip(" .")
    return f"{how}; filename=\"{plain or 'demo'}{ending}\"; filename*=UTF-8''{quote(name + ending, safe='')}"
