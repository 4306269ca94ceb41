"""File and look after demos: add, edit, remove; takes and recover for raw recordings."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capture.errors import ShowhowError
from capture.span import clock
from library.intake.watch_folder import is_take
from tui.commands import adding, work
from tui.commands.common import (
    DemoName,
    Door,
    Elsewhere,
    Json,
    Language,
    Model,
    Translate,
    Wait,
    demo_document,
)
from tui.commands.finding import demo_lines
from tui.hearing import AS_SET, Wishes, intake_options
from tui.output import plain, print_json, progress_bar, say, size, warn

if TYPE_CHECKING:
    from capture.model import Take
    from library.model import Demo


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the door."""
    for command in (add, edit, remove, takes, recover):
        app.command()(command)


def add(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Take folders, video files, or folders of them.")
    ],
    title: Annotated[str | None, typer.Option(help="Its title; otherwise what was said first.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be given several times.")] = None,
    keep_all: Annotated[bool, typer.Option("--keep-all", help="Cut nothing.")] = False,
    model: Model = None,
    language: Language = None,
    translate: Translate = False,
    elsewhere: Elsewhere = False,
    wait: Wait = True,
    watch: Annotated[bool, typer.Option("--watch", help="Go on and file what comes into the folder.")] = False,
    json: Json = False,
) -> None:
    """File recordings or any video: trim, transcribe, make steps, and put them into the library."""
    if title is not None and len(paths) > 1:
        raise typer.BadParameter("one title fits one PATH; add them one at a time", param_hint="--title")
    door: Door = context.obj
    if elsewhere:
        work.add_elsewhere(
            door, paths, title=title or "", tags=tuple(tag or ()), keep_all=keep_all, wait=wait, json=json
        )
        return
    wishes = Wishes(model, language, translate)
    each = partial(file_one, door, title=title, tags=tag or [], keep_all=keep_all, wishes=wishes, json=json)
    if watch or any(path.is_dir() and not is_take(path) for path in paths):
        adding.add_many(door, paths, each, watch=watch, json=json)
        return
    demos = [each(path) for path in paths]
    if json:
        print_json(demo_document(demos[0]) if len(demos) == 1 else {"demos": [demo_document(demo) for demo in demos]})


def file_one(
    door: Door, path: Path, *, title: str | None = None, tags: list[str] | None = None, keep_all: bool = False,
    wishes: Wishes = AS_SET, json: bool = False,
) -> Demo:  # fmt: skip
    """One recording through the whole corridor; says what came of it unless ``json``."""
    from library.draft import edits
    from library.intake.pipeline import file, propose
    from library.maintenance.duplicates import twins

    library = door.open_library()
    with progress_bar(shown=not json) as progress:
        draft = propose(path, intake_options(door.settings, keep_all=keep_all, wishes=wishes), progress)
        draft = edits.with_title(draft, title) if title is not None else draft
        draft = edits.with_tags(draft, tags) if tags else draft
        demo = file(draft, library, progress)
    if draft.no_words_because:
        warn(f"Filed without its words: {draft.no_words_because}")
    for twin in twins(library.catalog, demo):
        warn(f"The same recording is filed as {twin.demo_id} (“{twin.title}”) too. Remove one: showhow remove DEMO")
    if not json:
        for line in demo_lines(demo):
            say(line)
    return demo


