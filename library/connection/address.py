"""Where a library lies and where its index may: SQLite's locks cannot be trusted on a shared drive.

Owns reading a library's address and telling a shared drive from a disk of this machine. Refuses to open anything.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from library.model import LibraryError

INDEX = "index.sqlite"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")  # two letters at least: C:\ is a drive
_SHARED = {
    *("9p", "acfs", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse", "gfs2", "glusterfs", "gpfs"),
    *("lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "pvfs2", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs"),
    *("vmhgfs", "webdav"),
}
_LOCAL_FUSE = {"fuse.ext2", "fuse.ntfs", "fuse.ntfs-3g", "fuse.exfat", "fuse.lxcfs", "fuse.fuse-overlayfs"}


def is_team(url: str) -> bool:
    """Whether an address is that of a team's library."""
    return url.lower().startswith(("postgresql://", "postgres://"))


def folder_of(url: str) -> Path:
    """The folder of a library's address: a path, ``~`` allowed, or ``file://``. Raises LibraryError otherwise."""
    if not url.strip():
        raise LibraryError("The library has no address", "Give a folder, like ~/demos.")
    if "\0" in url:
        raise LibraryError("The library's address holds a character no path can have", "Give a folder, like ~/demos.")
    scheme = _SCHEME.match(url)
    if scheme is None:
        return Path(os.path.abspath(Path(url).expanduser()))  # noqa: PTH100  not resolved: a link to a share stays one
    parts = urlsplit(url)
    if scheme[1].lower() == "file" and parts.netloc in {"", "localhost"}:
        from urllib.request import url2pathname  # late: it brings HTTP along, and few write file://

        return Path(url2pathname(parts.path))
    what = f"This version cannot open a {scheme[1].lower()}:// library"
    raise LibraryError(what, "Give a folder, or postgresql://...")


def index_path(folder: Path, cache: Path) -> Path:
    """Where a library's index goes: inside it on a disk of this machine, else into ``cache``, named by its path."""
    if not is_shared(folder) and _writable(folder):
        return folder / INDEX
    name = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return cache / f"{name}.sqlite"


def _writable(folder: Path) -> bool:
    """Whether the index may be written there: a library can be looked at where it may not be changed."""
    return os.access(folder, os.W_OK) and (not (folder / INDEX).exists() or os.access(folder / INDEX, os.W_OK))


def is_shared(folder: Path) -> bool:
    """Whether a folder lies on a network drive; when it cannot be told, it does not."""
    if sys.platform == "win32":
        import ctypes

        return str(folder).startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == 4  # remote
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # macOS mounts network drives below these two, local ones too: no harm in caution
        return folder.parts[1:2] in {("Volumes",), ("Network",)}
    kind = _file_system(folder, mounts)
    return kind in _SHARED or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)


def _file_system(folder: Path, mounts: str) -> str:
    """The type of file system a folder lies on, by Linux's mountinfo: the deepest mount point, mounted last."""
    best, kind = -1, ""
    real = Path(os.path.realpath(folder))
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), left.split(" ")[4]))
        if real.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), right.split(" ")[0]
    return kind
