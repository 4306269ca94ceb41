"""Shared by the commands: ``CommandContext`` (settings, library), common options, and how a demo is printed."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capture.span import clock
from library.format import age, count, day
from library.model import Demo
from transcribe.asr.language import language_name
from transcribe.corrections import step_text
from tui.config import Settings, load_settings
from tui.console import plain, progress_bar, warn

if TYPE_CHECKING:
    from library.connection.library import Library

Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Model = Annotated[str | None, typer.Option(metavar="NAME|PATH", help="Speech model: a name or a folder.")]
Language = Annotated[str | None, typer.Option(metavar="CODE", help="Language spoken, like de; else it is found out.")]
Translate = Annotated[bool, typer.Option("--translate", help="Write it down in English, whatever was spoken.")]
Elsewhere = Annotated[bool, typer.Option("--elsewhere", help="Let a worker of the team do it; see showhow worker.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="With --elsewhere: follow it to its end.")]
DemoName = Annotated[str, typer.Argument(metavar="DEMO", help="Its id, the beginning of its id, or its title.")]

_QUICKLY_S = 0.5
"""Opening a library that takes longer shows a bar."""


@dataclass(frozen=True)
class CommandContext:
    """Settings and library of one run; the ``obj`` of the Typer context."""

    library: str | None = None
    debug: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The user's settings, including command-line flags."""
        return load_settings(library_url=self.library)

    def open_library(self) -> Library:
        """Open the library of the settings. Raises LibraryError."""
        return self.open_url(self.settings.library_url)

    def open_url(self, url: str) -> Library:
        """Open any library with this machine's cache and credentials; prints its notices. Raises LibraryError."""
        from library.connection.library import open_library

        settings = self.settings
        with progress_bar(after_s=_QUICKLY_S) as progress:
            library = open_library(
                url, cache=settings.indexes_folder, media=settings.media, share_use=settings.share_use,
                sentences=settings.sentences, progress=progress,
            )  # fmt: skip
        for notice in library.notices:
            warn(notice)
        return library


def terminal_visit() -> str:
    """An id for the searches and replays of one terminal on one day, which says neither where nor whose it is."""
    known = f"{socket.gethostname()} {os.getppid()} {time.strftime('%Y-%m-%d')}"
    return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:8]


def demo_document(demo: Demo) -> dict[str, Any]:
    """The whole record of a demo for ``--json``: ``transcript.words`` is a flat list, the clip's path is absolute."""
    document: dict[str, Any] = plain(demo)
    document["path"] = str(demo.path)
    document["clip"]["path"] = str(demo.path / demo.clip.path)
    document["transcript"]["words"] = plain(demo.words)
    return document


def demo_lines(demo: Demo) -> list[str]:
    """A demo as text lines: title, facts, steps."""
    cut = demo.take.duration_ms - demo.clip.duration_ms
    length = (
        f"{clock(demo.clip.duration_ms)} kept of {clock(demo.take.duration_ms)}"
        if cut > 0
        else clock(demo.clip.duration_ms)
    )
    facts = [
        length,
        count(len(demo.steps), "step"),
        demo.author,
        ", ".join(demo.tags),
        f"version {demo.version}",
        age(demo.updated_unix_ms),
        f"by {demo.edited_by}" if demo.edited_by else "",
        f"owner {demo.owner}" if demo.owner not in {"", demo.author} else "",
        f"in {', '.join(demo.collections)}" if demo.collections else "",
        _review(demo),
    ]
    lines = [f"{demo.title}   [{demo.demo_id}]", " · ".join(fact for fact in facts if fact)]
    if demo.waiting_for_words:
        lines.append(f"Waiting for its words. When a model is there: showhow transcribe {demo.demo_id}")
    if odds := demo.transcript.languages:
        heard = ", ".join(f"{language_name(code)} {share:.0%}" for code, share in list(odds.items())[:3])
        other = next((code for code in odds if code != demo.transcript.language), "en")
        again = f"showhow transcribe {demo.demo_id} --language {other}"
        lines.append(f"Its language is in doubt ({heard}). To hear it in another: {again}")
    for step in demo.steps:
        lines.append(f"{step.number:>3}  {clock(step.start_ms):>5}  {step.title}")
        if step.text and step.text.rstrip(".").casefold() != step.title.casefold():
            lines.append(f"            “{step_text(step, demo.transcript)}”")
    return lines


def _review(demo: Demo) -> str:
    if demo.review_unix_ms is None:
        return ""
    due = day(demo.review_unix_ms)
    return f"out of date? its review was due on {due}" if demo.stale(round(time.time() * 1000)) else f"review {due}"
