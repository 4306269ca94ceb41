"""Per-display lock: at most one recorder on each display. A file lock in the user's runtime folder.

The system releases it when its holder dies. Does not wait, and never takes the lock from another process.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

from capture.errors import CaptureError
from capture.file_lock import FileLock


def lock_display(take_path: Path) -> FileLock:
    """Lock this display for recording; keep the returned lock. Raises CaptureError when another recorder holds it."""
    lock = FileLock(_folder() / f"recorder-{_display()}.lock")
    try:
        taken = lock.take()
    except OSError as error:
        raise CaptureError(
            f"Cannot make sure that nobody else records ({lock.path}: {error.strerror})", "Check XDG_RUNTIME_DIR."
        ) from error
    if not taken:
        where = lock.holder()
        raise CaptureError(
            "This screen is being recorded already" + (f": {where}" if where else ""), "Stop that first."
        )
    lock.note(str(take_path))
    return lock


def _display() -> str:
    display = os.environ.get("DISPLAY", "") if sys.platform == "linux" else ""
    return re.sub(r"[^\w-]", "_", re.sub(r"\.\d+$", "", display)) or "screen"  # :0 and :0.0 are one display


def _folder() -> Path:
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        folder = Path(runtime) / "showhow"
    else:
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
        folder = Path(tempfile.gettempdir()) / f"showhow-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        theirs = hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()
    except OSError as error:
        raise CaptureError(f"{folder} cannot be made ({error.strerror})", "Check XDG_RUNTIME_DIR.") from error
    if theirs or folder.is_symlink():
        raise CaptureError(f"{folder} belongs to somebody else", "Set XDG_RUNTIME_DIR to a folder of your own.")
    return folder
