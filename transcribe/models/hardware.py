"""What this machine can carry: its cores and memory, the model that suits it, and what was measured of its speed.

Owns the advice and its reasons. Refuses to choose against the user, who may use any model.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from capture.files import write_bytes

_SPEEDS = ".speeds.json"
_LARGEST = 1 << 20
_GB = 1_000_000_000


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Cores this process may use, memory in bytes (0: not known), and whether an NVIDIA driver is there."""

    cores: int
    memory: int = 0
    card: bool = False

    @property
    def words(self) -> str:
        """``2 cores, 24 GB of memory``."""
        cores = f"{self.cores} core{'' if self.cores == 1 else 's'}"
        memory = f", {round(self.memory / _GB)} GB of memory" if self.memory else ""
        return f"{cores}{memory}{', a graphics card' if self.card else ''}"


def this_machine() -> Machine:
    """What is here, as far as the system tells; costs no library."""
    try:
        cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 2
    except OSError:
        cores = os.cpu_count() or 2
    card = Path("/proc/driver/nvidia/version").exists()  # whether it can be used is tried when a model is loaded
    return Machine(cores=cores, memory=_memory(), card=card)


def _memory() -> int:
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii"))  # a container's share
    except (OSError, ValueError):
        return total
    return min(total, limit)


def suggested_model(machine: Machine) -> str:
    """The best model that hears faster than people speak on such a machine, one core left to the recorder.

    Memory while it hears, int8: tiny 0.4 GB, base 0.5, small 1.1, turbo 2.3 (float16 on a card). On one core of a
    laptop base takes about a third of the time that was spoken, small the whole of it.
    """
    if machine.card:
        return "turbo"
    if machine.memory and machine.memory < 2 * _GB:
        return "tiny"
    roomy = not machine.memory or machine.memory >= 6 * _GB
    return "small" if machine.cores >= 6 and roomy else "base"


def key_of(model: Path) -> str:
    """What a measured speed holds for: this machine with so many cores, and these very files."""
    facts = (model / "model.bin").stat()
    cores = this_machine().cores
    return f"{platform.node()}/{platform.machine()}/{cores}/{model.name}/{facts.st_size}/{facts.st_mtime_ns}"


def known_speeds(models_folder: Path) -> dict[str, float]:
    """Measured speeds by ``key_of``: seconds of speech heard in a second. None where nothing was measured."""
    try:
        with (models_folder / _SPEEDS).open("rb") as file:
            return msgspec.json.decode(file.read(_LARGEST), type=dict[str, float])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def keep_speeds(models_folder: Path, speeds: Mapping[str, float]) -> None:
    """Remember what was measured; where it cannot be written it is measured again."""
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        write_bytes(models_folder / _SPEEDS, msgspec.json.encode(known_speeds(models_folder) | dict(speeds)))
    except OSError:
        return
