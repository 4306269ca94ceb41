"""``showhow library``: create, copy, check, rebuild the index, statistics, trash, versions and search gaps."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from capture.span import clock
from library.format import age, count, moment, size
from tui.commands.options import CommandContext, DemoName, Json, demo_document
from tui.console import plain, print_json, progress_bar, say, warn

library = typer.Typer(help="Look after the library itself.", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(library, name="library")


@library.command()
def init(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A folder, or postgresql://user@host/database.")],
    media: Annotated[
        str, typer.Option(metavar="s3://BUCKET/PREFIX|FOLDER", help="Where a team's clips and pictures go.")
    ] = "",
    endpoint: Annotated[str, typer.Option(help="The S3 server, where it is not Amazon's.")] = "",
    region: Annotated[str, typer.Option(help="The bucket's region.")] = "",
    name: Annotated[str, typer.Option(help="What people call the library.")] = "",
    review_days: Annotated[
        int | None, typer.Option(min=0, help="After how many days a demo is looked at again; 0 for never.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a library, once, for everybody: a folder, or a team's in PostgreSQL with its media in a bucket."""
    from library.connection.library import make_library
    from library.rights import rights_faults

    cli: CommandContext = context.obj
    options = replace(cli.settings.media, endpoint=endpoint or cli.settings.media.endpoint, region=region)
    with progress_bar(shown=not json) as progress:
        demos = make_library(
            url, media, cli.settings.indexes_folder, options, name=name, review_days=review_days, progress=progress
        )
    with cli.open_url(url) as opened:
        document = {"library": opened.url, "name": opened.name, "demos": demos, "review_days": opened.review_days}
        for line in rights_faults(opened.folder) if opened.team is None else ():
            warn(line)
    if json:
        print_json(document)
        return
    say(f"“{document['name']}” is ready, with {count(demos, 'demo')}. Everybody who shall use it sets, in config.toml:")
    say(f'library = "{document["library"]}"')


@library.command()
def copy(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help="The library to copy.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The library to copy it into.")],
    json: Json = False,
) -> None:
    """Copy all demos, versions, notes and needs into another library; run it again to go on where it was broken off."""
    from library.learning.copying import copy_learning
    from library.maintenance.copy_library import copy_library
    from library.practice.pathways.pathways import pathways_of

    cli: CommandContext = context.obj
    with cli.open_url(source) as first, cli.open_url(target) as second, progress_bar(shown=not json) as progress:
        done = copy_library(first, second, progress)
        said = copy_learning(first, second)
        pathways_of(first).copy_to(pathways_of(second))
    if json:
        print_json(plain(done) | {"said": said})
    else:
        say(f"Copied {done.copied} versions, each read back; {done.present} were there already.")
        if said:
            say(f"Copied {count(said, 'record')} of notes and needs.")
        for line in done.left_out:
            say(f"left out: {line}")
    if done.left_out:
        raise typer.Exit(1)


@library.command()
def info(context: typer.Context, json: Json = False) -> None:
    """Say how many demos there are, how large and how old, whose, and what waits for somebody."""
    from library.intake.tasks import work_of
    from library.maintenance.stats import Count, insight

    cli: CommandContext = context.obj
    opened = cli.open_library()
    now = round(time.time() * 1000)
    figures, trashed, work = insight(opened.catalog.list(), now), len(opened.store.trashed()), work_of(opened)
    if json:
        print_json({"name": opened.name, "library": opened.url, "trash": trashed, "work": work, **plain(figures)})
        return
    say(f"{opened.name}   {opened.url}")
    demos, steps = count(figures.demos, "demo"), count(figures.steps, "step")
    say(f"  {demos} · {steps} · {clock(figures.duration_ms)} · {size(figures.size)}")
    if figures.demos:
        say(f"  last changed {age(figures.newest_unix_ms)}, the oldest {age(figures.oldest_unix_ms)}")
    waits = [
        (figures.waiting, "waiting for words: showhow transcribe DEMO"),
        (figures.stale, "past their review date: showhow list --stale"),
        (figures.without_owner, "without an owner: showhow edit DEMO --owner NAME"),
        (trashed, "in the trash: showhow library trash"),
        (work.waiting, "waiting for a worker: showhow worker --list"),
        (work.working, "being done by a worker: showhow worker --list"),
        (work.failed, "that no worker could do: showhow worker --list"),
    ]
    for number, what in waits:
        if number:
            say(f"  {number} {what}")

    def names(what: str, counts: tuple[Count, ...]) -> None:
        if counts:
            say(f"  {what}: " + ", ".join(f"{one.name} ({one.demos})" for one in counts[:20]))

    names("tags", figures.tags)
    names("collections", figures.collections)
    names("authors", figures.authors)


