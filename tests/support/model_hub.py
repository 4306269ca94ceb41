"""A local model hub with the part of the real hub's API that a download needs.

It can also simulate faults: hang, close the connection, send a damaged file, or a login page.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """Files to serve, requests received, and faults to simulate."""

    repository: str
    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)
    address: str = ""
    hang_at: str = ""  # a file whose body is never sent
    hang_up_in: str = ""  # a file with a closed connection in its middle, and status 503 for the rest
    breaks_once_in: str = ""  # a file with a closed connection in its middle the first time
    no_ranges: bool = False  # it ignores Range and sends whole files
    spoil: str = ""  # a file sent with wrong bytes
    claimed_size: int = 0  # the size of model.bin according to the hub, if not its true one
    page: bytes = b""  # the response to every request for the facts of a model
    over: threading.Event = field(default_factory=threading.Event)

    def facts(self) -> bytes:
        """Facts of the model as JSON. As on the real hub, model.bin is in LFS (SHA-256) and the rest in git (SHA-1)."""
        return json.dumps(
            {
                "id": self.repository,
                "modelId": self.repository,
                "sha": COMMIT,
                "siblings": [self._sibling(name, data) for name, data in self.files.items()],
            }
        ).encode()

    def tree(self) -> bytes:
        """The list of its files as JSON, as ``snapshot_download`` asks for it."""
        return json.dumps([self._entry(name, data) for name, data in self.files.items()]).encode()

    def _entry(self, name: str, data: bytes) -> dict[str, object]:
        facts = self._sibling(name, data)
        lfs = {"lfs": {"size": len(data), "oid": hashlib.sha256(data).hexdigest(), "pointerSize": 130}}
        return {"type": "file", "path": name, "size": len(data), "oid": facts["blobId"]} | (
            lfs if "lfs" in facts else {}
        )

    def _sibling(self, name: str, data: bytes) -> dict[str, object]:
        size = self.claimed_size if name == "model.bin" and self.claimed_size else len(data)
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
        lfs = {"lfs": {"size": size, "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 130}}
        return {"rfilename": name, "size": size, "blobId": blob} | (lfs if name == "model.bin" else {})


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def log_message(self, *_: object) -> None:
        """No log."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
        self.hub.asked.append(f"{self.command} {path}{f' from {start}' if start else ''}")
        if path.startswith("/api/models/") and self.hub.page:
            self._send(self.hub.page, "text/html", body=True)
        elif path.startswith(f"/api/models/{self.hub.repository}/tree/"):
            self._send(self.hub.tree(), "application/json", body=True)
        elif path.startswith(f"/api/models/{self.hub.repository}"):
            self._send(self.hub.facts(), "application/json", body=True)
        elif (
            path.startswith(f"/{self.hub.repository}/resolve/")
            and (name := "/".join(path.split("/")[5:])) in self.hub.files
        ):
            self._send_file(name, start, body=body)
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send_file(self, name: str, start: int, *, body: bool) -> None:
        data = self.hub.files[name]
        if name == self.hub.spoil:
            data = bytes(len(data) // 2) + data[len(data) // 2 :]
        if name == self.hub.hang_up_in and start:
            self.send_error(503)
            return
        if self.hub.no_ranges:
            start = 0
        self._head(data, "application/octet-stream", start)
        if not body:
            return
        if name == self.hub.hang_at:
            self.hub.over.wait(60)
        elif name in {self.hub.hang_up_in, self.hub.breaks_once_in}:
            self.hub.breaks_once_in = ""
            self.wfile.write(data[: len(data) // 2])
        else:
            self.wfile.write(data[start:])

    def _send(self, data: bytes, kind: str, *, body: bool) -> None:
        self._head(data, kind, 0)
        if body:
            self.wfile.write(data)

    def _head(self, data: bytes, kind: str, start: int) -> None:
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()


@contextmanager
def opened(hub: Hub) -> Iterator[Hub]:
    """Serve it; ``address`` is set inside the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        hub.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def serving(repository: str, model: Path, extra: dict[str, bytes] | None = None) -> Hub:
    """A hub with the files of a model's folder under the name of a repository."""
    return Hub(repository, {path.name: path.read_bytes() for path in model.iterdir() if path.is_file()} | (extra or {}))


@contextmanager
def hub(repository: str, model: Path, extra: dict[str, bytes] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve a model's folder under the name of a repository; yields the address and the requests received."""
    with opened(serving(repository, model, extra)) as served:
        yield served.address, served.asked
