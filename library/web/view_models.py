"""View models of the web pages: demos, hits, steps and words as the templates show them.

Pure. Owns what a page shows. Does not create markup (the templates escape everything) or know how pages are served.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from capture.model import Region
from capture.span import clock
from library.format import age, count, join, utc
from library.model import Demo, Hit
from library.pictures import Look, focus_of, picture_size, region_shown
from library.search.sections import headings, reason
from transcribe.corrections import corrections_in, in_place, places, step_text
from transcribe.model import Segment, Step
from transcribe.spacing import apart
from transcribe.steps.purpose import talk_in
from transcribe.words import words_of


class View(StrEnum):
    """How a demo is presented: with sound, silent with captions, audio only, or as a checklist."""

    WATCH = "watch"
    QUIET = "quiet"
    LISTEN = "listen"
    READ = "read"


VIEW_NAMES = {View.WATCH: "Watch", View.QUIET: "No sound here", View.LISTEN: "Audio only", View.READ: "Checklist"}


class SnippetPart(NamedTuple):
    """A part of a snippet; ``met`` when it matches the query."""

    text: str
    met: bool


class ShownHit(NamedTuple):
    """A hit, shown as a line under its demo."""

    step: int
    title: str
    at: str
    href: str
    pieces: tuple[SnippetPart, ...]
    why: str = ""


class ShownDemo(NamedTuple):
    """A demo in the results, with the steps that were found in it. ``heading``: the line over it, if one begins."""

    demo_id: str
    title: str
    facts: str
    hits: tuple[ShownHit, ...]
    stale: bool = False
    heading: str = ""
    language: str = ""


class ShownPicture(NamedTuple):
    """A still on a demo's page: addresses of the whole screen, its focus and a close-up, the last two with their size.

    ``close`` is empty where there is no smaller one. ``alt`` says in words what it shows. ``then``: of the
    second still.
    """

    whole: str
    focus: str
    size: tuple[int, int]
    alt: str
    close: str = ""
    close_size: tuple[int, int] = (0, 0)
    then: bool = False


class ShownStep(NamedTuple):
    """A step on a demo's page. ``text`` is empty when it only repeats the title, ``still`` when there is none.

    ``talk``: nothing is to be done in it, so there is nothing to tick off. ``focus``: where the clip is zoomed to.
    ``pictures``: what is shown of its stills, one or two.
    """

    number: int
    title: str
    text: str
    start_ms: int
    end_ms: int
    at: str
    still: str
    talk: bool = False
    focus: str = ""
    then_ms: int | None = None
    then_focus: str = ""
    pictures: tuple[ShownPicture, ...] = ()


class Sources(NamedTuple):
    """Addresses of the files on a demo's page: paths on this server, or data URLs."""

    page: str
    clip: str
    sound: str
    captions: str
    chapters: str


class ShownWord(NamedTuple):
    """A spoken word, the space before it, and its span in ms of the clip.

    ``right``: what it and the words before it most likely are, if they were heard wrongly.
    """

    space: str
    text: str
    start_ms: int
    end_ms: int
    right: str = ""


def sources_of(demo: Demo) -> Sources:
    """The addresses of a demo's files on the reader."""
    here, version = f"/demo/{demo.demo_id}", f"?v={demo.version}"
    files = (f"{here}/{name}{version}" for name in ("clip.mp4", "sound.m4a", "captions.vtt", "chapters.vtt"))
    return Sources(here, *files)


def shown_hits(
    hits: Iterable[Hit], now_unix_ms: int, languages: Mapping[str, str] = MappingProxyType({})
) -> tuple[ShownDemo, ...]:
    """Hits in their order, consecutive ones of a demo grouped, with the lines over them. ``languages`` is by demo."""
    groups = [tuple(mine) for _, mine in groupby(hits, key=attrgetter("demo_id"))]
    over = headings(group[0] for group in groups)
    shown = (_demo(group, heading, now_unix_ms) for (heading, _), group in zip(over, groups, strict=True))
    return tuple(demo._replace(language=languages.get(demo.demo_id, "")) for demo in shown)


def _demo(hits: Sequence[Hit], heading: str, now_unix_ms: int) -> ShownDemo:
    first = hits[0]
    facts, shown = _signature(first, now_unix_ms), tuple(map(_hit, hits))
    return ShownDemo(first.demo_id, first.title, facts, shown, first.stale(now_unix_ms), heading)


def _hit(hit: Hit) -> ShownHit:
    anchor = f"#step-{hit.step}" if hit.step else ""
    href = f"/demo/{hit.demo_id}?at={hit.start_ms}{anchor}"
    return ShownHit(hit.step, hit.step_title, clock(hit.start_ms), href, tuple(_pieces(hit)), reason(hit))


