"""The bench's stand: a scripted busy scene on a private desktop, recorders run over it, and what they cost.

The scene is the project's own, or that of a script named by SHOWHOW_BENCH_SESSION (a module with ``Session(out,
size)``, a context manager with ``env`` and ``play()``).
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import mss
import numpy as np
from numpy.typing import NDArray

from capture.child_process import command_of, environment, to_json
from capture.model import Target
from capture.recorder.options import RecordOptions
from tests.support.desktop import SINK, Stage
from tests.support.portable_desktop import python_path
from tests.support.scripted_task import SCENARIO, Line, Scene

Picture = NDArray[np.uint8]
_MORE = (
    Line(
        "Now the second order, for the office.",
        (("click", "new"), ("click", "supplier"), ("type", "Paper and Pens")),
        3,
    ),
    Line("Twenty boxes this time.", (("click", "quantity"), ("type", "20"), ("move", "title"), ("move", "submit")), 5),
)


@dataclass
class Still:
    """The true screen at a moment (monotonic s) in which nothing moved."""

    at_s: float
    picture: Picture


@dataclass
class Desk:
    """A desktop with a scene to play. ``stills`` are taken while it plays."""

    env: dict[str, str]
    play: Callable[[], None]
    sound_source: str
    size: tuple[int, int]
    stills: list[Still] = field(default_factory=list)


@contextmanager
def desk(size: tuple[int, int], folder: Path) -> Iterator[Desk]:
    """A desktop of that size with a scene of about a minute."""
    if path := os.environ.get("SHOWHOW_BENCH_SESSION"):
        spec = importlib.util.spec_from_file_location("bench_session", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with module.Session(str(folder), size) as session:
            yield Desk(session.env, session.play, session.env["PULSE_SOURCE"], size)
        return
    with Stage(size) as stage:
        scene = Scene(stage, (*SCENARIO, *_MORE))
        yield Desk(stage.env, lambda: _play(scene), f"{SINK}.monitor", size)


def _play(scene: Scene) -> None:
    scene.play()


@dataclass
class Cost:
    """What a recorder took: seconds of CPU, its share of one core, peak memory, its own file."""

    name: str
    cpu_s: float
    core: float
    rss_mb: int
    started_s: float
    video: Path

    @property
    def size(self) -> int:
        """Bytes of the video."""
        return self.video.stat().st_size


@dataclass(frozen=True)
class Peer:
    """A recorder: its command, where its video will be, and what ends it: a line on standard input, else SIGINT."""

    name: str
    command: Sequence[str]
    video: Callable[[], Path]
    farewell: str = ""


class EndedByItselfError(Exception):
    """A peer did not last to the end of the scene; its last words."""


def run(peer: Peer, on: Desk, log: Path, seconds: float | None = None) -> Cost:
    """Start a recorder, play the scene (or wait ``seconds``), end it. Raises EndedByItselfError."""
    begun = time.monotonic()
    with log.open("wb") as words:
        process = subprocess.Popen(
            peer.command, env=on.env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=words
        )
    time.sleep(2)  # every peer gets the same time to start
    played = time.monotonic()
    done = threading.Event()
    watcher = threading.Thread(target=_take_stills, args=(on, done))
    watcher.start()
    if seconds is None:
        on.play()
    else:
        time.sleep(seconds)
    done.set()
    watcher.join()
    ended = time.monotonic()
    assert process.stdin is not None
    if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
        last = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()][-2:]
        process.stdin.close()
        raise EndedByItselfError(f"{peer.name} ended by itself, status {process.wait()}: {' / '.join(last)}")
    if peer.farewell:
        process.stdin.write(peer.farewell.encode())
        process.stdin.flush()
    else:
        process.send_signal(signal.SIGINT)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    process.stdin.close()
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(peer.name, cpu, cpu / (ended - begun), usage.ru_maxrss // 1024, played, peer.video())


def _take_stills(on: Desk, done: threading.Event) -> None:
    """The screen whenever it has stood still for a second; about one a second."""
    on.stills.clear()
    with mss.MSS(display=on.env["DISPLAY"]) as screen:
        last, since = None, 0.0
        while not done.wait(0.5):
            picture = np.frombuffer(screen.grab(screen.monitors[1]).bgra, np.uint8).reshape(on.size[1], on.size[0], 4)
            if last is None or not np.array_equal(picture, last):
                last, since = picture, time.monotonic()
            elif time.monotonic() - since > 1.2 and (not on.stills or on.stills[-1].at_s < since):
                on.stills.append(Still(time.monotonic() - 0.4, picture[..., :3].copy()))


def showhow(folder: Path, on: Desk, *, fps: int = 30) -> Peer:
    """Our recorder, started as ``Recording.start`` does."""
    return _ours("showhow", "capture.recorder.process", folder, on, fps)


def portable(folder: Path, on: Desk, *, fps: int = 30) -> Peer:
    """Our recorder by the back end of Windows and macOS."""
    peer = _ours("showhow, portable", "tests.support.portable_desktop", folder, on, fps)
    return replace(peer, command=[*peer.command[:1], f"PYTHONPATH={python_path()}", *peer.command[1:]])


def _ours(name: str, module: str, folder: Path, on: Desk, fps: int) -> Peer:
    takes = folder / "takes"
    wish = RecordOptions(target=Target(monitor=1), takes_folder=takes, microphone=on.sound_source, fps=fps)
    place = {name: value for name, value in environment().items() if os.environ.get(name) != value}
    settings = [f"{name}={value}" for name, value in place.items()]
    settings = [
        setting for setting in settings if not setting.startswith("PYTHONPATH=") or module.startswith("capture")
    ]
    command = ["env", *settings, *command_of(module), to_json(wish).decode()]
    return Peer(name, command, lambda: max(takes.glob("*/take.mp4"), key=lambda path: path.stat().st_mtime))


def ffmpeg(folder: Path, on: Desk, *, fps: int = 30) -> Peer:
    """FFmpeg's own grabber with the same encoder."""
    out = folder / "ffmpeg.mp4"
    size = f"{on.size[0]}x{on.size[1]}"
    grab = ["-f", "x11grab", "-framerate", str(fps), "-video_size", size, "-i", on.env["DISPLAY"]]
    sound = ["-f", "pulse", "-i", on.sound_source]
    code = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    return Peer("ffmpeg x11grab", ["ffmpeg", "-y", "-v", "error", *grab, *sound, *code, str(out)], lambda: out)


