"""A small learning record store on this machine, for tests: keeps what it takes, and refuses or fails on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class SmallRecordStore:
    """What was taken, and the headers of each request. ``refuses``: ids of statements; ``answers``: a status."""

    address: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    answers: int = 0


@contextmanager
def small_record_store() -> Iterator[SmallRecordStore]:
    """A running store."""
    store = SmallRecordStore()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            statements = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            store.headers.append(dict(self.headers) | {"path": self.path})
            bad = [one["id"] for one in statements if one["id"] in store.refuses]
            status = store.answers or (400 if bad else 200)
            if status == 200:
                store.taken += statements
            self.send_response(status)
            self.send_header("Location", "https://elsewhere.invalid/")
            body = b"not a statement" if bad else b"[]"
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    store.address = f"http://127.0.0.1:{server.server_address[1]}/xAPI"
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join(20)
