"""``Replayer``: plays a demo in the best player available: mpv, else the browser, else the system's player.

Owns the choice and the one mpv window. Does not know the screens.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from capture.errors import ShowhowError
from capture.span import Span
from library.model import Demo
from library.pictures import focus_moments, picture_size
from library.storage.bundle import CAPTIONS
from transcribe.chapters import titled_spans
from tui.playback.browser import BrowserPlayer, OpenPage
from tui.playback.displays import display_problem
from tui.playback.mpv import Mpv, PlayerPosition, Replay
from tui.playback.system_player import MPV, play_clip

if TYPE_CHECKING:
    from library.connection.library import Library

READER = "the browser"


class Replayer:
    """Plays the demos of one library. ``open_page`` opens a URL in a browser and returns whether it did.

    ``noted`` is called, in a thread, when a key in mpv says that a demo helped or not, with the position in ms.
    """

    def __init__(
        self,
        library: Library,
        environment: Mapping[str, str] | None = None,
        open_page: OpenPage | None = None,
        noted: Callable[[Demo, str, int], None] | None = None,
    ) -> None:
        self._library, self._noted = library, noted
        self._shown: dict[str, Demo] = {}
        self._environment = os.environ if environment is None else environment
        self.browser = BrowserPlayer(library, open_page)
        self._mpv: Mpv | None = None
        self._lock = threading.Lock()

    def play(self, demo: Demo, start_ms: int, speed: float = 1.0, *, loop: Span | None = None) -> str:
        """Open the clip at ``start_ms``; returns the player's display name. Raises ShowhowError if none can play."""
        if problem := display_problem(self._environment):
            raise ShowhowError(problem, "Step through its pictures and words here instead.")
        program = shutil.which("mpv", path=self._environment.get("PATH"))
        if program is not None and sys.platform != "win32":  # on Windows mpv's IPC is a named pipe
            self._play_in_mpv(program, demo, start_ms, speed, loop)
            return MPV
        if program is None and self.browser.play(demo, start_ms):
            return READER
        self._library.store.fetch_local(demo, demo.clip.path, CAPTIONS)
        path, captions = demo.path / demo.clip.path, _captions_of(demo)
        return play_clip(
            path, start_ms, speed, title=demo.title, captions=captions, loop=loop, environment=self._environment
        )

    def _play_in_mpv(self, program: str, demo: Demo, start_ms: int, speed: float, loop: Span | None) -> None:
        self._library.store.fetch_local(demo, demo.clip.path, CAPTIONS)
        path = (demo.path / demo.clip.path).absolute()
        if not path.is_file():
            raise ShowhowError(f"The clip {path} is not there", "Look at the library: showhow library check")
        with self._lock:
            self._mpv = self._mpv or Mpv(program, self._environment, self._note if self._noted else None)
            self._shown[str(path)] = demo
        chapters = titled_spans(demo.steps, demo.clip.duration_ms, demo.title)
        focus, size = focus_moments(demo), picture_size(demo)
        replay = Replay(path, start_ms, speed, demo.title, _captions_of(demo), loop, chapters, focus, size)
        self._mpv.play(replay)

    def _note(self, kind: str, position: PlayerPosition) -> None:
        demo = self._shown.get(position.path)
        if demo is not None and self._noted is not None:
            self._noted(demo, kind, position.at_ms)

    def position(self, demo: Demo) -> PlayerPosition | None:
        """mpv's position in this demo; None when it plays another one or none."""
        position = self._mpv.position if self._mpv is not None else None
        clip = (demo.path / demo.clip.path).absolute()
        return position if position is not None and Path(position.path) == clip else None

    def close(self) -> None:
        """Stop the web reader; an mpv window stays open."""
        if self._mpv is not None:
            self._mpv.detach()
        self.browser.close()


def _captions_of(demo: Demo) -> Path | None:
    captions = (demo.path / demo.clip.path).absolute().with_name(CAPTIONS)
    return captions if captions.is_file() and demo.words else None
