"""``showhow pathway``: from the first look to a sign-off: make and change pathways, join one, see how far you are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from library.text import TITLE_LENGTH, clean, file_title
from tui.commands.options import CommandContext, Json
from tui.commands.practice.badge import badge
from tui.commands.practice.pathway_printing import pathway_document, pathway_line, print_pathway
from tui.console import print_json, progress_bar, say, warn

if TYPE_CHECKING:
    from library.practice.pathways.model import Pathway
    from tui.services.practice.pathways import LocalPathwayService

PathwayName = Annotated[
    str, typer.Argument(metavar="PATHWAY", help="Its id, the beginning of its id, or its title; see pathway list.")
]
_POINT_HELP = "watch:DEMO, practise:DEMO, review:DEMO, assess:DEMO[@DAYS] or sign-off:ROLE[=NAME,NAME]; repeatable."
_PointOption = typer.Option("--point", metavar="POINT", help=_POINT_HELP)
Number = typer.Option(metavar="N", min=1, help="The number of a point; see pathway show.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(help="Pathways: points from the first look to a sign-off.", no_args_is_help=True)
    for command in (new, edit, list_, show, join, leave, tick, share, badge, export, xapi):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="pathway")


@contextmanager
def _service(context: typer.Context) -> Iterator[LocalPathwayService]:
    from library.practice.store import PracticeStore
    from tui.services.practice.pathways import LocalPathwayService

    cli: CommandContext = context.obj
    with cli.open_library() as library:
        yield LocalPathwayService(library, PracticeStore(cli.settings.mine_folder), cli.settings.author)


def new(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What it leads to.")],
    demos: Annotated[
        list[str] | None, typer.Argument(metavar="DEMO", help="Each is watched and practised, later done alone.")
    ] = None,
    sign_off: Annotated[str, typer.Option(metavar="ROLE[=NAME,NAME]", help="Who signs off at the end.")] = "",
    points: Annotated[list[str] | None, _PointOption] = None,
    about: Annotated[str, typer.Option(help="A line on whom it is for.")] = "",
    json: Json = False,
) -> None:
    """Make a pathway: watch and practise each demo, do each alone three days later, then the sign-off."""
    if demos and points:
        raise typer.BadParameter("give demos, or points with --point", param_hint="DEMO")
    with _service(context) as service:
        if points:
            both = [*points, *([f"sign-off:{sign_off}"] if sign_off else [])]
            made = service.file(title, service.parse(both), about=about)
        else:
            made = service.create(title, demos or (), about=about, sign_off=sign_off)
        print_pathway(service.view(made.pathway_id), json=json)


def edit(
    context: typer.Context,
    pathway: PathwayName,
    title: Annotated[str | None, typer.Option(help="Another title.")] = None,
    about: Annotated[str | None, typer.Option(help="Another line on whom it is for.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who looks after it.")] = None,
    points: Annotated[list[str] | None, _PointOption] = None,
    at: Annotated[int | None, typer.Option(metavar="N", min=1, help="Put new or moved points before this one.")] = None,
    remove: Annotated[int | None, Number] = None,
    move: Annotated[int | None, Number] = None,
    closed: Annotated[bool | None, typer.Option("--close/--open", help="Let nobody join any more, or again.")] = None,
    json: Json = False,
) -> None:
    """Change a pathway: add, remove or move points; what others change at the same time stays."""
    from library.practice.pathways.building import key_at, moved_point, with_points, without_point
    from library.practice.pathways.model import ASK_LENGTH, NAME_LENGTH

    with _service(context) as service:
        found = service.pathways.find(pathway)
        before = key_at(found, at) if at is not None else ""
        said = {
            "title": None if title is None else clean(title, TITLE_LENGTH),
            "about": None if about is None else clean(about, ASK_LENGTH),
            "owner": None if owner is None else clean(owner, NAME_LENGTH),
            "closed": closed,
        }
        changes: list[Callable[[Pathway], Pathway]] = [
            partial(_replaced, fields={name: value for name, value in said.items() if value is not None})
        ]
        if remove is not None:
            changes.append(partial(without_point, key=key_at(found, remove)))
        if move is not None:
            changes.append(partial(moved_point, key=key_at(found, move), before=before))
        if points:
            changes.append(partial(with_points, points=service.parse(points), before=before))
        changed = service.change(found, changes)
        print_pathway(service.view(changed.pathway_id), json=json)


def _replaced(pathway: Pathway, fields: dict[str, object]) -> Pathway:
    return replace(pathway, **fields)


def list_(context: typer.Context, json: Json = False) -> None:
    """List the pathways, yours first, with how far you are."""
    with _service(context) as service:
        found = service.all()
    if json:
        print_json({"pathways": [pathway_document(view) for view in found]})
        return
    for view in found:
        say(pathway_line(view))
    if not found:
        say("No pathways yet. Make one: showhow pathway new TITLE DEMO DEMO")


def show(context: typer.Context, pathway: PathwayName, json: Json = False) -> None:
    """Show the points of a pathway, how far you are, and how far all are who say so (five and more only)."""
    with _service(context) as service:
        print_pathway(service.view(service.pathways.find(pathway).pathway_id), json=json)


def join(context: typer.Context, pathway: PathwayName, json: Json = False) -> None:
    """Join a pathway; how far you are stays with you until you share it."""
    with _service(context) as service:
        found = service.pathways.find(pathway)
        service.join(found)
        print_pathway(service.view(found.pathway_id), json=json)


def leave(context: typer.Context, pathway: PathwayName, json: Json = False) -> None:
    """Leave a pathway, also one that is gone; what you shared is taken back, your tries stay yours."""
    with _service(context) as service:
        joined = {one.pathway_id for one in service.learner.joined()}
        left = service.leave(pathway if pathway in joined else service.pathways.find(pathway).pathway_id)
    if json:
        print_json({"left": left.pathway_id})
    else:
        say(f"You left “{left.title}”.")


def tick(
    context: typer.Context,
    pathway: PathwayName,
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="The number of a point to watch.")],
    off: Annotated[bool, typer.Option("--off", help="Take the tick away.")] = False,
    json: Json = False,
) -> None:
    """Say that you watched a demo to its end; seen by you only."""
    with _service(context) as service:
        found = service.pathways.find(pathway)
        service.tick(found, number, on=not off)
        print_pathway(service.view(found.pathway_id), json=json)


def share(
    context: typer.Context,
    pathway: PathwayName,
    state: Annotated[str, typer.Argument(metavar="on|off", help="Whether your reached points are counted.")],
    json: Json = False,
) -> None:
    """Share which points you reached, under a random name and without your tries; or take it back."""
    if state not in {"on", "off"}:
        raise typer.BadParameter(f"{state!r} is neither on nor off", param_hint="on|off")
    with _service(context) as service:
        found = service.pathways.find(pathway)
        shared = service.share(found, on=state == "on")
    if json:
        print_json({"pathway_id": found.pathway_id, "shares": shared.shares})
    elif shared.shares:
        say(f"Your reached points of “{found.title}” are counted, without your name.")
        say(f"To take that back: showhow pathway share {found.pathway_id} off")
    else:
        say(f"Nothing of you is counted in “{found.title}” any more.")


def export(
    context: typer.Context,
    pathway: PathwayName,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Else named after the pathway, here.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a pathway as a SCORM 1.2 package for a learning platform: its demos, and which of their steps were seen."""
    with _service(context) as service, progress_bar(shown=not json) as progress:
        found = service.pathways.find(pathway)
        path = service.export(found, output or Path(f"{file_title(found.title)}.zip"), progress)
    if json:
        print_json({"path": str(path.absolute())})
    else:
        say(f"Wrote {path}")