def _pieces(hit: Hit) -> list[SnippetPart]:
    text, at, found = hit.snippet, 0, list[SnippetPart]()
    for match in sorted(hit.matches, key=attrgetter("start")):
        if match.start >= at:
            if match.start > at:
                found.append(SnippetPart(text[at : match.start], met=False))
            found.append(SnippetPart(text[match.start : match.end], met=True))
            at = match.end
    if at < len(text):
        found.append(SnippetPart(text[at:], met=False))
    return found


def _signature(hit: Hit, now_unix_ms: int) -> str:
    return join((hit.author, ", ".join(hit.tags), age(hit.updated_unix_ms, now_unix_ms)))


def facts(demo: Demo) -> str:
    """Length, steps, author, date and version, as one line."""
    length, steps = clock(demo.clip.duration_ms), count(len(demo.steps), "step")
    return join((length, steps, demo.author, day(demo.updated_unix_ms), f"version {demo.version}"))


def day(unix_ms: int | None) -> str:
    """The date, as ``2 March 2026`` (UTC, so that every reader sees the same); empty for none."""
    if not unix_ms:
        return ""
    moment = utc(unix_ms)
    return f"{moment.day} {moment:%B %Y}"


def shown_steps(demo: Demo, *, fetched: bool = True) -> tuple[ShownStep, ...]:
    """The steps of a demo. With ``fetched`` all files are local, and a still that is missing is not shown."""
    said = [replace(step, text=in_place(step.text, corrections_in(demo.transcript, step))) for step in demo.steps]
    talk = talk_in(said, demo.transcript.language)
    return tuple(_step(demo, step, fetched=fetched)._replace(talk=step.number in talk) for step in demo.steps)


def _step(demo: Demo, step: Step, *, fetched: bool) -> ShownStep:
    repeats = step.text.rstrip(".").casefold() == step.title.rstrip(".").casefold()
    there = [bool(name) and (not fetched or (demo.path / name).is_file()) for name in _names(step)]
    pictures = tuple(_picture(demo, step, then=bool(at)) for at, found in enumerate(there) if found)
    shown = ShownStep(
        step.number, step.title, "" if repeats else step_text(step, demo.transcript), step.start_ms, step.end_ms,
        clock(step.start_ms), pictures[0].whole if there[0] else "", focus=_focus(demo, step, then=False),
        pictures=pictures,
    )  # fmt: skip
    if step.then is None:
        return shown
    return shown._replace(then_ms=step.then.at_ms, then_focus=_focus(demo, step, then=True))


def _names(step: Step) -> tuple[str, str]:
    return step.still, step.then.still if step.then is not None else ""


def _picture(demo: Demo, step: Step, *, then: bool) -> ShownPicture:
    address = f"/demo/{demo.demo_id}/steps/{step.number}.webp?v={demo.version}" + "&then=1" * then
    size = picture_size(demo)
    region, close = (region_shown(step, size, look, then=then) for look in (Look.FOCUS, Look.CLOSE))
    what = f"What step {step.number} leads to" if then else f"The screen at step {step.number}: {step.title}"
    shown = ShownPicture(address, f"{address}&look={Look.FOCUS}", (region.width, region.height), what, then=then)
    if region.width * region.height <= close.width * close.height or not all(size):
        return shown
    return shown._replace(close=f"{address}&look={Look.CLOSE}", close_size=(close.width, close.height))


def _focus(demo: Demo, step: Step, *, then: bool) -> str:
    """x, y, width and height in the clip's pictures; empty when all of the screen is shown."""
    size = picture_size(demo)
    region = focus_of(step, size, then=then)
    return "" if region == Region(0, 0, *size) else f"{region.x} {region.y} {region.width} {region.height}"


def shown_words(demo: Demo) -> tuple[tuple[ShownWord, ...], ...]:
    """The spoken words, by sentence."""
    sentences = map(_shown, demo.transcript.segments)
    return tuple(words for words in sentences if words)


def _shown(segment: Segment) -> tuple[ShownWord, ...]:
    words = [word for word in words_of(segment) if word.text.strip()]
    right = {end - 1: right for _, end, right in places([word.text for word in words], segment.corrections)}
    spaced = zip(apart(word.text for word in words), words, strict=True)
    return tuple(
        ShownWord(space, text, word.start_ms, word.end_ms, right.get(at, ""))
        for at, ((space, text), word) in enumerate(spaced)
    )


def summary(demo: Demo) -> str:
    """One line on what the demo shows, for link previews: its first four steps, or its first words."""
    titles = [f"{step.number}. {step.title}" for step in demo.steps[:4]]
    return "  ".join(titles) if titles else demo.transcript.text[:200]
