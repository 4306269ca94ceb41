"""A background process gives way to everything else on the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from capture.child_process import environment

_PRIORITY = "kernel = ctypes.windll.kernel32; print(hex(kernel.GetPriorityClass(ctypes.c_void_p(-1))))"
if sys.platform == "win32":
    ASKED = f"import ctypes; {_PRIORITY}"
else:
    ASKED = "import os; print(os.nice(0))"


def priority_after(niceness: int) -> str:
    code = f"from capture.priority import become_idle; become_idle({niceness}); {ASKED}"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "win32", reason="classes of priority are those of Windows")
def test_on_windows_it_is_below_normal_or_idle() -> None:
    assert [priority_after(10), priority_after(19)] == ["0x4000", "0x40"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no niceness")
def test_elsewhere_it_is_as_nice_as_can_be() -> None:
    assert priority_after(19) == "19"


@pytest.mark.skipif(sys.platform != "linux", reason="the idle class is Linux's")
def test_on_linux_it_is_in_the_idle_class() -> None:
    code = "import os; from capture.priority import become_idle; become_idle(1); print(os.sched_getscheduler(0))"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "5"  # SCHED_IDLE
