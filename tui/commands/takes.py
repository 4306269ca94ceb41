"""``showhow takes`` and ``showhow recover``: list, delete and repair raw recordings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capture.errors import ShowhowError
from capture.span import clock
from library.format import count, moment, size
from tui.commands.add import file_one
from tui.commands.options import CommandContext, Json, Model, demo_document
from tui.console import plain, print_json, say, warn
from tui.services.recognizers import RecognizerOverrides

if TYPE_CHECKING:
    from capture.model import Take


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(takes)
    app.command()(recover)


def takes(
    context: typer.Context,
    tidy: Annotated[
        bool, typer.Option("--tidy", help="Delete takes that were filed some time ago; asks first.")
    ] = False,
    days: Annotated[int, typer.Option(min=0, help="With --tidy: how many days to keep them.")] = 30,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --tidy: do not ask.")] = False,
    json: Json = False,
) -> None:
    """List the raw recordings and what became of each; a take is only ever deleted when you ask for it."""
    from capture.takes import list_takes

    cli: CommandContext = context.obj
    found = list_takes(cli.settings.takes_folder)
    if tidy:
        _delete([take for take in found if _is_deletable(take, days)], yes=yes, json=json)
        return
    if json:
        print_json({"takes": [_take_document(take) for take in found]})
        return
    if not found:
        say("No takes. Record one: showhow record")
    for take in found:
        facts = f"{clock(take.duration_ms)} · {size(_bytes(take))} · {_status(take)}"
        say(f"{moment(take.started_unix_ms)}  {take.path}\n  {facts}")


def _is_deletable(take: Take, days: int) -> bool:
    """Whether a take was filed or abandoned at least ``days`` ago; other takes are never deleted."""
    done = take.filed_as is not None or take.state == "abandoned"
    return done and time.time() - take.started_unix_ms / 1000 >= days * 86_400


def _delete(old: list[Take], *, yes: bool, json: bool) -> None:
    from capture.takes import delete

    total = sum(_bytes(take) for take in old)
    if old and not yes:
        typer.confirm(f"Delete {count(len(old), 'raw take')}, {size(total)}? Their demos stay.", abort=True, err=True)
    for take in old:
        delete(take.path)
    if json:
        print_json({"deleted": [str(take.path) for take in old], "bytes": total})
    else:
        say(f"Deleted {count(len(old), 'take')}, {size(total)}." if old else "No take has been filed for that long.")


def _bytes(take: Take) -> int:
    return take.video.stat().st_size if take.video.exists() else 0


def _take_document(take: Take) -> dict[str, object]:
    from capture.takes import is_live

    return {**plain(take), "path": str(take.path), "live": is_live(take.path)}


def _status(take: Take) -> str:
    from capture.takes import is_live

    if is_live(take.path):
        return "being recorded now"
    if take.state == "recording":
        return "left by a crash: showhow recover"
    if take.state == "abandoned":
        return "abandoned: showhow takes --tidy deletes it some day"
    return f"filed as {take.filed_as}" if take.filed_as else f"not filed: showhow add {take.path}"


def recover(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[TAKE...]", help="Take folders; all that a crash left.")
    ] = None,
    file_it: Annotated[bool, typer.Option("--file-it/--keep", help="File what was mended, or only mend it.")] = True,
    model: Model = None,
    json: Json = False,
) -> None:
    """Mend the recordings a crash left, and file them."""
    from capture.recorder.recovery import recover as repair
    from capture.takes import is_live, list_takes

    cli: CommandContext = context.obj
    left = [t.path for t in list_takes(cli.settings.takes_folder) if t.state == "recording" and not is_live(t.path)]
    repaired, demos, failed = [], [], []
    for path in paths or left:
        try:
            take = repair(path)
            repaired.append(take)
            if not json:
                say(f"Mended {take.path}: {clock(take.duration_ms)} are there.")
            if file_it:
                demos.append(file_one(cli, take.path, overrides=RecognizerOverrides(model), json=json))
        except ShowhowError as error:
            failed.append({"path": str(path), "error": str(error)})
            warn(f"{path.name}: {error}")
    if json:
        documents = [_take_document(take) for take in repaired]
        print_json({"takes": documents, "demos": [demo_document(demo) for demo in demos], "failed": failed})
    elif not (paths or left):
        say("Nothing to recover: every take is whole.")
    if failed:
        raise typer.Exit(1)
