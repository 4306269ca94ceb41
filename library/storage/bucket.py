"""Bucket: objects in an S3 bucket. The only module that imports obstore; S3 errors become LibraryErrors of one line.

Owns retries, resumed downloads and create-only writes. Does not know what the objects contain.
Credentials come from the usual AWS_* variables, which obstore reads itself, or from ``MediaOptions``.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from capture.errors import Cancelled
from capture.progress import Progress, silent
from library.files import library_errors
from library.model import FileFacts, LibraryError, Unreachable
from library.team_packages import team_packages

_TYPES = {".mp4": "video/mp4", ".webp": "image/webp", ".vtt": "text/vtt", ".json": "application/json"}
_CHUNK = 1 << 20
_MOST_STALLS = 4
"""Consecutive broken downloads without a new byte after which a download fails."""
_FORBIDDEN = re.compile(r"status(?: code)?: 40[13]")  # for listings the class of the error does not say it
_NO_CREDENTIALS = re.compile(r"credential provider: \w+: (.+)")
_TIMED_OUT = re.compile(r"timed ?out", re.IGNORECASE)
_CONFIG_KEYS = ("access_key_id", "secret_access_key", "session_token", "region", "endpoint")
_PROFILE = "Check AWS_PROFILE, and ~/.aws/config."


class MediaMissing(LibraryError):
    """There is no such object."""


class MediaTaken(LibraryError):
    """The object already exists."""


@dataclass(frozen=True)
class MediaOptions:
    """How a bucket is reached. Empty values come from AWS_* variables, or are the defaults of AWS.

    ``credentials``: an obstore ``S3CredentialProvider``, called for keys when they are needed.
    ``read_timeout_s``: a request fails after this silence of the server. ``retry_timeout_s``: how long requests are
    retried that fail because of the server.
    """

    endpoint: str = ""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str = ""
    credentials: Callable[[], Any] | None = None
    read_timeout_s: float = 20.0
    retry_timeout_s: float = 20.0


AWS = MediaOptions()
"""All values from the AWS_* variables."""


class Item(NamedTuple):
    """An object of a listing: name, bytes, seconds since it was changed."""

    name: str
    size: int
    age_s: float


class Bucket:
    """An open bucket, or a part of one: ``s3://bucket/prefix``. Safe from several threads."""

    def __init__(self, url: str, options: MediaOptions = AWS) -> None:
        self.url = url
        with team_packages(), self._library_errors():
            self._store = _open(url, options)

    def read(self, name: str, limit: int) -> bytes:
        """Bytes of a small object. Raises MediaMissing; LibraryError when it is larger than ``limit``."""
        import obstore

        with self._library_errors(name):
            answer = obstore.get(self._store, name)
            if answer.meta["size"] > limit:
                raise LibraryError(f"{self.url}/{name} is larger than {limit >> 20} MiB", "It was not opened.")
            return bytes(answer.bytes())

    def write(self, name: str, data: bytes, *, new: bool = False) -> None:
        """Write a small object atomically. With ``new``, raises MediaTaken when it exists.

        An earlier attempt whose response was lost may have succeeded, so an object with the same bytes is accepted.
        """
        import obstore

        try:
            with self._library_errors(name):
                mode: Literal["create", "overwrite"] = "create" if new else "overwrite"
                kind = {"Content-Type": _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")}
                obstore.put(self._store, name, data, mode=mode, use_multipart=False, attributes=kind)
        except MediaTaken:
            if self.size_of(name) != len(data) or self.read(name, len(data)) != data:
                raise

    def send(self, path: Path, name: str) -> None:
        """Upload a file unless an object of its size exists; names contain checksums, so the size is enough."""
        import obstore

        with library_errors(f"read {path}"):
            size = path.stat().st_size
        if self.size_of(name) == size:
            return
        kind = {"Content-Type": _TYPES.get(path.suffix, "application/octet-stream")}
        with self._library_errors(name):
            obstore.put(self._store, name, path, attributes=kind)

    def size_of(self, name: str) -> int | None:
        """The size of an object; None when there is none."""
        import obstore

        try:
            with self._library_errors(name):
                return int(obstore.head(self._store, name)["size"])
        except MediaMissing:
            return None

    def fetch(self, name: str, target: Path, facts: FileFacts, progress: Progress = silent) -> None:
        """Download into a file; resumes after a broken connection. Raises LibraryError when the checksum is wrong."""
        with library_errors(f"keep {name} on this machine"), target.open("wb") as file:
            digest = hashlib.sha256()
            for chunk in self.stream(name):
                file.write(chunk)
                digest.update(chunk)
                progress(file.tell(), facts.size, "Fetching")
        if digest.hexdigest() != facts.sha256:
            raise LibraryError(f"{self.url}/{name} is not as it was filed", "See what to do: showhow library check")

    def facts_of(self, name: str) -> FileFacts:
        """Size and checksum of an object; reads all of it. Raises MediaMissing."""
        digest, size = hashlib.sha256(), 0
        for chunk in self.stream(name):
            digest.update(chunk)
            size += len(chunk)
        return FileFacts(size=size, sha256=digest.hexdigest())

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes of an object in chunks; resumes after a broken connection."""
        at, end, stalls = 0, -1, 0
        while at != end:
            before = at
            try:
                with self._library_errors(name):
                    for after, end, chunk in self._pieces(name, at):  # noqa: B007  the condition of the outer loop uses it
                        at = after
                        yield chunk
            except MediaMissing:
                raise
            except LibraryError:
                stalls = 0 if at > before else stalls + 1
                if stalls >= _MOST_STALLS:
                    raise

    def _pieces(self, name: str, start: int) -> Iterator[tuple[int, int, bytes]]:
        """Chunks from ``start`` on: (offset after the chunk, size of the object, chunk)."""
        import obstore

        answer = obstore.get(self._store, name, options={"range": {"offset": start}} if start else None)
        end, at = int(answer.meta["size"]), start
        if not end:
            yield 0, 0, b""
        for chunk in answer.stream(min_chunk_size=_CHUNK):
            at += len(chunk)
            yield at, end, bytes(chunk)

    def items(self, prefix: str) -> Iterator[Item]:
        """Every object below a prefix such as ``demos/``."""
        import obstore

        now = time.time()
        with self._library_errors(prefix):
            for page in obstore.list(self._store, prefix):
                for meta in page:
                    yield Item(meta["path"], int(meta["size"]), now - meta["last_modified"].timestamp())

    def folders(self, prefix: str) -> list[str]:
        """The names of the next level below a prefix."""
        import obstore

        with self._library_errors(prefix):
            found = obstore.list_with_delimiter(self._store, prefix)["common_prefixes"]
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found)

    def remove(self, name: str) -> None:
        """Delete an object, if it exists."""
        import obstore

        try:
            with self._library_errors(name):
                obstore.delete(self._store, name)
        except MediaMissing:
            return

    def check_create_only(self) -> None:
        """Check that the server supports create-only writes, which a library needs. Raises LibraryError."""
        name = f"proof-{time.time_ns()}.json"
        self.write(name, b"1", new=True)
        try:
            self.write(name, b"2", new=True)
        except MediaTaken:
            return
        finally:
            self.remove(name)
        what = (
            f"{self.url} writes over what is there already (no If-None-Match): two people could lose each other's work"
        )
        raise LibraryError(what, "Use another S3 server, or a newer one.")

    @contextmanager
    def _library_errors(self, name: str = "") -> Iterator[None]:
        from obstore import exceptions

        place = f"{self.url}/{name}" if name else self.url
        try:
            yield
        except (LibraryError, Cancelled):
            raise
        except FileNotFoundError as error:
            raise MediaMissing(f"There is no {place}", "Check its name, and that the bucket exists.") from error
        except exceptions.AlreadyExistsError as error:
            raise MediaTaken(f"{place} is there already", "Run it again.") from error
        except (exceptions.BaseError, ValueError) as error:
            message = str(error).partition("\n")[0]
            if missing := _NO_CREDENTIALS.search(message):
                raise Unreachable(f"There are no credentials for {self.url}: {missing[1]}", _PROFILE) from error
            if isinstance(
                error, exceptions.PermissionDeniedError | exceptions.UnauthenticatedError
            ) or _FORBIDDEN.search(message):
                remedy = "Check the AWS_* credentials of this machine and what they may do there."
                raise Unreachable(f"{self.url} refuses access to {name or 'it'}", remedy) from error
            remedy = "Check the network and the endpoint, then run it again; nothing was lost."
            reason = "the server does not answer" if _TIMED_OUT.search(str(error)) else _reason(message)
            raise Unreachable(f"{place} cannot be used now: {reason}", remedy) from error


def _open(url: str, options: MediaOptions) -> Any:
    from obstore.store import S3Store

    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise LibraryError(f"{url} is no address of a bucket", "Write it like s3://bucket/prefix.")
    given: Any = {name: value for name in _CONFIG_KEYS if (value := getattr(options, name))}
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=given,
        credential_provider=options.credentials,
        client_options={
            "allow_http": options.endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=min(10.0, options.read_timeout_s)),
            "read_timeout": timedelta(seconds=options.read_timeout_s),
            "timeout": timedelta(hours=4),
        },
        retry_config={
            "max_retries": 8,
            "retry_timeout": timedelta(seconds=options.retry_timeout_s),
            "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=4), "base": 2},
        },
    )


def _reason(message: str) -> str:
    """The reason of a failure, from obstore's long message."""
    message = message.lower()
    if "status code: 5" in message or "server error" in message:
        return "the server has failed"
    if "169.254" in message or "credential" in message:
        return "no credentials were found (set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)"
    if "body error" in message or "closed" in message or "reset" in message:
        return "the connection broke off"
    if "error sending request" in message or "connect" in message:
        return "the server cannot be reached"
    return " ".join(message.split())[:160]
