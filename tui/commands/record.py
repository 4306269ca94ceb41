"""``showhow record``: record without the application.

Ctrl-C stops, SIGUSR1 pauses and resumes, SIGUSR2 marks a step. The recorder runs in a process of its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from capture.errors import Cancelled
from capture.model import Region, Take, TakeState, Target
from capture.recorder.options import RecorderCommand
from capture.recorder.signal_requests import SignalRequests, forget_terminal
from capture.span import clock
from library.format import size
from library.learning.answers import answers_need, note_answers
from tui.commands.options import CommandContext, Json, demo_document
from tui.commands.replacing import Replace, begin_replacing, how_to_file, wanted_step
from tui.console import plain, print_json, say, warn
from tui.services.live_labels import start_live_labels
from tui.services.recognizers import intake_options

if TYPE_CHECKING:
    from capture.recorder.handle import Recording, Status
    from transcribe.streaming.live_messages import LiveUpdate
    from transcribe.streaming.live_transcriber import LiveTranscriber

T = TypeVar("T")
RegionName = Annotated[
    str | None, typer.Option(metavar="X,Y,W,H|pick", help="A part of the desktop; pick: draw it.")
]  # fmt: skip
WindowName = Annotated[
    str | None, typer.Option(metavar="TITLE|ID|pick", help="A window by its title or id; pick: click it.")
]  # fmt: skip
Answers = Annotated[
    str, typer.Option(metavar="NEED", help="What it answers, see showhow needs list; filing it tells who asked.")
]  # fmt: skip
_BARS = " ▁▂▃▄▅▆▇█"
_WINDOW_ID = re.compile("0[xX][0-9a-fA-F]{1,8}")
_CLEAR_LINE = "\r\x1b[K"
_FINAL_WORDS_S = 10.0
"""How long to wait for the last words when they are printed; the take is already saved then."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(record)


def record(
    context: typer.Context,
    monitor: Annotated[int | None, typer.Option(min=0, help="Screen to record, from 1; 0 for all of them.")] = None,
    region: RegionName = None,
    window: WindowName = None,
    microphone: Annotated[str | None, typer.Option(metavar="NAME|none", help="Microphone to use.")] = None,
    system_sound: Annotated[
        str | None, typer.Option(metavar="NAME|default", help="Also record what the machine plays.")
    ] = None,
    seconds: Annotated[float | None, typer.Option("--for", metavar="SECONDS", min=0.1, help="Stop by itself.")] = None,
    countdown: Annotated[int, typer.Option(min=0, max=60, help="Seconds before it starts.")] = 0,
    fps: Annotated[int | None, typer.Option(min=1, max=120, help="Looks at the screen, a second.")] = None,
    events: Annotated[bool, typer.Option("--events/--no-events", help="Note clicks and key chords.")] = True,
    show_keys: Annotated[
        bool, typer.Option("--show-keys", help="Show key chords such as Ctrl+S in the picture.")
    ] = False,
    words: Annotated[
        bool | None,
        typer.Option("--words/--no-words", help="Print words as they are recognised; or recognise none meanwhile."),
    ] = None,
    file_it: Annotated[bool, typer.Option("--file-it", help="File it right after the stop.")] = False,
    answers: Answers = "",
    replace: Replace = None,
    json: Json = False,
) -> None:
    """Record the screen and the microphone into a take. Ctrl-C stops it cleanly."""
    from capture.recorder.handle import Recording, RecordOptions

    cli: CommandContext = context.obj
    settings = cli.settings
    need = _need(cli, answers) if answers else ""
    wanted = wanted_step(cli, replace) if replace is not None else None
    options = RecordOptions(
        target=_target(monitor, region, window),
        takes_folder=settings.takes_folder,
        microphone=microphone if microphone is not None else settings.microphone,
        system_sound=system_sound,
        fps=fps or settings.fps,
        events=events or show_keys,
        chords=show_keys,
        max_ms=round(seconds * 1000) if seconds is not None else None,
        hotkeys=dict(settings.hotkeys),
    )
    with SignalRequests() as requests:
        told = _warn_of_hotkeys(options.hotkeys)
        _count_down(countdown, requests)
        recording = Recording.start(options, _ConsentWait(requests))
        _give_up_if_stopped(recording, requests)
        begin_replacing(recording, wanted)
        if options.events:
            start_live_labels(Path(recording.status.take_path))
        live = _start_live_words(recording, cli, words)
        take = _follow(recording, requests, told, quiet=json)
        note_answers(take.path, need)
        if live is not None and words:
            live.wait(_FINAL_WORDS_S)
    _report(cli, take, file_it=file_it, json=json)
    if recording.status.cut_short:
        raise typer.Exit(1)


