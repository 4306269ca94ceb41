"""A private screen, window manager and sound server, for tests and for ``make demo``.

Owns what it starts and ends all of it. Does not use the user's display or sound server: everything has its own socket,
folder and display number. The monitor of a null sink is the microphone.

Needs on PATH: Xvfb openbox xdotool xsetroot xdpyinfo pulseaudio pactl paplay.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.support.windows import skip_on_windows

SINK = "showhow"
PROGRAMS = ("Xvfb", "openbox", "xdotool", "xsetroot", "xdpyinfo", "pulseaudio", "pactl", "paplay")
_SCRUBBED = ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK")
_SCRUBBED += ("COLUMNS", "LINES")  # they would overrule the size of a terminal


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 20.0) -> Any:
    """The first truthy value of ``condition``; RuntimeError naming ``what`` when the deadline passes."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise RuntimeError(f"gave up waiting for {what} after {seconds:g} s")
        time.sleep(0.02)


def tk_python() -> str:
    """A Python with tkinter; on Debian this is /usr/bin/python3."""
    for candidate in (sys.executable, "/usr/bin/python3", shutil.which("python3") or ""):
        if (
            candidate
            and subprocess.run([candidate, "-c", "import tkinter"], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    raise RuntimeError("no Python with tkinter found; on Debian: apt-get install python3-tk")


class Stage:
    """A running private desktop. Use as a context manager; ``env`` is what programs on it need."""

    def __init__(self, size: tuple[int, int] = (1280, 720), *, sound: bool = True, screen: bool = True) -> None:
        skip_on_windows("Xvfb and PulseAudio")
        self.size, self._sound, self._screen = size, sound, screen
        self.folder = Path(tempfile.mkdtemp(prefix="stage-"))
        self.env = {key: value for key, value in os.environ.items() if key not in _SCRUBBED}
        self.env |= {"XDG_RUNTIME_DIR": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config")}
        if screen:
            self.env.pop("XAUTHORITY", None)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.x_server: subprocess.Popen[bytes] | None = None
        self.sound_server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Stage:
        self.folder.chmod(0o700)
        try:
            if self._screen:
                self.start_screen()
            if self._sound:
                self.start_sound()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def display(self) -> str:
        """The display's name, like ``:3``."""
        return self.env["DISPLAY"]

    def spawn(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program on this desktop; it is ended together with the desktop."""
        log = (self.folder / f"log-{Path(command[0]).name}.txt").open("ab")
        options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log} | options
        with log:
            process = subprocess.Popen(command, env=self.env, start_new_session=True, **options)
        self.processes.append(process)
        return process

    def run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program on this desktop to its end; output captured as text."""
        options = {"capture_output": True, "text": True, "check": True, "timeout": 120} | options
        return subprocess.run(command, env=self.env, **options)  # noqa: PLW1510  check is in options

    def start_screen(self) -> None:
        """Start the X server and the window manager."""
        width, height = self.size
        reading, writing = os.pipe()
        command = [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            f"{width}x{height}x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]
        self.x_server = self.spawn(command, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()  # up to the newline, which Xvfb writes separately
        if not number:
            raise RuntimeError(f"Xvfb did not start; see {self.folder}")
        self.env["DISPLAY"] = f":{number}"
        wait_for(lambda: self._answers(["xdpyinfo"]), "the X server")
        self.run(["xsetroot", "-solid", "#3b6e8f", "-cursor_name", "left_ptr"])
        ready = self.folder / "openbox-is-ready"
        # Windows that are mapped while it starts may stay unmapped; it runs this command when it has started.
        self.spawn(["openbox", "--startup", f"touch {ready}"])
        wait_for(ready.exists, "the window manager")

    def start_sound(self) -> None:
        """Start PulseAudio with a null sink; its monitor is the default source."""
        socket = self.folder / "pulse.sock"
        self.env |= {"PULSE_RUNTIME_PATH": str(self.folder / "pulse"), "PULSE_STATE_PATH": str(self.folder / "pulse")}
        self.env |= {"PULSE_SERVER": f"unix:{socket}", "PULSE_SOURCE": f"{SINK}.monitor", "PULSE_SINK": SINK}
        calm = ["nice", "-n", "-10"] if os.geteuid() == 0 else []
        server = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"]
        # A null sink that allows rewinds plays blocks of two seconds until somebody asks for less: its first seconds
        # come late and with wrong timestamps, unlike those of a sound card.
        sink = f"module-null-sink sink_name={SINK} rate=48000 channels=1 norewinds=1"
        sink += " sink_properties=device.description=Stage"
        door = f"module-native-protocol-unix auth-anonymous=1 socket={socket}"
        self.sound_server = self.spawn([*calm, *server, "--log-level=error", "-L", sink, "-L", door])
        wait_for(lambda: self._answers(["pactl", "set-default-source", f"{SINK}.monitor"]), "PulseAudio")

    def stop_sound(self) -> None:
        """Kill the sound server, as when a headset's server crashes; ``start_sound`` brings it back."""
        if self.sound_server is not None:
            self.end(self.sound_server)
            (self.folder / "pulse.sock").unlink(missing_ok=True)

    def play(self, wav: Path) -> subprocess.Popen[bytes]:
        """Play a WAV file into the microphone."""
        return self.spawn(["paplay", "--latency-msec=100", f"--device={SINK}", str(wav)])

    def xdo(self, script: str) -> None:
        """Run xdotool commands, one per line."""
        self.run(["xdotool", "-"], input=script + "\n")

    def _answers(self, command: Sequence[str]) -> bool:
        return subprocess.run(command, env=self.env, capture_output=True, check=False).returncode == 0

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End one program of this desktop and wait until it is gone."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def close(self) -> None:
        """End everything, last started first."""
        for process in reversed(self.processes):
            self.end(process)
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)
