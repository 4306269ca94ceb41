"""``showhow pathway badge``: write the badge that came back with a sign-off to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from library.text import file_title
from tui.commands.options import Json
from tui.commands.practice.service import feedback_service
from tui.console import plain, print_json, say


def badge(
    context: typer.Context,
    pathway: Annotated[str, typer.Argument(metavar="PATHWAY", help="Its id, the beginning of its id, or its title.")],
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Else named after the pathway, here, ending in .jwt.")
    ] = None,
    by: Annotated[str, typer.Option("--from", metavar="NAME", help="Signed by this person; else the newest.")] = "",
    json: Json = False,
) -> None:
    """Write your badge of a pathway (Open Badges 3.0) to a file; you ask for it with mine hand --badge."""
    from capture.files import write_bytes
    from library.files import library_errors
    from library.format import day, join
    from library.practice.pathways.badges import kept_badge

    with feedback_service(context.obj) as service:
        service.handed()  # what was answered since
        found = kept_badge(service.feedback.store, pathway, by)
    path = file or Path(f"{file_title(found.wish.pathway)}.jwt")
    with library_errors(f"write {path}"):
        write_bytes(path, found.token.encode())
    if json:
        print_json({"path": str(path.absolute())} | plain(found))
        return
    say(f"Wrote {path}")
    say(join([f"{found.wish.name}: {found.wish.pathway}", found.wish.what, day(found.at_unix_ms)]))
    say(f"Signed by {found.by}, {found.public_key}")
