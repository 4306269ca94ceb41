"""``showhow mine hand|handed|hear|take-back``: give a try to one person, see and hear what came back, take it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capture.clip import Blur, Region
from capture.span import Span, parse_clock
from library.practice.attempts import AttemptLog
from library.practice.feedback.handing import kept_hand_overs, lies_elsewhere
from library.practice.feedback.people import KeyTrust
from library.practice.feedback.spoken import said_of
from library.practice.store import PracticeStore
from tui.commands.options import CommandContext, Json
from tui.commands.practice.printing import feedback_documents, print_played
from tui.commands.practice.service import feedback_service
from tui.console import plain, print_json, progress_bar, say, warn
from tui.state.practice.feedback import badge_words, feedback_lines, hand_over_state

if TYPE_CHECKING:
    from library.practice.feedback.model import HandOver
    from library.practice.model import Attempt

AttemptName = Annotated[str, typer.Argument(metavar="TRY", help="Its id, or the beginning of it; see mine list.")]
_BLUR = re.compile(r"(\d+),(\d+),(\d+),(\d+)(?:@(.+))?")
_FOR_EVER_MS = 1 << 40


def add_to(group: typer.Typer) -> None:
    """Register the commands below ``mine``."""
    group.command()(hand)
    group.command()(handed)
    group.command("take-back")(take_back)
    group.command()(hear)


def find_attempt(context: typer.Context, name: str) -> Attempt:
    """The attempt of a name. Raises AttemptNotFound."""
    cli: CommandContext = context.obj
    return AttemptLog(PracticeStore(cli.settings.mine_folder)).find(name)


def hand(
    context: typer.Context,
    attempt: AttemptName,
    to: Annotated[str, typer.Option(metavar="NAME", help="Who is to see it; see feedback people.")],
    message: Annotated[str, typer.Option(metavar="TEXT", help="What you want to know.")] = "",
    start: Annotated[str | None, typer.Option("--from", metavar="TIME", help="Leave out what is before.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Leave out what is after.")] = None,
    cut: Annotated[list[str] | None, typer.Option(metavar="TIME-TIME", help="Leave out; may be repeated.")] = None,
    blur: Annotated[
        list[str] | None,
        typer.Option(metavar="X,Y,W,H[@TIME-TIME]", help="Make a rectangle unreadable; may be repeated."),
    ] = None,
    new_key: Annotated[bool, typer.Option("--new-key", help="Their key changed, and they say it is theirs.")] = False,
    badge: Annotated[
        str, typer.Option(metavar="PATHWAY", help="Ask for a badge of this pathway with the sign-off.")
    ] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="The name on the badge; else your own.")] = "",
    json: Json = False,
) -> None:
    """Hand a try to one person, sealed for them and you; they see the recording, and say what to do once more."""
    from library.practice.feedback.preparing import edited

    if name and not badge:
        raise typer.BadParameter("it is the name on a badge: give --badge too", param_hint="--name")
    found = find_attempt(context, attempt)
    with feedback_service(context.obj) as service:
        checked = service.check(to)
        wish = service.badge_wish(badge, found, checked.person, name) if badge else None
        draft = edited(
            service.draft(found), start_ms=_moment(start, "--from"), end_ms=_moment(until, "--until"),
            cuts=[_span(text, "--cut") for text in cut or ()], blurs=[_blur(text) for text in blur or ()],
        )  # fmt: skip
        if not json and checked.trust is not KeyTrust.KNOWN:
            new = "New key" if checked.trust is KeyTrust.CHANGED else "First time"
            warn(f"{new} for {checked.person.name}: {checked.fingerprint}. Compare it with theirs: feedback join")
        with progress_bar(shown=not json) as progress:
            made = service.hand(found, draft, checked.person, message, new_key=new_key, wish=wish, progress=progress)
    if json:
        print_json(hand_over_document(made) | {"fingerprint": checked.fingerprint, "trust": checked.trust})
        return
    say(f"Handed to {made.to}: {made.title}. Only they and you can open it.")
    if made.wish is not None:
        say(f"With a sign-off {made.to} signs a badge: {badge_words(made.wish)}")
    say(f"Take it back at any time: showhow mine take-back {found.attempt_id}")


def handed(context: typer.Context, json: Json = False) -> None:
    """List what you handed over, and what came back."""
    with feedback_service(context.obj) as service:
        found = [(one, service.trouble(one)) for one in service.handed()]
    if json:
        print_json({"handed": [hand_over_document(one) | {"trouble": trouble} for one, trouble in found]})
        return
    for one, trouble in found:
        say(f"{one.attempt_id}  {one.title} · {hand_over_state(one)}")
        for line in (*feedback_lines([one]), *([trouble] if trouble else ())):
            say(f"    {line}")
    if not found:
        say("Nothing was handed over. Hand a try over: showhow mine hand TRY --to NAME")


def take_back(
    context: typer.Context,
    attempt: AttemptName,
    of: Annotated[str, typer.Option("--from", metavar="NAME", help="Of this person only, else of all.")] = "",
    json: Json = False,
) -> None:
    """Take a try back that was handed over; what came back stays yours."""
    found = find_attempt(context, attempt)
    with feedback_service(context.obj) as service:
        lying = [one for one in service.handed(found.attempt_id) if one.lies_in_library]
        chosen = [one for one in lying if of.casefold() in {"", one.to.casefold()}]
        taken = [service.take_back(one) for one in chosen]
        other = lies_elsewhere(
            kept_hand_overs(service.feedback.store, found.attempt_id), service.feedback.handed.address
        )
    if json:
        print_json({"taken_back": [hand_over_document(one) for one in taken]})
    elif taken:
        say(f"Taken back from {', '.join(one.to for one in taken)}.")
    elif not other:
        say(f"{of} does not have it." if lying else "Nobody has it.")
    if other and not json:
        warn(f"It lies in {other} too: showhow --library {other} mine take-back {found.attempt_id}")


def hear(
    context: typer.Context,
    attempt: AttemptName,
    step: Annotated[int, typer.Option(metavar="N", min=0, help="The step; 0 for all of it.")] = 0,
    json: Json = False,
) -> None:
    """Play what a reviewer said last by voice of a step of a try."""
    found = find_attempt(context, attempt)
    with feedback_service(context.obj) as service:
        print_played(service, said_of(service.handed(found.attempt_id), step), step, json=json)


def hand_over_document(one: HandOver) -> dict[str, Any]:
    """A hand-over for ``--json``: without what proves that an answer is one."""
    document: dict[str, Any] = plain(one)
    for name in ("secret", "seen", "told"):
        del document[name]
    document["feedback"] = feedback_documents(one.feedback)
    return document


def _moment(text: str | None, option: str) -> int | None:
    try:
        return None if text is None else parse_clock(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _span(text: str, option: str) -> Span:
    first, dash, last = text.partition("-")
    start, end = _moment(first, option), _moment(last, option) if dash else None
    if start is None or end is None or end <= start:
        raise typer.BadParameter(f"not a stretch of time: {text!r} (write 0:05-0:12)", param_hint=option)
    return Span(start, end)


def _blur(text: str) -> Blur:
    found = _BLUR.fullmatch(text.replace(" ", ""))
    if found is None:
        what = f"not a rectangle: {text!r} (write 100,80,300,40 or 100,80,300,40@0:05-0:12)"
        raise typer.BadParameter(what, param_hint="--blur")
    x, y, width, height = (int(found[n]) for n in range(1, 5))
    span = _span(found[5], "--blur") if found[5] else Span(0, _FOR_EVER_MS)
    return Blur(span.start_ms, span.end_ms, region=Region(x, y, width, height))
