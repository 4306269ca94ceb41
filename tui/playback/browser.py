"""``BrowserPlayer``: replays a demo in the browser, on its page in the web reader, which it starts."""

from __future__ import annotations

import contextlib
import threading
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

from library.links import web_link_to
from library.model import Demo

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.web.server import Running

OpenPage = Callable[[str], bool]


class BrowserPlayer:
    """Plays the demos of one library. ``open_page`` opens a URL in a browser and returns whether it did."""

    def __init__(self, library: Library, open_page: OpenPage | None = None) -> None:
        self._library, self._open_page = library, open_page or webbrowser.open
        self._reader: Running | None = None
        self._serving: threading.Thread | None = None
        self._lock = threading.Lock()

    def play(self, demo: Demo, start_ms: int) -> bool:
        """Open the demo's page at ``start_ms``; returns whether a browser opened."""
        step = max((step.number for step in demo.steps if step.start_ms <= start_ms), default=0)
        address, hash_sign, anchor = web_link_to(self._reader_url(), demo.demo_id, step).partition("#")
        return self._open_page(f"{address}?at={start_ms}{hash_sign}{anchor}")

    def _reader_url(self) -> str:
        from library.export.web_exports import WebExports
        from library.web.server import Running, ServeOptions
        from library.web.sharing.options import SharingOptions

        with self._lock:
            if self._reader is None:
                self._reader = Running(
                    self._library, ServeOptions(port=0, sharing=SharingOptions(exports=WebExports()))
                )
                self._serving = threading.Thread(target=self._reader.run, name="reader", daemon=True)
                self._serving.start()
            return self._reader.url

    def serve(self) -> None:
        """Keep the reader running until Ctrl-C."""
        if self._serving is not None:
            with contextlib.suppress(KeyboardInterrupt):
                while self._serving.is_alive():
                    self._serving.join(0.5)

    def close(self) -> None:
        """Stop the reader."""
        if self._reader is not None:
            self._reader.stop()
