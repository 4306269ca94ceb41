"""Which program is in front: asked of a real X server, of a scripted sway, and of what other systems tell."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from capture.backends.portable.backend import PortableBackend
from capture.backends.wayland.backend import WaylandBackend
from capture.backends.windows import front_window
from capture.errors import CaptureError
from capture.model import Front, Region, Window
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import paper

TREE = {
    "id": 1, "focus": [3, 2],
    "nodes": [
        {"id": 2, "focus": [], "nodes": [], "name": "notes.txt", "app_id": "foot", "pid": 7},
        {"id": 3, "focus": [5, 4], "nodes": [
            {"id": 4, "focus": [], "nodes": [], "name": "Old", "window_properties": {"class": "Xterm"}, "window": 9},
            {"id": 5, "focus": [], "nodes": [], "name": "Orders", "app_id": "firefox", "pid": 8}]},
    ],
}  # fmt: skip


class ToldDesktop:
    """A DesktopInfo with two windows, as Windows and macOS tell theirs."""

    def pointer(self) -> tuple[int, int] | None:
        return None

    def windows(self) -> list[Window]:
        place = Region(0, 0, 10, 10)
        return [Window(1, "Terminal", "cmd", place), Window(2, "Orders", "excel", place)]

    def window_at(self, x: int, y: int) -> tuple[str, str]:  # noqa: ARG002  the protocol's
        return "", ""

    def active_window(self) -> tuple[str, str, int]:
        return "Terminal", "cmd", 1

    def version_of(self, window_id: int) -> str:
        return {2: "16.0"}.get(window_id, "")

    def close(self) -> None: ...


def test_the_focused_window_is_in_front_and_the_next_one_behind_it(stage: Stage) -> None:
    with paper("Orders", (100, 100, 300, 200)), paper("Shell", (500, 300, 210, 110), window_class="Xterm") as other:
        stage.run(["xdotool", "windowactivate", "--sync", str(other.window.id)])
        assert wait_for(lambda: (found := front_window()).app == "Xterm" and found, "it") == Front("Xterm", "Shell")
        assert front_window(behind=True) == Front("Paper", "Orders")


def test_a_window_without_a_title_is_told_by_its_program(stage: Stage) -> None:
    with paper("", (100, 100, 300, 200)):
        assert wait_for(lambda: (found := front_window()).app and found, "it") == Front("Paper", "")


def test_without_a_window_nothing_is_in_front(stage: Stage) -> None:
    assert wait_for(lambda: front_window() == Front(), "the empty desktop")


def test_without_a_display_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("displays of Linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(CaptureError, match="There is no screen here"):
        front_window()


def test_windows_and_macos_tell_it_themselves() -> None:
    backend = PortableBackend(ToldDesktop)
    assert backend.front() == Front("cmd", "Terminal")
    assert backend.front(behind=True) == Front("excel", "Orders", "16.0")
    with pytest.raises(CaptureError, match="tells no program"):
        PortableBackend(lambda: None).front()


@pytest.mark.skipif(sys.platform == "win32", reason="sockets of Unix")
@pytest.mark.parametrize(("behind", "front"), [(False, Front("firefox", "Orders")), (True, Front("Xterm", "Old"))])
def test_sway_tells_the_window_focused_last_and_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, front: Front, *, behind: bool
) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "sway"))
        server.listen()
        answering = threading.Thread(target=_answer, args=(server, TREE))
        answering.start()
        monkeypatch.setenv("SWAYSOCK", str(tmp_path / "sway"))
        assert WaylandBackend().front(behind=behind) == front
        answering.join()


def test_other_wayland_desktops_and_a_sway_that_is_gone_say_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'no-bus'}")
    monkeypatch.delenv("I3SOCK", raising=False)
    monkeypatch.delenv("SWAYSOCK", raising=False)
    with pytest.raises(CaptureError, match="tells no program"):
        WaylandBackend().front()
    monkeypatch.setenv("SWAYSOCK", str(tmp_path / "gone"))
    if hasattr(socket, "AF_UNIX"):
        with pytest.raises(CaptureError, match="does not tell"):
            WaylandBackend().front()


def _answer(server: socket.socket, tree: dict[str, Any]) -> None:
    line, _ = server.accept()
    with line:
        asked = line.recv(14)
        body = json.dumps(tree).encode()
        line.sendall(asked[:6] + struct.pack("=II", len(body), 4) + body)
