"""``showhow feedback``: what others handed to you: look, play, remark, sign off or ask for once more; and your key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from library.practice.feedback.model import FeedbackOutcome
from library.practice.feedback.spoken import own_words
from tui.commands.options import CommandContext, Json
from tui.commands.practice.printing import feedback_documents, print_played, remark_documents
from tui.commands.practice.service import feedback_service
from tui.console import plain, print_json, say, warn
from tui.state.practice.attempt import comparison_lines
from tui.state.practice.feedback import ReviewedAttempt, badge_words, received_line, received_state, remark_line

if TYPE_CHECKING:
    from library.practice.feedback.model import ReceivedAttempt

feedback = typer.Typer(help="Tries that others handed to you, and what you say of them.", no_args_is_help=True)
HandedName = Annotated[str, typer.Argument(metavar="HANDED", help="Its id, or the beginning of it; see feedback list.")]
Step = Annotated[int, typer.Option(metavar="N", min=0, help="The step; 0 for all of it.")]
Words = Annotated[str, typer.Option("--message", metavar="TEXT", help="Of all of it.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(feedback, name="feedback")


@feedback.command("list")
def list_them(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those that you answered too.")] = False,
    json: Json = False,
) -> None:
    """List what waits for you, oldest first."""
    with feedback_service(context.obj) as service:
        news, joined = service.received(), service.joined()
    found = [one for one in news.received if every or one.waits]
    if json:
        print_json({"handed": [_document(one) for one in found], "troubles": list(news.troubles)})
        return
    for one in found:
        say(f"{one.hand_id[:6]}  {one.handed.attempt.title} · {received_state(one)}")
        say(f"        {received_line(one)}")
    for line in (*news.troubles, *(f"{one.handed.learner.name} took a try back" for one in news.taken_back)):
        warn(line)
    if not found:
        say("Nothing waits for you." if joined else "Nobody can hand you anything yet: showhow feedback join")


@feedback.command()
def show(context: typer.Context, handed: HandedName, json: Json = False) -> None:
    """Show one beside its demo, with your remarks."""
    with feedback_service(context.obj) as service:
        found = service.feedback.reviews.find(handed)
    _print(found, json=json)


@feedback.command()
def play(context: typer.Context, handed: HandedName, step: Step = 0, json: Json = False) -> None:
    """Play the demo and the try side by side."""
    with feedback_service(context.obj) as service:
        message = service.play(service.feedback.reviews.find(handed), step)
    if json:
        print_json({"message": message})
    else:
        say(message)


@feedback.command()
def remark(
    context: typer.Context,
    handed: HandedName,
    text: Annotated[
        str | None, typer.Argument(metavar="[TEXT]", help="What you write; '' takes your remark there away.")
    ] = None,
    step: Step = 0,
    voice: Annotated[bool, typer.Option("--voice", help="Say it into the microphone, at most a minute.")] = False,
    seconds: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", min=0.5, max=60, help="With --voice: end by itself.")
    ] = None,
    json: Json = False,
) -> None:
    """Say something of a step, in writing or by voice; it is sent with your decision."""
    from tui.commands.practice.voice import remark_by_voice

    if (text is None) != voice:
        raise typer.BadParameter("write it, or give --voice", param_hint="TEXT")
    with feedback_service(context.obj) as service:
        found = service.feedback.reviews.find(handed)
        if text is not None:
            changed: ReceivedAttempt | None = service.remark(found, step, text)
            changed = changed if text else service.speak(found, step, None)
        else:
            changed = remark_by_voice(service, found, step, seconds)
    if changed is None:
        warn("Let go; nothing was kept.")
    _print(changed or found, json=json)


@feedback.command()
def hear(context: typer.Context, handed: HandedName, step: Step = 0, json: Json = False) -> None:
    """Play what you said by voice of a step."""
    with feedback_service(context.obj) as service:
        found = service.feedback.reviews.find(handed)
        print_played(service, own_words(found, step), step, json=json)


@feedback.command("sign-off")
def sign_off(
    context: typer.Context,
    handed: HandedName,
    message: Words = "",
    badge: Annotated[bool, typer.Option("--badge/--no-badge", help="Sign the badge that is asked for.")] = True,
    json: Json = False,
) -> None:
    """Say that it is done as it should be; the learner is told, and gets a badge if one was asked for."""
    _answer(context.obj, handed, FeedbackOutcome.SIGNED_OFF, message, badge=badge, json=json)


@feedback.command("once-more")
def once_more(context: typer.Context, handed: HandedName, message: Words = "", json: Json = False) -> None:
    """Ask for another try; the learner is told, with your remarks."""
    _answer(context.obj, handed, FeedbackOutcome.ONCE_MORE, message, json=json)


def _answer(
    cli: CommandContext, name: str, outcome: FeedbackOutcome, message: str, *, badge: bool = False, json: bool
) -> None:
    with feedback_service(cli) as service:
        found = service.answer(service.feedback.reviews.find(name), outcome, message, badge=badge)
    if json:
        print_json(_document(found))
    else:
        done = "signed off" if outcome is FeedbackOutcome.SIGNED_OFF else "asked for once more"
        say(f"“{found.handed.attempt.title}”: {done}. {found.handed.learner.name} is told.")
        if found.handed.wish is not None and found.sent[-1].badge:
            say(f"You signed a badge: {badge_words(found.handed.wish)}")


@feedback.command()
def people(context: typer.Context, json: Json = False) -> None:
    """List those to whom you may hand a try, with the fingerprints of their keys."""
    with feedback_service(context.obj) as service:
        found = [service.check(one.name) for one in service.people()]
    if json:
        print_json({"people": [{"name": p.name, "fingerprint": f, "trust": trust} for p, trust, f in found]})
        return
    for person, trust, mark in found:
        say(f"{mark}  {person.name}{'   the key is another one than before' if trust == 'changed' else ''}")
    if not found:
        say("Nobody joined yet. They join once, on their machine: showhow feedback join")


@feedback.command()
def join(
    context: typer.Context,
    replace: Annotated[bool, typer.Option("--replace", help="Also where your name has another key.")] = False,
    json: Json = False,
) -> None:
    """Let others hand you tries: puts your public key into the library, under your name (author in the settings)."""
    with feedback_service(context.obj) as service:
        mark, name = service.join(replace=replace), service.feedback.people.name
    if json:
        print_json({"name": name, "fingerprint": mark})
    else:
        say(f"{name} can be handed tries now. Your key, to be compared: {mark}")


@feedback.command()
def leave(context: typer.Context, json: Json = False) -> None:
    """Take your public key out of the library; what was handed to you can still be opened."""
    with feedback_service(context.obj) as service:
        service.feedback.people.leave()
        name = service.feedback.people.name
    if json:
        print_json({"name": name})
    else:
        say("Nobody can hand you tries any more.")


def _print(found: ReceivedAttempt, *, json: bool) -> None:
    if json:
        print_json(_document(found))
        return
    model = ReviewedAttempt(found)
    first, *rest = comparison_lines(model.comparison, seen_by=model.learner)
    for line in (first, *model.about(), *rest):
        say(line)
    for one in found.remarks:
        say(f"  not sent yet: {remark_line(one)}")
    say(f"Decide: showhow feedback sign-off {found.hand_id[:6]}, or once-more")


def _document(one: ReceivedAttempt) -> dict[str, Any]:
    """What was handed over for ``--json``: without its secret, and the steps by number and title."""
    attempt: dict[str, Any] = plain(one.handed.attempt)
    attempt["steps"] = [{"number": step.number, "title": step.title} for step in one.handed.attempt.steps]
    sent = feedback_documents(one.sent)
    return {
        "hand_id": one.hand_id, "learner": one.handed.learner.name, "vouched": one.vouched, "attempt": attempt,
        "message": one.handed.message, "at_unix_ms": one.handed.at_unix_ms, "sent": sent,
        "remarks": remark_documents(one.remarks), "wish": plain(one.handed.wish),
    }  # fmt: skip
