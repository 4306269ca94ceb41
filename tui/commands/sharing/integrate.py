"""``showhow integrate``: lets the desktop open ``showhow://`` links with showhow, and takes that back."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.commands.options import CommandContext, Json
from tui.console import print_json, say


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(integrate)


def integrate(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    json: Json = False,
) -> None:
    """Let showhow:// links in chats and mails open in showhow on this desktop; asked once."""
    from tui.services.remembered import Remembered
    from tui.services.sharing.link_handler import user_handler

    cli: CommandContext = context.obj
    handler = user_handler()
    if undo:
        done = handler.undo()
        said = f"Removed {handler.file}" if done else "Nothing to take back: showhow:// links do not open in showhow."
    elif handler.installed:
        said = "showhow:// links open in showhow already. Take it back: showhow integrate --undo"
    else:
        if (
            not yes
            and not json
            and not typer.confirm(f"Open showhow:// links with showhow? Writes {handler.file}", err=True)
        ):
            Remembered(cli.settings.home).keep_asked_about_links()
            raise typer.Abort
        handler.install()
        said = "showhow:// links open in showhow now. Take it back: showhow integrate --undo"
    Remembered(cli.settings.home).keep_asked_about_links()
    if json:
        print_json({"installed": handler.installed, "file": handler.file})
    else:
        say(said)
