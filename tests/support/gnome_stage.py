"""A private GNOME desktop for tests: mutter without a screen, its portal with the real dialogue, a hand to answer it.

Debian packages: mutter xdg-desktop-portal-gnome (182 MB), so only tests marked ``long`` use it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, MatchRule, Properties, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.support.desktop import wait_for
from tests.support.wayland_stage import WaylandStage, start_bus

_PORTAL = Path("/usr/libexec/xdg-desktop-portal-gnome")
_CAST, _REMOTE = "org.gnome.Mutter.ScreenCast", "org.gnome.Mutter.RemoteDesktop"
_LEFT = 0x110


class GnomeStage(WaylandStage):
    """Use as a context manager, as a WaylandStage."""

    def __init__(self, size: tuple[int, int] = (1280, 720)) -> None:
        if not shutil.which("mutter") or not _PORTAL.exists():
            pytest.skip("this test needs mutter and xdg-desktop-portal-gnome")
        super().__init__(size)
        self.env |= {"XDG_CURRENT_DESKTOP": "GNOME", "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1"}

    def _start(self) -> None:
        (self.folder / "home").mkdir()
        self.folder.chmod(0o700)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.folder}/bus"
        start_bus(self.spawn, self.folder / "bus", self.env)
        self.spawn(["pipewire"])
        wait_for((self.folder / "pipewire-0").exists, "PipeWire")
        self.spawn(["wireplumber"])
        width, height = self.size
        self.spawn(["mutter", "--headless", "--wayland", "--no-x11", "--virtual-monitor", f"{width}x{height}@60"])
        wait_for((self.folder / "wayland-0").exists, "mutter")
        self.env["WAYLAND_DISPLAY"] = "wayland-0"
        self._owned(_REMOTE)
        self.hand = Hand(self.env["DBUS_SESSION_BUS_ADDRESS"])
        self._start_terminal()
        self.spawn([str(_PORTAL)])
        self._owned("org.freedesktop.impl.portal.desktop.gnome")
        self._start_frontend()

    def _windows(self) -> list[dict[str, Any]]:
        return [{"app_id": "foot"}]  # mutter tells nobody its windows

    def close(self) -> None:
        """End everything."""
        if hasattr(self, "hand"):
            self.hand.close()
        super().close()


class Hand:
    """Mouse and keyboard of a GNOME desktop, by mutter's own interface for remote desktops."""

    def __init__(self, address: str) -> None:
        self._bus = open_dbus_connection(address)
        self._remote = self._call(_REMOTE, f"/{_REMOTE.replace('.', '/')}", _REMOTE, "CreateSession")
        reply = self._bus.send_and_get_reply(
            Properties(DBusAddress(self._remote, _REMOTE, f"{_REMOTE}.Session")).get("SessionId"), timeout=10
        )
        together = {"remote-desktop-session-id": ("s", reply.body[0][1])}
        cast = self._call(_CAST, f"/{_CAST.replace('.', '/')}", _CAST, "CreateSession", "a{sv}", together)
        options = {"cursor-mode": ("u", 0)}
        self._stream = self._call(_CAST, cast, f"{_CAST}.Session", "RecordMonitor", "sa{sv}", "Meta-0", options)
        rule = MatchRule(type="signal", interface=f"{_CAST}.Stream", member="PipeWireStreamAdded")
        self._bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=10)
        with self._bus.filter(rule) as added:
            self._call(_REMOTE, self._remote, f"{_REMOTE}.Session", "Start")
            self.node = int(self._bus.recv_until_filtered(added, timeout=20).body[0])

    def _call(self, name: str, path: str, interface: str, member: str, signature: str | None = None, *body: Any) -> Any:
        message = new_method_call(DBusAddress(path, name, interface), member, signature, body)
        reply = self._bus.send_and_get_reply(message, timeout=10)
        assert reply.header.fields.get(HeaderFields.error_name) is None, reply.body
        return reply.body[0] if reply.body else None

    def _do(self, member: str, signature: str, *body: Any) -> None:
        self._call(_REMOTE, self._remote, f"{_REMOTE}.Session", member, signature, *body)

    def move(self, x: int, y: int) -> None:
        """Put the pointer somewhere."""
        self._do("NotifyPointerMotionAbsolute", "sdd", self._stream, float(x), float(y))

    def click(self) -> None:
        """Press and release the left button."""
        for pressed in (True, False):
            self._do("NotifyPointerButton", "ib", _LEFT, pressed)

    def key(self, symbol: int) -> None:
        """Press and release a key, by its X keysym."""
        for pressed in (True, False):
            self._do("NotifyKeyboardKeysym", "ub", symbol, pressed)

    def close(self) -> None:
        """Let go."""
        self._bus.close()
