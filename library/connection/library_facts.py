"""LibraryFacts: a library's id, name and review period, stored in ``library.json``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from capture.files import write_bytes
from library.files import library_errors, read_bounded
from library.records import decode_record

_LARGEST_FACTS = 1 << 20
FACTS = "library.json"
REVIEW_DAYS = 365
"""Programs change their appearance about once a year; an older demo is due for review."""


class LibraryFacts(msgspec.Struct, frozen=True):
    """The content of ``library.json``. ``gather_use``: the machines that use the folder share their use logs."""

    library_id: str = ""
    name: str = ""
    schema_version: int = 1
    review_days: int = REVIEW_DAYS
    gather_use: bool = False


def read_facts(folder: Path) -> LibraryFacts:
    """The facts of a folder; the defaults if it has none. Raises LibraryError."""
    if not (folder / FACTS).exists():
        return LibraryFacts()
    with library_errors(f"read the library {folder}"):
        data = read_bounded(folder / FACTS, _LARGEST_FACTS)
    return decode_record(data, LibraryFacts, f"The library {folder}")


def write_facts(folder: Path, facts: LibraryFacts) -> None:
    """Write the facts atomically. Raises LibraryError."""
    with library_errors(f"write the library {folder}"):
        write_bytes(folder / FACTS, msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n")