@library.command()
def check(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="Look at sizes only, do not read every file.")] = False,
    json: Json = False,
) -> None:
    """Look at every version of every demo, its files and the index; say what is wrong and how to mend it."""
    from library.maintenance.check import check as find_faults

    cli: CommandContext = context.obj
    with progress_bar(shown=not json) as progress:
        found = find_faults(cli.open_library(), progress, quick=quick)
    faults = [fault for fault in found if fault.kind != "duplicate"]
    if json:
        print_json({"faults": [str(fault) for fault in faults], "ok": not faults, "found": found})
    else:
        for fault in found:
            say(f"{fault.kind:<10} {fault.what}\n{'':<10} → {fault.mend}")
        if not faults:
            say("Every demo is whole, and the index knows it.")
    if faults:
        raise typer.Exit(1)


@library.command()
def rebuild(context: typer.Context, json: Json = False) -> None:
    """Make the index anew from the demos themselves, and the vectors for search by meaning that are missing."""
    cli: CommandContext = context.obj
    opened = cli.open_library()
    with progress_bar(shown=not json) as progress:
        demos = opened.rebuild(progress)
    if opened.meaning.trouble:
        warn(opened.meaning.trouble)
    print_json({"demos": demos}) if json else say(f"The index is new; demos in it: {demos}.")


@library.command()
def read(
    context: typer.Context,
    demos: Annotated[list[str] | None, typer.Argument(metavar="[DEMO...]", help="All that nobody has read.")] = None,
    json: Json = False,
) -> None:
    """Read the words on demos' stills, so that they are found by them; one to three seconds a still."""
    from library.intake.screen_text import read_stills, read_unread
    from transcribe.ocr.rapidocr_reader import RapidOcrReader

    cli: CommandContext = context.obj
    opened, reader = cli.open_library(), RapidOcrReader()
    ids = [opened.catalog.resolve(name).demo_id for name in demos or ()]
    with progress_bar(shown=not json) as progress:
        for demo_id in ids:
            read_stills(demo_id, opened, reader, progress)
        done = ids or read_unread(opened, reader, progress)
    print_json({"read": done}) if json else say(f"Read the stills of {count(len(done), 'demo')}.")


@library.command()
def trash(
    context: typer.Context,
    empty: Annotated[bool, typer.Option("--empty", help="Delete what lies there, for good; asks first.")] = False,
    days: Annotated[int, typer.Option(min=0, help="With --empty: only what was removed that long ago.")] = 30,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --empty: do not ask.")] = False,
    json: Json = False,
) -> None:
    """List what was removed, last first; `library restore` brings it back."""
    cli: CommandContext = context.obj
    store = cli.open_library().store
    found = store.trashed()
    if empty:
        found = [one for one in found if time.time() - one.removed_unix_ms / 1000 >= days * 86_400]
        if found and not yes and not typer.confirm(f"Delete {count(len(found), 'demo')} for good?", err=True):
            raise typer.Abort
        for one in found:
            store.discard(one)
    if json:
        print_json({"deleted" if empty else "trash": found})
        return
    for one in found:
        say(f"{one.title}   [{one.demo_id}]\n  removed {age(one.removed_unix_ms)} · {one.place}")
    if empty:
        say(f"Deleted for good: {len(found)}.")
    else:
        say(f"In the trash: {len(found)}." + (" Bring one back: showhow library restore DEMO" if found else ""))