def xapi(
    context: typer.Context,
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="The record store, https://…; tell it what you reach.")
    ] = None,
    user: Annotated[str, typer.Option(metavar="NAME", help="Its user; the password is asked for.")] = "",
    password_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Read the password from here.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Tell it nothing any more; what waits is deleted.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Tell a learning record store (xAPI) which points you reach, under a random name; alone: send what waits.

    Off until you say so. Nothing of your tries is told: the points, when, and the titles of pathway and demo.
    """
    with _service(context) as service:
        statements = service.learner.statements
        if off:
            statements.stop()
        elif address is not None:
            if not yes:
                typer.confirm(f"Tell {address} which points of your pathways you reach?", abort=True, err=True)
            password = _password(user, password_file)
            statements.choose(address, user, password)
        joined = {one.pathway_id for one in service.learner.joined()}
        for one in service.pathways.all():
            if one.pathway_id in joined:
                service.view(one.pathway_id)  # what was reached since is queued
        sent = service.send()
        chosen, waiting = statements.chosen, len(statements.waiting())
    if json:
        print_json({
            "address": chosen.address if chosen else "", "account": chosen.account if chosen else "",
            "sent": len(sent.taken), "waiting": waiting, "problem": sent.line,
        })  # fmt: skip
    elif chosen is None:
        say("Nothing is told to a record store. To begin: showhow pathway xapi https://…")
    else:
        say(f"Told to {chosen.address} as {chosen.account}: {len(sent.taken)} now; {waiting} wait.")
    if sent.line:
        warn(sent.line)
        raise typer.Exit(1)


def _password(user: str, file: Path | None) -> str:
    from library.files import library_errors

    if file is not None:
        with library_errors(f"read {file}"):
            return file.read_text("utf-8").strip()
    return str(typer.prompt(f"Password of {user}", hide_input=True, err=True)) if user else ""
