"""A private Wayland desktop for tests: sway without a screen, D-Bus, PipeWire and the real ScreenCast portal.

Owns what it starts and ends all of it. Sway refuses to run as root, so as root it alone runs as nobody; root may use
its socket all the same. A terminal fills the screen and shows what is written to it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.desktop import wait_for
from tests.support.wayland_proxy import COMPLETE, PLUGGABLE, PORTAL_ONLY
from tests.support.windows import skip_on_windows

PROGRAMS = ("sway", "swaymsg", "foot", "setpriv", "dbus-daemon", "dbus-send", "pipewire", "wireplumber")
PORTALS = tuple(
    Path("/usr/libexec") / name for name in ("xdg-desktop-portal", "xdg-desktop-portal-wlr", "xdg-permission-store")
)
OUTPUT = "HEADLESS-1"
_NOBODY = 65534
_SCRUBBED = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XAUTHORITY", "SWAYSOCK", "XDG_STATE_HOME")
_SCRUBBED += ("PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK", "COLUMNS", "LINES")
_CHOOSER = """#!/bin/sh
echo asked >> {folder}/asked
until [ -e {folder}/answer ]; do sleep 0.05; done
cat {folder}/answer
echo answered >> {folder}/answered
"""
_BARE_BUS = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"""


def skip_without_packages() -> None:
    """Skip the test where Debian's packages for Wayland cannot be had."""
    skip_on_windows("Wayland")
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    missing += [path.name for path in PORTALS if not path.exists()]
    if missing:
        pytest.skip(f"a Wayland desktop needs {', '.join(missing)}; scripts/setup.sh names the packages")