def _give_up_if_stopped(recording: Recording, requests: SignalRequests) -> None:
    """Raises Cancelled when a stop was asked for while it started: nothing was recorded yet."""
    if requests.stop.is_set():
        recording.abandon()
        raise Cancelled("Stopped before it recorded; nothing was kept")


def _need(cli: CommandContext, name: str) -> str:
    """What a need is called in a take. Raises LibraryError when there is none."""
    from library.learning.opening import open_learning

    with cli.open_library() as library:
        return answers_need(open_learning(library).needs.resolve(name).need_id)


def _warn_of_hotkeys(hotkeys: Mapping[str, str]) -> set[str]:
    """Say which hotkeys will not work while it can still be changed; the lines, which the recorder will say too.

    Raises CaptureError when there is no screen, so before a countdown.
    """
    from capture.backends.capabilities import hotkey_warnings

    problems = hotkey_warnings(filter(None, hotkeys.values()))
    if problems:
        from capture.backends.screen import list_monitors

        list_monitors()
    for problem in problems:
        warn(problem)
    return set(problems)


class _ConsentWait:
    """Says once that the desktop asks whether the screen may be recorded; gives up when a stop is requested.

    What else is requested meanwhile is forgotten: there is nothing to pause or to mark.
    """

    def __init__(self, requests: SignalRequests) -> None:
        self._requests, self._said = requests, False

    def __call__(self, status: Status) -> None:
        if self._requests.stop.is_set():
            raise Cancelled("Stopped before it recorded; nothing was kept")
        if status.state != "asking":
            return
        self._requests.forget()
        if not self._said:
            self._said = True
            warn("The desktop asks what may be recorded; answer its dialogue. Ctrl-C gives up.")


def _start_live_words(recording: Recording, cli: CommandContext, words: bool | None) -> LiveTranscriber | None:
    """Start live transcription, unless it is off or there is no microphone; it ends by itself after the recording."""
    from tui.services.live_words import live_words_status, start_live_transcription

    wanted = cli.settings.live_words if words is None else words
    if not wanted or recording.status.microphone is None:
        return None
    live = start_live_transcription(
        Path(recording.status.take_path), intake_options(cli.settings), _print if words else None
    )
    if live is None and words:
        warn(live_words_status(None, wanted=True))
    return live


def _print(update: LiveUpdate) -> None:
    if line := update.text or update.problem:
        sys.stderr.write(_CLEAR_LINE if sys.stderr.isatty() else "")
        warn(line)


def _target(monitor: int | None, region: str | None, window: str | None) -> Target:
    if sum(value is not None for value in (monitor, region, window)) > 1:
        raise typer.BadParameter("choose one of --monitor, --region and --window", param_hint="--monitor")
    if region == "pick":
        from capture.backends.windows import can_draw, pick_region

        if can_draw():
            warn("Draw the region with the mouse; Escape cancels.")
        return Target(region=_picked(pick_region()))
    if window == "pick":
        from capture.backends.windows import can_draw, pick_window

        if can_draw():
            warn("Click the window to record; Escape cancels.")
        return _picked(pick_window()).target
    if region is not None:
        return Target(region=_parse_region(region))
    if window is not None:
        return Target(window=window, window_id=int(window, 16) if _WINDOW_ID.fullmatch(window) else None)
    return Target(monitor=1 if monitor is None else monitor)


