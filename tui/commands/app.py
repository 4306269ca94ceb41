"""Every command of the door in one tree. A heavy library is imported by the command that needs it.

Owns the options before a command, and how wrong arguments are told.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tui.commands import add as filing
from tui.commands import collections as collection
from tui.commands import demos, export, models, takes
from tui.commands import doctor as machine
from tui.commands import library as upkeep
from tui.commands import record as recording
from tui.commands import search as finding
from tui.commands import serve as serving
from tui.commands import transcribe as words
from tui.commands import worker as work
from tui.commands.options import Door
from tui.console import version, warn

# Typer carries its own click and exports only these; what it raises for wrong arguments are their bases.
_UsageError, _ClickException = typer.BadParameter.__mro__[1:3]

app = typer.Typer(
    name="showhow",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (recording, filing, finding, collection, serving, upkeep, words, work, models, machine):
    room.add_to(app)
for command in (demos.edit, demos.remove, takes.takes, takes.recover, demos.show, demos.play, export.export):
    app.command()(command)
app.command("list")(demos.list_demos)


@app.callback(invoke_without_command=True)
def showhow(
    context: typer.Context,
    library: Annotated[str | None, typer.Option(metavar="URL", help="Library to use, a folder path.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    show_version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Record a short narrated screen demo, file it, replay the step you need. Without a command: the application."""
    if show_version:
        sys.stdout.write(f"showhow {version()}\n")
        raise typer.Exit
    context.obj = Door(library=library, debug=debug)
    if context.invoked_subcommand is None:
        from tui.app import run

        raise typer.Exit(run(context.obj.settings))


def run_command() -> int:
    """Run what the arguments ask for; returns the exit code. Wrong arguments are told here, all else is raised."""
    try:
        return app(standalone_mode=False) or 0
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except _ClickException as error:  # type: ignore[misc]  # reached through the base list, see above
        context = getattr(error, "ctx", None) if isinstance(error, _UsageError) else None
        hint = f" Try: {context.command_path} --help" if context else ""
        warn(f"{error.format_message()}{hint}")
        return int(error.exit_code)
