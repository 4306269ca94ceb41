"""A bucket of objects: the only door to obstore. What S3 answers becomes one line for people.

Owns retries, resumed downloads and that an object is written only where none is yet. Refuses to know what it keeps.
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

_TYPES = {".mp4": "video/mp4", ".webp": "image/webp", ".vtt": "text/vtt", ".json": "application/json"}
_CHUNK = 1 << 20
_STANDSTILLS = 4
"""Downloads that broke off without a single new byte before it is given up."""
_FORBIDDEN = re.compile(r"status(?: code)?: 40[13]")  # of a listing it is not told by the kind of error
_NO_CREDENTIALS = re.compile(r"credential provider: \w+: (.+)")
_TIMED_OUT = re.compile(r"timed ?out", re.IGNORECASE)
_SPELLED = ("access_key_id", "secret_access_key", "session_token", "region", "endpoint")


_PROFILE = "Check AWS_PROFILE, and ~/.aws/config."


class MediaMissing(LibraryError):
    """There is no such object."""


class MediaTaken(LibraryError):
    """There is such an object already."""


@dataclass(frozen=True)
class MediaOptions:
    """How a bucket is reached. What is empty is found in AWS_* variables, or is AWS's own.

    ``credentials``: in place of keys, asked for them when they are needed; an obstore ``S3CredentialProvider``.
    ``quiet_s``: silence of the server after which a request has failed; ``patience_s``: how long requests that fail
    because of the server are tried again.
    """

    endpoint: str = ""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str = ""
    credentials: Callable[[], Any] | None = None
    quiet_s: float = 20.0
    patience_s: float = 20.0


AWS = MediaOptions()
"""Everything as the AWS_* variables say."""


class Item(NamedTuple):
    """An object of a listing."""

    name: str
    size: int
    age_s: float


class Bucket:
    """An open bucket, or a part of one: ``s3://bucket/prefix``. Safe from several threads."""

    def __init__(self, url: str, options: MediaOptions = AWS) -> None:
        self.url = url
        with self._explained():
            self._store = _open(url, options)

    def read(self, name: str, limit: int) -> bytes:
        """A small object's bytes. Raises MediaMissing; LibraryError when it is larger than ``limit``."""
        import obstore

        with self._explained(name):
            answer = obstore.get(self._store, name)
            if answer.meta["size"] > limit:
                raise LibraryError(f"{self.url}/{name} is larger than {limit >> 20} MiB", "It was not opened.")
            return bytes(answer.bytes())

    def write(self, name: str, data: bytes, *, new: bool = False) -> None:
        """Write a small object, whole or not at all. With ``new`` only where there is none: raises MediaTaken.

        A first attempt whose answer was lost may have succeeded: an object that holds just these bytes is ours.
        """
        import obstore

        try:
            with self._explained(name):
                mode: Literal["create", "overwrite"] = "create" if new else "overwrite"
                kind = {"Content-Type": _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")}
                obstore.put(self._store, name, data, mode=mode, use_multipart=False, attributes=kind)
        except MediaTaken:
            if self.size_of(name) != len(data) or self.read(name, len(data)) != data:
                raise

    def send(self, path: Path, name: str, facts: FileFacts) -> None:
        """Upload a file unless it is there already, as its size tells: objects are named by their checksums."""
        import obstore

        if self.size_of(name) == facts.size:
            return
        kind = {"Content-Type": _TYPES.get(path.suffix, "application/octet-stream")}
        with self._explained(name):
            obstore.put(self._store, name, path, attributes=kind)

    def size_of(self, name: str) -> int | None:
        """The size of an object; None when there is none."""
        import obstore

        try:
            with self._explained(name):
                return int(obstore.head(self._store, name)["size"])
        except MediaMissing:
            return None

    def fetch(self, name: str, target: Path, facts: FileFacts, progress: Progress = silent) -> None:
        """Download into a file, going on where a broken connection left off. Raises LibraryError when it is damaged."""
        with library_errors(f"keep {name} on this machine"), target.open("wb") as file:
            digest = hashlib.sha256()
            for chunk in self.stream(name):
                file.write(chunk)
                digest.update(chunk)
                progress(file.tell(), facts.size, "Fetching")
        if digest.hexdigest() != facts.sha256:
            raise LibraryError(f"{self.url}/{name} is not as it was filed", "See what to do: showhow library check")

    def facts_of(self, name: str) -> FileFacts:
        """Size and checksum of an object, by reading all of it. Raises MediaMissing."""
        digest, size = hashlib.sha256(), 0
        for chunk in self.stream(name):
            digest.update(chunk)
            size += len(chunk)
        return FileFacts(size=size, sha256=digest.hexdigest())

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes of an object in pieces; begins again from where a broken connection left off."""
        at, end, standstills = 0, -1, 0
        while at != end:
            before = at
            try:
                with self._explained(name):
                    for after, end, chunk in self._pieces(name, at):  # noqa: B007  the loop's head asks for it
                        at = after
                        yield chunk
            except MediaMissing:
                raise
            except LibraryError:
                standstills = 0 if at > before else standstills + 1
                if standstills >= _STANDSTILLS:
                    raise

    def _pieces(self, name: str, start: int) -> Iterator[tuple[int, int, bytes]]:
        """Where the next piece begins, where the object ends, and a piece."""
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
        with self._explained(prefix):
            for page in obstore.list(self._store, prefix):
                for meta in page:
                    yield Item(meta["path"], int(meta["size"]), now - meta["last_modified"].timestamp())

    def folders(self, prefix: str) -> list[str]:
        """The names of the next level below a prefix."""
        import obstore

        with self._explained(prefix):
            found = obstore.list_with_delimiter(self._store, prefix)["common_prefixes"]
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found)

    def remove(self, name: str) -> None:
        """Delete an object; nothing happens when there is none."""
        import obstore

        try:
            with self._explained(name):
                obstore.delete(self._store, name)
        except MediaMissing:
            return

    def prove(self) -> None:
        """Try whether the place can do what a library needs: two may not both be first. Raises LibraryError."""
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
    def _explained(self, name: str = "") -> Iterator[None]:
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
            said = str(error).partition("\n")[0]
            if missing := _NO_CREDENTIALS.search(said):
                raise Unreachable(f"There are no credentials for {self.url}: {missing[1]}", _PROFILE) from error
            if isinstance(
                error, exceptions.PermissionDeniedError | exceptions.UnauthenticatedError
            ) or _FORBIDDEN.search(said):
                remedy = "Check the AWS_* credentials of this machine and what they may do there."
                raise Unreachable(f"{self.url} refuses access to {name or 'it'}", remedy) from error
            remedy = "Check the network and the endpoint, then run it again; nothing was lost."
            told = "the server does not answer" if _TIMED_OUT.search(str(error)) else _told(said)
            raise Unreachable(f"{place} cannot be used now: {told}", remedy) from error


def _open(url: str, options: MediaOptions) -> Any:
    from obstore.store import S3Store

    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise LibraryError(f"{url} is no address of a bucket", "Write it like s3://bucket/prefix.")
    given: Any = {name: value for name in _SPELLED if (value := getattr(options, name))}
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=given,
        credential_provider=options.credentials,
        client_options={
            "allow_http": options.endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=min(10.0, options.quiet_s)),
            "read_timeout": timedelta(seconds=options.quiet_s),
            "timeout": timedelta(hours=4),
        },
        retry_config={
            "max_retries": 8,
            "retry_timeout": timedelta(seconds=options.patience_s),
            "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=4), "base": 2},
        },
    )


def _told(said: str) -> str:
    """What is worth telling of obstore's long messages."""
    said = said.lower()
    if "status code: 5" in said or "server error" in said:
        return "the server has failed"
    if "169.254" in said or "credential" in said:
        return "no credentials were found (set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)"
    if "body error" in said or "closed" in said or "reset" in said:
        return "the connection broke off"
    if "error sending request" in said or "connect" in said:
        return "the server cannot be reached"
    return " ".join(said.split())[:160]
