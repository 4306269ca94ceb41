"""``showhow serve``: serve the library to browsers (the web reader)."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from tui.commands.options import CommandContext, Json
from tui.commands.outside.reader_pages import AssistantPages, plain_pages
from tui.console import print_json, say, warn

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.web.access_guard import GuardOptions
    from library.web.app import Extension
    from library.web.server import Running
    from library.web.sharing.options import SharingOptions


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
        typer.Option("--read-only", help="Let nobody note or ask for anything; that is all a browser can change."),
    ] = False,
    record: Annotated[
        bool,
        typer.Option(
            "--record", help="Let colleagues record in their browsers at /record; their takes are kept on this machine."
        ),
    ] = False,
    embed_in: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="A site that may show demos in frames, like https://wiki.example."),
    ] = None,
    assistant: Annotated[
        bool, typer.Option("--assistant", help="Let assistants search and read at /mcp (MCP), by their token.")
    ] = False,
    json: Json = False,
) -> None:
    """Let browsers search, browse, watch and print what is filed, and ask for what is not.

    For this machine only unless told otherwise.
    """
    from library.web.server import ServeOptions
    from library.web.server import serve as run

    cli: CommandContext = context.obj
    if record and read_only:
        raise typer.BadParameter("what is only read takes no recordings", param_hint="--record")

    address = cli.settings.reader_url or (f"http://{name[0] if name else host}:{port}" if port else "")
    assistants = AssistantPages(address, read_only=read_only) if assistant else None
    with cli.open_library() as library, contextlib.suppress(KeyboardInterrupt):
        token, names = cli.settings.reader_token, tuple(name or ())
        options = ServeOptions(
            host=host, port=port, token=token, names=names, read_only=read_only, sharing=_sharing(cli, embed_in or ()),
            extensions=[plain_pages, *([assistants] if assistants else [])],
        )  # fmt: skip
        if record:
            options = replace(options, recording=_recording(cli))
        told = partial(_told, library=library, assistants=assistants, record=record, json=json, opened=open_browser)
        run(library, options, told)


def _told(
    running: Running,
    library: Library,
    assistants: AssistantPages | None,
    *,
    record: bool,
    json: bool,
    opened: bool,
) -> None:
    """Say where the reader is, once it can be reached."""
    if json:
        more = {"assistant_token": assistants.token} if assistants else {}
        print_json({"url": running.url, "port": running.port, "token": running.token, **more})
    else:
        say(f"Serving “{library.name}” at {running.url}   (Ctrl-C ends it)")
        if running.token:
            can = "read the library, and record into it" if record else "read the library"
            say(f"Whoever has this link can {can}. It is not encrypted; use it on a network you trust.")
        elif record:
            say(f"Browsers on this machine can record: {running.url}record")
        if assistants:
            place = f"{running.url.partition('?')[0]}mcp"
            say(f"Assistants ask at {place} with “Authorization: Bearer {assistants.token}”.")
    sys.stdout.flush()  # a program that reads this pipe waits for the address
    if opened:
        import webbrowser

        webbrowser.open(running.url)


def _sharing(cli: CommandContext, embed_in: Sequence[str]) -> SharingOptions:
    """How demos leave the reader; the sites given here come after those of the settings. Raises LibraryError."""
    from library.export.web_exports import WebExports
    from library.web.sharing.options import SharingOptions, checked_origins

    url = cli.settings.reader_url
    return SharingOptions(url, checked_origins((*cli.settings.embed_in, *embed_in)), WebExports(url))


def _recording(cli: CommandContext) -> Callable[[Library, GuardOptions], Extension]:
    """The pages on which browsers record, with this user's settings; lines on who records go to standard error."""
    from library.web.recording.options import RecordingOptions
    from library.web.recording.pages import RecordingPages
    from tui.services.live_words import start_live_transcription
    from tui.services.recognizers import intake_options
    from tui.services.second_hearing import hear_in_background

    settings, intake = cli.settings, intake_options(cli.settings)

    def pages(library: Library, guard: GuardOptions) -> Extension:
        options = RecordingOptions(
            takes_folder=settings.takes_folder,
            intake=intake,
            told=warn,
            listen=lambda take: start_live_transcription(take, intake) if settings.live_words else None,
            filed=lambda: hear_in_background(settings, library),
        )
        return RecordingPages(library, guard, options).extension()

    return pages
