"""The priority of a background process: below everything else on the machine."""

from __future__ import annotations

import contextlib
import os
import sys


def become_idle(niceness: int = 19) -> None:
    """Lower the priority of this process and its later threads; it cannot be raised again.

    Linux preempts its idle class at once, and gives it the disk only when nobody else wants it; a process that is only
    nice keeps its time slice. Elsewhere ``niceness`` is added, where the system knows it.
    """
    if hasattr(os, "nice"):
        os.nice(niceness)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
