"""Something run in a process of its own, started fresh: forking one with decoder threads may hang in their locks."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any


def run_apart(function: Callable[..., None], *arguments: Any, seconds: float = 60.0) -> int:
    """Run a module's function in a new process; its exit code, negative for a signal. Ends it at the deadline."""
    process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise RuntimeError(f"{function.__name__} was not done after {seconds:g} s")
    code = process.exitcode
    process.close()
    return code