_SSR = """[welcome]
skip_page=true
[input]
video_area=fixed
video_x=0
video_y=0
video_w={width}
video_h={height}
video_frame_rate={fps}
video_scale=false
video_record_cursor=true
audio_enabled=true
audio_backend=pulseaudio
audio_pulseaudio_source={source}
[output]
container=mp4
file={out}
separate_files=false
add_timestamp=false
video_codec=h264
video_h264_crf=23
video_h264_preset=0
audio_codec=aac
audio_kbit_rate=128
[record]
hotkey_enable=false
sound_notifications_enabled=false
"""


def simplescreenrecorder(folder: Path, on: Desk, *, fps: int = 30) -> Peer:
    """SimpleScreenRecorder with the same encoder. Its window stays hidden: shown, it lies over the scene and takes its
    clicks. Without OpenCV's own Qt, which cv2 names in the environment and no other program can load."""
    out, settings = folder / "ssr.mp4", folder / "ssr.conf"
    width, height = on.size
    settings.write_text(_SSR.format(width=width, height=height, fps=fps, source=on.sound_source, out=out))
    command = ["env", "-u", "QT_QPA_PLATFORM_PLUGIN_PATH", "-u", "QT_QPA_FONTDIR"]
    command += ["simplescreenrecorder", f"--settingsfile={settings}", f"--logfile={folder / 'ssr.log'}"]
    hidden = ["--start-recording", "--start-hidden", "--no-systray"]
    return Peer("SimpleScreenRecorder", [*command, *hidden], lambda: out, "record-save\nquit\n")


def children_of(pid: int) -> list[int]:
    """Processes a process has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children."""
    pages = 0
    for one in (pid, *children_of(pid)):
        pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def table(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])
