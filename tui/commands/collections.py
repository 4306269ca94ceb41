"""``showhow collection``: named groups of demos, such as those for a new colleague's first week."""

from __future__ import annotations

from typing import Annotated

import typer

from capture.span import clock
from library.format import count
from tui.commands.options import CommandContext, Json
from tui.console import print_json, say

collection = typer.Typer(help="Group demos into collections.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The collection's name.")]
Demos = Annotated[list[str], typer.Argument(metavar="DEMO...", help="Demos by id, beginning of it, or title.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(collection, name="collection")


@collection.command("list")
def list_collections(context: typer.Context, json: Json = False) -> None:
    """List the collections and how many demos each has."""
    from library.maintenance.stats import counted

    cli: CommandContext = context.obj
    found = counted(name for demo in cli.open_library().catalog.list() for name in demo.collections)
    if json:
        print_json({"collections": found})
        return
    for one in found:
        say(f"{one.name}   {count(one.demos, 'demo')}")
    if not found:
        say("No collections. Begin one: showhow collection add NAME DEMO...")


@collection.command()
def show(context: typer.Context, name: Name, json: Json = False) -> None:
    """List the demos of a collection, by title."""
    from library.maintenance.stats import Sort, browse

    cli: CommandContext = context.obj
    demos = browse(cli.open_library().catalog.list(), sort=Sort.TITLE, collection=name)
    if json:
        print_json({"collection": name, "demos": [{"demo_id": d.demo_id, "title": d.title} for d in demos]})
        return
    for demo in demos:
        say(f"{demo.title}   [{demo.demo_id}]\n  {clock(demo.clip.duration_ms)} · {count(len(demo.steps), 'step')}")
    if not demos:
        say(f"Nothing is in “{name}”. Put something in: showhow collection add {name!r} DEMO...")


@collection.command()
def add(context: typer.Context, name: Name, demos: Demos, json: Json = False) -> None:
    """Put demos into a collection; it begins with its first."""
    _change(context.obj, name, demos, put=True, json=json)


@collection.command()
def remove(context: typer.Context, name: Name, demos: Demos, json: Json = False) -> None:
    """Take demos out of a collection; the demos themselves stay."""
    _change(context.obj, name, demos, put=False, json=json)


def _change(cli: CommandContext, name: str, demos: list[str], *, put: bool, json: bool) -> None:
    from library.maintenance.edit import collect

    library = cli.open_library()
    found = [library.catalog.resolve(demo).demo_id for demo in demos]  # an unknown name changes nothing
    changed = [collect(library, demo_id, name, put=put, by=cli.settings.author) for demo_id in found]
    if json:
        print_json({"collection": name, "demos": [demo.demo_id for demo in changed]})
        return
    for demo in changed:
        say(f"“{demo.title}” is in: {', '.join(demo.collections) or 'no collection'}")
