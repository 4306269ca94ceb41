"""Records read from disk that anyone may have written: versions, shapes and strings are checked before use.

Owns turning bytes into a record or into one line that says what is wrong. Refuses to open files.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from library.model import Demo, LibraryError
from library.text import clean, unsafe

SCHEMA_VERSION = 1
"""Of ``demo.json``, ``draft.json`` and ``library.json`` alike."""

_Record = TypeVar("_Record")
# JSON spells control characters as escapes; only a document that has some needs the slow way through every string.
_SUSPECT = re.compile(
    rb"\\u00[0189]|\\u007f|\\[bfrnt]|\\u20[26]|\\u[dD][89a-fA-F]|\x7f|\xc2[\x80-\x9f]|\xe2\x80|\xe2\x81|\xef\xbb\xbf"
)


class _Version(msgspec.Struct):
    schema_version: int = 1


def decode_record(data: bytes, kind: type[_Record], what: str) -> _Record:
    """A record from its JSON; strings come out as single printable lines.

    Raises LibraryError, naming ``what``, when it is from a newer showhow or broken.
    """
    try:
        if msgspec.json.decode(data, type=_Version).schema_version > SCHEMA_VERSION:
            raise LibraryError(f"{what} was written by a newer showhow", "Update showhow to open it.")
        if _SUSPECT.search(data):
            return msgspec.convert(_cleaned(msgspec.json.decode(data)), type=kind)
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LibraryError(f"{what} is damaged: {clean(str(error), 120)}", "Put a copy back, or remove it.") from error


def encode_record(record: Demo) -> bytes:
    """A demo as JSON for its bundle; where it lies is not written, for a library may be moved."""
    document = msgspec.to_builtins(record, enc_hook=str)
    del document["path"]
    return msgspec.json.encode(document)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value) if unsafe(value) else value
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    return value