def edit(
    context: typer.Context,
    demo: DemoName,
    title: Annotated[str | None, typer.Option(help="A new title.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="The new tags; give it several times. '' for none.")] = None,
    author: Annotated[str | None, typer.Option(help="Who made it.")] = None,
    step: Annotated[int | None, typer.Option(min=1, help="The step whose title to change.")] = None,
    step_title: Annotated[str | None, typer.Option(help="The new title of --step.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who keeps it right.")] = None,
    review: Annotated[
        str | None, typer.Option("--review-by", "--review", metavar="YYYY-MM-DD", help="When to look again; '' never.")
    ] = None,
    base: Annotated[
        int | None, typer.Option(min=1, metavar="VERSION", help="The version you saw; refuses if others changed it.")
    ] = None,
    json: Json = False,
) -> None:
    """Change a demo's title, tags, author, owner, review date, or the title of a step."""
    from library.intake.pipeline import edit_demo

    if all(value is None for value in (title, tag, author, owner, step_title, review)):
        raise typer.BadParameter("say what to change, like --title", param_hint="DEMO")
    if (step is None) != (step_title is None):
        raise typer.BadParameter("--step and --step-title go together", param_hint="--step")
    door: Door = context.obj
    library = door.open_library()
    tags = None if tag is None else tuple(t for t in tag if t.strip())
    titles = {step: step_title} if step is not None and step_title is not None else None
    changed = edit_demo(
        library, library.catalog.resolve(demo).demo_id, title=title, tags=tags, author=author, owner=owner,
        step_titles=titles, review_unix_ms=_day(review), by=door.settings.author, base=base,
    )  # fmt: skip
    if json:
        print_json(demo_document(changed))
    else:
        say(f"Changed “{changed.title}”, now version {changed.version}.")


def _day(text: str | None) -> int | None:
    """Milliseconds since 1970 of a day; 0 means: no review date any more."""
    if not text:
        return None if text is None else 0
    try:
        return round(datetime.strptime(text, "%Y-%m-%d").astimezone().timestamp() * 1000)
    except ValueError as error:
        raise typer.BadParameter(f"not a day: {text!r} (write 2031-04-17)", param_hint="--review-by") from error


def remove(
    context: typer.Context,
    demo: DemoName,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Take a demo out of the library; its files go to the library's trash folder."""
    from library.intake.pipeline import remove_demo

    door: Door = context.obj
    library = door.open_library()
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


def takes(
    context: typer.Context,
    tidy: Annotated[
        bool, typer.Option("--tidy", help="Delete takes that were filed some time ago; asks first.")
    ] = False,
    days: Annotated[int, typer.Option(min=0, help="With --tidy: how many days to keep them.")] = 30,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --tidy: do not ask.")] = False,
    json: Json = False,
) -> None:
    """List the raw recordings and what became of each; a take is only ever deleted when you ask for it."""
    from capture.takes import list_takes

    door: Door = context.obj
    found = list_takes(door.settings.takes_folder)
    if tidy:
        _tidy([take for take in found if _may_go(take, days)], yes=yes, json=json)
        return
    if json:
        print_json({"takes": [_take_document(take) for take in found]})
        return
    if not found:
        say("No takes. Record one: showhow record")
    for take in found:
        when = datetime.fromtimestamp(take.started_unix_ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
        say(f"{when}  {take.path}\n  {clock(take.duration_ms)} · {size(_bytes(take))} · {_standing(take)}")


def _may_go(take: Take, days: int) -> bool:
    """Filed, or abandoned, long enough ago; a take that nobody has filed is kept for ever."""
    done = take.filed_as is not None or take.state == "abandoned"
    return done and time.time() - take.started_unix_ms / 1000 >= days * 86_400


def _tidy(going: list[Take], *, yes: bool, json: bool) -> None:
    from capture.takes import delete

    total = sum(_bytes(take) for take in going)
    if going and not yes:
        typer.confirm(f"Delete {len(going)} raw takes, {size(total)}? Their demos stay.", abort=True, err=True)
    for take in going:
        delete(take.path)
    if json:
        print_json({"deleted": [str(take.path) for take in going], "bytes": total})
    else:
        say(f"Deleted {len(going)} takes, {size(total)}." if going else "No take has been filed for that long.")


def _bytes(take: Take) -> int:
    return take.video.stat().st_size if take.video.exists() else 0


def _take_document(take: Take) -> dict[str, object]:
    from capture.takes import is_live

    return {**plain(take), "path": str(take.path), "live": is_live(take.path)}


def _standing(take: Take) -> str:
    from capture.takes import is_live

    if is_live(take.path):
        return "being recorded now"
    if take.state == "recording":
        return "left by a crash: showhow recover"
    if take.state == "abandoned":
        return "abandoned: showhow takes --tidy deletes it some day"
    return f"filed as {take.filed_as}" if take.filed_as else f"not filed: showhow add {take.path}"


def recover(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[TAKE...]", help="Take folders; all that a crash left.")
    ] = None,
    file_it: Annotated[bool, typer.Option("--file-it/--keep", help="File what was mended, or only mend it.")] = True,
    model: Model = None,
    json: Json = False,
) -> None:
    """Mend the recordings a crash left, and file them."""
    from capture.takes import is_live, list_takes
    from capture.takes import recover as mend

    door: Door = context.obj
    left = [t.path for t in list_takes(door.settings.takes_folder) if t.state == "recording" and not is_live(t.path)]
    mended, demos, failed = [], [], []
    for path in paths or left:
        try:
            take = mend(path)
            mended.append(take)
            if not json:
                say(f"Mended {take.path}: {clock(take.duration_ms)} are there.")
            if file_it:
                demos.append(file_one(door, take.path, wishes=Wishes(model), json=json))
        except ShowhowError as error:
            failed.append({"path": str(path), "error": str(error)})
            warn(f"{path.name}: {error}")
    if json:
        documents = [_take_document(take) for take in mended]
        print_json({"takes": documents, "demos": [demo_document(demo) for demo in demos], "failed": failed})
    elif not (paths or left):
        say("Nothing to recover: every take is whole.")
    if failed:
        raise typer.Exit(1)