@library.command()
def restore(
    context: typer.Context,
    demo: DemoName,
    version: Annotated[
        int | None, typer.Option(min=1, help="Make this older version the newest again; see library versions.")
    ] = None,
    json: Json = False,
) -> None:
    """Bring a removed demo back, or an older version of one that is there."""
    from library.maintenance.revisions import restore_demo, restore_version

    cli: CommandContext = context.obj
    opened = cli.open_library()
    if version is None:
        back = restore_demo(opened, demo)
    else:
        back = restore_version(opened, opened.catalog.resolve(demo).demo_id, version, cli.settings.author)
    print_json(demo_document(back)) if json else say(f"“{back.title}” is back, as version {back.version}.")


@library.command()
def versions(context: typer.Context, demo: DemoName, json: Json = False) -> None:
    """List the versions of a demo: when, and by whom."""
    from library.maintenance.revisions import history

    cli: CommandContext = context.obj
    opened = cli.open_library()
    found = history(opened.store, opened.catalog.resolve(demo).demo_id)
    if json:
        print_json({"versions": found})
        return
    for entry in found:
        say(f"{entry.version:>4}  {moment(entry.updated_unix_ms)}  {entry.by or 'nobody named':<20}  {entry.what}")


_DAY_MS = 86_400_000


@library.command()
def gaps(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    days: Annotated[int, typer.Option(min=1, help="Searches of so many days.")] = 365,
    names: Annotated[
        bool | None, typer.Option("--names/--no-names", help="Keep who searched, from now on; or not any more.")
    ] = None,
    gather: Annotated[
        bool | None,
        typer.Option(
            "--gather/--no-gather", help="Gather what was searched on all machines of a shared folder; or not."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List what was searched and not found, most wanted first and why, and the demos that did not help."""
    from library.connection.address import is_shared
    from library.connection.library_facts import read_facts
    from library.learning.opening import open_learning
    from library.learning.signals.gaps import gaps as missing
    from library.learning.signals.signals import unhelpful
    from library.search.ask import ask as answered

    cli: CommandContext = context.obj
    opened = cli.open_library()
    if gather is not None:
        opened.gather_use(gather)
        opened = cli.open_library()
    catalog, log = opened.catalog, opened.catalog.use
    if names is not None:
        log.keep_names(names)
    since = round(time.time() * 1000) - days * _DAY_MS
    learning = open_learning(opened)
    needs, answer = learning.needs.every(), partial(answered, catalog, opened.meaning)
    found = missing(catalog, log, limit, since, needs=needs, answer=answer)
    poor = unhelpful(catalog.list(), learning.notes.every())[:limit]
    if json:
        listed = {"gaps": [one._asdict() for one in found], "did_not_help": [one._asdict() for one in poor]}
        print_json(plain(listed) | {"names": log.names})
        return
    if opened.team is None and is_shared(opened.folder) and not read_facts(opened.folder)[0].gather_use:
        say("These are this machine's searches only; gather those of all: showhow library gaps --gather")
    if not found:
        say("Nothing was searched in vain.")
    for gap in found:
        who = f" · {', '.join(gap.who)}" if gap.who else ""
        meant = f" · perhaps “{gap.nearest}”" if gap.nearest else ""
        say(f"{gap.times:>4}×  {gap.query}   {age(gap.last_unix_ms)}{who}{meant}")
        say(f"       {', '.join(f'{reason} ({n})' if len(gap.why) > 1 else reason for reason, n in gap.why)}")
    for one in poor:
        say(f"Did not help {one.did_not} of {one.did_not + one.helped} times: {one.title}   [{one.demo_id}]")
    if found:
        say("Record what is missing: showhow record")
