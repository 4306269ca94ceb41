"""A process of our own: lines there and back, and how it ends, whatever it does."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from capture.child_process import ChildProcess, environment
from capture.model import Marker
from tests.support.desktop import wait_for
from tests.support.windows import WINDOWS

Start = Callable[..., ChildProcess]
CODE = 1 if WINDOWS else -9
"""The exit code of a child that was killed."""
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def start() -> Iterator[Start]:
    """Children that do not outlive the test."""
    started: list[ChildProcess] = []

    def begin(code: str, *, listens: bool = False) -> ChildProcess:
        started.append(ChildProcess("tests.support.scripted_child", code, listens=listens))
        return started[-1]

    yield begin
    for child in started:
        child.close()


def runs(pid: int | str) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


ECHO = "for line in sys.stdin: print(line.strip().upper(), flush=True)"


def test_lines_go_there_and_back_until_its_input_ends(start: Start) -> None:
    child = start("print('ready', flush=True)\nprint(sys.stdin.readline().upper(), end='', flush=True)", listens=True)
    answers = child.lines()
    assert next(answers) == b"ready\n"
    child.send(b"mark")
    assert next(answers) == b"MARK\n"
    assert list(answers) == []
    assert child.wait() == 0
    child.send(b"too late")  # is no error: a reader has seen the end


def test_one_that_listens_ends_by_itself_when_its_input_is_ended(start: Start) -> None:
    child = start(f"{ECHO}\nprint('the end', flush=True)", listens=True)
    child.send(b"mark")
    child.end()
    assert list(child.lines()) == [b"MARK\n", b"the end\n"]
    assert child.wait() == 0


def test_bytes_are_read_whole_or_not_at_all(start: Start) -> None:
    child = start("os.write(1, b'12345678901')")
    assert child.read(8) == b"12345678"
    with pytest.raises(EOFError):
        child.read(8)


def test_a_torn_last_line_and_one_that_is_no_record_are_left_out(start: Start) -> None:
    whole = '{"kind":"marker","at_ms":7,"note":""}'
    child = start(f"os.write(1, b'{whole}\\nrubbish\\n{{}}\\n{whole}\\n{whole}')")
    assert [record.at_ms for record in child.records(Marker)] == [7, 7]


def test_killed_its_lines_end_and_its_code_says_so(start: Start) -> None:
    child = start("print('here', flush=True); time.sleep(600)")
    lines = child.lines()
    assert next(lines) == b"here\n"
    assert child.wait(0) is None
    child.kill()
    assert list(lines) == []
    assert child.wait() == CODE
    child.kill()  # once more does no harm


@on_linux
def test_killed_it_takes_along_what_it_started_and_its_lines_end_all_the_same(start: Start) -> None:
    child = start("print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)")
    lines = child.lines()
    grandchild = int(next(lines))
    assert runs(grandchild)
    child.kill()
    assert list(lines) == [], "a grandchild holds the same pipe"
    wait_for(lambda: not runs(grandchild), "the end of the grandchild")


@on_linux
def test_one_that_ended_by_itself_leaving_something_behind_is_cleared_up(start: Start) -> None:
    child = start("print(subprocess.Popen(['sleep', '600']).pid, flush=True)")
    grandchild = int(next(child.lines()))
    wait_for(lambda: not runs(child.pid), "its end")
    child.close()
    wait_for(lambda: not runs(grandchild), "the end of the grandchild")


@on_linux
def test_a_writer_that_waits_for_it_to_read_is_freed_when_it_is_killed(start: Start) -> None:
    child = start("print('here', flush=True); time.sleep(600)", listens=True)
    next(child.lines())
    writer = threading.Thread(target=child.send, args=(bytes(4 << 20),), daemon=True)
    writer.start()
    wait_for(lambda: "pipe_write" in wchan(writer) or not writer.is_alive(), "the pipe to be full")
    assert writer.is_alive()
    child.close()
    writer.join(10)
    assert not writer.is_alive()


def wchan(thread: threading.Thread) -> str:
    """Where in the kernel a thread waits; what waits nowhere has no such place."""
    try:
        return Path(f"/proc/self/task/{thread.native_id}/wchan").read_text()
    except OSError:
        return ""


def test_one_that_waits_for_its_owner_to_read_can_be_ended(start: Start) -> None:
    child = start("print('x' * 4_000_000, flush=True)")
    child.close()
    assert child.wait() == CODE


def test_much_that_nobody_reads_on_standard_error_holds_nothing_up_and_its_end_is_kept(start: Start) -> None:
    child = start("sys.stderr.write('noise\\n' * 200_000 + 'what went wrong\\n\\n'); sys.exit(3)")
    assert list(child.lines()) == []
    assert child.wait() == 3
    assert child.complaint == "what went wrong"


def test_a_full_disk_costs_complaints_and_nothing_else(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    child = start("print('here'); sys.stderr.write('what went wrong')")
    assert list(child.lines()) == [b"here\n"]
    assert child.wait() == 0
    assert child.complaint == ""


def test_without_a_complaint_there_is_none(start: Start) -> None:
    child = start("pass")
    assert child.wait() == 0
    assert child.complaint == ""


OWNER = f"""
import sys, time
from capture.child_process import ChildProcess

children = [ChildProcess("tests.support.scripted_child", {ECHO!r}, listens=True) for _ in range(2)]
print(*[child.pid for child in children], flush=True)
time.sleep(600)
"""


@on_linux
def test_those_that_listen_end_when_their_owner_is_killed() -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, env=environment())
    assert owner.stdout is not None
    with owner.stdout:
        children = owner.stdout.readline().split()
        assert len(children) == 2
        assert all(runs(pid) for pid in children)
        owner.kill()
        owner.wait()
    wait_for(lambda: not any(runs(pid) for pid in children), "the end of both")


@pytest.mark.skipif(WINDOWS, reason="Windows has no sessions")
def test_a_ctrl_c_in_the_terminal_does_not_reach_it(start: Start) -> None:
    child = start("print('here', flush=True); time.sleep(600)")
    next(child.lines())
    assert os.getpgid(child.pid) == child.pid
    assert os.getsid(child.pid) == child.pid
