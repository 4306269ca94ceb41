"""Which window is in front on GNOME, KDE and where only accessible programs tell: asked over a real message bus."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection

from capture.backends.front import session_bus
from capture.backends.front.desktop_front import front_of_desktop
from capture.backends.front.session_bus import NoAnswerError, SessionBus
from capture.backends.wayland.backend import WaylandBackend
from capture.errors import CaptureError
from capture.model import Front
from tests.support.scripted_desktop import ScriptedService, accessible_programs, gnome_shell, kwin
from tests.support.wayland_stage import start_bus

pytestmark = pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon")
SHELL, REGISTRY = "org.gnome.Shell", "org.a11y.atspi.Registry"
StartBus = Callable[[str], str]


@pytest.fixture
def buses(tmp_path: Path) -> Iterator[StartBus]:
    """Starts buses, which end with the test."""
    with ExitStack() as ends:

        def spawn(command: list[str], env: dict[str, str]) -> None:
            process = subprocess.Popen(command, env=env)
            ends.callback(process.wait)
            ends.callback(process.terminate)

        yield lambda name: start_bus(spawn, tmp_path / name, {})


@pytest.fixture
def session(buses: StartBus, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the session's bus."""
    address = buses("bus")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setattr(session_bus, "ALL_CALLS_S", 60.0)  # no test depends on the speed of the machine
    monkeypatch.delenv("SWAYSOCK", raising=False)
    monkeypatch.delenv("I3SOCK", raising=False)
    return address


@pytest.fixture
def serve(session: str) -> Iterator[Callable[..., ScriptedService]]:
    """Puts services on the session's bus."""
    with ExitStack() as ends:

        def start(name: str, answers: Any, address: str = session, **more: Any) -> ScriptedService:
            service = ScriptedService(address, name, answers, **more)
            ends.callback(service.close)
            return service

        yield start


def test_gnome_shell_tells_the_focused_window_where_it_may(serve: Callable[..., ScriptedService]) -> None:
    serve(SHELL, gnome_shell(("org.gnome.Terminal", "Shell", False), ("firefox", "Orders", True)))
    assert WaylandBackend().front() == Front("firefox", "Orders")
    assert WaylandBackend().front(behind=True) == Front("org.gnome.Terminal", "Shell")


def test_which_of_several_lies_behind_is_not_guessed(serve: Callable[..., ScriptedService]) -> None:
    serve(SHELL, gnome_shell(("foot", "Shell", True), ("firefox", "Orders", False), ("gimp", "Cat", False)))
    with pytest.raises(CaptureError, match="tells no program"):
        front_of_desktop(behind=True)


def test_where_the_shell_refuses_its_extension_is_asked(serve: Callable[..., ScriptedService]) -> None:
    told = '{"title": "Orders", "wm_class": "firefox", "wm_class_instance": "Navigator", "pid": 7}'
    shell = serve(SHELL, {"/org/gnome/shell/extensions/FocusedWindow Get": lambda: ("s", (told,))})
    assert front_of_desktop() == Front("firefox", "Orders")
    assert shell.calls == ["GetWindows", "Get"]


@pytest.mark.parametrize("plasma", [5, 6])
def test_kwin_tells_it_by_a_script_that_is_removed_again(session: str, plasma: int) -> None:
    made: list[ScriptedService] = []
    service = kwin(session, ("dolphin", "Invoices"), ("kate", "notes"), answers=made, plasma=plasma)
    try:
        assert front_of_desktop() == Front("dolphin", "Invoices")
        assert front_of_desktop(behind=True) == Front("kate", "notes")
        assert service.calls.count("loadScript") == service.calls.count("unloadScript") == 2
    finally:
        service.close()


def test_accessible_programs_tell_their_active_window(buses: StartBus, serve: Callable[..., ScriptedService]) -> None:
    accessibility = buses("a11y")
    serve("org.a11y.Bus", {"GetAddress": lambda: ("s", (accessibility,))})
    programs = {"gedit": ("notes", False), "evolution": ("Inbox", True)}
    serve(REGISTRY, accessible_programs(programs), accessibility)
    assert front_of_desktop() == Front("evolution", "Inbox")


def test_a_desktop_that_tells_nothing_says_what_can_be_done(session: str) -> None:
    with pytest.raises(CaptureError, match="tells no program") as told:
        WaylandBackend().front()
    assert "--app" in str(told.value)


def test_a_service_that_hangs_keeps_nobody_waiting(
    serve: Callable[..., ScriptedService], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_bus, "ALL_CALLS_S", 0.3)
    serve(SHELL, {}, deaf=True)
    with pytest.raises(CaptureError, match="tells no program"):
        front_of_desktop()


WRONG = [
    ("s", ("none",)), ("", ()), ("a{sv}", ({"title": ("s", "Orders")},)), ("a{ts}", ({1: "Orders"},)), ("ii", (1, 2)),
    ("a{ta{sv}}", ({1: {"title": ("i", 3), "has-focus": ("s", "no")}},)),
]  # fmt: skip


@pytest.mark.parametrize("answer", WRONG)
def test_a_shell_whose_answer_has_another_shape_tells_nothing(
    serve: Callable[..., ScriptedService], answer: tuple[str, Any]
) -> None:
    serve(SHELL, {"GetWindows": lambda: answer})
    with suppress(CaptureError):  # no error of another kind
        assert isinstance(front_of_desktop().title, str)


@pytest.mark.parametrize("answer", [("s", ("none",)), ("x", (-1,)), ("", ()), ("v", (("s", "1"),))])
def test_a_kwin_whose_answer_has_another_shape_tells_nothing(
    serve: Callable[..., ScriptedService], answer: tuple[str, Any]
) -> None:
    serve("org.kde.KWin", {"loadScript": lambda *_: answer})
    with pytest.raises(CaptureError, match="tells no program"):
        front_of_desktop()


def test_a_program_that_hangs_or_answers_nonsense_does_not_hide_the_active_one(
    buses: StartBus, serve: Callable[..., ScriptedService], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_bus, "PROGRAM_S", 4.0)  # so slow is no program that answers
    accessibility = buses("a11y")
    serve("org.a11y.Bus", {"GetAddress": lambda: ("s", (accessibility,))})
    programs = dict(accessible_programs({"nonsense": ("x", True), "evolution": ("Inbox", True)}))
    children = [("org.example.Hung", "/app/9"), (REGISTRY, "/app/0"), (REGISTRY, "/app/1")]
    programs["/org/a11y/atspi/accessible/root GetChildren"] = lambda: ("a(so)", (children,))
    programs["/app/0 GetChildren"] = lambda: ("as", (["window"],))
    serve(REGISTRY, programs, accessibility)
    serve("org.example.Hung", {}, accessibility, deaf=True)
    assert front_of_desktop() == Front("evolution", "Inbox")


def test_a_service_that_calls_something_else_for_ever_keeps_nobody_waiting(session: str) -> None:
    ending = threading.Event()

    def chatter(name: str) -> None:
        with open_dbus_connection(session) as talker:
            while not ending.is_set():
                talker.send(new_method_call(DBusAddress("/showhow", name, "org.showhow.Front"), "Other"))

    with SessionBus(until=time.monotonic() + 0.5) as bus:
        talking = threading.Thread(target=chatter, args=(bus.name,), daemon=True)
        talking.start()
        try:
            with pytest.raises(NoAnswerError):
                bus.called("Tell")
        finally:
            ending.set()
            talking.join()
