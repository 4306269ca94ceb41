"""Entry point of ``showhow``. Starts the application and ``--version`` without loading Typer, which is slow to import.

Owns error reporting and exit codes: at most one line on standard error; exit 1, or 2 for wrong arguments; ``--debug``
adds the traceback. Does not define the commands (``tui/commands/root/app.py`` does).
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence

from capture.errors import Cancelled, ShowhowError
from tui.console import set_encoding, version

_NEW_OBJECTS = 20_000
"""Objects made between two collections of garbage. With Python's 700, loading modules alone causes dozens: a tenth of
the time of a command."""


def main() -> None:
    """Run showhow; always ends with ``SystemExit``."""
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    debug = "--debug" in sys.argv
    set_encoding()
    try:
        code = _run(sys.argv[1:])
    except ShowhowError as error:
        code = 130 if isinstance(error, Cancelled) else 1
        _report(str(error), debug=debug)
    except KeyboardInterrupt:
        code = 130
        _report("Stopped. Nothing was lost.", debug=debug)
    except BrokenPipeError:
        # The output pipe was closed (`| head`): not an error. Keep Python from reporting it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        code = 1
        _report(
            f"{error.strerror or error}: {error.filename or 'while working'}. Check the place and try again.",
            debug=debug,
        )
    gc.freeze()  # Python ends without looking through all objects once more
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    """Run the arguments; returns the exit code. Typer takes 0.1 s to load, so the two most frequent calls avoid it."""
    if list(arguments) == ["--version"]:
        sys.stdout.write(f"showhow {version()}\n")
        return 0
    if not arguments:
        from tui.terminal import ask_terminal

        query = ask_terminal(os.environ)  # it answers while the application is imported
        try:
            from tui.app import run
            from tui.config import load_settings
        finally:
            answers = None if query is None else query.answers()
        return run(load_settings(), answers)
    from tui.commands.root.app import run_command

    return run_command()


def _report(line: str, *, debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc()
    from tui.console import warn

    warn(line)


if __name__ == "__main__":
    main()
