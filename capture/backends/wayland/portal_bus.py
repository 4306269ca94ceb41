"""PortalBus: calls to the desktop's portal (xdg-desktop-portal) over D-Bus.

Owns the connection, the way an answer comes (as a signal, after the user has decided), and one line for what fails.
Interfaces: flatpak.github.io/xdg-desktop-portal.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from capture.desktop.consent import Consent
from capture.errors import CaptureError

if TYPE_CHECKING:
    from jeepney import DBusAddress, Message

NAME, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
INSTALL = "On Debian or Ubuntu: apt-get install xdg-desktop-portal and xdg-desktop-portal-gnome, -kde or -wlr."
_APP_ID = "showhow"
_ANSWER_S, _LOOK_S = 25.0, 0.2
_REFUSED = 1


class PortalError(CaptureError):
    """The portal is not there, or refuses a call."""


class PermissionRefused(PortalError):
    """The user said no, or (``by_user`` false) the dialogue ended some other way."""

    def __init__(self, code: int) -> None:
        self.by_user = code == _REFUSED
        how = "It was refused in the desktop's dialogue" if self.by_user else "The desktop did not allow it"
        super().__init__(how, "Try again, and choose what to share.")


class PortalBus:
    """One connection to the session bus. Portals end what they granted when it is closed. For one thread.

    Raises PortalError when there is no bus.
    """

    def __init__(self) -> None:
        from jeepney.io.blocking import open_dbus_connection

        address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
        address = address or f"unix:path={os.environ.get('XDG_RUNTIME_DIR', '')}/bus"
        try:
            self._bus = open_dbus_connection(address, enable_fds=True)
        except (OSError, RuntimeError, ValueError) as error:  # no bus, no D-Bus, no address
            raise PortalError(
                f"The desktop cannot be asked: there is no session bus ({error})", "Start showhow in a desktop session."
            ) from error
        self._sender = str(self._bus.unique_name)[1:].replace(".", "_")
        self._count = itertools.count(1)
        self._signals: deque[Message] = deque()
        try:
            self._listen()
        except PortalError:
            self.close()
            raise

    def _listen(self) -> None:
        """Collect the portal's signals, and say who we are, which newer portals want first of all."""
        from jeepney import MatchRule, message_bus

        rule = MatchRule(type="signal", path_namespace=PATH)
        self._filter = self._bus.filter(rule, queue=self._signals)
        self._send(message_bus.AddMatch(rule))
        self._reply("org.freedesktop.host.portal.Registry", "Register", "sa{sv}", _APP_ID, {})  # older ones refuse

    @staticmethod
    def _address(interface: str, path: str = PATH) -> DBusAddress:
        from jeepney import DBusAddress

        return DBusAddress(path, NAME, interface)

    def _send(self, message: Message) -> Message:
        try:
            return self._bus.send_and_get_reply(message, timeout=_ANSWER_S)
        except TimeoutError as error:
            raise PortalError("The desktop's portal does not answer", "Log in again, or restart it.") from error
        except OSError as error:
            raise PortalError("The session bus went away") from error

    def _reply(self, interface: str, member: str, signature: str, *body: Any, path: str = PATH) -> Message:
        from jeepney import new_method_call

        return self._send(new_method_call(self._address(interface, path), member, signature, body))

    def get(self, interface: str, name: str) -> int:
        """A number among the portal's properties; 0 when it does not have it."""
        from jeepney import MessageType, Properties

        reply = self._send(Properties(self._address(interface)).get(name))
        return int(reply.body[0][1]) if reply.header.message_type is MessageType.method_return else 0

    def call(self, interface: str, member: str, signature: str, *body: Any) -> Any:
        """The first value that a call returns. Raises PortalError."""
        from jeepney import MessageType

        reply = self._reply(interface, member, signature, *body)
        if reply.header.message_type is MessageType.error:
            told = reply.body[0] if reply.body else "it was refused"
            raise PortalError(f"The desktop's portal failed ({member}: {told})")
        return reply.body[0] if reply.body else None

    def ask(
        self, interface: str, member: str, signature: str, *body: Any, options: dict[str, Any], consent: Consent
    ) -> dict[str, Any]:
        """A call that the user answers; waits as long as that takes, unless ``consent`` is withdrawn.

        Raises PermissionRefused, PortalError, and CaptureError when nobody waits any more.
        """
        token = self.token()
        path = f"{PATH}/request/{self._sender}/{token}"
        with consent.question():
            told = self.call(interface, member, signature, *body, options | {"handle_token": ("s", token)})
            path = told or path  # portals before 0.9 choose the path themselves
            try:
                code, results = self._answer(path, consent)
            except CaptureError:
                self._close(path)
                raise
        if code:
            raise PermissionRefused(code)
        return {name: value for name, (_, value) in results.items()}

    def _close(self, request: str) -> None:
        """Let the dialogue of a request go away. Does not wait: a portal that shows one may be busy with it."""
        from jeepney import new_method_call

        with contextlib.suppress(OSError):
            self._bus.send(new_method_call(self._address("org.freedesktop.portal.Request", request), "Close"))

    def _answer(self, path: str, consent: Consent) -> tuple[int, dict[str, Any]]:
        while True:
            for from_path, member, body in self.signals(_LOOK_S):
                if member == "Response" and from_path == path:
                    code, results = body
                    return int(code), dict(results)
            consent.check()

    def token(self) -> str:
        """A new name for a request or a session."""
        return f"showhow{os.getpid()}x{next(self._count)}"

    def signals(self, timeout_s: float = 0.0) -> list[tuple[str, str, Any]]:
        """Path, name and values of the signals that have arrived, or that arrive first within ``timeout_s``.

        Raises PortalError when the bus is lost.
        """
        from jeepney import HeaderFields

        deadline = time.monotonic() + timeout_s
        try:
            while not self._signals:
                self._bus.recv_messages(timeout=max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            pass
        except OSError as error:
            raise PortalError("The session bus went away") from error
        found = [self._signals.popleft() for _ in range(len(self._signals))]
        fields = [message.header.fields for message in found]
        return [
            (str(header.get(HeaderFields.path)), str(header.get(HeaderFields.member)), message.body)
            for header, message in zip(fields, found, strict=True)
        ]

    def close(self) -> None:
        """Close the connection."""
        self._bus.close()
