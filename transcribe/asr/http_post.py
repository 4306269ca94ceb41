"""One question to a server and its answer, within a time and a size, and to be broken off at any moment.

Owns sockets: the only file that sends sound anywhere, and only to the address it is given. Follows no redirection, uses
no proxy, asks for no compression. Refuses to know what the answer means.
"""

from __future__ import annotations

import contextlib
import http.client
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import msgspec

LARGEST_ANSWER = 8 << 20
"""Bytes. A minute of talk with all its times is 30 kB."""
_CONNECT_S = 10.0
_LOOK_S = 0.1  # between two looks at whether the user has had enough


class Unanswered(Exception):
    """No answer came; the text says why in a few words. ``again``: another try may help."""

    def __init__(self, why: str, *, again: bool = True, late: bool = False) -> None:
        super().__init__(why)
        self.again, self.late = again, late


class Answer(msgspec.Struct, frozen=True):
    """What a server answered."""

    status: int
    body: bytes
    retry_after_s: float = 0.0


def post_form(
    url: str, fields: Mapping[str, str], wav: bytes, *, key: str, timeout_s: float, look: Callable[[], None]
) -> Answer:
    """Post a form with one sound file. ``look`` is called ten times a second and may raise to break it off.

    Raises Unanswered when no whole answer came within ``timeout_s``, and whatever ``look`` raises.
    """
    boundary = f"showhow-{secrets.token_hex(12)}"
    body = _form(fields, wav, boundary)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "showhow",
        "Connection": "close",
    } | ({"Authorization": f"Bearer {key}"} if key else {})
    asking = _Asking(url, body, headers, min(_CONNECT_S, timeout_s))
    asking.start()
    deadline = time.monotonic() + timeout_s
    try:
        while asking.is_alive():
            asking.join(_LOOK_S)
            look()
            if time.monotonic() > deadline and asking.is_alive():
                raise Unanswered(f"it does not answer within {timeout_s:g} s", late=True)
    finally:
        asking.break_off()
        asking.join(1.0)  # not for ever: a name server that hangs cannot be woken
    if asking.answer is None:
        raise asking.why or Unanswered("the connection broke")
    return asking.answer


class _Asking(threading.Thread):
    """The exchange itself. A thread of its own, because a blocked read can only be ended from outside."""

    def __init__(self, url: str, body: bytes, headers: Mapping[str, str], connect_s: float) -> None:
        super().__init__(name="asking an endpoint", daemon=True)
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=connect_s)
        self._path = parts.path + (f"?{parts.query}" if parts.query else "")
        self._body, self._headers = body, dict(headers)
        self._sock: socket.socket | None = None
        self.answer: Answer | None = None
        self.why: Unanswered | None = None

    def run(self) -> None:
        try:
            self._connection.connect()
            self._sock = self._connection.sock  # the connection forgets it when the answer begins
            # From here on the caller's deadline counts, which also ends what drips a byte at a time.
            self._sock.settimeout(None)
            self._connection.request("POST", self._path, self._body, self._headers)
            with self._connection.getresponse() as response:
                self.answer = _read(response)
        except Unanswered as error:
            self.why = error
        except ssl.SSLCertVerificationError as error:
            self.why = Unanswered(f"its certificate is not trusted ({error.verify_message})", again=False)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.why = Unanswered(_said(error))
        finally:
            self._connection.close()

    def break_off(self) -> None:
        """End it, whatever it waits for; the socket's end wakes a read that hangs."""
        if self.is_alive() and self._sock is not None:
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse) -> Answer:
    length = response.length
    body = response.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise Unanswered(f"its answer is larger than {LARGEST_ANSWER >> 20} MiB", again=False)
    if length is not None and len(body) < length:
        raise Unanswered("it hung up in the middle of its answer")
    after = response.getheader("Retry-After", "")
    return Answer(
        status=response.status,
        body=body,
        retry_after_s=float(after) if after.isascii() and after.isdecimal() and len(after) < 6 else 0.0,
    )


def _form(fields: Mapping[str, str], wav: bytes, boundary: str) -> bytes:
    """multipart/form-data (RFC 7578)."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="sound.wav"\r\n'
    return b"".join(
        [*parts, head.encode(), b"Content-Type: audio/wav\r\n\r\n", wav, f"\r\n--{boundary}--\r\n".encode()]
    )


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"it cannot be reached within {_CONNECT_S:g} s"
    if isinstance(error, socket.gaierror):
        return "its name is not known here"
    if isinstance(error, http.client.HTTPException):
        return "it does not answer as a web server does"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0][:120].rstrip(".")
