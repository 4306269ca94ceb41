"""HTTP server of the web reader: bound to this machine by default, with limits on connections and request times.

Owns sockets, limits and the start of the server. Does not know the pages. The only module that imports uvicorn.
"""

from __future__ import annotations

import asyncio
import errno
import secrets
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from capture.errors import Cancelled
from library.connection.library import Library
from library.model import LibraryError
from library.web.access_guard import GuardOptions, hosts_for, is_loopback
from library.web.app import Extension, ReaderOptions, make_app
from library.web.blocking_pool import MEDIA_WAITS, PAGE_WAITS, PoolOptions
from library.web.search_log import SearchLogger
from library.web.sharing.options import SharingOptions

PORT = 8620
_CONNECTIONS = 400
"""Concurrent connections; more get 503. Each may have two open files, and 1024 is a usual limit of open files."""
_HEAD_TIMEOUT_S = 10
"""Seconds within which the head of a request must arrive; otherwise the connection is closed."""
_KEEP_ALIVE_S = 15
_BACKLOG = 128
if sys.platform == "win32":
    _ALONE = socket.SO_EXCLUSIVEADDRUSE  # with SO_REUSEADDR a second program could take the same port there
    _REFUSED, _OTHER_PORT = "is in use or reserved", "Choose another: showhow serve --port 0"
else:
    _ALONE = socket.SO_REUSEADDR  # a server that is started anew need not wait until old connections are forgotten
    _REFUSED, _OTHER_PORT = "may not be used", "Choose one above 1023."


MakeExtension = Callable[[Library, GuardOptions], Extension]
"""Makes more pages for the reader of a library, whose access the options tell."""


@dataclass(frozen=True)
class ServeOptions:
    """Where to serve. ``port`` 0 takes a free one. ``names``: more host names by which the server is reached.

    ``read_only``: visitors cannot ask for demos. ``pages``, ``media``: how long requests wait for catalog and store.
    ``recording`` makes the pages on which browsers record, ``extensions`` make more pages. ``sharing``: how demos
    leave the reader.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    token: str = ""
    names: Sequence[str] = ()
    read_only: bool = False
    pages: PoolOptions = PAGE_WAITS
    media: PoolOptions = MEDIA_WAITS
    recording: MakeExtension | None = None
    extensions: Sequence[MakeExtension] = ()
    sharing: SharingOptions = field(default_factory=SharingOptions)


class PatientProtocol(H11Protocol):  # uvicorn (up to 0.54) has no limit on the time a request's head may take
    """HTTP/1.1 protocol that closes a connection when no complete request head arrives in time (slow clients).

    When there are as many connections as may be, a new one takes the place of the one that has been idle for longest:
    a browser keeps six open for a while, and opens another when it needs one.
    """

    _deadline: asyncio.TimerHandle | None = None
    active_at_s = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
        """Make room and start the timeout."""
        if len(self.connections) >= _CONNECTIONS - 1:
            self._make_room()
        super().connection_made(transport)
        self.active_at_s = self.loop.time()
        self._deadline = self.loop.call_later(_HEAD_TIMEOUT_S, self._on_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timeout."""
        self._cancel_timeout()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Cancel the timeout when the head is complete; restart it with the first data after the response."""
        super().data_received(data)
        self.active_at_s = self.loop.time()
        if self.answering:
            self._cancel_timeout()
        elif self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(_HEAD_TIMEOUT_S, self._on_timeout)

    def _on_timeout(self) -> None:
        self._deadline = None
        if not self.answering:
            self.transport.close()

    def _make_room(self) -> None:
        idle = [one for one in self.connections if isinstance(one, PatientProtocol) and not one.answering]
        if idle:
            oldest = min(idle, key=lambda one: one.active_at_s)
            self.connections.discard(oldest)  # the loop tells it only later that it is closed
            oldest.transport.close()

    @property
    def answering(self) -> bool:
        """Whether a request is at work; otherwise the connection is idle."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, whatever uvicorn declares
        return cycle is not None and not cycle.response_complete

    def _cancel_timeout(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class Running:
    """A reader with a bound socket and known address. ``run`` blocks until ``stop``, SIGINT or SIGTERM."""

    def __init__(self, library: Library, options: ServeOptions) -> None:
        token = options.token or ("" if is_loopback(options.host) else secrets.token_urlsafe(16))
        guard = GuardOptions(hosts=hosts_for(options.host, options.names), token=token)
        self._socket = _bound(options.host, options.port)
        self._library, self._over = library, threading.Event()
        self._scratch = Path(tempfile.mkdtemp(prefix="showhow-reader-"))
        self._search_log = SearchLogger(library.catalog.use)
        makers = [*([options.recording] if options.recording is not None else []), *options.extensions]
        self._extensions = [make(library, guard) for make in makers]
        reader = ReaderOptions(
            guard=guard,
            read_only=options.read_only,
            pages=options.pages,
            media=options.media,
            extensions=self._extensions,
            recordable=options.recording is not None,
            sharing=options.sharing,
        )
        self._reader = make_app(library, self._scratch, self._search_log, reader)
        self._server = uvicorn.Server(_config(self._reader.app))
        self.port: int = self._socket.getsockname()[1]
        self.token, self._host = token, options.host
        self._names = tuple(options.names)

    @property
    def url(self) -> str:
        """Address for the browser, including the token if one is required."""
        name = self._names[0] if self._names else self._host
        if name in {"0.0.0.0", "::", "*"}:  # noqa: S104  compared, not bound
            name = socket.gethostname()
        name = f"[{name}]" if ":" in name else name
        return f"http://{name}:{self.port}/" + (f"?token={self.token}" if self.token else "")

    def run(self) -> None:
        """Serve until stopped, then close the socket and remove temporary files.

        Meanwhile a thread makes the vectors of demos that have none yet.
        """
        reading = threading.Thread(target=self._read_meanings, daemon=True)
        reading.start()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._over.set()
            reading.join()
            self._socket.close()
            for pool in self._reader.pools:
                pool.close()
            for extension in self._extensions:
                extension.close()
            self._search_log.close()
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _read_meanings(self) -> None:
        def progress(_done: int, _total: int, _what: str) -> None:
            if self._over.is_set():
                raise Cancelled("The reader was stopped")

        with suppress(Cancelled):
            self._library.meaning.fill_quietly(progress)

    def stop(self) -> None:
        """End ``run``, from any thread."""
        self._server.should_exit = True


def serve(library: Library, options: ServeOptions, ready: Callable[[Running], None]) -> None:
    """Serve a library until the process is stopped; ``ready`` is called when the address accepts connections.

    Raises LibraryError when the address cannot be bound.
    """
    running = Running(library, options)
    ready(running)  # bound and listening: connections made now are answered once the server runs
    running.run()


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=16_384,
        proxy_headers=False,
    )


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        bound = socket.socket(family, kind)
        try:
            bound.setsockopt(socket.SOL_SOCKET, _ALONE, 1)
            bound.bind(address)
            bound.listen(_BACKLOG)
        except OSError:
            bound.close()
            raise
    except (OSError, UnicodeError) as error:
        raise _bind_error(host, port, error) from error
    return bound


def _bind_error(host: str, port: int, error: Exception) -> LibraryError:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return LibraryError(f"Port {port} is in use", "Choose another: showhow serve --port 0")
    if code in {errno.EACCES, errno.EPERM}:
        return LibraryError(f"Port {port} {_REFUSED}", _OTHER_PORT)
    what = f"Nothing can be served at {host}: {getattr(error, 'strerror', None) or error}"
    return LibraryError(what, "Give an address of this machine.")
