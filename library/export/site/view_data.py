"""What the pages of an exported library show: its demos as cards, and the words that their script searches.

Pure. Owns the record that the script ``site.js`` reads. Does not know where pages and files lie.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from markupsafe import Markup

from capture.span import clock
from library.format import count, join
from library.maintenance.stats import counted
from library.model import Demo
from library.text import STOP_WORDS
from library.web.view_models import day
from transcribe.corrections import full_text, step_text


class SiteStep(msgspec.Struct, frozen=True):
    """A step as the script searches and shows it; ``at``: its time as text."""

    number: int
    title: str
    text: str
    at: str


class SiteDemo(msgspec.Struct, frozen=True):
    """A demo in the list. ``href`` leads to it, and to its step N with ``step-N``; ``thumbnail`` may be empty."""

    demo_id: str
    title: str
    facts: str
    tags: tuple[str, ...]
    language: str
    href: str
    thumbnail: str
    text: str
    steps: tuple[SiteStep, ...]


class SiteTag(NamedTuple):
    """A tag and how many demos have it."""

    name: str
    demos: int


def site_demo(demo: Demo, href: str, thumbnail: str) -> SiteDemo:
    """The demo as the list shows it; what was said is searched as a whole where there are no steps."""
    facts = join((clock(demo.clip.duration_ms), count(len(demo.steps), "step"), demo.author, day(demo.updated_unix_ms)))
    steps = tuple(
        SiteStep(step.number, step.title, step_text(step, demo.transcript), clock(step.start_ms)) for step in demo.steps
    )
    text = "" if steps else full_text(demo.transcript)
    language = demo.transcript.language
    return SiteDemo(demo.demo_id, demo.title, facts, demo.tags, language, href, thumbnail, text, steps)


def tags_of(demos: Sequence[SiteDemo]) -> list[SiteTag]:
    """The tags of the demos, most used first."""
    return [SiteTag(one.name, one.demos) for one in counted(tag for demo in demos for tag in demo.tags)]


def today() -> str:
    """The date, which the pages show: they do not change any more."""
    return day(round(time.time() * 1000))


def script_data(demos: Sequence[SiteDemo]) -> Markup:
    """The record for the script as JSON that can stand inside of a script element, whatever the texts hold."""
    data = msgspec.json.encode({"demos": demos, "stop": sorted(STOP_WORDS)}).decode()
    return as_script_text(data)


def as_script_text(json: str) -> Markup:
    """JSON without characters that could end a script element or begin a comment in it."""
    return Markup(json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704  nothing of it is markup
