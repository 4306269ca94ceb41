"""Sends statements to a learning record store (xAPI 1.0.3) by HTTP; the only file that sends anything of a learner.

Owns where they may go: by https, or to this machine. Follows no redirects, uses no proxy. Each answer is one of: taken,
refused (this statement will not do), away (try again later).
"""

from __future__ import annotations

import http.client
import ipaddress
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from library.model import LibraryError
from library.text import clean

_TIMEOUT_S = 15.0
_BATCH, _LARGEST_ANSWER = 50, 64 << 10
_TAKEN = frozenset({200, 204})
_THIS_WILL_NOT_DO = frozenset({400, 409, 413, 422})
_VERSION = "1.0.3"


class ChosenStore(msgspec.Struct, frozen=True, kw_only=True):
    """A record store that the learner chose. ``account``: the learner's random name there; ``user`` logs in."""

    address: str
    account: str
    user: str = ""
    password: str = ""

    def check(self) -> None:
        """Raise LibraryError unless statements to this address can be read by nobody on the way."""
        try:
            parts = urlsplit(self.address)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            host, parts = "", urlsplit("")
        plain = parts.username is None and not parts.query and not parts.fragment
        if not host or not plain or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))):
            shown = clean(self.address, 80)
            raise LibraryError(f"Nothing is sent to “{shown}”", "Give an address that begins with https://")


class Delivery(NamedTuple):
    """What became of statements, by their ids. ``away``: why the store could not be asked, in a few words."""

    taken: tuple[str, ...] = ()
    refused: Mapping[str, str] = {}
    away: str = ""

    @property
    def line(self) -> str:
        """What went wrong, in one line; empty when all was taken."""
        if self.away:
            return f"The record store did not take them: {self.away}. They wait."
        if self.refused:
            return f"The record store refused {len(self.refused)}: {next(iter(self.refused.values()))}. They are kept."
        return ""


def deliver(store: ChosenStore, statements: Mapping[str, bytes]) -> Delivery:
    """Send statements, by their ids, in batches; when a batch is refused, one by one, because of one it all is."""
    store.check()
    taken, refused, names = list[str](), dict[str, str](), list(statements)
    try:
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            if not (why := _refusal(store, [statements[name] for name in batch])):
                taken += batch
            elif len(batch) == 1:
                refused[batch[0]] = why
            else:
                for name in batch:
                    if why := _refusal(store, [statements[name]]):
                        refused[name] = why
                    else:
                        taken.append(name)
    except _Away as away:
        return Delivery(tuple(taken), refused, str(away))
    return Delivery(tuple(taken), refused)


class _Away(Exception):
    """No answer, or one that says nothing of the statements."""


def _refusal(store: ChosenStore, statements: Sequence[bytes]) -> str:
    """Why a batch was refused; empty when it was taken. Raises _Away."""
    try:
        status, said = _post(store, b"[" + b",".join(statements) + b"]")
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise _Away(clean(str(why), 100)) from error
    if status in _TAKEN:
        return ""
    if status in _THIS_WILL_NOT_DO:
        return clean(f"{status} {said}", 120)
    if status in {401, 403}:
        raise _Away(f"it does not accept the user and password ({status})")
    raise _Away(f"it answers {status}")


def _post(store: ChosenStore, body: bytes) -> tuple[int, str]:
    parts = urlsplit(store.address)
    host, port = parts.hostname or "", parts.port
    headers = {"Content-Type": "application/json", "X-Experience-API-Version": _VERSION, "User-Agent": "showhow"}
    if store.user:
        headers["Authorization"] = f"Basic {b64encode(f'{store.user}:{store.password}'.encode()).decode()}"
    connection = (
        http.client.HTTPSConnection(host, port, timeout=_TIMEOUT_S, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
    )
    try:
        connection.request("POST", f"{parts.path.rstrip('/')}/statements", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(_LARGEST_ANSWER).decode("utf-8", "replace")
    finally:
        connection.close()


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
