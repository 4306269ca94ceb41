"""Exports a demo as one HTML file that works offline, with clip, captions, stills, style and script embedded.

Owns embedding the files. The page's content security policy forbids all addresses except data URLs.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from library.files import library_errors
from library.model import Demo
from library.web import view_models as view
from library.web.templates import HERE, templates
from library.web.view_models import ShownStep, Sources, View
from transcribe.captions import to_vtt
from transcribe.chapters import steps_to_vtt


class _Asset(NamedTuple):
    """A style or script to embed, and its hash for the content security policy."""

    text: Markup
    hash: str


def one_page(demo: Demo) -> str:
    """Render the page. Raises LibraryError when the clip cannot be read; unreadable stills are left out."""
    with library_errors(f"read the clip of “{demo.title}”"):
        clip = (demo.path / demo.clip.path).read_bytes()
    style, script = _asset("reader.css"), _asset("demo.js")
    policy = f"default-src 'none'; img-src data:; media-src data:; style-src {style.hash}; script-src {script.hash}"
    tracks = (to_vtt(demo.transcript), steps_to_vtt(demo.steps, demo.clip.duration_ms, demo.title))
    sources = Sources("", _data("video/mp4", clip), "", *(_data("text/vtt", track.encode()) for track in tracks))
    return offline_page(
        "offline.html", demo, sources, still=lambda step: _still(demo, step), policy=policy,
        icon=_data("image/svg+xml", (HERE / "icon.svg").read_bytes()), style=style.text, script=script.text,
    )  # fmt: skip


def offline_page(
    template: str, demo: Demo, sources: Sources, *, still: Callable[[ShownStep], str], folder: Path = HERE, **more: Any
) -> str:
    """A page with a demo that needs no server, by a ``template`` of ``folder`` that includes the demo's article.

    ``sources`` and ``still`` give the addresses of its files; ``more`` is what else the template needs.
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
            steps=[step._replace(still=still(step)) for step in view.shown_steps(demo)],
            sentences=view.shown_words(demo),
            base="",
            **more,
        )
    )


def _still(demo: Demo, step: ShownStep) -> str:
    """The still of a step as a data URL; empty if it cannot be read."""
    path = demo.path / demo.step(step.number).still
    try:
        return _data("image/webp", path.read_bytes()) if step.still else ""
    except OSError:
        return ""


def _asset(name: str) -> _Asset:
    text = (HERE / name).read_text(encoding="utf-8")
    return _Asset(Markup(text), f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'")  # noqa: S704  our own file


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def write_page(demo: Demo, output: Path) -> Path:
    """Write the page; returns the file. Raises LibraryError, OSError."""
    from capture.files import write_bytes

    write_bytes(output, one_page(demo).encode())
    return output
