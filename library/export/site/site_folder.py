"""A library or a collection as a folder of pages and files that a browser opens from a disk or any web server.

Owns the folder: what of an earlier export is replaced, kept or removed, and that nothing of others is touched. Media
whose demo has the same version are not copied again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from capture.files import prepared, remove_file, replace_file, write_bytes
from capture.progress import Progress, silent
from library.export.documents.step_pictures import web_pictures
from library.export.site.list_page import list_page
from library.export.site.view_data import SiteDemo, site_demo
from library.files import library_errors
from library.model import Demo, LibraryError
from library.text import is_demo_id
from library.web.browse import telling_step
from library.web.single_page import data_address, offline_page, with_pictures
from library.web.templates import HERE as WEB
from library.web.thumbnails import thumbnail_of
from library.web.view_models import Sources
from transcribe.captions import to_vtt
from transcribe.chapters import steps_to_vtt

HERE = Path(__file__).parent
_RECORD = "showhow-site.json"
_PAGE, _CLIP, _THUMBNAIL, _STEPS = "index.html", "clip.mp4", "thumbnail.webp", "steps"
_ASSETS = (WEB / "reader.css", WEB / "demo.js", WEB / "zoom.js", WEB / "icon.svg", HERE / "site.css", HERE / "site.js")
# Browsers differ in whether 'self' includes the files of a page that is a file.
_HERE = "'self' file:"
_POLICY = (
    f"default-src 'none'; img-src {_HERE}; media-src {_HERE} data:; style-src {_HERE}; script-src {_HERE}; "
    "base-uri 'none'"
)


class SiteRecord(msgspec.Struct, frozen=True):
    """What an export wrote into its folder: the version of each demo, by id."""

    demos: dict[str, int] = {}


def write_site(
    name: str, demos: Sequence[Demo], fetch: Callable[[Demo], Demo], folder: Path,
    progress: Progress = silent,
) -> Path:  # fmt: skip
    """Write or update the pages in ``folder``; returns the page to open.

    ``demos`` are in the order of the list; ``fetch`` makes the files of one local, and is asked for changed ones only.
    Raises LibraryError: the folder holds other files, a clip cannot be read, nothing can be written; Cancelled.
    """
    with library_errors(f"write {folder}"):
        before = _begin(folder)
        listed = []
        for number, demo in enumerate(demos):
            progress(number, len(demos), "Writing pages")
            here = folder / "demos" / demo.demo_id
            if before.get(demo.demo_id) != demo.version or not (here / _PAGE).is_file():
                _write_media(fetch(demo), here)
            listed.append(_write_page(name, demo, here))
        for asset in _ASSETS:
            write_bytes(folder / asset.name, asset.read_bytes())
        write_bytes(folder / _PAGE, list_page(name, listed, policy=_POLICY, icon="icon.svg").encode())
        _end(folder, before, {demo.demo_id: demo.version for demo in demos})
    return folder / _PAGE


def _begin(folder: Path) -> Mapping[str, int]:
    """The versions that an earlier export wrote here; empty for a new or empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        write_bytes(folder / _RECORD, msgspec.json.encode(SiteRecord()))
        return {}
    try:
        record = msgspec.json.decode((folder / _RECORD).read_bytes(), type=prepared(SiteRecord))
    except (FileNotFoundError, msgspec.MsgspecError) as error:
        raise LibraryError(f"{folder} holds other files", "Choose a new or an empty folder.") from error
    return {demo_id: version for demo_id, version in record.demos.items() if is_demo_id(demo_id)}


def _end(folder: Path, before: Mapping[str, int], now: Mapping[str, int]) -> None:
    """Note what is here, and remove the demos that are no longer in the library."""
    write_bytes(folder / _RECORD, msgspec.json.encode(SiteRecord({**before, **now})))
    for demo_id in before.keys() - now.keys():
        shutil.rmtree(folder / "demos" / demo_id, ignore_errors=True)
    write_bytes(folder / _RECORD, msgspec.json.encode(SiteRecord(dict(now))))


def _write_media(demo: Demo, folder: Path) -> None:
    """Write clip, stills and thumbnail in place of those of another version. The page stands for complete media."""
    remove_file(folder / _PAGE)
    shutil.rmtree(folder / _STEPS, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    _copy_clip(demo, folder / _CLIP)
    _write_pictures(demo, folder / _STEPS)
    _write_thumbnail(demo, folder / _THUMBNAIL)


def _write_page(name: str, demo: Demo, folder: Path) -> SiteDemo:
    """Write a demo's page beside its media; returns its card."""
    there = {path.name for path in (folder / _STEPS).glob("*.webp")}
    tracks = (to_vtt(demo.transcript), steps_to_vtt(demo.steps, demo.clip.duration_ms, demo.title))
    # As data, because browsers load no track from the file beside a page that is a file.
    sources = Sources("", _CLIP, "", *(data_address("text/vtt", track.encode()) for track in tracks))
    text = offline_page(
        "demo_page.html", demo, sources, shown=lambda step: with_pictures(demo, step, _STEPS, there), folder=HERE,
        name=name, policy=_POLICY,
    )  # fmt: skip
    write_bytes(folder / _PAGE, text.encode())
    here = f"demos/{demo.demo_id}"
    thumbnail = f"{here}/{_THUMBNAIL}" if (folder / _THUMBNAIL).is_file() else ""
    return site_demo(demo, f"{here}/{_PAGE}", thumbnail)


def _write_pictures(demo: Demo, folder: Path) -> None:
    """Write each still that can be read, whole and what matters of it."""
    folder.mkdir(exist_ok=True)
    for name, data in web_pictures(demo).items():
        write_bytes(folder / name, data)


def _copy_clip(demo: Demo, target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        with library_errors(f"read the clip of “{demo.title}”"):
            shutil.copyfile(demo.path / demo.clip.path, part)
        replace_file(part, target)
    finally:
        part.unlink(missing_ok=True)


def _write_thumbnail(demo: Demo, target: Path) -> None:
    step = telling_step(demo)
    remove_file(target)
    try:
        if step is not None:
            write_bytes(target, thumbnail_of(demo.path / step.still))
    except LibraryError:
        return  # a card without a picture
