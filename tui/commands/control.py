"""``showhow mark``, ``pause`` and ``stop``: control whatever records here, from a desktop's key or another terminal."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capture.recorder.options import RecorderCommand
from capture.span import clock
from tui.commands.options import Json
from tui.console import plain, print_json, say

if TYPE_CHECKING:
    from capture.recorder.handle import Status

_STOP_S = 30.0


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(mark)
    app.command()(pause)
    app.command()(stop)


def mark(
    note: Annotated[str, typer.Argument(metavar="[NOTE]", help="What begins here.")] = "", json: Json = False
) -> None:
    """Mark that a step begins now, in what is being recorded. Bind a key of the desktop to it."""
    from capture.recorder.control import age_ms

    ago_ms = age_ms()
    status = _send(RecorderCommand.MARK_AGO, f"{ago_ms} {note}")
    _told("Marked a step", max(0, status.elapsed_ms - ago_ms), status, json=json)


def pause(json: Json = False) -> None:
    """Pause what is being recorded, or go on. Bind a key of the desktop to it."""
    status = _send(RecorderCommand.TOGGLE_PAUSE)
    _told("Going on" if status.paused else "Paused", status.elapsed_ms, status, json=json)


def stop(json: Json = False) -> None:
    """Stop what is being recorded, and wait until its take is whole. Bind a key of the desktop to it."""
    from capture.takes import is_live, load_take

    status = _send(RecorderCommand.STOP)
    path, deadline_s = Path(status.take_path), time.monotonic() + _STOP_S
    while is_live(path) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    take = load_take(path)
    if json:
        print_json({**plain(take), "path": str(take.path)})
    else:
        say(f"Take of {clock(take.duration_ms)} in {take.path}")


def _send(command: RecorderCommand, argument: str = "") -> Status:
    from capture.recorder.control import send_command

    return send_command(command, argument)


def _told(what: str, at_ms: int, status: Status, *, json: bool) -> None:
    if json:
        print_json({"take": status.take_path, "at_ms": at_ms, "done": what.lower()})
    else:
        say(f"{what} at {clock(at_ms)}")
