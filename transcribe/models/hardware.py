"""This machine's cores and memory, the model suggested for it, and the stored speeds of models measured on it.

Owns the suggestion and its reasons. Does not restrict the user, who may use any model.
"""

from __future__ import annotations

import contextlib
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
    """Cores this process may use, memory in bytes (0: not known), and whether an NVIDIA driver is installed."""

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
    """Facts about this machine from the operating system; loads no library."""
    cores = os.cpu_count() or 2
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            cores = len(os.sched_getaffinity(0))
    card = Path("/proc/driver/nvidia/version").exists()  # load_model tries whether it can be used
    return Machine(cores=cores, memory=_memory(), card=card)


def _memory() -> int:
    memory = 0
    if sys.platform != "win32":
        with contextlib.suppress(ValueError, OSError):
            memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):  # the limit of a container
        memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return memory


def suggested_model(machine: Machine) -> str:
    """The best model that is faster than real time on such a machine, with one core left for the recorder.

    Memory in use, int8: tiny 0.4 GB, base 0.5, small 1.1, turbo 2.3 (float16 on a GPU). On one core of a laptop base
    takes about a third of the duration of the speech, small all of it.
    """
    if machine.card:
        return "turbo"
    if machine.memory and machine.memory < 2 * _GB:
        return "tiny"
    roomy = not machine.memory or machine.memory >= 6 * _GB
    return "small" if machine.cores >= 6 and roomy else "base"


def key_of(model: Path) -> str:
    """Key of a measured speed: this machine, its number of cores, and exactly this model file."""
    status = (model / "model.bin").stat()
    cores = this_machine().cores
    return f"{platform.node()}/{platform.machine()}/{cores}/{model.name}/{status.st_size}/{status.st_mtime_ns}"


def known_speeds(models_folder: Path) -> dict[str, float]:
    """Measured speeds by ``key_of``, in seconds of speech per second. Empty when nothing was measured."""
    try:
        with (models_folder / _SPEEDS).open("rb") as file:
            return msgspec.json.decode(file.read(_LARGEST), type=dict[str, float])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def keep_speeds(models_folder: Path, speeds: Mapping[str, float]) -> None:
    """Store measured speeds. If they cannot be written, they are measured again next time."""
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        write_bytes(models_folder / _SPEEDS, msgspec.json.encode(known_speeds(models_folder) | dict(speeds)))
    except OSError:
        return
