"""Signals as requests, in a process of their own: they would meet the test runner."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

posix = pytest.mark.skipif(sys.platform == "win32", reason="a process of Windows sends no signal to itself")
ROOT = Path(__file__).parents[3]
_BEGIN = """
import os, signal, sys
from capture.recorder.signal_requests import SignalRequests
def send(name): os.kill(os.getpid(), getattr(signal, name))
"""


def said_by(code: str) -> list[str]:
    """The lines that a program prints."""
    done = subprocess.run(
        [sys.executable, "-c", _BEGIN + code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform != "win32", reason="SIGBREAK is Windows' own")
def test_on_windows_a_closed_console_stops() -> None:
    assert said_by("""
with SignalRequests() as requests:
    signal.raise_signal(signal.SIGBREAK); print(requests.stop.is_set())
""") == ["True"]


@posix
def test_each_request_counts_in_its_order() -> None:
    assert said_by(
        """
with SignalRequests() as requests:
    for name in ("SIGUSR1", "SIGUSR2", "SIGUSR1", "SIGUSR2", "SIGUSR2"): send(name)
    print(*requests.commands())
    print(len(requests.commands()), requests.stop.is_set())
"""
    ) == ["toggle mark toggle mark mark", "0 False"]


@posix
def test_what_was_asked_before_there_is_a_recording_is_forgotten() -> None:
    assert said_by("""
with SignalRequests() as requests:
    send("SIGUSR1"); send("SIGUSR2"); requests.forget(); print(requests.commands())
""") == ["[]"]


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_each_way_to_stop_stops(name: str) -> None:
    assert said_by(f"""
signal.signal(signal.SIGHUP, signal.SIG_DFL)
with SignalRequests() as requests:
    send("{name}"); print(requests.stop.is_set())
""") == ["True"]


@posix
def test_an_ignored_hangup_stays_ignored() -> None:
    assert said_by("""
signal.signal(signal.SIGHUP, signal.SIG_IGN)
with SignalRequests() as requests:
    send("SIGHUP"); print(requests.stop.is_set())
""") == ["False"]


@posix
def test_afterwards_control_c_interrupts_and_late_pauses_and_a_closed_terminal_do_not() -> None:
    assert said_by("""
signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGHUP, signal.SIG_DFL)
with SignalRequests() as requests:
    pass
for name in ("SIGUSR1", "SIGUSR2", "SIGHUP"): send(name)
try:
    send("SIGINT")
except KeyboardInterrupt:
    print("interrupted")
""") == ["interrupted"]
