"""``showhow now`` and ``showhow watch``: help for the program in front, once or whenever a hotkey is pressed.

Which program is in front is asked at that moment only, and kept nowhere. In a terminal the application shows the steps;
without one, as from a key of the desktop, a small browser window does.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capture.errors import CaptureError
from capture.model import Front
from capture.span import clock
from library.model import Hit
from tui.commands.options import CommandContext, Json
from tui.console import print_json, say, warn

if TYPE_CHECKING:
    from capture.desktop.input_listener import InputListener
    from library.learning.now.help import FrontHelp
    from tui.workflows.navigator import AppNavigator

HOTKEY = "ctrl+alt+h"
_OPEN_S = 1800.0
"""So long the browser window of ``showhow now`` can search."""
_UNTOLD = "Which program is in front is not known here"
Browser = Annotated[bool, typer.Option("--browser", help="In a small browser window, also where there is a terminal.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(now)
    app.command()(watch)


def now(
    context: typer.Context,
    app: Annotated[str, typer.Option(metavar="PROGRAM", help="This program instead of the one in front.")] = "",
    title: Annotated[str, typer.Option(metavar="TITLE", help="With --app: the title of its window.")] = "",
    browser: Browser = False,
    text: Annotated[bool, typer.Option("--list", help="Print the three best steps.")] = False,
    json: Json = False,
) -> None:
    """Show the best steps for the program in front; from a terminal, for the window behind it."""
    cli: CommandContext = context.obj
    shown_here = _has_terminal() and not browser
    front = Front(app, title) if app else _front(behind=shown_here or text or json)
    if text or json:
        _print(cli, front, json=json)
    elif shown_here:
        _run(cli, lambda navigator: navigator.show_help_for(front))
    else:
        from tui.playback.now_window import NowWindow

        with cli.open_library() as library, NowWindow(library) as window:
            if not window.show(front):
                _print(cli, front, json=False)
            else:
                window.wait(_OPEN_S)


def watch(
    context: typer.Context,
    hotkey: Annotated[str, typer.Option(metavar="KEYS", help="Keys that ask for help, from any window.")] = HOTKEY,
    browser: Browser = False,
    json: Json = False,
) -> None:
    """Wait for a hotkey; then show the best steps for the program in front, in this terminal or a browser window."""
    cli: CommandContext = context.obj
    if _has_terminal() and not (browser or json):
        _watch_here(cli, hotkey)
        return
    from tui.playback.now_window import NowWindow

    over = threading.Event()
    with cli.open_library() as library, NowWindow(library) as window:
        listener = _listen(hotkey, lambda: window.show(_front(behind=False)))
        try:
            said = f"{hotkey.title()} shows help for the program in front (Ctrl-C ends it)"
            print_json({"hotkey": hotkey, "url": window.url}) if json else say(said)
            sys.stdout.flush()  # a program that reads this pipe waits for it
            with suppress(KeyboardInterrupt):
                over.wait()
        finally:
            listener.close()


def _watch_here(cli: CommandContext, hotkey: str) -> None:
    """The application, which the hotkey brings to the front with the best steps."""
    from capture.backends.windows import remember_front

    raise_terminal = remember_front() or (lambda: None)  # its window is in front while the command is typed
    listeners: list[InputListener] = []

    def opened(navigator: AppNavigator) -> None:
        def asked() -> None:
            front = _front(behind=False)
            raise_terminal()
            navigator.app.call_from_thread(navigator.show_help_for, front)

        listeners.append(_listen(hotkey, asked))
        navigator.say(f"{hotkey.title()} shows help for the program in front")

    try:
        _run(cli, opened)
    finally:
        for listener in listeners:
            listener.close()


def _run(cli: CommandContext, opened: Callable[[AppNavigator], None]) -> None:
    from tui.app import run
    from tui.terminal import ask_terminal

    query = ask_terminal(os.environ)
    answers = None if query is None else query.answers()
    raise typer.Exit(run(cli.settings, answers, on_open=opened))


def _listen(hotkey: str, asked: Callable[[], object]) -> InputListener:
    """Call ``asked`` in a thread of its own at each press; of all other input nothing is kept.

    Says in one line where there are no hotkeys.
    """
    from capture.backends.capabilities import hotkey_warnings
    from capture.backends.input import open_input_listener
    from capture.desktop.input_listener import HotkeyAction
    from capture.model import Region

    for problem in hotkey_warnings([hotkey]):
        warn(f"{problem} A key of the desktop itself can start “showhow now --browser”.")

    def pressed() -> None:
        threading.Thread(target=asked, name="help", daemon=True).start()  # the listener goes on meanwhile

    nothing = Region(0, 0, 0, 0)  # every input lies outside it
    return open_input_listener(lambda: nothing, lambda: 0, _ignore, {hotkey: HotkeyAction("help", pressed)})


def _ignore(_event: object) -> None:
    """Keep nothing."""


def _front(*, behind: bool) -> Front:
    """The window in front; empty, with one honest line, where the desktop does not tell."""
    from capture.backends.windows import front_window

    try:
        return front_window(behind=behind)
    except CaptureError as error:
        warn(f"{_UNTOLD}: {error.what}. Search, or name it: showhow now --app PROGRAM")
        return Front()


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()


def _print(cli: CommandContext, front: Front, *, json: bool) -> None:
    from library.learning.now.help import help_for_front
    from library.learning.opening import open_learning

    library = cli.open_library()
    helped = help_for_front(library.catalog, open_learning(library).notes.every(), front)
    if json:
        print_json(_document(front, helped))
        return
    if not helped.hits:
        say(f"Nobody has shown anything in {front.app} yet." if front.app else "No program is in front.")
        return
    say(f"In {front.app}:")
    for hit in helped.hits:
        say(f"  {_place(hit):<10} {hit.step_title}   [{hit.demo_id}#{hit.step}]")
        say(f"  {'':<10} {hit.title}")
    best = helped.hits[0]
    say(f"Replay the first: showhow play {best.demo_id}#{best.step}")


def _document(front: Front, helped: FrontHelp) -> dict[str, Any]:
    return {"app": front.app, "words": helped.names.words, "programs": helped.names.programs, "hits": helped.hits}


def _place(hit: Hit) -> str:
    return f"#{hit.step} {clock(hit.start_ms)}"
