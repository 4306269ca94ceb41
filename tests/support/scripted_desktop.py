"""Services of GNOME, KDE and of accessible programs on buses of their own, for tests of which window is in front.

They answer as their interfaces say. KWin's runs no JavaScript: it reads from the script whom to call, and whether the
window behind is asked for.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, message_bus, new_error, new_method_return
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import new_method_call

Answer = Callable[..., tuple[str, tuple[Any, ...]]]
"""Signature and values that a call with these values returns."""


class ScriptedService:
    """Owns a name on a bus and answers the members it has; others are refused. ``calls`` are those that came."""

    def __init__(self, address: str, name: str, answers: Mapping[str, Answer], *, deaf: bool = False) -> None:
        self.bus = open_dbus_connection(address)
        self.bus.send_and_get_reply(message_bus.RequestName(name), timeout=10)
        self.calls: list[str] = []
        self._answers, self._deaf = answers, deaf
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ending.is_set():
            with suppress(TimeoutError):
                message = self.bus.receive(timeout=0.05)
                if message.header.message_type is MessageType.method_call and not self._deaf:
                    self._called(message)

    def _called(self, message: Message) -> None:
        fields = message.header.fields
        member, path = str(fields[HeaderFields.member]), str(fields[HeaderFields.path])
        self.calls.append(member)
        answer = self._answers.get(f"{path} {member}") or self._answers.get(member)
        if answer is None:
            error = "org.freedesktop.DBus.Error.AccessDenied"
            self.bus.send(new_error(message, error, "s", (f"{member} is not allowed",)))
            return
        signature, values = answer(*message.body)
        self.bus.send(new_method_return(message, signature or None, values))

    def close(self) -> None:
        """Go away."""
        self._ending.set()
        self._thread.join()
        self.bus.close()


def gnome_shell(*windows: tuple[str, str, bool]) -> Mapping[str, Answer]:
    """The Introspect interface with windows: class, title, whether it has the focus."""
    told = {
        number: {"wm-class": ("s", program), "title": ("s", title), "has-focus": ("b", focused)}
        for number, (program, title, focused) in enumerate(windows)
    }
    return {"/org/gnome/Shell/Introspect GetWindows": lambda: ("a{ta{sv}}", (told,))}


def kwin(address: str, *windows: tuple[str, str], answers: list[ScriptedService], plasma: int = 6) -> ScriptedService:
    """KWin's scripting with windows, the active one first."""
    loaded: list[str] = []

    def load(path: str, _name: str) -> tuple[str, tuple[Any, ...]]:
        loaded.append(Path(path).read_text(encoding="utf-8"))
        return "i", (1,)

    def run() -> tuple[str, tuple[Any, ...]]:
        found = re.search(r'callDBus\("([^"]+)", "([^"]+)", "([^"]+)", "([^"]+)"', loaded[-1])
        assert found is not None
        window = windows[1 if "asked = true" in loaded[-1] else 0]
        name, path, interface, member = found.groups()
        answers[0].bus.send(new_method_call(DBusAddress(path, name, interface), member, "ss", window))
        return "", ()

    place = "/Scripting/Script1" if plasma > 5 else "/1"
    made = ScriptedService(
        address, "org.kde.KWin", {"loadScript": load, f"{place} run": run, "unloadScript": lambda _name: ("b", (True,))}
    )
    answers.append(made)
    return made


def accessible_programs(programs: Mapping[str, tuple[str, bool]]) -> Mapping[str, Answer]:
    """A registry whose programs have one window each: name of the program, title, whether it is active."""
    registry, root = "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"
    answers: dict[str, Answer] = {
        f"{root} GetChildren": lambda: ("a(so)", ([(registry, f"/app/{n}") for n in range(len(programs))],))
    }
    for number, (program, (title, active)) in enumerate(programs.items()):
        window = f"/window/{number}"
        answers |= {
            f"/app/{number} GetChildren": lambda window=window: ("a(so)", ([(registry, window)],)),
            f"/app/{number} Get": lambda *_, program=program: ("v", (("s", program),)),
            f"{window} GetState": lambda active=active: ("au", ([1 << 1 if active else 0, 0],)),
            f"{window} Get": lambda *_, title=title: ("v", (("s", title),)),
        }
    return answers
