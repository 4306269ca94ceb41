"""The most memory that a command of showhow had at a time, as its system counts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.command import SHOWHOW

# Windows tells the peak of a process, but the installed program starts another one: so the command asks for its own.
_TOLD_AT_ITS_END = """
import ctypes, sys
from pathlib import Path
from tui.cli import main

class Counters(ctypes.Structure):  # PROCESS_MEMORY_COUNTERS
    _fields_ = [
        ("cb", ctypes.c_uint32), ("faults", ctypes.c_uint32), ("peak", ctypes.c_size_t), ("rest", ctypes.c_size_t * 7),
    ]

place = Path(sys.argv.pop(1))
try:
    main()
finally:
    counters = Counters(ctypes.sizeof(Counters))
    ask = ctypes.WinDLL("psapi").GetProcessMemoryInfo
    ask.argtypes = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32
    if ask(ctypes.c_void_p(-1), ctypes.byref(counters), counters.cb):
        place.write_text(str(counters.peak))
"""


def peak_mb(folder: Path, *words: str | Path, env: Mapping[str, str]) -> int:
    """Run a command to its end; its peak in MiB. ``folder``: for a file of its own."""
    if sys.platform == "win32":
        place = folder / "peak"
        command = [sys.executable, "-c", _TOLD_AT_ITS_END, place, *words]
        subprocess.run(command, env=dict(env), stdout=subprocess.DEVNULL, check=True)
        return int(place.read_text()) >> 20
    process = subprocess.Popen([SHOWHOW, *words], env=dict(env), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss // 1024
