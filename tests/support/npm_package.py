"""Fetches one file of a package of npm, of one version, checked by its SHA-256, once a machine. Nothing of it is run.

npm only downloads the package, with its own settings: no script of it runs.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from tests.support.cache import CACHE, Unavailable, locked, sha256

_TIMEOUT_S = 120


def npm_file(package: str, version: str, member: str, checksum: str) -> Path:
    """The path of ``member`` of a package; raises Unavailable, one line that says why it cannot be had."""
    kept = CACHE / "npm" / f"{package}-{version}" / Path(member).name
    if sha256(kept) == checksum:
        return kept
    with locked("npm"):
        if sha256(kept) != checksum:
            _fetch(f"{package}@{version}", member, kept)
    if sha256(kept) != checksum:
        raise Unavailable(f"{member} of {package} {version} is not the file that was tried")
    return kept


def _fetch(wanted: str, member: str, kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable(f"npm is not there to fetch {wanted}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        command = [npm, "pack", wanted, "--ignore-scripts", "--silent"]
        try:
            subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=_TIMEOUT_S)
            archive = next(Path(folder).glob("*.tgz"))
            with tarfile.open(archive) as packed, (Path(folder) / "file").open("wb") as file:
                source = packed.extractfile(f"package/{member}")
                if source is not None:
                    shutil.copyfileobj(source, file)
        except (subprocess.SubprocessError, OSError, StopIteration, KeyError, tarfile.TarError) as error:
            raise Unavailable(f"{wanted} cannot be fetched: {type(error).__name__}") from error
        (Path(folder) / "file").replace(kept)
