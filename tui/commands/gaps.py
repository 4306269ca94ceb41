"""What is missing: the searches that found nothing, and the demos that did not help."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from tui.commands.common import Door, Json
from tui.commands.upkeep import library
from tui.output import ago, plain, print_json, say

_DAY_MS = 86_400_000


@library.command()
def gaps(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    days: Annotated[int, typer.Option(min=1, help="Searches of so many days.")] = 365,
    names: Annotated[
        bool | None, typer.Option("--names/--no-names", help="Keep who searched, from now on; or not any more.")
    ] = None,
    json: Json = False,
) -> None:
    """List what was searched and not found, most wanted first, and the demos that did not help."""
    from library.learning.gaps import gaps as missing
    from library.learning.gaps import unhelpful

    door: Door = context.obj
    catalog = door.open_library().catalog
    log = catalog.use
    if names is not None:
        log.keep_names(names)
    found = missing(catalog, log, limit, round(time.time() * 1000) - days * _DAY_MS)
    poor = unhelpful(catalog, log)[:limit]
    if json:
        listed = {"gaps": [one._asdict() for one in found], "did_not_help": [one._asdict() for one in poor]}
        print_json(plain(listed) | {"names": log.names})
        return
    if not found:
        say("Nothing was searched in vain.")
    for gap in found:
        who = f" · {', '.join(gap.who)}" if gap.who else ""
        meant = f" · perhaps “{gap.nearest}”" if gap.nearest else ""
        say(f"{gap.times:>4}×  {gap.query}   {ago(gap.last_unix_ms)}{who}{meant}")
    for one in poor:
        say(f"Did not help {one.did_not} of {one.did_not + one.helped} times: {one.title}   [{one.demo_id}]")
    if found:
        say("Record what is missing: showhow record")


def add_to(app: typer.Typer) -> None:
    """The command hangs in ``showhow library`` already."""
    del app
