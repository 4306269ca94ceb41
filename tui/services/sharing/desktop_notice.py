"""``notice_of_errors``: shows an error as a notice of the desktop, where no terminal is there to print it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape

from capture.errors import ShowhowError

_TIMEOUT_S = 10


@contextmanager
def notice_of_errors() -> Iterator[None]:
    """Pass errors on; where the desktop has ``notify-send``, they are shown too."""
    try:
        yield
    except ShowhowError as error:
        if program := shutil.which("notify-send"):
            # A link names the demo and anybody may have written it: it is text after --, and no markup.
            command = [program, "--app-name=showhow", "--", "showhow", escape(str(error))]
            with suppress(OSError, subprocess.SubprocessError):
                subprocess.run(command, check=False, timeout=_TIMEOUT_S, capture_output=True)
        raise
