"""How showhow starts processes of its own: the same Python, this very package, nobody else's modules.

Refuses to keep or end them; who starts one owns it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, TypeVar

import msgspec


def command_of(module: str) -> list[str]:
    """The command that runs a module of ours; ``-P`` keeps a folder of that name in the user's place from being it."""
    return [sys.executable, "-P", "-m", module]


def environment(**more: str) -> dict[str, str]:
    """The environment for it: the package is found wherever the user stands and however it was installed.

    One thread for NumPy's OpenBLAS, which nothing here uses: its others spin for up to 0.2 s of CPU when they start.
    """
    inherited = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    path = os.pathsep.join([str(Path(__file__).parent.parent), *inherited])
    return os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"} | more


_Record = TypeVar("_Record")


def to_json(record: msgspec.Struct) -> bytes:
    """One line of JSON; paths as text."""
    return msgspec.json.encode(record, enc_hook=str)


def from_json(data: bytes | str, kind: type[_Record]) -> _Record:
    """The record of one line. Raises msgspec.MsgspecError."""
    return msgspec.json.decode(data, type=kind, dec_hook=_path)


def _path(kind: type, value: Any) -> Any:
    return kind(value)
