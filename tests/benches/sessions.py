"""Takes of a scripted desktop session with known truth, recorded once and kept: a minute of real time each.

The script is named by SHOWHOW_BENCH_SESSION (a module with ``Session``, ``SCENARIO`` and its speeds), the takes lie in
SHOWHOW_BENCH_CACHE (else a folder of the system's temporary place). Records them all:

    python -m tests.benches.sessions [NAME ...]
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock

from capture.model import Take, Target
from capture.recorder.handle import Recording, RecordOptions
from capture.takes import load_take
from tests.support.desktop import wait_for

SIZES = ((1280, 720), (1920, 1080), (2560, 1440))
_FAST = 0.6
_WORDS_A_MINUTE = {False: 165, True: 220}


@dataclass(frozen=True)
class Wish:
    """Which session: picture size, hands and voice at full or at double pace, narrated or not, how often in a row."""

    size: tuple[int, int]
    fast: bool = False
    narrated: bool = True
    repeat: int = 1

    @property
    def name(self) -> str:
        """Folder and row."""
        times = f"-x{self.repeat}" if self.repeat > 1 else ""
        return f"{self.size[1]}p-{'fast' if self.fast else 'slow'}-{'told' if self.narrated else 'mute'}{times}"


EVERY = tuple(Wish(size, fast, narrated) for size, fast, narrated in product(SIZES, (False, True), (True, False)))
LONG = Wish((1920, 1080), repeat=10)


@dataclass(frozen=True)
class Session:
    """A recorded session. ``truth`` is in seconds since its start, which is at ``zero_ms`` of take time."""

    wish: Wish
    take: Take
    truth: dict[str, Any]
    narration: Path

    @property
    def zero_ms(self) -> float:
        """When the script began, in take time."""
        return float(self.truth["t0_unix"]) * 1000 - self.take.started_unix_ms


def session(wish: Wish) -> Session | None:
    """The session, recorded now unless it was before; None without a script."""
    folder = _cache() / wish.name
    if not (folder / "truth.json").is_file():
        if not os.environ.get("SHOWHOW_BENCH_SESSION"):
            return None
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as place:  # whole or not at all
            _record(wish, Path(place))
            Path(place).rename(folder)
            Path(place).mkdir()
    take = load_take(next((folder / "takes").iterdir()))
    return Session(wish, take, json.loads((folder / "truth.json").read_text()), folder / "narration.wav")


def _cache() -> Path:
    return Path(os.environ.get("SHOWHOW_BENCH_CACHE") or Path(tempfile.gettempdir()) / "showhow-bench")


def _record(wish: Wish, folder: Path) -> None:
    module = _script(wish)
    with module.Session(str(folder), wish.size, wpm=_WORDS_A_MINUTE[wish.fast], repeat=wish.repeat) as on:
        options = RecordOptions(
            target=Target(monitor=1), takes_folder=folder / "takes", microphone=on.env["PULSE_SOURCE"]
        )
        with mock.patch.dict(os.environ, on.env):
            recording = Recording.start(options)
        wait_for(lambda: recording.status.elapsed_ms > 1_000, "the recorder")
        on.play()
        recording.stop()


def _script(wish: Wish) -> Any:
    """The session's module, set to the wished pace; loaded anew each time, for the pace is kept in its globals."""
    spec = importlib.util.spec_from_file_location("bench_session", os.environ["SHOWHOW_BENCH_SESSION"])
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if wish.fast:
        for name in ("MOVE_S", "KEY_S", "SCROLL_S"):
            setattr(module, name, getattr(module, name) * _FAST)
        module.Session.move.__defaults__ = (module.MOVE_S,)
    if not wish.narrated:
        for step in module.SCENARIO:
            step["say"] = None
    return module


def main(names: list[str]) -> None:
    """Record what is missing."""
    for wish in (*EVERY, LONG):
        if not names or wish.name in names:
            found = session(wish)
            said = f"{found.take.duration_ms} ms" if found else "no script: set SHOWHOW_BENCH_SESSION"
            sys.stdout.write(f"{wish.name}: {said}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
