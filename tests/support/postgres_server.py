"""A real PostgreSQL server for tests, from installed binaries, in its own folder, on a Unix socket.

Owns starting, restarting and stopping it. It runs as an unprivileged user when the tests run as root, which initdb
refuses.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from tests.support.windows import skip_on_windows

if sys.platform != "win32":
    import pwd

_FAST = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "listen_addresses": "''",
    "max_connections": "60", "shared_buffers": "128MB", "max_wal_size": "4GB", "jit": "off",
}  # fmt: skip


def binaries() -> Path | None:
    """Folder of PostgreSQL's programs; None when they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).parent if program else None


class PostgresServer:
    """A running server. ``url(database)`` is its address; use as a context manager.

    ``kept``: a folder for a server that is kept for the next time; otherwise everything is deleted at the end.
    """

    def __init__(self, kept: Path | None = None, **settings: str) -> None:
        skip_on_windows("PostgreSQL of Debian")
        place = binaries()
        if place is None:
            raise FileNotFoundError("PostgreSQL is not installed: apt install postgresql")
        self._programs, self._settings = place, _FAST | settings
        self.folder, self._kept = kept or Path(tempfile.mkdtemp(prefix="showhow-pg-", dir="/tmp")), kept is not None
        self.folder.mkdir(exist_ok=True)
        self._data = self.folder / "data"
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_user())
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)

    def __enter__(self) -> PostgresServer:
        try:
            if (self._data / "PG_VERSION").exists():
                self.start()
                return self
            self._run("initdb", "-D", str(self._data), "-U", "showhow", "-A", "trust", "-E", "UTF8", "--no-sync")
            lines = [f"{name} = {value}" for name, value in self._settings.items()]
            lines.append(f"unix_socket_directories = '{self.folder}'")
            with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        if self._kept:
            self.stop()
            return
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self.folder / "log"), "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` closes connections in order, ``immediate`` is like a power failure."""
        self._run("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop")

    def restart(self, mode: str = "fast") -> None:
        """Stop and start it."""
        self.stop(mode)
        self.start()

    def url(self, database: str = "postgres", user: str = "showhow") -> str:
        """URL of one of its databases."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}"

    def create(self, database: str) -> str:
        """Create an empty database. Returns its URL."""
        self.psql(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def has(self, database: str) -> bool:
        """Whether it has a database of that name."""
        return database in self.psql("SELECT datname FROM pg_database").split()

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Output of PostgreSQL's own client."""
        return self._run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(database))

    def _run(self, program: str, *words: str) -> str:
        command = [*_as_somebody(), str(self._programs / program), *words]
        done = subprocess.run(
            command, check=True, text=True, cwd=self.folder, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT,
            stdout=subprocess.PIPE if program == "psql" else subprocess.DEVNULL,
        )  # fmt: skip
        return (done.stdout or "").strip()


def _as_somebody() -> Sequence[str]:
    return ("runuser", "-u", _user(), "--") if os.geteuid() == 0 else ()


def _user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return "daemon"
