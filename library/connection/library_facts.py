"""What a library says of itself: its identity, its name, and after how many days demos are looked at again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from capture.files import write_bytes
from library.files import library_errors, read_bounded
from library.records import decode_record

_LARGEST_FACTS = 1 << 20
FACTS = "library.json"
REVIEW_DAYS = 365
"""Programs change their looks about once a year; a demo older than that is looked at again."""


class LibraryFacts(msgspec.Struct, frozen=True):
    """What a library says of itself (``library.json``)."""

    library_id: str = ""
    name: str = ""
    schema_version: int = 1
    review_days: int = REVIEW_DAYS


def read_facts(folder: Path) -> LibraryFacts:
    """The facts of a folder; those of a library without any. Raises LibraryError."""
    if not (folder / FACTS).exists():
        return LibraryFacts()
    with library_errors(f"read the library {folder}"):
        data = read_bounded(folder / FACTS, _LARGEST_FACTS)
    return decode_record(data, LibraryFacts, f"The library {folder}")


def write_facts(folder: Path, facts: LibraryFacts) -> None:
    """Write them, whole or not at all. Raises LibraryError."""
    with library_errors(f"write the library {folder}"):
        write_bytes(folder / FACTS, msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n")
