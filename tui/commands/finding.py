"""Find and replay: search, list, show, play, export."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capture.span import clock
from library.links import parse_link
from library.model import Demo, Found, Hit, LibraryError
from tui.commands.common import DemoName, Door, Json, demo_document
from tui.output import ago, print_json, say

if TYPE_CHECKING:
    from library.catalog.catalog import Catalog
    from library.connection.library import Library


class Sort(StrEnum):
    """How a list is ordered."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    LONGEST = "longest"
    LARGEST = "largest"
    REVIEW = "review"


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the door."""
    for command in (search, show, play, export):
        app.command()(command)
    app.command("list")(list_demos)


def search(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(
            help='Words to look for, the last may be unfinished; "words together"; author: tag: app: since:'
        ),
    ] = None,
    like: Annotated[str, typer.Option(metavar="DEMO", help="Find demos that are like this one.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many hits at most.")] = 20,
    json: Json = False,
) -> None:
    """Search titles, steps, tags and what was said; best hit first, with the moment to replay from."""
    if not (query or like):
        raise typer.BadParameter("say what to look for, or --like a demo", param_hint="QUERY")
    door: Door = context.obj
    catalog = door.open_library().catalog
    found = _like(catalog, like, limit) if like else _look(catalog, " ".join(query or ()), limit, door.settings.author)
    if json:
        print_json(found)
        return
    for line in _found_lines(found, like=bool(like)):
        say(line)


def _look(catalog: Catalog, query: str, limit: int, who: str) -> Found:
    from library.search.search import search as look

    found = look(catalog, query, limit)
    with suppress(LibraryError):  # a library that may only be read is searched all the same
        catalog.use.note_search(query, 0 if found.mended else len(found.hits), who)
    return found


def _like(catalog: Catalog, name: str, limit: int) -> Found:
    from library.search.similar import more_like

    return more_like(catalog, catalog.resolve(name), limit)


def _found_lines(found: Found, *, like: bool = False) -> list[str]:
    if not found.hits:
        if like:
            return [f"Nothing is like “{found.query}”."]
        hint = f" Did you mean “{found.suggestion}”?" if found.suggestion else " Record it: showhow record"
        return [f"Nothing found for “{found.query}”.{hint}"]
    lines = [f"Nothing found for “{found.query}”. This is for “{found.suggestion}”:"] if found.mended else []
    last = ""
    for hit in found.hits:
        if hit.demo_id != last:
            lines.append(f"{hit.title}   [{hit.demo_id}]{_signature(hit)}")
        lines.extend([f"  {_place(hit):<10} {hit.step_title}", f"  {'':<10} {_marked(hit)}"])
        last = hit.demo_id
    best = found.hits[0]
    ref = f"{best.demo_id}#{best.step}" if best.step else best.demo_id
    return [*lines, f"{len(found.hits)} hits · {found.took_ms:.0f} ms · replay the first: showhow play {ref}"]


def _signature(hit: Hit) -> str:
    due = "due for review" if hit.stale(round(time.time() * 1000)) else ""
    return "".join(f" · {part}" for part in (hit.author, ", ".join(hit.tags), ago(hit.updated_unix_ms), due) if part)


def _place(hit: Hit) -> str:
    return f"#{hit.step} {clock(hit.start_ms)}" if hit.step else clock(hit.start_ms)


def _marked(hit: Hit) -> str:
    text, at, out = hit.snippet, 0, ""
    for match in sorted(hit.matches, key=lambda m: m.start):
        if match.start >= at:
            out += f"{text[at : match.start]}«{text[match.start : match.end]}»"
            at = match.end
    return out + text[at:]


def list_demos(
    context: typer.Context,
    sort: Annotated[Sort, typer.Option(help="In which order.")] = Sort.NEWEST,
    tag: Annotated[str, typer.Option(help="Only those with this tag.")] = "",
    collection: Annotated[str, typer.Option(help="Only those of this collection.")] = "",
    author: Annotated[str, typer.Option(help="Only those made or owned by this person.")] = "",
    stale: Annotated[bool, typer.Option("--stale", help="Only those past their review date.")] = False,
    json: Json = False,
) -> None:
    """List the demos of the library, newest first unless told otherwise."""
    from library.maintenance.stats import browse

    door: Door = context.obj
    now = round(time.time() * 1000)
    every = door.open_library().catalog.list()
    demos = browse(
        every, sort=sort.value, tag=tag, collection=collection, author=author, stale_at=now if stale else None
    )
    if json:
        print_json({"demos": [_brief(demo) | {"stale": demo.stale(now)} for demo in demos]})
        return
    if every and not demos:
        say("None of the demos is so.")
    if not every:
        say("The library is empty. Record a demo: showhow record --file-it   or add a video: showhow add FILE")
    for demo in demos:
        waiting = "   waiting for its words: showhow transcribe " + demo.demo_id if demo.waiting_for_words else ""
        facts = (
            f"{clock(demo.clip.duration_ms)} · {len(demo.steps)} steps · {demo.author} · {ago(demo.updated_unix_ms)}"
            f"{' · due for review' if demo.stale(now) else ''}"
        )
        say(f"{demo.title}   [{demo.demo_id}]\n  {facts}{waiting}")


def _brief(demo: Demo) -> dict[str, object]:
    names = ("demo_id", "title", "author", "tags", "version", "created_unix_ms", "updated_unix_ms", "waiting_for_words")
    brief: dict[str, object] = {name: getattr(demo, name) for name in (*names, *_LOOKED_AFTER)}
    return brief | {"duration_ms": demo.clip.duration_ms, "steps": len(demo.steps)}


def show(context: typer.Context, demo: DemoName, json: Json = False) -> None:
    """Show one demo: its facts and numbered steps; --json gives the whole record."""
    door: Door = context.obj
    catalog = door.open_library().catalog
    found = catalog.resolve(demo)
    if json:
        print_json(demo_document(found))
        return
    for line in demo_lines(found):
        say(line)


def demo_lines(demo: Demo) -> list[str]:
    """A demo as a person reads it in a terminal."""
    cut = demo.take.duration_ms - demo.clip.duration_ms
    length = (
        f"{clock(demo.clip.duration_ms)} kept of {clock(demo.take.duration_ms)}"
        if cut > 0
        else clock(demo.clip.duration_ms)
    )
    facts = [
        length,
        f"{len(demo.steps)} steps",
        demo.author,
        ", ".join(demo.tags),
        f"version {demo.version}",
        ago(demo.updated_unix_ms),
        f"by {demo.edited_by}" if demo.edited_by else "",
        f"owner {demo.owner}" if demo.owner not in {"", demo.author} else "",
        f"in {', '.join(demo.collections)}" if demo.collections else "",
        _review(demo),
    ]
    lines = [f"{demo.title}   [{demo.demo_id}]", " · ".join(fact for fact in facts if fact)]
    if demo.waiting_for_words:
        lines.append(f"Waiting for its words. When a model is there: showhow transcribe {demo.demo_id}")
    for step in demo.steps:
        lines.append(f"{step.number:>3}  {clock(step.start_ms):>5}  {step.title}")
        if step.text and step.text.rstrip(".").casefold() != step.title.casefold():
            lines.append(f"            “{step.text}”")
    return lines


def _review(demo: Demo) -> str:
    if demo.review_unix_ms is None:
        return ""
    day = datetime.fromtimestamp(demo.review_unix_ms / 1000).astimezone().strftime("%Y-%m-%d")
    return f"out of date? its review was due on {day}" if demo.stale(round(time.time() * 1000)) else f"review {day}"


def play(
    context: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="DEMO[#STEP]", help="A demo and the step to begin with, or a link to it.")
    ],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Begin at this moment, like 0:12.")] = None,
    json: Json = False,
) -> None:
    """Replay a demo, from a step or a moment: in mpv, else in the browser, else in the system's player."""
    from library.catalog.usage import Use
    from tui.replayer import READER, Replayer

    door: Door = context.obj
    library = door.open_library()
    demo, start = _moment(library, reference, at)
    replayer = Replayer(library)
    player = replayer.play(demo, start)
    with suppress(LibraryError):  # a library that may only be read is replayed all the same
        library.catalog.use.note(demo.demo_id, Use.REPLAY, door.settings.author)
    if json:
        clip = (demo.path / demo.clip.path).absolute()
        print_json({"demo_id": demo.demo_id, "path": clip, "start_ms": start, "player": player})
    else:
        ends = " Ctrl-C ends it." if player == READER else ""
        say(f"Playing “{demo.title}” from {clock(start)} in {player}.{ends}")
    if player == READER:
        sys.stdout.flush()
        replayer.serve()
    replayer.close()