def _picked(choice: T | None) -> T:
    if choice is None:
        raise Cancelled("Nothing was picked")
    return choice


def _parse_region(text: str) -> Region:
    if not (match := re.fullmatch(r"(-?\d{1,6}),(-?\d{1,6}),(\d{1,6}),(\d{1,6})", text.replace(" ", ""))):
        raise typer.BadParameter(f"not a region: {text!r} (write X,Y,WIDTH,HEIGHT in pixels)", param_hint="--region")
    x, y, width, height = (int(part) for part in match.groups())
    if width < 2 or height < 2:
        raise typer.BadParameter("a region needs at least 2 by 2 pixels", param_hint="--region")
    return Region(x, y, width, height)


def _count_down(seconds: int, requests: SignalRequests) -> None:
    """Raises Cancelled when a stop is asked for."""
    for left in range(seconds, 0, -1):
        warn(f"Recording in {left} …")
        if requests.stop.wait(1):
            raise Cancelled("Stopped before it recorded; nothing was kept")
    requests.forget()


def _follow(recording: Recording, requests: SignalRequests, told: set[str], *, quiet: bool) -> Take:
    """Wait until the recording has ended, for any reason; shows a status line on a terminal, and notices not told."""
    live = not quiet and sys.stderr.isatty()
    if not live:
        _tell(f"Recording {recording.status.take_path}. Ctrl-C stops it.")
    printed = 0
    while (take := _ended(recording, requests)) is None:
        _apply(recording, requests)
        status = recording.status
        printed = _print_notices(status, printed, told, live=live)
        if live:
            _tell(_CLEAR_LINE + _line(status), write=_write)
    _print_notices(recording.status, printed, told, live=live)
    if live:
        _tell(_CLEAR_LINE, write=_write)
    return take


def _ended(recording: Recording, requests: SignalRequests) -> Take | None:
    """The take once it has ended; None after 0.2 s, and soon after a stop was asked for."""
    for _ in range(4):
        take = recording.wait(0.05)
        if take is not None or requests.stop.is_set():
            return take
    return None


def _tell(text: str, *, write: Callable[[str], None] = warn) -> None:
    """Write to the terminal, which may have been closed: the recording, and what follows, goes on without it."""
    try:
        write(text)
    except OSError:
        forget_terminal()


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _print_notices(status: Status, printed: int, told: set[str], *, live: bool) -> int:
    """Print the notices after the first ``printed``; returns how many there are."""
    for notice in status.notices[printed:]:
        if notice not in told:
            _tell(_CLEAR_LINE * live, write=_write)
            _tell(notice)
    return len(status.notices)


def _apply(recording: Recording, requests: SignalRequests) -> None:
    for command in requests.commands():
        recording.send(command)
    if requests.stop.is_set():
        requests.stop.clear()
        recording.send(RecorderCommand.STOP)


def _line(status: Status) -> str:
    state = "‖ paused" if status.paused else "● REC"
    bar = _BARS[max(0, min(8, round((status.level.rms_db + 60) / 60 * 8)))]
    return (
        f"{state} {clock(status.elapsed_ms)}  {bar}  {size(status.bytes_written)}  free {size(status.free_bytes)}  "
        f"{status.late_ticks} late  (Ctrl-C stops)"
    )


def _report(cli: CommandContext, take: Take, *, file_it: bool, json: bool) -> None:
    document = {**plain(take), "path": str(take.path)}
    if not json:
        say(f"Take of {clock(take.duration_ms)} in {take.path}")
    if take.state is TakeState.ABANDONED:  # by its hotkey, without asking first
        if not json:
            say("Abandoned; showhow takes --tidy deletes it some day")
    elif file_it:
        from tui.commands.add import file_one

        try:
            demo = file_one(cli, take.path, json=json)
        except KeyboardInterrupt:
            raise Cancelled(f"Filing was stopped; the take is kept: showhow add {take.path}") from None
        document["demo"] = demo_document(demo)
    elif not json:
        say(how_to_file(take.path))
    if json:
        print_json(document)
