"""The window in front as GNOME Shell tells it, where it may.

Owns two interfaces: the shell's own ``org.gnome.Shell.Introspect``, which answers only programs that it trusts, and
that of the extension Focused Window D-Bus, which users install for this purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from capture.backends.front.session_bus import BusObject, NoAnswerError, SessionBus
from capture.files import prepared
from capture.model import Front

_SHELL = "org.gnome.Shell"
_INTROSPECT = BusObject(_SHELL, "/org/gnome/Shell/Introspect")
_EXTENSION = BusObject(_SHELL, "/org/gnome/shell/extensions/FocusedWindow")


class _FocusedWindow(msgspec.Struct):
    """What the extension tells, as far as it is used."""

    title: str | None = ""
    wm_class: str | None = ""


def front_of_gnome(bus: SessionBus, *, behind: bool) -> Front:
    """The focused window; with ``behind`` the other one, where there are only two. Raises NoAnswerError."""
    try:
        (windows,) = bus.call(_INTROSPECT, "org.gnome.Shell.Introspect", "GetWindows")
    except NoAnswerError:
        if behind:  # the extension knows the focused one only
            raise
        return _of_extension(bus)
    return _of_windows([{key: value for key, (_, value) in told.items()} for told in windows.values()], behind=behind)


def _of_windows(windows: list[Mapping[str, Any]], *, behind: bool) -> Front:
    shown = [one for one in windows if not one.get("is-hidden")]
    found = [one for one in shown if bool(one.get("has-focus")) is not behind]
    if behind and len(found) > 1:  # the shell does not tell which one lies above
        raise NoAnswerError("several windows lie behind the focused one")
    return Front(_program(found[0]), str(found[0].get("title", ""))) if found else Front()


def _program(window: Mapping[str, Any]) -> str:
    return str(window.get("wm-class") or window.get("app-id") or "").removesuffix(".desktop")


def _of_extension(bus: SessionBus) -> Front:
    (told,) = bus.call(_EXTENSION, "org.gnome.shell.extensions.FocusedWindow", "Get")
    try:
        window = msgspec.json.decode(told, type=prepared(_FocusedWindow))
    except msgspec.MsgspecError as error:
        raise NoAnswerError("the extension's answer cannot be read") from error
    return Front(window.wm_class or "", window.title or "")
