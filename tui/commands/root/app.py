"""The Typer application with all commands (``run_command``). Each command imports its heavy libraries itself.

Owns ``doctor``, the options before a command and the message for invalid arguments.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from tui.commands import (
    add,
    collections,
    control,
    demos,
    export,
    library,
    models,
    record,
    search,
    takes,
    transcribe,
    worker,
)
from tui.commands.learning import insight, needs, note, now, owner
from tui.commands.options import CommandContext, Json
from tui.commands.outside import assistant, serve
from tui.commands.practice import attempt, feedback, marks, mine, pathway, today
from tui.commands.root.help import SectionedGroup
from tui.commands.sharing import integrate, share
from tui.console import print_json, say, version, warn

_SECTIONS = {
    "Record": (record, control, takes, add, transcribe),
    "Find, replay, edit": (search, demos, now),
    "Learn by doing": (attempt, today, mine, feedback, pathway, marks),
    "Ask and answer": (note, needs, insight, owner),
    "Share": (export, share, serve, integrate, assistant),
    "Look after": (library, collections, models, worker),
}
"""The commands as ``showhow --help`` groups them."""

app = typer.Typer(
    name="showhow",
    cls=SectionedGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for section, modules in _SECTIONS.items():
    first_command, first_group = len(app.registered_commands), len(app.registered_groups)
    for commands in modules:
        commands.add_to(app)
    for command in app.registered_commands[first_command:]:
        command.rich_help_panel = section
    for group in app.registered_groups[first_group:]:
        group.rich_help_panel = section


@app.command(rich_help_panel="Look after")
def doctor(context: typer.Context, json: Json = False) -> None:
    """Say what works on this machine, what does not, and the one command that mends it."""
    from tui.doctor import examine

    cli: CommandContext = context.obj
    findings = examine(cli.settings)
    if json:
        print_json({"checks": findings, "ok": all(f.state != "broken" for f in findings)})
    else:
        for finding in findings:
            mark = {"ok": "✓", "limited": "·", "broken": "✗"}[finding.state]
            say(
                f"{mark} {finding.name:<16} {finding.detail}"
                + (f"\n  {'':<16} → {finding.remedy}" if finding.remedy else "")
            )
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


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
    context.obj = CommandContext(library=library, debug=debug)
    if context.invoked_subcommand is None:
        from tui.terminal import ask_terminal

        query = ask_terminal(os.environ)
        try:
            from tui.app import run
        finally:
            answers = None if query is None else query.answers()
        raise typer.Exit(run(context.obj.settings, answers))


def run_command() -> int:
    """Run the command in ``sys.argv``; returns the exit code. Reports invalid arguments, raises all other errors."""
    try:
        return app(standalone_mode=False) or 0
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)  # only usage errors have one; Typer does not export their class
        hint = f" Try: {context.command_path} --help" if context else ""
        warn(f"{error.format_message()}{hint}")
        return error.exit_code
