"""A real learning record store for tests: Ralph, in a virtual environment of its own in the cache, on this machine.

It is installed once a machine, 90 MB; neither the product nor the tests import it. Statements are files in a folder.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.cache import CACHE, Unavailable, locked
from tests.support.desktop import wait_for

PACKAGES = ("ralph-malph[lrs,cli]==5.1.0", "requests")
USER, PASSWORD = "showhow", "a password of the tests"
_HOME = CACHE / "ralph"
_RALPH = _HOME / "venv" / "bin" / "ralph"
_PATIENCE_S = 120


@dataclass(frozen=True)
class RalphStore:
    """A running store."""

    address: str

    def statements(self) -> list[dict[str, Any]]:
        """What it has."""
        request = urllib.request.Request(  # noqa: S310  on this machine
            f"{self.address}/statements", headers={"X-Experience-API-Version": "1.0.3", "Authorization": _basic()}
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310  on this machine
            found: list[dict[str, Any]] = json.load(answer)["statements"]
        return found


@contextmanager
def ralph_store(folder: Path, port: int) -> Iterator[RalphStore]:
    """A running store that keeps its files in ``folder``. Raises Unavailable when it cannot be installed."""
    _install()
    archives = folder / "archives"
    archives.mkdir(parents=True)
    own = {
        "RALPH_APP_DIR": str(folder), "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(archives),
    }  # fmt: skip
    environment = os.environ | own
    login = ["--username", USER, "--password", PASSWORD, "--scope", "all", "--agent-ifi-mbox", "mailto:a@example.com"]
    subprocess.run([_RALPH, "auth", "--write-to-disk", *login], env=environment, check=True, capture_output=True)
    command = [_RALPH, "runserver", "-b", "fs", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log.txt").open("wb") as log:
        running = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )  # fmt: skip
    store = RalphStore(f"http://127.0.0.1:{port}/xAPI")
    try:
        wait_for(lambda: _answers(store), "Ralph to answer", _PATIENCE_S)
        yield store
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # it starts a process of its own
        running.wait(20)


def _answers(store: RalphStore) -> bool:
    try:
        return store.statements() == []
    except OSError:
        return False


def _install() -> None:
    with locked("ralph"):
        if _RALPH.is_file():
            return
        pip = [_HOME / "venv" / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        for command in ([sys.executable, "-m", "venv", _HOME / "venv"], [*pip, *PACKAGES]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                why = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
                raise Unavailable(f"Ralph cannot be installed in {_HOME}: {why}")


def _basic() -> str:
    return f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
