"""The priority of a background process: below everything else on the machine."""

from __future__ import annotations

import contextlib
import os
import sys

_IDLE, _BELOW_NORMAL = 0x40, 0x4000
"""Of Windows: IDLE_PRIORITY_CLASS, BELOW_NORMAL_PRIORITY_CLASS. Its background mode would also take the memory away."""


def become_idle(niceness: int = 19) -> None:
    """Lower the priority of this process and its later threads; it cannot be raised again.

    Linux preempts its idle class at once, and gives it the disk only when nobody else wants it; a process that is only
    nice keeps its time slice. Windows has classes of priority: idle from a ``niceness`` of 15 on, else below normal.
    Elsewhere ``niceness`` is added, where the system knows it.
    """
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _IDLE if niceness >= 15 else _BELOW_NORMAL)
    if hasattr(os, "nice"):
        os.nice(niceness)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
