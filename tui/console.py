"""Output of the commands: JSON documents or text lines on standard output, warnings and progress on standard error."""

from __future__ import annotations

import io
import re
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from capture.progress import Progress, silent

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(record: object) -> Any:
    """A record as JSON-compatible built-in types; paths become strings."""
    import msgspec

    return msgspec.to_builtins(record, enc_hook=_path)


def _path(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")  # msgspec's own way to say so


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(document, enc_hook=_path), indent=2)
    sys.stdout.write(text.decode() + "\n")


def say(line: str = "") -> None:
    """Print one line to standard output, without control characters and bidirectional marks."""
    sys.stdout.write(_CONTROL.sub("", line) + "\n")


def warn(line: str) -> None:
    """Print one line to standard error, cleaned as in ``say``."""
    sys.stderr.write(_CONTROL.sub("", line) + "\n")
    sys.stderr.flush()


def shell_word(text: str, system: str = sys.platform) -> str:
    """A text as one word of a command line. Windows' shells take double quotes only, and no two ways around those."""
    if system != "win32":
        return shlex.quote(text)
    return '"' + " ".join(text.replace('"', " ").split()) + '"'


_drawn: list[Progress] = []
"""The bar that is drawn, if any."""


@contextmanager
def progress_bar(*, shown: bool = True, after_s: float = 0.0) -> Iterator[Progress]:
    """A Progress that draws a bar on standard error; silent when that is not a terminal.

    The bar is drawn from the first report that comes ``after_s`` and more after the beginning.
    """
    if _drawn or not shown or not sys.stderr.isatty():
        yield _drawn[0] if _drawn else silent  # a terminal has one bar at a time
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(compact=True))
    began = time.monotonic()
    bars = Bars(*columns, console=Console(stderr=True), transient=True)
    task = bars.add_task("", total=None)

    def report(done: int, total: int, what: str) -> None:
        if time.monotonic() - began >= after_s:
            bars.start()
            bars.update(task, completed=done, total=total or None, description=what)

    if not after_s:
        bars.start()
    _drawn.append(report)
    try:
        yield report
    finally:
        _drawn.clear()
        bars.stop()


def set_encoding() -> None:
    """Write UTF-8 into files and pipes, whatever the system's encoding is: JSON has no other, and titles any letter.

    A terminal keeps its own encoding; letters it does not have become question marks.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # none under pythonw
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def version() -> str:
    """The installed version of showhow-app."""
    from importlib import metadata

    try:
        return metadata.version("showhow-app")
    except metadata.PackageNotFoundError:
        return "not installed"