class WaylandStage:
    """A running private desktop. Use as a context manager; ``env`` is what programs on it need.

    ``portal`` brings D-Bus, PipeWire and the portal, ``xwayland`` an X server in place of the terminal; its programs
    run as sway's user (``as_sway``). ``wayland_proxy.py`` gives the display more names, such as one without screencopy.
    """

    def __init__(self, size: tuple[int, int] = (640, 360), *, portal: bool = False, xwayland: bool = False) -> None:
        self.size, self._with_portal, self._xwayland = size, portal, xwayland
        self.folder = Path(tempfile.mkdtemp(prefix="wstage-"))
        self.env = {key: value for key, value in os.environ.items() if key not in _SCRUBBED}
        home = self.folder / "home"
        self.env |= {"XDG_RUNTIME_DIR": str(self.folder), "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
        self.env |= {"XDG_DATA_HOME": str(home / "share"), "XDG_CACHE_HOME": str(home / "cache")}
        self.env |= {"XDG_CURRENT_DESKTOP": "sway", "XDG_SESSION_TYPE": "wayland", "LIBGL_ALWAYS_SOFTWARE": "1"}
        self.as_sway: list[str] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        self.named: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> WaylandStage:
        skip_without_packages()
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _start(self) -> None:
        (self.folder / "home/config/xdg-desktop-portal-wlr").mkdir(parents=True)
        if os.geteuid() == 0:
            self.folder.chmod(0o711)
        self._start_sway()
        if self._xwayland:
            self._start_xwayland()
        else:
            self._start_terminal()
        self._start_proxy()
        if self._with_portal:
            self._start_portal()

    def _start_sway(self) -> None:
        own = self.folder / "sway"
        own.mkdir(mode=0o700)
        config = own / "config"
        width, height = self.size
        config.write_text(
            f"output {OUTPUT} mode {width}x{height}@60Hz position 0 0 scale 1\n"
            f"xwayland {'enable' if self._xwayland else 'disable'}\ndefault_border none\nfocus_follows_mouse no\n"
        )
        env = self.env | {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
        env |= {"WLR_HEADLESS_OUTPUTS": "1", "XDG_RUNTIME_DIR": str(own), "HOME": str(own)}
        if os.geteuid() == 0:
            for path in (own, config):
                os.chown(path, _NOBODY, _NOBODY)
            self.as_sway = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
        self.named["sway"] = self.spawn([*self.as_sway, "sway", "-c", str(config)], env=env)
        found = wait_for(lambda: next(own.glob("sway-ipc.*.sock"), None), "sway's socket for commands")
        self.env["SWAYSOCK"] = str(found)
        display = wait_for(
            lambda: next((p for p in own.glob("wayland-*") if p.suffix != ".lock"), None), "the Wayland display"
        )
        self.env["WAYLAND_DISPLAY"] = str(display)
        wait_for(lambda: self._answers(["swaymsg", "-t", "get_version"]), "sway")

    def _start_xwayland(self) -> None:
        """The X server starts when it is first asked for."""
        told = self.folder / "sway/display"
        self.sway(f"exec printenv DISPLAY > {told}")
        self.env["DISPLAY"] = wait_for(lambda: told.exists() and told.read_text().strip(), "the name of the X display")

    def _start_terminal(self) -> None:
        """A terminal over the whole screen that shows what ``write`` is given."""
        pipe = self.folder / "terminal"
        os.mkfifo(pipe)
        look = ["-o", "colors.background=3b6e8f", "-o", "font=monospace:size=10", "-o", "csd.preferred=none"]
        self.spawn(["foot", *look, "sh", "-c", f"exec 3<>{pipe}; echo > {pipe}.up; exec cat <&3"])
        wait_for(Path(f"{pipe}.up").exists, "the terminal")
        wait_for(lambda: any(node.get("app_id") == "foot" for node in self._windows()), "the terminal's window")
        self._pipe = pipe.open("wb", buffering=0)

    def _windows(self) -> list[dict[str, Any]]:
        found, nodes = [], [self.tree("get_tree")]
        while nodes:
            node = nodes.pop()
            found.append(node)
            nodes += node["nodes"]
        return found

    def write(self, text: str) -> None:
        """Show text in the terminal, as if it were typed."""
        self._pipe.write(text.encode())

    def paint(self, colour: str) -> None:
        """Give the terminal another background: ``#c02020``."""
        self.write(f"\x1b]11;{colour}\x07")

    def _start_portal(self) -> None:
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.folder}/bus"
        start_bus(self.spawn, self.folder / "bus", self.env)
        self.spawn(["pipewire"])
        wait_for((self.folder / "pipewire-0").exists, "PipeWire")
        self.spawn(["wireplumber"])
        chooser = self.folder / "chooser"
        chooser.write_text(_CHOOSER.format(folder=self.folder))
        chooser.chmod(0o755)
        (self.folder / "home/config/xdg-desktop-portal-wlr/config").write_text(
            f"[screencast]\nmax_fps=30\nchooser_type=simple\nchooser_cmd={chooser}\n"
        )
        self.spawn([str(PORTALS[1])], env=self.env | {"WAYLAND_DISPLAY": str(self.folder / COMPLETE)})
        self._owned("org.freedesktop.impl.portal.desktop.wlr")
        self._start_frontend()
        self.allow()

    def _start_frontend(self) -> None:
        """The portal itself, with what keeps its user's answers; not with the documents, which mount a file system."""
        self.spawn([str(PORTALS[2])])
        self._owned("org.freedesktop.impl.portal.PermissionStore")
        self.spawn([str(PORTALS[0])])
        self._owned("org.freedesktop.portal.Desktop")

    def _start_proxy(self) -> None:
        """More names of the display: see ``wayland_proxy.py``."""
        script = str(Path(__file__).with_name("wayland_proxy.py"))
        self.named["proxy"] = self.spawn([sys.executable, script, self.env["WAYLAND_DISPLAY"], str(self.folder)])
        for name in (COMPLETE, PORTAL_ONLY, PLUGGABLE):
            wait_for((self.folder / name).exists, "the proxy")

    def plug(self, *, into: bool) -> None:
        """Unplug the monitors for those who use the name PLUGGABLE, or plug them in again."""
        self.named["proxy"].send_signal(signal.SIGUSR2 if into else signal.SIGUSR1)

    def allow(self) -> None:
        """Whoever is asked for the screen grants it at once, also who has been asked already."""
        self._answer(OUTPUT + "\n")
        wait_for(lambda: self._lines("answered") == self.times_asked, "an answer to every question")

    def refuse(self) -> None:
        """Whoever is asked says no."""
        self._answer("")

    def keep_waiting(self) -> None:
        """Nobody answers until ``allow`` or ``refuse``."""
        (self.folder / "answer").unlink(missing_ok=True)

    def _answer(self, text: str) -> None:
        made = self.folder / "answer.new"
        made.write_text(text)
        made.replace(self.folder / "answer")

    def bare_bus(self, path: Path) -> str:
        """Start one more session bus, on which nothing is; its address."""
        return start_bus(self.spawn, path, self.env)

    def forget(self) -> None:
        """Forget what the user granted to showhow."""
        shutil.rmtree(self.tokens, ignore_errors=True)

    @property
    def tokens(self) -> Path:
        """Where showhow keeps what the desktop remembers."""
        return self.folder / "home/.local/state/showhow"

    @property
    def times_asked(self) -> int:
        """How often the desktop has asked its user."""
        return self._lines("asked")

    def _lines(self, name: str) -> int:
        path = self.folder / name
        return len(path.read_text().splitlines()) if path.exists() else 0

    def _owned(self, name: str) -> None:
        bus = "org.freedesktop.DBus"
        ask = ["dbus-send", "--session", "--print-reply", f"--dest={bus}", "/", f"{bus}.NameHasOwner", f"string:{name}"]
        wait_for(lambda: "true" in self.run(ask, check=False).stdout, name)

    def spawn(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program on this desktop; it is ended together with the desktop."""
        name = Path(command[0]).name
        with (self.folder / f"log-{name}.txt").open("ab") as log:
            settings = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "env": self.env} | options
            process = subprocess.Popen(command, start_new_session=True, **settings)
        self.processes.append(process)
        self.named[name] = process
        return process

    def run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program on this desktop to its end; output captured as text."""
        settings = {"capture_output": True, "text": True, "check": True, "timeout": 60, "env": self.env} | options
        return subprocess.run(command, **settings)  # noqa: PLW1510  check is in settings

    def sway(self, *command: str) -> None:
        """A command of sway: ``output HEADLESS-1 scale 2``."""
        self.run(["swaymsg", "--", *command])

    def tree(self, kind: str = "get_outputs") -> Any:
        """What sway answers to a question, as JSON."""
        return json.loads(self.run(["swaymsg", "-r", "-t", kind]).stdout)

    def _answers(self, command: Sequence[str]) -> bool:
        return self.run(command, check=False).returncode == 0

    def end(self, name: str) -> None:
        """Kill one program of this desktop and wait until it is gone."""
        _end(self.named[name])

    def close(self) -> None:
        """End everything, last started first."""
        for process in reversed(self.processes):
            _end(process)
            if process.stdin is not None:
                process.stdin.close()
        if hasattr(self, "_pipe"):
            self._pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_bus(spawn: Callable[..., object], path: Path, env: Mapping[str, str]) -> str:
    """Start a session bus; its address. It starts no program by itself when one is asked for."""
    address = f"unix:path={path}"
    config = path.with_suffix(".conf")
    config.write_text(_BARE_BUS)
    spawn(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", f"--address={address}"], env=dict(env))
    wait_for(path.exists, "D-Bus")
    return address


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def live_on(stage: WaylandStage, monkeypatch: pytest.MonkeyPatch, name: str = "") -> None:
    """Point this process's environment at a desktop, under another name of its display if one is given."""
    for key in _SCRUBBED:
        monkeypatch.delenv(key, raising=False)
    for key, value in stage.env.items():
        monkeypatch.setenv(key, value)
    if name:
        monkeypatch.setenv("WAYLAND_DISPLAY", str(stage.folder / name))
