"""``showhow list``, ``show``, ``play``, ``edit`` and ``remove``: commands for filed demos."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from capture.span import clock
from library.format import age, count, join, start_of_day
from library.links import parse_link
from library.maintenance.stats import Sort, browse
from library.model import Demo, LibraryError
from tui.commands.options import CommandContext, DemoName, Json, demo_document, demo_lines, terminal_visit
from tui.console import print_json, say

if TYPE_CHECKING:
    from library.connection.library import Library

_IN_LISTS = (
    "demo_id", "title", "author", "tags", "version", "created_unix_ms", "updated_unix_ms", "waiting_for_words",
    "owner", "filed_by", "edited_by", "review_unix_ms", "collections",
)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("list")(list_demos)
    for command in (show, play, edit, remove):
        app.command()(command)


def edit(
    context: typer.Context,
    demo: DemoName,
    title: Annotated[str | None, typer.Option(help="A new title.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="The new tags; give it several times. '' for none.")] = None,
    author: Annotated[str | None, typer.Option(help="Who made it.")] = None,
    step: Annotated[int | None, typer.Option(min=1, help="The step to change.")] = None,
    step_title: Annotated[str | None, typer.Option(help="The new title of --step.")] = None,
    text: Annotated[str | None, typer.Option(help="The words of --step; captions and search follow.")] = None,
    replace_word: Annotated[
        tuple[str, str] | None, typer.Option(metavar="OLD NEW", help="Put a misheard word right wherever it stands.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Who keeps it right.")] = None,
    review: Annotated[
        str | None, typer.Option("--review-by", "--review", metavar="YYYY-MM-DD", help="When to look again; '' never.")
    ] = None,
    base: Annotated[
        int | None, typer.Option(min=1, metavar="VERSION", help="The version you saw; refuses if others changed it.")
    ] = None,
    json: Json = False,
) -> None:
    """Change a demo's title, tags, author, owner, review date, or the title and words of its steps."""
    from library.maintenance.edit import edit_demo

    given = title, tag, author, owner, step_title, text, review
    if replace_word is not None:
        if step is not None or any(value is not None for value in given):
            raise typer.BadParameter("give it without other changes", param_hint="--replace-word")
        _replace_word(context.obj, demo, *replace_word, base=base, json=json)
        return
    if all(value is None for value in given):
        raise typer.BadParameter("say what to change, like --title", param_hint="DEMO")
    if (step is None) != (step_title is None and text is None):
        raise typer.BadParameter("--step goes together with --step-title or --text", param_hint="--step")
    cli: CommandContext = context.obj
    library = cli.open_library()
    tags = None if tag is None else tuple(t for t in tag if t.strip())
    titles = {step: step_title} if step is not None and step_title is not None else None
    texts = {step: text} if step is not None and text is not None else None
    found = library.catalog.resolve(demo)
    changed = edit_demo(
        library, found.demo_id, title=title, tags=tags, author=author, owner=owner, step_titles=titles,
        step_texts=texts, review_unix_ms=_day(review), by=cli.settings.author, base=base,
    )  # fmt: skip
    if json:
        print_json(demo_document(changed))
    elif changed.version == found.version:
        say(f"Nothing is different: “{changed.title}” stays version {changed.version}.")
    else:
        say(f"Changed “{changed.title}”, now version {changed.version}.")


def _replace_word(cli: CommandContext, demo: str, old: str, new: str, *, base: int | None, json: bool) -> None:
    from library.maintenance.edit import replace_word

    library = cli.open_library()
    demo_id = library.catalog.resolve(demo).demo_id
    changed, counted = replace_word(library, demo_id, old, new, by=cli.settings.author, base=base)
    if json:
        print_json(demo_document(changed) | {"replaced": counted})
        return
    where = join(
        f"{number} in {what}"
        for number, what in (
            (counted.said, "what was said"),
            (counted.texts, "the words of steps"),
            (counted.titles, "titles"),
        )
        if number
    )
    say(f"Replaced “{old}” by “{new}” in {count(counted.places, 'place')} ({where}).")
    say(f"“{changed.title}” is version {changed.version} now.")


def _day(text: str | None) -> int | None:
    """Unix time of a YYYY-MM-DD day in ms; 0 for an empty text (remove the review date), None for None."""
    if not text:
        return None if text is None else 0
    try:
        return start_of_day(text)
    except ValueError as error:
        raise typer.BadParameter(f"not a day: {text!r} (write 2031-04-17)", param_hint="--review-by") from error


