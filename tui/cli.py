"""The door: ``showhow`` and its commands. Opens in a blink: a heavy library is imported by the command that needs it.

An error people can meet is one line on standard error: exit 1, 2 for wrong arguments; ``--debug`` adds the traceback.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer

from capture.errors import Cancelled, ShowhowError
from tui.commands import collection, filing, finding, gaps, machine, models, recording, serving, upkeep, words, work
from tui.commands.common import Door, version
from tui.output import warn

# Typer carries its own click and exports only these; what it raises for wrong arguments are their bases.
_UsageError, _ClickException = typer.BadParameter.__mro__[1:3]

app = typer.Typer(
    name="showhow",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (recording, filing, finding, collection, serving, upkeep, gaps, words, work, models, machine):
    room.add_to(app)


@app.callback(invoke_without_command=True)
def showhow(
    context: typer.Context,
    library: Annotated[str | None, typer.Option(metavar="URL", help="Library to use, a folder path.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    show_version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Record a short narrated screen demo, file it, replay the step you need. Without a command: the application."""
    if show_version:
        sys.stdout.write(f"showhow {version()}\n")
        raise typer.Exit
    context.obj = Door(library=library, debug=debug)
    if context.invoked_subcommand is None:
        from tui.app import run

        raise typer.Exit(run(context.obj.settings))


def main() -> None:
    """Run the door; every way out ends here with an exit code and at most one line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    debug = "--debug" in sys.argv
    try:
        code = app(standalone_mode=False)
    except ShowhowError as error:
        code = 130 if isinstance(error, Cancelled) else 1
        _report(str(error), debug=debug)
    except (typer.Abort, KeyboardInterrupt):
        code = 130
        _report("Stopped. Nothing was lost.", debug=debug)
    except _ClickException as error:  # type: ignore[misc]  # reached through the base list, see above
        code = error.exit_code
        context = getattr(error, "ctx", None) if isinstance(error, _UsageError) else None
        hint = f" Try: {context.command_path} --help" if context else ""
        warn(f"{error.format_message()}{hint}")
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): not an error; keep Python from saying so at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        code = 1
        _report(
            f"{error.strerror or error}: {error.filename or 'while working'}. Check the place and try again.",
            debug=debug,
        )
    sys.exit(code or 0)


def _report(line: str, *, debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc()
    warn(line)


if __name__ == "__main__":
    main()
