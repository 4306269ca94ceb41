"""An S3 server on loopback: moto, behind a check of the signature of every request.

moto accepts any signature. The check computes each signature with botocore, an implementation independent of obstore's,
and responds 403 where they differ. It can also simulate faults: errors, refusals, delays and truncated responses.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

KEY, SECRET, REGION, BUCKET = "showhow-test", "not-a-real-secret", "us-east-1", "howtos"


@dataclass
class Fault:
    """A fault for the next ``times`` requests for which ``matches(method, path)`` is true."""

    kind: str
    times: int
    matches: Callable[[str, str], bool]
    seconds: float = 0.0


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's own name
        pass


@dataclass
class S3:
    """The running server. Use as a context manager."""

    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    refused: int = 0

    def __enter__(self) -> S3:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._lock, self._closing = threading.Lock(), threading.Event()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self._ask_moto("POST", "/moto-api/reset")
        self._ask_moto("PUT", f"/{BUCKET}")
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The usual AWS variables, for programs."""
        return {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION}

    def fail(self, kind: str, times: int = 1, *, method: str = "", part: str = "", seconds: float = 0.0) -> None:
        """Add a fault. ``kind``: a status like ``500`` or ``403``, ``slow``, or ``cut`` (closed in the body)."""
        self.faults.append(Fault(kind, times, lambda m, path: method in {"", m} and part in path, seconds))

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """The objects in the bucket, read without the check."""
        from moto.s3.models import s3_backends

        bucket = next(iter(s3_backends.values()))["global"].buckets[BUCKET]
        return {name: key.value for name, key in bucket.keys.items() if name.startswith(prefix)}

    def damage(self, name: str) -> None:
        """Flip one bit of an object."""
        from moto.s3.models import s3_backends

        key = next(iter(s3_backends.values()))["global"].buckets[BUCKET].keys[name]
        data = bytearray(key.value)
        data[0] ^= 1
        key.value = bytes(data)

    def _ask_moto(self, method: str, path: str) -> None:
        from io import BytesIO

        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
            "wsgi.input": BytesIO(), "wsgi.url_scheme": "http", "HTTP_HOST": "127.0.0.1", "QUERY_STRING": "",
            "CONTENT_LENGTH": "0",
            "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/{REGION}/s3/aws4_request",
        }  # fmt: skip
        list(self._app(environ, lambda *_: None))

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], unquote(environ["RAW_URI"].partition("?")[0])
        self.requests.append((method, path))
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        fault = self._fault(method, path)
        if not _signed(environ, body):
            self.refused += 1
            return _error(start, "403 Forbidden", "SignatureDoesNotMatch")
        if fault is not None and fault.kind.isdigit():
            code = {"403": "AccessDenied", "503": "SlowDown"}.get(fault.kind, "InternalError")
            return _error(start, f"{fault.kind} Fault", code)
        if fault is not None and fault.kind == "slow":
            self._closing.wait(fault.seconds)  # the fault itself: a slow server
        from io import BytesIO

        environ["wsgi.input"] = BytesIO(body)
        with self._lock:  # moto checks and writes in two steps; a real S3 does it in one
            if self._closing.is_set():  # what comes late must not reach the next server: moto has one store a process
                return _error(start, "503 Fault", "SlowDown")
            caught: list[Any] = []
            answer = b"".join(self._app(environ, lambda *answered: caught.extend(answered)))
        start(caught[0], caught[1])
        return _cut(answer) if fault is not None and fault.kind == "cut" else [answer]

    def _fault(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.times > 0 and fault.matches(method, path):
                    fault.times -= 1
                    return fault
        return None


def _cut(answer: bytes) -> Iterator[bytes]:
    yield answer[: len(answer) // 2]
    raise ConnectionAbortedError("cut on purpose")


def _error(start: Callable[..., Any], status: str, code: str) -> Iterable[bytes]:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
    start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


def _signed(environ: dict[str, Any], body: bytes) -> bool:
    """Whether the request has the correct signature for our secret, over its headers and body."""
    import hashlib

    given = environ.get("HTTP_AUTHORIZATION", "")
    parts = dict(part.strip().split("=", 1) for part in given.partition(" ")[2].split(",") if "=" in part)
    if not given.startswith("AWS4-HMAC-SHA256 ") or not parts.get("Credential", "").startswith(f"{KEY}/"):
        return False
    said = environ.get("HTTP_X_AMZ_CONTENT_SHA256", "")
    if said not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
        return False
    region = parts["Credential"].split("/")[2]
    path = quote(unquote(environ["RAW_URI"].partition("?")[0]), safe="/-_.~")
    asked = parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
    query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in asked)
    url = f"http://{environ['HTTP_HOST']}{path}" + (f"?{query}" if query else "")
    named = parts["SignedHeaders"].split(";")
    headers = {name: _header(environ, name) for name in named if name != "host"}
    request = AWSRequest(environ["REQUEST_METHOD"], url, headers=headers, data=body)
    auth = S3SigV4Auth(Credentials(KEY, SECRET), "s3", region)
    request.context["timestamp"] = environ["HTTP_X_AMZ_DATE"]
    request.headers["host"] = environ["HTTP_HOST"]
    canonical = auth.canonical_request(request)
    return auth.signature(auth.string_to_sign(request, canonical), request) == parts["Signature"]


def _header(environ: dict[str, Any], name: str) -> str:
    key = name.upper().replace("-", "_")
    return str(environ.get(key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}", ""))