def _moment(library: Library, reference: str, at: str | None) -> tuple[Demo, int]:
    from capture.span import parse_clock

    link = parse_link(reference)
    try:
        start = None if at is None else parse_clock(at)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from error
    demo = library.catalog.resolve(link.demo)
    if start is not None:
        return demo, min(start, demo.clip.duration_ms)
    return demo, demo.step(link.step).start_ms if link.step else 0


_LOOKED_AFTER = ("owner", "filed_by", "edited_by", "review_unix_ms", "collections")


class Format(StrEnum):
    """What a demo can be exported as; ``library.export.exporter.FORMS`` says what each is."""

    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    CHECKLIST = "checklist"
    SLIDES = "slides"
    CONTACT_SHEET = "contact-sheet"
    SRT = "srt"
    VTT = "vtt"
    AUDIO = "audio"
    WEBP = "webp"
    GIF = "gif"


class Sheet(StrEnum):
    """Paper."""

    A4 = "A4"
    LETTER = "letter"


def export(
    context: typer.Context,
    demo: DemoName,
    kind: Annotated[Format, typer.Option("--format", "-f", help="What to make of it.")] = Format.MARKDOWN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", help="Write here, stills beside it.")
    ] = None,
    step: Annotated[int, typer.Option(min=1, help="The step, for webp and gif.")] = 1,
    paper: Annotated[Sheet, typer.Option(help="The paper, for pdf and checklist.", case_sensitive=False)] = Sheet.A4,
    json: Json = False,
) -> None:
    """Take a demo elsewhere: text, one HTML file, PDF, captions, sound, or a step that moves.

    Text without --output is printed; all else goes into this folder, named after the demo.
    """
    from library.export.exporter import FORMS, export_to
    from library.export.exporter import export as render

    door: Door = context.obj
    library = door.open_library()
    found = library.store.at_hand(library.catalog.resolve(demo))
    if output is not None or not FORMS[kind.value].is_text:
        written = export_to(found, kind.value, output or Path(), step=step, paper=paper.value)
        document = {"demo_id": found.demo_id, "format": kind.value, "path": written.absolute()}
        print_json(document) if json else say(f"Wrote {written}")
        return
    text = render(found, kind.value)
    if json:
        print_json({"demo_id": found.demo_id, "format": kind.value, "text": text})
    else:
        say(text.rstrip("\n"))
