"""SessionBus: short calls to services of the desktop over D-Bus, to learn which window is in front.

Owns one connection, a deadline for all calls on it, and one error for whatever fails, also for an answer of another
shape than its interface says: another service is asked then.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from jeepney import Message

_Told = TypeVar("_Told")

ALL_CALLS_S = 1.5
"""A program that hangs must not keep help from its user."""
PROGRAM_S = 0.25
"""For one program among many: one that hangs must not keep the others from being asked."""
_OTHER_SHAPE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


class NoAnswerError(Exception):
    """A service is not there, refuses, or answers too late."""


@contextmanager
def read_answers() -> Iterator[None]:
    """Around what takes answers apart: NoAnswerError when one is not of the shape that its interface says."""
    try:
        yield
    except _OTHER_SHAPE as error:
        raise NoAnswerError(f"an answer cannot be read: {error}") from error


class BusObject(NamedTuple):
    """An object of a service on the bus."""

    service: str
    path: str


class SessionBus:
    """A connection to a bus, the session's own unless an ``address`` is given. Use as a context manager.

    Everything on it together takes 1.5 s at most, and a call ``each`` s. Raises NoAnswerError when there is no bus.
    """

    def __init__(self, address: str = "", *, until: float | None = None, each: float | None = None) -> None:
        from jeepney import MatchRule
        from jeepney.io.blocking import open_dbus_connection

        address = address or os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
        address = address or f"unix:path={os.environ.get('XDG_RUNTIME_DIR', '')}/bus"
        self._each = each
        self.until = time.monotonic() + ALL_CALLS_S if until is None else until
        try:
            self._bus = open_dbus_connection(address)
        except (OSError, RuntimeError, ValueError, AttributeError) as error:  # no bus, no address, no sockets of Unix
            raise NoAnswerError(f"no bus: {error}") from error
        self._calls: deque[Message] = deque()
        self._bus.filter(MatchRule(type="method_call"), queue=self._calls)  # one may come before a reply does

    def __enter__(self) -> SessionBus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bus.close()

    @property
    def name(self) -> str:
        """The name by which services reach this connection."""
        return str(self._bus.unique_name)

    def call(self, target: BusObject, interface: str, member: str, signature: str = "", *body: Any) -> tuple[Any, ...]:
        """The values that a call returns. Raises NoAnswerError."""
        from jeepney import DBusAddress, MessageType, new_method_call

        address = DBusAddress(target.path, target.service, interface)
        message = new_method_call(address, member, signature or None, body)
        reply = self._timely(lambda left: self._bus.send_and_get_reply(message, timeout=left))
        if reply.header.message_type is MessageType.error:
            raise NoAnswerError(f"{member}: {reply.body[0] if reply.body else 'refused'}")
        return tuple(reply.body)

    def get(self, target: BusObject, interface: str, name: str) -> Any:
        """A property. Raises NoAnswerError."""
        return self.call(target, "org.freedesktop.DBus.Properties", "Get", "ss", interface, name)[0][1]

    def called(self, member: str) -> tuple[Any, ...]:
        """Wait until a service calls this connection; the values it passes. Raises NoAnswerError."""
        from jeepney import HeaderFields

        while True:
            while not self._calls:
                self._timely(lambda left: self._bus.recv_messages(timeout=left))
            message = self._calls.popleft()
            if message.header.fields.get(HeaderFields.member) == member:
                return tuple(message.body)

    def _timely(self, ask: Callable[[float], _Told]) -> _Told:
        left = self.until - time.monotonic()
        if left <= 0:
            raise NoAnswerError("too late")
        try:
            return ask(left if self._each is None else min(left, self._each))
        except (OSError, TimeoutError) as error:
            raise NoAnswerError(str(error) or "too late") from error