def remove(
    context: typer.Context,
    demo: DemoName,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Take a demo out of the library; its files go to the library's trash folder."""
    from library.maintenance.revisions import remove_demo

    cli: CommandContext = context.obj
    library = cli.open_library()
    found = library.catalog.resolve(demo)
    if (
        not yes
        and not json
        and not typer.confirm(f"Remove “{found.title}” by {found.author or 'nobody named'}?", err=True)
    ):
        raise typer.Abort
    trash = remove_demo(library, found.demo_id)
    print_json({"demo_id": found.demo_id, "trash": trash.place}) if json else say(
        f"Removed “{found.title}”. It lies in {trash.place}\nBring it back: showhow library restore {found.demo_id}"
    )


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
    cli: CommandContext = context.obj
    now = round(time.time() * 1000)
    every = cli.open_library().catalog.list()
    demos = browse(every, sort=sort, tag=tag, collection=collection, author=author, stale_at=now if stale else None)
    if json:
        print_json({"demos": [_brief(demo) | {"stale": demo.stale(now)} for demo in demos]})
        return
    if every and not demos:
        say("None of the demos is so.")
    if not every:
        say("The library is empty. Record a demo: showhow record --file-it   or add a video: showhow add FILE")
    for demo in demos:
        waiting = "   waiting for its words: showhow transcribe " + demo.demo_id if demo.waiting_for_words else ""
        length, steps = clock(demo.clip.duration_ms), count(len(demo.steps), "step")
        due = "due for review" if demo.stale(now) else ""
        facts = join((length, steps, demo.author, age(demo.updated_unix_ms, now), due))
        say(f"{demo.title}   [{demo.demo_id}]\n  {facts}{waiting}")


def _brief(demo: Demo) -> dict[str, object]:
    brief: dict[str, object] = {name: getattr(demo, name) for name in _IN_LISTS}
    return brief | {"duration_ms": demo.clip.duration_ms, "steps": len(demo.steps)}


def show(context: typer.Context, demo: DemoName, json: Json = False) -> None:
    """Show one demo: its facts and numbered steps; --json gives the whole record."""
    from library.freshness.reasons import line_of, reasons_for
    from library.learning.opening import open_learning

    cli: CommandContext = context.obj
    library = cli.open_library()
    found = library.catalog.resolve(demo)
    reasons = reasons_for(found, open_learning(library).notes.every(), round(time.time() * 1000))
    if json:
        print_json(demo_document(found) | {"out_of_date": [reason.words for reason in reasons]})
        return
    title, *rest = demo_lines(found)
    for line in (title, *([f"May be out of date: {line_of(reasons)}"] if reasons else []), *rest):
        say(line)


def play(
    context: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="DEMO[#STEP]", help="A demo and the step to begin with, or a link to it.")
    ],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Begin at this moment, like 0:12.")] = None,
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell what goes wrong as a notice of the desktop, for links opened there.")
    ] = False,
    json: Json = False,
) -> None:
    """Replay a demo, from a step or a moment: in mpv, else in the browser, else in the system's player."""
    from tui.services.sharing.desktop_notice import notice_of_errors

    with notice_of_errors() if notify else nullcontext():
        _play(context.obj, reference, at, json=json)


def _play(cli: CommandContext, reference: str, at: str | None, *, json: bool) -> None:
    from library.catalog.usage import Use
    from library.practice.prompts.looks import LookLog
    from library.practice.store import PracticeStore
    from tui.playback.replayer import READER, Replayer

    library = cli.open_library()
    demo, start = _moment(library, reference, at)
    replayer = Replayer(library)
    player = replayer.play(demo, start)
    with suppress(LibraryError):  # looks of this user, which nobody else sees, lead to practice
        LookLog(PracticeStore(cli.settings.mine_folder)).note(demo)
    with suppress(LibraryError):  # a read-only library is replayed all the same
        library.catalog.use.note(demo.demo_id, Use.REPLAY, cli.settings.author, terminal_visit())
    if json:
        clip = (demo.path / demo.clip.path).absolute()
        print_json({"demo_id": demo.demo_id, "path": clip, "start_ms": start, "player": player})
    else:
        ends = " Ctrl-C ends it." if player == READER else ""
        say(f"Playing “{demo.title}” from {clock(start)} in {player}.{ends}")
    if player == READER:
        sys.stdout.flush()
        replayer.browser.serve()
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
