"""A child process that runs code of a test: ``python -m tests.support.scripted_child CODE``."""

from __future__ import annotations

import os
import subprocess
import sys
import time

if __name__ == "__main__":
    sys.stdout.reconfigure(newline="\n")  # type: ignore[union-attr]  # lines as the product writes them, on Windows too
    names = {"os": os, "subprocess": subprocess, "sys": sys, "time": time}
    exec(sys.argv[1], names)  # noqa: S102  the code is the test's own
