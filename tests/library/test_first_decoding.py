"""Records that several threads decode for the first time at once: all are read, and the process goes on."""

from __future__ import annotations

import subprocess
import sys

THREADS_BEGIN_AT_ONCE = """
import sys, threading
import msgspec
from library.records import decode_record

sys.setswitchinterval(1e-6)
read = []

def decode(both, kind):
    both.wait()
    read.append(decode_record(b'{"inner": {"inner": {"words": ["a"]}}}', kind, "It").inner.inner.words)

for _ in range(100):
    leaf = msgspec.defstruct("Leaf", [("words", tuple[str, ...])])
    branch = msgspec.defstruct("Branch", [("inner", leaf)])
    kind = msgspec.defstruct("Root", [("inner", branch)])
    both = threading.Barrier(4)
    threads = [threading.Thread(target=decode, args=(both, kind)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
assert read == [("a",)] * 400, len(read)
"""


def test_threads_that_decode_a_kind_of_record_for_the_first_time_at_once_all_read_it() -> None:
    done = subprocess.run([sys.executable, "-c", THREADS_BEGIN_AT_ONCE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
