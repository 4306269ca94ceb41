"""``showhow ask`` and ``showhow needs``: asks for a demo, lists what is asked for, and says what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from library.format import age, count
from library.learning.needs.model import Need, NeedState
from library.learning.signals.table import need_json
from tui.commands.options import CommandContext, DemoName, Json
from tui.console import print_json, say

if TYPE_CHECKING:
    from library.learning.needs.needs import Needs

NeedName = Annotated[str, typer.Argument(metavar="NEED", help="Its words, or the beginning of its id.")]

needs = typer.Typer(help="What is asked for and not shown yet.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(ask)
    app.add_typer(needs, name="needs")


def ask(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What you want to be shown.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="What you need it for.")] = "",
    app: Annotated[str, typer.Option(metavar="PROGRAM", help="The program in which you need it.")] = "",
    sign: Annotated[bool, typer.Option("--sign", help="With your name; without it nobody knows who asks.")] = False,
    json: Json = False,
) -> None:
    """Ask for a demo. The same words from another are a vote; you are told when it is there."""
    cli: CommandContext = context.obj
    need = _needs(cli).ask(text, why=why, app=app, who=cli.settings.author if sign else "")
    if json:
        print_json(need_json(need))
        return
    others = len(need.votes) - 1
    also = f" {count(others, 'other')} asked for it too." if others else ""
    say(f"Asked for “{need.query}”.{also} You are told when it is there. All that is asked for: showhow needs list")


@needs.command("list")
def list_them(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those that are answered or declined too.")] = False,
    json: Json = False,
) -> None:
    """List what is asked for, most wanted first."""
    kept = _needs(context.obj)
    found = [need for need in kept.every() if every or need.wanted]
    if json:
        print_json({"needs": [need_json(need) for need in found]})
        return
    if ended := kept.ended_for():
        for need in ended:
            say(f"You asked for “{need.query}”: {_state(need)}")
        kept.told(ended)
    for need in found:
        say(f"{len(need.votes):>4}×  {need.query}   [{need.need_id[:6]}]")
        said = [_state(need), f"in {', '.join(need.apps)}" if need.apps else "", age(need.asked_unix_ms), *need.why]
        say(f"       {' · '.join(part for part in said if part)}")
    say("Record an answer: showhow record --answers NEED" if found else "Nothing is asked for.")


@needs.command()
def take(context: typer.Context, need: NeedName, json: Json = False) -> None:
    """Say that you will record it."""
    cli: CommandContext = context.obj
    kept = _needs(cli)
    _report(kept.take(kept.resolve(need).need_id, cli.settings.author), json=json)


@needs.command()
def release(context: typer.Context, need: NeedName, json: Json = False) -> None:
    """Say that you will not record it after all."""
    kept = _needs(context.obj)
    _report(kept.release(kept.resolve(need).need_id), json=json)


@needs.command()
def decline(
    context: typer.Context,
    need: NeedName,
    reason: Annotated[str, typer.Argument(help="Why there will be no demo; who asked reads it.")],
    json: Json = False,
) -> None:
    """Say why there will be no demo of it."""
    kept = _needs(context.obj)
    _report(kept.decline(kept.resolve(need).need_id, reason), json=json)


@needs.command()
def merge(
    context: typer.Context,
    need: NeedName,
    into: Annotated[str, typer.Argument(metavar="NEED", help="The one that asks for the same.")],
    json: Json = False,
) -> None:
    """Count a need as another one that asks for the same in other words."""
    kept = _needs(context.obj)
    _report(kept.merge(kept.resolve(need).need_id, kept.resolve(into).need_id), json=json)


@needs.command()
def remove(context: typer.Context, need: NeedName, json: Json = False) -> None:
    """Take a need away as if nobody had asked: an own one, or as the library's owner."""
    from library.learning.moderation import Moderator
    from library.learning.opening import open_learning

    cli: CommandContext = context.obj
    library = cli.open_library()
    notes, kept, _ = open_learning(library)
    gone = Moderator(library, notes, kept, cli.settings.author).remove_need(kept.resolve(need))
    print_json({"removed": gone.need_id}) if json else say(f"Removed “{gone.query}”.")


@needs.command()
def answer(context: typer.Context, need: NeedName, demo: DemoName, json: Json = False) -> None:
    """Say that a demo in the library answers it."""
    library = context.obj.open_library()
    from library.learning.opening import open_learning

    kept = open_learning(library).needs
    _report(kept.answer(kept.resolve(need).need_id, library.catalog.resolve(demo).demo_id), json=json)


def _needs(cli: CommandContext) -> Needs:
    from library.learning.opening import open_learning

    return open_learning(cli.open_library()).needs


def _report(need: Need, *, json: bool) -> None:
    if json:
        print_json(need_json(need))
    else:
        say(f"“{need.query}”, {count(len(need.votes), 'vote')}: {_state(need)}")


def _state(need: Need) -> str:
    if need.state is NeedState.TAKEN:
        return f"{need.taken_by} records it" if need.taken_by else "somebody records it"
    if need.state is NeedState.ANSWERED:
        return f"answered: {', '.join(need.demo_ids)}"
    return f"declined: {need.declined}" if need.state is NeedState.DECLINED else "waits"
