"""Parses a library's address and chooses the place of its index: SQLite's locks do not work on a network drive.

Owns the detection of network drives. Does not open anything.
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
_SYNCED = re.compile(r"(onedrive|dropbox|google ?drive|icloud ?drive|nextcloud|cloudstorage|mobile documents)\b")
"""How folders begin that a program syncs, in small letters: ``OneDrive - Contoso``, ``Dropbox (Personal)``, on macOS
``Library/CloudStorage``, ``Library/Mobile Documents``."""
_LOCAL_FUSE = {"fuse.ext2", "fuse.ntfs", "fuse.ntfs-3g", "fuse.exfat", "fuse.lxcfs", "fuse.fuse-overlayfs"}


def is_team(url: str) -> bool:
    """Whether it is the address of a team's library."""
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
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise LibraryError(f"{url} is no address of a library: {error}", "Give a folder, like ~/demos.") from error
    if scheme[1].lower() == "file" and parts.netloc in {"", "localhost"}:
        from urllib.request import url2pathname  # late: it brings HTTP along, and few write file://

        return Path(url2pathname(parts.path))
    what = f"This version cannot open a {scheme[1].lower()}:// library"
    raise LibraryError(what, "Give a folder, or postgresql://...")


def index_path(folder: Path, cache: Path) -> Path:
    """The path of a library's index: in its folder if that is on a local disk, else in ``cache``, named by a hash.

    Where neither may be written it is the one in the folder, if there is one.
    """
    own = folder / INDEX
    if not is_shared(folder) and (_writable(folder) or (own.exists() and not _may_be_made(cache))):
        return own
    name = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return cache / f"{name}.sqlite"


def _writable(folder: Path) -> bool:
    """Whether the index may be written there; a read-only library can still be searched."""
    return os.access(folder, os.W_OK) and (not (folder / INDEX).exists() or os.access(folder / INDEX, os.W_OK))


def _may_be_made(folder: Path) -> bool:
    """Whether files may be made in a folder, which need not exist yet."""
    return os.access(next((one for one in (folder, *folder.parents) if one.exists()), folder), os.W_OK)


def is_shared(folder: Path) -> bool:
    """Whether a folder is on a network drive, or on Windows and macOS in one that a program syncs.

    False when that cannot be determined.
    """
    if sys.platform == "win32":
        import ctypes

        shared = str(folder).startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == 4  # remote
    else:
        shared = _is_network_mount(folder)
    return shared or (sys.platform in {"win32", "darwin"} and is_synced(folder))


def is_synced(folder: Path) -> bool:
    """Whether a folder lies, by its name, in one that a program syncs with other machines."""
    return any(_SYNCED.match(part.casefold()) for part in folder.parts)


def _is_network_mount(folder: Path) -> bool:
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # macOS mounts network drives, and some local ones, below these two
        return folder.parts[1:2] in {("Volumes",), ("Network",)}
    kind = _file_system(folder, mounts)
    return kind in _SHARED or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)


def _file_system(folder: Path, mounts: str) -> str:
    """The file system type of a folder, from Linux's mountinfo: of the deepest mount point, mounted last."""
    best, kind = -1, ""
    real = Path(os.path.realpath(folder))
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), left.split(" ")[4]))
        if real.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), right.split(" ")[0]
    return kind
