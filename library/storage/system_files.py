"""Files and folders that systems, drives and sync programs put everywhere: nobody's, and no fault of a library."""

from __future__ import annotations

import re

_SYSTEM = re.compile(
    r"""
    \.DS_Store | \._.* | \.AppleDouble | \.AppleDB | \.Spotlight-V100 | \.Trashes | \.fseventsd | \.localized | Icon\r
    | Thumbs\.db(?::encryptable)? | ehthumbs(?:_vista)?\.db | desktop\.ini | \$RECYCLE\.BIN
    | System\ Volume\ Information
    | @eaDir | \#recycle | \#snapshot | @Recycle | @Recently-Snapshot | \.@__thumb | @tmp
    | lost\+found | \.nfs[0-9a-f]+ | \.fuse_hidden.* | \.directory | \.snapshot
    | \.dropbox.* | \.stfolder | \.stversions | \.stignore | \.syncthing\..* | ~syncthing~.* | \.sync | \.owncloudsync.*
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_system_file(name: str) -> bool:
    """Whether a file or folder of this name is a system's own."""
    return _SYSTEM.fullmatch(name) is not None
