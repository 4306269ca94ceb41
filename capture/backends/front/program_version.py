"""The version of a running program on Linux, from what its package says. The program itself is never started.

Owns the way from a process to the package that has its file: dpkg of Debian and Ubuntu, and snaps. Other packages,
scripts (whose file is their interpreter's) and files of no package have no version here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

ROOT = Path("/")
_SNAP = re.compile(r"/snap/([^/]+)/[^/]+/")
_INTERPRETERS = re.compile(r"(python|perl|ruby|node|java|bash|dash|mono|gjs|wine)[\d.]*(-\w+)?")
_ANY_DIRECTORY = {"", "usr", "bin", "sbin", "lib", "lib64", "opt", "share", "libexec", "games", "program", "local"}
_MOST_LISTS = 40
_REVISION = re.compile(r"^(\d+:)?(.+?)(-[^-]*)?$")


def version_of_process(process_id: int, root: Path = ROOT) -> str:
    """The version of the program that a process runs, without the packager's revision; empty where it is not known."""
    try:
        path = str((root / "proc" / str(process_id) / "exe").readlink())
    except OSError:  # it has ended, or is another user's
        return ""
    return version_of_file(path.removesuffix(" (deleted)"), root) if process_id > 0 else ""


@lru_cache(maxsize=64)
def version_of_file(path: str, root: Path = ROOT) -> str:
    """As ``version_of_process``, of a program's file."""
    if _INTERPRETERS.fullmatch(Path(path).name):
        return ""
    try:
        if found := _SNAP.match(path):
            return _field(root / path[1 : found.end()] / "meta" / "snap.yaml", "version")
        package = next((one for one in _packages(path, root) if _owns(one, path, root)), "")
        return _upstream(_installed(package, root)) if package else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _packages(path: str, root: Path) -> Iterator[str]:
    """Names of packages that may have the file: those that begin as it, or one of its folders, is called."""
    parts = Path(path).parts
    names = dict.fromkeys(
        re.split(r"\.|-\d", part)[0] for part in reversed(parts) if part.strip("/") not in _ANY_DIRECTORY
    )
    for name in names:
        if re.fullmatch(r"[A-Za-z0-9][\w+-]*", name):
            lists = sorted((root / "var/lib/dpkg/info").glob(f"{name.lower()}*.list"), key=lambda one: len(one.name))
            yield from (one.stem for one in islice(lists, _MOST_LISTS))


def _owns(package: str, path: str, root: Path) -> bool:
    listed = (root / "var/lib/dpkg/info" / f"{package}.list").read_text(encoding="utf-8").splitlines()
    return path in listed or path.removeprefix("/usr") in listed  # /bin is a link to /usr/bin


def _installed(package: str, root: Path) -> str:
    status = (root / "var/lib/dpkg/status").read_text(encoding="utf-8", errors="replace")
    name = package.partition(":")[0]
    found = re.search(rf"^Package: {re.escape(name)}\n(?:.+\n)*?Version: (.+)$", status, re.MULTILINE)
    return found[1] if found else ""


def _upstream(version: str) -> str:
    """``4:7.4.7-1+deb12u14`` is LibreOffice 7.4.7."""
    found = _REVISION.match(version)
    return re.split(r"[+~]", found[2])[0] if found else ""


def _field(file: Path, name: str) -> str:
    found = re.search(rf"^{name}:\s*['\"]?([^'\"\n]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip() if found else ""
