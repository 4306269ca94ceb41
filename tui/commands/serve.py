"""``showhow serve``: serve the library to browsers (the web reader)."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tui.commands.options import CommandContext, Json
from tui.console import print_json, say

if TYPE_CHECKING:
    from library.web.server import Running


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to bind to; others than this machine's own ask for a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8620,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="A name the server is reached by; may be given several times."),
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    read_only: Annotated[
        bool,
        typer.Option("--read-only", help="Let nobody ask for a demo; by default that is all a browser can change."),
    ] = False,
    json: Json = False,
) -> None:
    """Let browsers search, browse, watch and print what is filed, and ask for what is not.

    For this machine only unless told otherwise.
    """
    from library.web.server import ServeOptions
    from library.web.server import serve as run

    cli: CommandContext = context.obj

    def ready(running: Running) -> None:
        if json:
            print_json({"url": running.url, "port": running.port, "token": running.token})
        else:
            say(f"Serving “{library.name}” at {running.url}   (Ctrl-C ends it)")
            if running.token:
                say("Whoever has this link can read the library. It is not encrypted; use it on a network you trust.")
        sys.stdout.flush()  # a program that reads this pipe waits for the address
        if open_browser:
            import webbrowser

            webbrowser.open(running.url)

    with cli.open_library() as library, contextlib.suppress(KeyboardInterrupt):
        token, names = cli.settings.reader_token, tuple(name or ())
        options = ServeOptions(host=host, port=port, token=token, names=names, read_only=read_only)
        run(library, options, ready)
