"""NowWindow: a small browser window with the best steps for the program in front, from a reader of its own.

The reader is bound to this machine. A browser of the Chromium family shows its page as a window without tabs; any other
one as a page.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import threading
import webbrowser
from collections.abc import Callable
from types import TracebackType

from capture.model import Front
from library.connection.library import Library
from library.learning.now.front_names import front_names
from library.learning.now.help import steady_title
from library.web.now import now_address
from library.web.server import Running, ServeOptions
from tui.playback.displays import display_problem

_CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "brave-browser",
)
_SIZE = "480,720"
OpenPage = Callable[[str], bool]


class NowWindow:
    """A reader for one library, and the window it is shown in. Use as a context manager."""

    def __init__(self, library: Library, open_page: OpenPage | None = None) -> None:
        self._library, self._open_page = library, open_page or open_small_window
        self._reader = Running(library, ServeOptions(port=0))
        self._serving = threading.Thread(target=self._reader.run, name="reader", daemon=True)

    def __enter__(self) -> NowWindow:
        self._serving.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._reader.stop()
        self._serving.join()

    @property
    def url(self) -> str:
        """The reader's address."""
        return self._reader.url

    def show(self, front: Front) -> bool:
        """Open the page for a window; returns whether a browser opened. Raises LibraryError.

        The address has the program and steady words of the title only: browsers keep addresses.
        """
        title = steady_title(front_names(self._library.catalog, front))
        return self._open_page(now_address(self.url, front.app, title))

    def wait(self, seconds: float) -> None:
        """Wait until the reader ends, or for so long."""
        self._serving.join(seconds)


def open_small_window(address: str) -> bool:
    """Open an address in a small window without tabs, else in the default browser; returns whether one opened."""
    if display_problem(os.environ):  # a browser would start, and end unseen
        return False
    if platform.system() == "Linux" and (found := next(filter(None, map(shutil.which, _CHROMIUMS)), None)):
        command = [found, f"--app={address}", f"--window-size={_SIZE}"]
        try:
            subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        except OSError:
            return webbrowser.open(address)
        return True
    return webbrowser.open(address)
