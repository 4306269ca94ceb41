"""Exports a demo as one HTML file that works offline, with clip, captions, stills, style and script embedded.

Owns embedding the files. The page's content security policy forbids all addresses except data URLs.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Container
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from library.files import library_errors
from library.model import Demo, LibraryError
from library.pictures import Look, page_names
from library.web import view_models as view
from library.web.templates import HERE, templates
from library.web.thumbnails import crop_of
from library.web.view_models import ShownPicture, ShownStep, Sources, View
from transcribe.captions import to_vtt
from transcribe.chapters import steps_to_vtt
from transcribe.model import Step


class EmbeddedAsset(NamedTuple):
    """A style or script to embed, and its hash for the content security policy."""

    text: Markup
    hash: str


def one_page(demo: Demo) -> str:
    """Render the page. Raises LibraryError when the clip cannot be read; unreadable stills are left out."""
    with library_errors(f"read the clip of “{demo.title}”"):
        clip = (demo.path / demo.clip.path).read_bytes()
    style, script, zoom = (embedded(HERE / name) for name in ("reader.css", "demo.js", "zoom.js"))
    policy = "default-src 'none'; img-src data:; media-src data:"
    policy += f"; style-src {style.hash}; script-src {script.hash} {zoom.hash}"
    tracks = (to_vtt(demo.transcript), steps_to_vtt(demo.steps, demo.clip.duration_ms, demo.title))
    sources = Sources(
        "", data_address("video/mp4", clip), "", *(data_address("text/vtt", track.encode()) for track in tracks)
    )
    return offline_page(
        "offline.html", demo, sources, shown=lambda step: _with_still(demo, step), policy=policy,
        icon=data_address("image/svg+xml", (HERE / "icon.svg").read_bytes()), style=style.text, script=script.text,
        zoom=zoom.text,
    )  # fmt: skip


def offline_page(
    template: str,
    demo: Demo,
    sources: Sources,
    *,
    shown: Callable[[ShownStep], ShownStep],
    folder: Path = HERE,
    **more: Any,
) -> str:
    """A page with a demo that needs no server, by a ``template`` of ``folder`` that includes the demo's article.

    ``sources`` gives the addresses of its files, ``shown`` a step with those of its pictures; ``more`` is what else
    the template needs.
    """
    return (
        templates(folder)
        .get_template(template)
        .render(
            demo=demo,
            sources=sources,
            view=View.WATCH,
            views=(),
            at_ms=None,
            facts=view.facts(demo),
            stale=False,
            review_by=view.day(demo.review_unix_ms),
            steps=[shown(step) for step in view.shown_steps(demo)],
            sentences=view.shown_words(demo),
            base="",
            **more,
        )
    )


def with_pictures(demo: Demo, step: ShownStep, folder: str, there: Container[str]) -> ShownStep:
    """The step with the addresses, in ``folder``, of its stills and what matters of each, where both are ``there``."""
    found = []
    for picture in step.pictures:
        names = page_names(_still(demo, step.number, then=picture.then))
        if all(name in there for name in names):
            whole, focus = (f"{folder}/{name}" for name in names)
            found.append(picture._replace(whole=whole, focus=focus, close=""))
    return step._replace(still=found[0].whole if found and not found[0].then else "", pictures=tuple(found))


def _with_still(demo: Demo, step: ShownStep) -> ShownStep:
    """The step with its stills and what is shown of them as data URLs; without those that cannot be read."""
    record = demo.step(step.number)
    pictures = (_embedded(demo, record, picture) for picture in step.pictures)
    found = tuple(picture for picture in pictures if picture is not None)
    return step._replace(still=found[0].whole if found and step.still else "", pictures=found)


def _embedded(demo: Demo, step: Step, picture: ShownPicture) -> ShownPicture | None:
    name = _still(demo, step.number, then=picture.then)
    try:
        whole = data_address("image/webp", (demo.path / name).read_bytes())
        crop = data_address("image/webp", crop_of(demo, step, Look.FOCUS, then=picture.then))
    except (OSError, LibraryError):
        return None
    return picture._replace(whole=whole, focus=crop, close="")


def _still(demo: Demo, number: int, *, then: bool) -> str:
    step = demo.step(number)
    return step.then.still if then and step.then is not None else step.still


def embedded(path: Path) -> EmbeddedAsset:
    """A style or script of showhow itself, to embed. Raises OSError."""
    text = path.read_text(encoding="utf-8")
    return EmbeddedAsset(Markup(text), f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'")  # noqa: S704  our own file


def data_address(kind: str, content: bytes) -> str:
    """A data URL with the content; ``kind`` is its media type."""
    return f"data:{kind};base64,{b64encode(content).decode()}"


def write_page(demo: Demo, output: Path) -> Path:
    """Write the page; returns the file. Raises LibraryError, OSError."""
    from capture.files import write_bytes

    write_bytes(output, one_page(demo).encode())
    return output
