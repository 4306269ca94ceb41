"""``showhow share``: links to one demo that work in any browser without the reader's token, listed and taken back."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from library.format import age, day, join
from library.links import embed_link_to, parse_link, share_link_to
from library.model import DemoNotFound
from library.sharing.model import MOST_DAYS, Share, ShareState
from tui.commands.options import CommandContext, Json
from tui.config import settings_file
from tui.console import plain, print_json, say, warn

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.sharing.shares import Shares

share = typer.Typer(help="Share a demo with people who have no showhow.", no_args_is_help=True, rich_markup_mode=None)

_NO_ADDRESS = "Set reader_url in {file} to the address of your “showhow serve”; until then this is only its path."


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(share, name="share")


@share.command()
def link(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="DEMO[#STEP]", help="A demo and a step of it, or a link to it.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=MOST_DAYS, help="How long it works; otherwise share_days of the settings.")
    ] = None,
    lasting: Annotated[bool, typer.Option("--lasting", help="It works until it is revoked.")] = False,
    frame: Annotated[
        bool, typer.Option("--embed", help="Print the HTML of a frame for a wiki instead of the link.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a link that opens one demo, and nothing else, for whoever has it."""
    if lasting and days is not None:
        raise typer.BadParameter("give one of --days and --lasting", param_hint="--lasting")
    from library.sharing.shares import shares_of

    cli: CommandContext = context.obj
    named = parse_link(reference)
    with cli.open_library() as library:
        demo = library.catalog.resolve(named.demo)
        step = demo.step(named.step).number if named.step else 0
        shares = shares_of(library)
        wanted = 0 if lasting else days if days is not None else cli.settings.share_days
        made = shares.reuse(demo.demo_id, step, by=cli.settings.author, days=wanted)
        code = shares.code(made)
    base = cli.settings.reader_url
    address = share_link_to(base, demo.demo_id, code, step)
    html = _frame(base, demo.demo_id, code, step, demo.title)
    if json:
        print_json(plain(made) | {"url": address, "embed": html})
        return
    if not base:
        warn(_NO_ADDRESS.format(file=settings_file(os.environ)))
    if frame and not cli.settings.embed_in:
        warn(
            "No site may show demos in a frame yet: name them under embed_in in the settings, or with serve --embed-in."
        )
    say(html if frame else address)
    say(f"Whoever has it can watch “{demo.title}” {_until(made)}. Take it back: showhow share revoke {made.share_id}")


@share.command("list")
def list_shares(
    context: typer.Context,
    reference: Annotated[
        str | None, typer.Argument(metavar="DEMO", help="Only links to this demo.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Expired and revoked ones too.")] = False,
    json: Json = False,
) -> None:
    """List the links that work, newest first, and those that somebody asks for again."""
    from library.sharing.shares import shares_of

    cli: CommandContext = context.obj
    now = round(time.time() * 1000)
    with cli.open_library() as library:
        shares = shares_of(library)
        wanted = "" if reference is None else library.catalog.resolve(parse_link(reference).demo).demo_id
        found = [one for one in shares.all() if wanted in {"", one.demo_id}]
        shown = [one for one in found if every or one.asked_unix_ms or one.state(now) is ShareState.LIVE]
        if json:
            print_json({"shares": [_document(one, shares, cli.settings.reader_url, now) for one in shown]})
            return
        for one in shown:
            say(_line(one, library, now))
    if not shown:
        say("Nothing is shared. Share a demo: showhow share link DEMO#STEP")


@share.command()
def revoke(
    context: typer.Context,
    links: Annotated[list[str], typer.Argument(metavar="LINK...", help="Ids of links, or their beginning.")],
    json: Json = False,
) -> None:
    """Take links back; they say so to whoever opens them, and never work again."""
    from library.sharing.shares import shares_of

    cli: CommandContext = context.obj
    with cli.open_library() as library:
        shares = shares_of(library)
        taken = [shares.revoke(one, by=cli.settings.author) for one in links]
        if json:
            print_json({"revoked": [one.share_id for one in taken]})
            return
        for one in taken:
            say(f"Took back {one.share_id} to “{_title(one, library)}”.")


def _frame(base: str, demo_id: str, code: str, step: int, title: str) -> str:
    from library.web.sharing.unfurl import frame_code

    return frame_code(embed_link_to(base, demo_id, code, step), title)


def _document(one: Share, shares: Shares, base: str, now: int) -> dict[str, Any]:
    address = share_link_to(base, one.demo_id, shares.code(one), one.step)
    document: dict[str, Any] = plain(one)
    return document | {"state": one.state(now).value, "url": address}


def _line(one: Share, library: Library, now: int) -> str:
    step = f", step {one.step}" if one.step else ""
    asked = f"asked for again {age(one.asked_unix_ms, now)}" if one.asked_unix_ms else ""
    state = {ShareState.LIVE: _until(one), ShareState.EXPIRED: f"expired {age(one.expires_unix_ms, now)}"}
    revoked = join((f"taken back {age(one.revoked_unix_ms, now)}", one.revoked_by))
    facts = join((state.get(one.state(now), revoked), one.by, age(one.created_unix_ms, now), asked))
    return f"{one.share_id}  {_title(one, library)}{step}\n              {facts}"


def _until(one: Share) -> str:
    return f"until {day(one.expires_unix_ms)}" if one.expires_unix_ms else "until it is revoked"


def _title(one: Share, library: Library) -> str:
    try:
        return library.catalog.get(one.demo_id).title
    except DemoNotFound:
        return f"{one.demo_id} (removed)"
