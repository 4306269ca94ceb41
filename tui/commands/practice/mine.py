"""``showhow mine``: what is kept of the learner: list, show, export, forget; and what is handed over of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from library.format import count
from library.model import LibraryError
from library.practice.attempts import AttemptLog, cut_off
from library.practice.feedback.handing import HAND_OVER, kept_hand_overs, lies_elsewhere
from library.practice.feedback.model import OwnKey
from library.practice.feedback.people import KEY, OWN
from library.practice.store import PracticeStore
from tui.commands.options import CommandContext, Json
from tui.commands.practice import hand
from tui.commands.practice.printing import attempt_document, attempt_line, print_attempt
from tui.commands.practice.service import feedback_service, practice_service
from tui.console import print_json, say, warn
from tui.state.practice.feedback import feedback_lines, hand_over_state, who_sees

AttemptName = Annotated[str, typer.Argument(metavar="TRY", help="Its id, or the beginning of it; see mine list.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(help="Your own tries, which nobody else sees.", no_args_is_help=True)
    for command in (list_, show, export, forget):
        group.command(command.__name__.rstrip("_"))(command)
    hand.add_to(group)
    app.add_typer(group, name="mine")


def _log(context: typer.Context) -> AttemptLog:
    cli: CommandContext = context.obj
    return AttemptLog(PracticeStore(cli.settings.mine_folder))


def list_(context: typer.Context, json: Json = False) -> None:
    """List your tries, oldest first."""
    log = _log(context)
    found = log.list()
    if json:
        print_json({"attempts": [attempt_document(attempt) for attempt in found]})
        return
    handed = kept_hand_overs(log.store)
    for attempt in found:
        states = [hand_over_state(one) for one in handed if one.attempt_id == attempt.attempt_id]
        say(" · ".join([attempt_line(attempt), *states]))
    if not found:
        say("No tries yet. Try a demo: showhow try DEMO")


def _stop_sharing(context: typer.Context, *, leave: bool) -> None:
    """Take back what the library counts of the learner: nobody could do it afterwards. Raises LibraryError."""
    from library.practice.pathways.learner import shared_enrolments
    from library.practice.pathways.shared import shared_progress

    cli: CommandContext = context.obj
    if not (shared := shared_enrolments(PracticeStore(cli.settings.mine_folder))):
        return
    try:
        with cli.open_library() as library:
            here, folder = library.address, shared_progress(library)
            for one in shared:
                folder.drop(one.pathway_id, one.learner_id)
    except LibraryError as error:
        warn(f"Points that you share, without your name, are still counted: {error.what}")
        return
    other = next((one for one in shared if one.library not in {"", here}), None)
    if other is not None and not leave:
        remedy = f"Leave it there first: showhow --library {other.library} pathway leave {other.pathway_id}"
        raise LibraryError(f"You share points in {other.library}", f"{remedy}; or give --leave-handed.")


def show(context: typer.Context, attempt: AttemptName, json: Json = False) -> None:
    """Show one try beside its demo; one whose recording broke off is compared as far as it goes."""
    found = _log(context).find(attempt)
    if found.comparison is None and cut_off(found):
        with practice_service(context.obj) as (_, service):
            found = service.complete(found)
    handed = kept_hand_overs(_log(context).store, found.attempt_id)
    print_attempt(found, json=json, seen_by=who_sees(handed))
    if not json:
        for line in feedback_lines(handed):
            say(line)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A JSON file to write.")],
    force: Annotated[bool, typer.Option("--force", "-f", help="Also over a file that is there.")] = False,
    json: Json = False,
) -> None:
    """Write all that is kept of you, with your key, as one JSON file; it names the folders of the recordings."""
    document = _log(context).export(file, over=force)
    if json:
        print_json({"path": str(file), "records": len(document.records), "takes": list(document.takes)})
    else:
        takes = count(len(document.takes), "recording")
        say(f"Wrote {count(len(document.records), 'record')} to {file}. It names {takes}, which lie beside.")


def forget(
    context: typer.Context,
    attempt: Annotated[str | None, typer.Argument(metavar="[TRY]", help="One try; see mine list.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is kept of you.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    leave_handed: Annotated[bool, typer.Option("--leave-handed", help="Do not take back what others have.")] = False,
    json: Json = False,
) -> None:
    """Delete a try with its recording, or with --all everything. What was handed over is taken back first."""
    if (attempt is None) == (not everything):
        raise typer.BadParameter("name one try, or give --all", param_hint="TRY")
    log = _log(context)
    chosen = [log.find(attempt)] if attempt is not None else log.list()
    if not yes:
        what = f"your try of “{chosen[0].title}”" if attempt is not None else "all that is kept of you"
        typer.confirm(f"Delete {what}, with its recordings? It cannot be had back.", abort=True, err=True)
    _take_back(context.obj, log, chosen[0].attempt_id if attempt is not None else "", leave=leave_handed)
    if everything:
        _stop_sharing(context, leave=leave_handed)
        log.forget_everything()
    else:
        log.forget(chosen[0])
    ids = [one.attempt_id for one in chosen]
    if json:
        print_json({"deleted": ids})
    else:
        say(f"Deleted {count(len(ids), 'try', 'tries')}." if everything else "Deleted.")


def _take_back(cli: CommandContext, log: AttemptLog, attempt_id: str, *, leave: bool) -> None:
    """Take back what was handed over, of all tries without an id, and then the public key. Raises LibraryError."""
    handed = kept_hand_overs(log.store, attempt_id)
    lying = [one for one in handed if one.lies_in_library]
    key = not attempt_id and log.store.get(KEY, OWN, OwnKey) is not None
    if not leave and (lying or key):
        with feedback_service(cli) as service:
            feedback = service.feedback
            if other := lies_elsewhere(lying, feedback.handed.address):
                remedy = f"Take it back there first: showhow --library {other} mine take-back TRY"
                raise LibraryError(f"A try was handed over in {other}", f"{remedy}; or give --leave-handed.")
            feedback.handed.forget(attempt_id)
            if key:
                feedback.people.leave()
    for one in handed:
        log.store.remove(HAND_OVER, one.hand_id)
