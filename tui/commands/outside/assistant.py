"""``showhow assistant``: let an assistant search and read the library (MCP on standard input and output)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from tui.commands.options import CommandContext, Json
from tui.config import places_given, whole_place
from tui.console import print_json, version, warn


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(assistant)


def assistant(
    context: typer.Context,
    read_only: Annotated[bool, typer.Option("--read-only", help="Let it not even note whether a demo helped.")] = False,
    json: Json = False,
) -> None:
    """Let an assistant search and read the library, by MCP on standard input and output.

    All that it can change: it notes whether a demo helped, and asks for demos.

    With --json: the entry for an assistant's settings, and nothing is run.
    """
    cli: CommandContext = context.obj
    if json:
        print_json(_entry(cli, read_only=read_only))
        return
    from library.assistant.answers import Answers
    from library.assistant.mcp_server import mcp_server, run_stdio

    if sys.stdin.isatty():
        warn("An assistant starts this by itself. What to put into its settings: showhow assistant --json")
    with cli.open_library() as library:
        answers = Answers(library, cli.settings.reader_url)
        run_stdio(mcp_server(answers, version(), read_only=read_only))


def _entry(cli: CommandContext, *, read_only: bool) -> dict[str, Any]:
    """The entry. The assistant starts it in another folder and with none of this shell's variables."""
    program = Path(sys.argv[0]).resolve()
    library = ["--library", whole_place(cli.library)] if cli.library else []
    arguments = [*library, "assistant", *(["--read-only"] if read_only else [])]
    env = places_given(os.environ)
    return {"mcpServers": {"showhow": {"command": str(program), "args": arguments} | ({"env": env} if env else {})}}
