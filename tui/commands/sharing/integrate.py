"""``showhow integrate``: the desktop opens ``showhow://`` links and starts ``showhow watch``; and takes that back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tui.commands.options import CommandContext, Json
from tui.console import print_json, say

if TYPE_CHECKING:
    from tui.services.learning.autostart import HelpAtLogin
    from tui.services.remembered import Remembered
    from tui.services.sharing.link_handler import LinkHandler


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(integrate)


def integrate(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: links open in showhow.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Start “showhow watch” at login; do not ask.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take both back.")] = False,
    json: Json = False,
) -> None:
    """Let showhow:// links open in showhow, and its help key work from the login on; each is asked once."""
    from tui.services.learning.autostart import help_at_login
    from tui.services.remembered import Remembered
    from tui.services.sharing.link_handler import user_handler

    cli: CommandContext = context.obj
    handler, at_login, remembered = user_handler(), help_at_login(), Remembered(cli.settings.home)
    if undo:
        said = _undo(handler, at_login)
    else:
        asked = not (yes or json or watch)
        said = [] if watch and not yes else [_links(handler, remembered, ask=asked)]
        said.append(_watch(at_login, remembered, ask=asked, wanted=watch))
    remembered.keep_asked_about_links()
    if json:
        help_file = {"installed": at_login.installed, "file": at_login.file}
        print_json({"installed": handler.installed, "file": handler.file, "watch": help_file})
        return
    for line in filter(None, said):
        say(line)


def _undo(handler: LinkHandler, at_login: HelpAtLogin) -> list[str]:
    done = [f"Removed {one.file}" for one in (handler, at_login) if one.undo()]
    return done or ["Nothing to take back: showhow:// links do not open in showhow, and it does not start at login."]


def _links(handler: LinkHandler, remembered: Remembered, *, ask: bool) -> str:
    if handler.installed:
        return "showhow:// links open in showhow already. Take it back: showhow integrate --undo"
    if ask and not typer.confirm(f"Open showhow:// links with showhow? Writes {handler.file}", err=True):
        remembered.keep_asked_about_links()
        return "showhow:// links stay as they are."
    handler.install()
    return "showhow:// links open in showhow now. Take it back: showhow integrate --undo"


def _watch(at_login: HelpAtLogin, remembered: Remembered, *, ask: bool, wanted: bool) -> str:
    """Start it at login where that is wanted, or where its user, asked for the first time, says so."""
    if at_login.installed:
        return "“showhow watch” starts at login already. Take it back: showhow integrate --undo"
    if ask and not remembered.asked_about_watch and sys.stdin is not None and sys.stdin.isatty():
        question = f"Start “showhow watch” at login, for Ctrl+Alt+H in any program? Writes {at_login.file}"
        wanted = typer.confirm(question, err=True)
        remembered.keep_asked_about_watch()
    if not wanted:
        return ""
    at_login.install()
    return "“showhow watch” starts at the next login. Take it back: showhow integrate --undo"
