"""A desktop portal with shortcuts on a bus of its own, as KDE and GNOME 48 have it. Debian 12's desktops have none that
could be started in a test.

It answers as its interface says (org.freedesktop.portal.GlobalShortcuts, version 1); a test presses the keys.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import open_dbus_connection
from jeepney.low_level import HeaderFields as Fields

from tests.support.desktop import wait_for

_NAME, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"


class ScriptedPortal:
    """Owns the portal's name on a bus. ``bound`` are the shortcuts asked for, with what was told of each; ``answer`` 1
    refuses them."""

    def __init__(self, address: str, *, answer: int = 0) -> None:
        self._bus = open_dbus_connection(address)
        self._bus.send_and_get_reply(message_bus.RequestName(_NAME), timeout=10)
        self._answer = answer
        self.bound: dict[str, dict[str, Any]] = {}
        self._session = ""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def press(self, name: str) -> None:
        """The user presses the keys of a shortcut."""
        wait_for(lambda: name in self.bound, f"the shortcut {name}")
        self._emit(_PATH, _SHORTCUTS, "Activated", "osta{sv}", (self._session, name, 0, {}))

    def _run(self) -> None:
        while not self._ending.is_set():
            with suppress(TimeoutError):
                message = self._bus.receive(timeout=0.05)
                if message.header.message_type is MessageType.method_call:
                    self._called(message)

    def _called(self, message: Message) -> None:
        fields = message.header.fields
        member, sender = fields[HeaderFields.member], str(fields[Fields.sender])
        if member == "Get":
            self._bus.send(new_method_return(message, "v", (("u", 1 if _SHORTCUTS in message.body else 0),)))
            return
        if member not in {"CreateSession", "BindShortcuts"}:
            self._bus.send(new_method_return(message))
            return
        options = message.body[-1]
        who = sender[1:].replace(".", "_")
        request = f"{_PATH}/request/{who}/{options['handle_token'][1]}"
        self._bus.send(new_method_return(message, "o", (request,)))
        results: dict[str, Any] = {}
        if member == "CreateSession":
            self._session = f"{_PATH}/session/{who}/{options['session_handle_token'][1]}"
            results["session_handle"] = ("s", self._session)
        self._emit(request, "org.freedesktop.portal.Request", "Response", "ua{sv}", (self._answer, results))
        if member == "BindShortcuts" and not self._answer:
            self.bound = {name: {key: value for key, (_, value) in told.items()} for name, told in message.body[1]}

    def _emit(self, path: str, interface: str, name: str, signature: str, body: tuple[Any, ...]) -> None:
        self._bus.send(new_signal(DBusAddress(path, interface=interface), name, signature, body))

    def close(self) -> None:
        """Go away."""
        self._ending.set()
        self._thread.join()
        self._bus.close()
