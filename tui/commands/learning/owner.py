"""``showhow owner``: demos that may be out of date, those whose owner is gone, and giving demos another owner."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from library.format import count
from library.model import Demo, LibraryError
from library.text import clean
from tui.commands.options import CommandContext, Json
from tui.console import print_json, say, warn

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.freshness.lists import StaleDemo
    from library.learning.signals.signals import DemoSignal

_OWNER = typer.Typer(help="What may be out of date, and whose owner is gone.", no_args_is_help=True)
Person = Annotated[str, typer.Argument(metavar="PERSON", help="As the name stands at their demos.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_OWNER, name="owner")


@_OWNER.command("list")
def list_stale(
    context: typer.Context,
    of: Annotated[str, typer.Option(metavar="PERSON", help="Whose demos; otherwise your own.")] = "",
    everybody: Annotated[bool, typer.Option("--all", help="The demos of everybody.")] = False,
    json: Json = False,
) -> None:
    """List the demos that may be out of date, with why; those that most people reported first."""
    from library.freshness.lists import stale_demos
    from library.learning.opening import open_learning

    cli: CommandContext = context.obj
    library = cli.open_library()
    owner = "" if everybody else of or cli.settings.author
    if not owner and not everybody:
        raise LibraryError("It is not known who you are", "Set author in the settings, or say --of PERSON.")
    now = round(time.time() * 1000)
    found = stale_demos(library.catalog.list(), open_learning(library).notes.every(), now, owner)
    if json:
        print_json({"demos": [_document(one) for one in found]})
        return
    for one in found:
        say(f"{one.demo.title}   [{one.demo.demo_id}]" + ("" if owner else f"   {one.owner}"))
        for reason in one.reasons:
            say(f"  {reason.words}")
    if not found:
        say(f"Nothing says that a demo{f' of {owner}' if owner else ''} is out of date.")
    elif any(reason.step for one in found for reason in one.reasons):
        say("Record a step anew: showhow record --replace DEMO#STEP")


def _document(one: StaleDemo) -> dict[str, Any]:
    reasons = [reason._asdict() | {"kind": reason.kind.value} for reason in one.reasons]
    facts = {"demo_id": one.demo.demo_id, "title": one.demo.title, "owner": one.owner, "people": one.people}
    return facts | {"reasons": reasons}


@_OWNER.command()
def orphaned(context: typer.Context, json: Json = False) -> None:
    """List the demos whose owner is gone: said to be, or without a sign for 180 days."""
    found = _orphaned(context.obj.open_library())
    if json:
        print_json({"demos": [{"demo_id": one.demo_id, "title": one.title, "owner": one.owner} for one in found]})
        return
    for one in found:
        say(f"{one.title}   [{one.demo_id}]   {one.owner}")
    say("Give them to somebody: showhow owner set PERSON --from OWNER" if found else "Every demo has an owner.")


def _orphaned(library: Library) -> Sequence[DemoSignal]:
    from library.learning.opening import open_learning
    from library.learning.signals.signals import signals

    learning = open_learning(library)
    return signals(library.catalog, learning.notes, learning.needs, gone=learning.people.gone()).orphaned()


@_OWNER.command("set")
def set_owner(
    context: typer.Context,
    person: Person,
    demos: Annotated[
        list[str] | None, typer.Argument(metavar="DEMO...", help="The demos they keep from now on.")
    ] = None,
    of: Annotated[str, typer.Option("--from", metavar="OWNER", help="All demos of this owner.")] = "",
    json: Json = False,
) -> None:
    """Give demos to another owner: those that are named, or all of somebody."""
    from library.maintenance.edit import edit_demo

    if bool(demos) == bool(of):
        raise typer.BadParameter("name demos, or whose with --from", param_hint="DEMO")
    if not clean(person):
        raise LibraryError("Say who", "Give the name of who keeps the demos right from now on.")
    cli: CommandContext = context.obj
    library = cli.open_library()
    chosen = _owned_by(library, of) if of else [library.catalog.resolve(name) for name in demos or []]
    changed = [edit_demo(library, one.demo_id, owner=person, by=cli.settings.author) for one in chosen]
    if json:
        print_json({"demos": [{"demo_id": one.demo_id, "version": one.version, "owner": one.owner} for one in changed]})
        return
    for one in changed:
        say(f"{one.title}   [{one.demo_id}]   {one.owner}")
    say(f"{person} keeps {count(len(changed), 'demo')} right now.")


def _owned_by(library: Library, owner: str) -> Sequence[Demo]:
    from library.freshness.lists import owner_of

    found = [one for one in library.catalog.list() if owner_of(one).casefold() == owner.casefold()]
    if not found:
        raise LibraryError(f"{owner} owns no demo", "See who does: showhow owner orphaned, or showhow list --json")
    return found


@_OWNER.command()
def gone(
    context: typer.Context,
    person: Person,
    back: Annotated[bool, typer.Option("--back", help="They are here after all.")] = False,
    json: Json = False,
) -> None:
    """Say that somebody is gone, so that their demos are listed for another owner."""
    from library.learning.opening import open_learning

    library = context.obj.open_library()
    name = open_learning(library).people.say(person, gone=not back)
    theirs = [one for one in _orphaned(library) if one.owner.casefold() == name.casefold()]
    if json:
        print_json({"person": name, "gone": not back, "demos": [one.demo_id for one in theirs]})
        return
    if back:
        say(f"{name} counts as here again.")
    elif theirs:
        say(f"{name} owns {count(len(theirs), 'demo')}. Give them to somebody: showhow owner set PERSON --from OWNER")
    else:
        warn(f"{name} is noted as gone, but owns no demo.")
