"""``showhow mine``: what is kept of the learner, which nobody else sees: list, show, export, forget."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from library.format import count
from library.practice.attempts import AttemptLog, cut_off
from library.practice.store import PracticeStore
from tui.commands.options import CommandContext, Json
from tui.commands.practice.printing import attempt_document, attempt_line, print_attempt
from tui.commands.practice.service import practice_service
from tui.console import print_json, say

AttemptName = Annotated[str, typer.Argument(metavar="TRY", help="Its id, or the beginning of it; see mine list.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(help="Your own tries, which nobody else sees.", no_args_is_help=True)
    for command in (list_, show, export, forget):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="mine")


def _log(context: typer.Context) -> AttemptLog:
    cli: CommandContext = context.obj
    return AttemptLog(PracticeStore(cli.settings.mine_folder))


def list_(context: typer.Context, json: Json = False) -> None:
    """List your tries, oldest first."""
    found = _log(context).list()
    if json:
        print_json({"attempts": [attempt_document(attempt) for attempt in found]})
        return
    for attempt in found:
        say(attempt_line(attempt))
    if not found:
        say("No tries yet. Try a demo: showhow try DEMO")


def show(context: typer.Context, attempt: AttemptName, json: Json = False) -> None:
    """Show one try beside its demo; one whose recording broke off is compared as far as it goes."""
    found = _log(context).find(attempt)
    if found.comparison is None and cut_off(found):
        with practice_service(context.obj) as (_, service):
            found = service.complete(found)
    print_attempt(found, json=json)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A JSON file to write.")],
    json: Json = False,
) -> None:
    """Write all that is kept of you as one JSON file; it names the folders of the recordings."""
    document = _log(context).export(file)
    if json:
        print_json({"path": str(file), "records": len(document.records), "takes": list(document.takes)})
    else:
        takes = count(len(document.takes), "recording")
        say(f"Wrote {count(len(document.records), 'record')} to {file}. It names {takes}, which lie beside.")


def forget(
    context: typer.Context,
    attempt: Annotated[str | None, typer.Argument(metavar="[TRY]", help="One try; see mine list.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is kept of you.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Delete a try with its recording, or with --all everything."""
    if (attempt is None) == (not everything):
        raise typer.BadParameter("name one try, or give --all", param_hint="TRY")
    log = _log(context)
    chosen = [log.find(attempt)] if attempt is not None else log.list()
    if not yes:
        what = f"your try of “{chosen[0].title}”" if attempt is not None else "all that is kept of you"
        typer.confirm(f"Delete {what}, with its recordings? It cannot be had back.", abort=True, err=True)
    if everything:
        log.forget_everything()
    else:
        log.forget(chosen[0])
    ids = [one.attempt_id for one in chosen]
    if json:
        print_json({"deleted": ids})
    else:
        say(f"Deleted {count(len(ids), 'try', 'tries')}." if everything else "Deleted.")
