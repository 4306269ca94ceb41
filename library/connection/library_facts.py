"""LibraryFacts: a library's id, name and review period, stored in ``library.json``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from capture.files import write_bytes
from library.files import library_errors, read_bounded
from library.model import LibraryError, Unreachable
from library.records import NewerRecord, decode_record
from library.rights import take_rights

_LARGEST_FACTS = 1 << 20
FACTS = "library.json"
_MEND = "showhow library init FOLDER --name NAME"
REVIEW_DAYS = 365
"""Programs change their appearance about once a year; an older demo is due for review."""


class LibraryFacts(msgspec.Struct, frozen=True):
    """The content of ``library.json``. ``gather_use``: the machines that use the folder share their use logs."""

    library_id: str = ""
    name: str = ""
    schema_version: int = 1
    review_days: int = REVIEW_DAYS
    gather_use: bool = False


def read_facts(folder: Path) -> tuple[LibraryFacts, str]:
    """The facts of a folder, and a line on why they are the defaults; empty when they are as written, or not there.

    A library is its demos: without its name and review period it is used all the same. Raises LibraryError when it is
    from a newer showhow, or cannot be reached.
    """
    path = folder / FACTS
    if not path.exists():
        return LibraryFacts(), ""
    try:
        with library_errors(f"read {path}"):
            data = read_bounded(path, _LARGEST_FACTS)
        return decode_record(data, LibraryFacts, f"The library {folder}"), ""
    except (Unreachable, NewerRecord):
        raise
    except LibraryError as error:
        lost = "It holds only the library's name and review period; every demo is there."
        return LibraryFacts(), f"{path} cannot be read ({error.what}). {lost} Write it anew: {_MEND}"


def write_facts(folder: Path, facts: LibraryFacts) -> None:
    """Write the facts atomically. Raises LibraryError."""
    with library_errors(f"write the library {folder}"):
        write_bytes(folder / FACTS, msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n")
        take_rights(folder / FACTS, folder)
