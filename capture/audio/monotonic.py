"""The clock of sound and pictures: one monotonic clock, in nanoseconds, for all processes of a machine."""

from __future__ import annotations

import sys
import time

if sys.platform == "win32":
    monotonic_ns = time.perf_counter_ns
else:
    monotonic_ns = time.monotonic_ns
"""On Windows the performance counter, as Python's own monotonic clock is from version 3.13 on. Before, that advances in
steps of 15.6 ms there, and a picture of a recording has 33 ms."""
