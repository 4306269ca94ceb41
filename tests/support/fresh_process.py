"""Runs a function in a new process by spawn: a fork of a process with decoder threads may hang in their locks."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any


def run_apart(function: Callable[..., None], *arguments: Any, seconds: float = 60.0) -> int:
    """Run a module's function in a new process. Returns the exit code, negative for a signal.

    Kills the process and raises RuntimeError after ``seconds``.
    """
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
