"""A model hub of one's own on this machine, speaking as much of the real one's language as a download needs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class _Handler(BaseHTTPRequestHandler):
    files: dict[str, bytes]
    repository: str
    asked: list[str]

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        self.asked.append(f"{self.command} {path}")
        if path.startswith(f"/api/models/{self.repository}"):
            siblings = [{"rfilename": name, "size": len(data)} for name, data in self.files.items()]
            facts = {"id": self.repository, "modelId": self.repository, "sha": COMMIT, "siblings": siblings}
            self._send(json.dumps(facts).encode(), "application/json", body=True)
        elif path.startswith(f"/{self.repository}/resolve/") and (name := path.rsplit("/", 1)[1]) in self.files:
            self._send(self.files[name], "application/octet-stream", body=body)
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send(self, data: bytes, kind: str, *, body: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if body:
            self.wfile.write(data)


@contextmanager
def hub(repository: str, model: Path, extra: dict[str, bytes] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve a model's folder under a repository's name; gives the hub's address and what it was asked."""
    files = {path.name: path.read_bytes() for path in model.iterdir() if path.is_file()} | (extra or {})
    asked: list[str] = []
    handler = type("Handler", (_Handler,), {"files": files, "repository": repository, "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
