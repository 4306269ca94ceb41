"""``showhow practice``: say whether a demo is to be looked up or practised, and which steps are free or optional."""

from __future__ import annotations

from typing import Annotated

import typer

from library.format import join
from library.model import Demo, PracticeMode
from tui.commands.options import CommandContext, DemoName, Json
from tui.console import plain, print_json, say

Numbers = typer.Option(metavar="N,N", help="Steps that may be done in any order among themselves; '' for none.")
_LOOK_UP, _PRACTISE = "look-up", "practise"
_NAMES = {PracticeMode.LOOK_UP: _LOOK_UP, PracticeMode.PRACTISE: _PRACTISE, PracticeMode.UNMARKED: ""}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(practice)


def practice(
    context: typer.Context,
    demo: DemoName,
    mode: Annotated[
        str | None, typer.Option(metavar="look-up|practise", help="Is it looked up when needed, or to be practised?")
    ] = None,
    why: Annotated[str | None, typer.Option(help="Why, for those who learn it.")] = None,
    any_order: Annotated[str | None, Numbers] = None,
    optional: Annotated[
        str | None, typer.Option(metavar="N,N", help="Steps that may be left out; '' for none.")
    ] = None,
    target: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=0, help="How fast it can be done alone; 0 for no target.")
    ] = None,
    guess: Annotated[
        bool, typer.Option("--guess", help="Mark it as its own words say, where it is not marked.")
    ] = False,
    json: Json = False,
) -> None:
    """Show how a demo is to be practised, or mark it: its mode, and steps in any order or optional."""
    from library.practice.marks import mark_practice
    from library.practice.prompts.guess import guess_practice

    cli: CommandContext = context.obj
    with cli.open_library() as library:
        found = library.catalog.resolve(demo)
        if guess and mode is None and found.practice.mode is PracticeMode.UNMARKED:
            guessed = guess_practice(found)
            mode, why = _NAMES[guessed.mode], why if why is not None else guessed.why
        if any(given is not None for given in (mode, why, any_order, optional, target)):
            found = mark_practice(
                library, found.demo_id, mode=_mode(mode), why=why, free=_numbers(any_order, "--any-order"),
                optional=_numbers(optional, "--optional"), by=cli.settings.author,
                target_ms=None if target is None else round(target * 1000),
            )  # fmt: skip
    if json:
        print_json({"demo_id": found.demo_id, "version": found.version, "practice": plain(found.practice)})
    else:
        say(f"{found.title}: {_marks(found)}")


def _mode(text: str | None) -> PracticeMode | None:
    modes = {name: mode for mode, name in _NAMES.items()}
    if text is None:
        return None
    if text not in modes:
        raise typer.BadParameter(f"{text!r} is neither {_LOOK_UP} nor {_PRACTISE}", param_hint="--mode")
    return modes[text]


def _numbers(text: str | None, option: str) -> list[int] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise typer.BadParameter(f"not numbers of steps: {text!r} (write 3,4)", param_hint=option)
    return [int(part) for part in parts]


def _marks(demo: Demo) -> str:
    marks = demo.practice
    words = {PracticeMode.LOOK_UP: "to be looked up", PracticeMode.PRACTISE: "to be practised"}
    free = f"steps {', '.join(map(str, marks.free))} in any order" if marks.free else ""
    left = f"optional: {', '.join(map(str, marks.optional))}" if marks.optional else ""
    target = f"in {marks.target_ms / 1000:g} s" if marks.target_ms else ""
    return join([words.get(marks.mode, "not marked"), marks.why, target, free, left])
