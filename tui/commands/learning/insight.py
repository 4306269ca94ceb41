"""``showhow insight``: what is missing and which demos help, as text, JSON or CSV."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from library.learning.signals.signals import LEAST_MACHINES, LEAST_NOTES, DemoSignal, signals
from library.learning.signals.table import as_csv, as_json
from tui.commands.options import Json
from tui.console import print_json, say


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(insight)


def insight(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="So many of each.")] = 10,
    csv: Annotated[bool, typer.Option("--csv", help="A table of the demos instead of text.")] = False,
    json: Json = False,
) -> None:
    """Show what is asked for, which demos help and which do not, and which are out of date. No view is counted."""
    from library.learning.opening import open_learning

    library = context.obj.open_library()
    learning = open_learning(library)
    found = signals(library.catalog, learning.notes, learning.needs, gone=learning.people.gone())
    if json:
        print_json(as_json(found))
        return
    if csv:
        sys.stdout.write(as_csv(found))
        return
    say(f"Asked for and not shown: {len(found.needs)}. Answered: {found.answered}.")
    for need in found.needs[:limit]:
        say(f"{len(need.votes):>4}×  {need.query}")
    _list("Demos that help", found.that_help()[:limit])
    _list("Demos that do not help", found.that_do_not()[:limit])
    _list("May be out of date", found.stale()[:limit])
    _list("Owner gone or not seen for long", found.orphaned()[:limit])
    say(f"Nothing is said of fewer than {LEAST_NOTES} notes from {LEAST_MACHINES} machines. No view is counted.")


def _list(heading: str, demos: Sequence[DemoSignal]) -> None:
    if demos:
        say(f"{heading}:")
    for one in demos:
        counts = one.counts
        said = f"helped {counts.helped} of {counts.answers}" if counts and counts.answers else ""
        differs = f"looks different now ({counts.outdated})" if counts and counts.outdated else ""
        parts = (said, differs, "review is due" if one.stale else "", one.owner)
        say(f"       {one.title}   [{one.demo_id}]   {' · '.join(part for part in parts if part)}")
