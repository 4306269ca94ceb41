"""JSON records from untrusted files: versions, types and strings are checked before use.

Owns decoding bytes into a record or into an error of one line. Does not open files.
"""

from __future__ import annotations

import re
import zlib
from typing import Any, TypeVar

import msgspec
from msgspec.structs import asdict, replace

from capture.files import prepared
from library.model import Demo, Draft, LibraryError
from library.text import clean, unsafe
from transcribe.spacing import respaced
from transcribe.words import mended

SCHEMA_VERSION = 1
"""Current version of ``demo.json``, ``draft.json`` and ``library.json``."""

_MOST_LETTERS = 50_000_000
"""Letters that were said, times steps: the words of each step are looked for in all. An hour has three million."""
_Record = TypeVar("_Record")
# JSON writes control characters as escapes; only a document that has some needs the slow pass over every string.
_SUSPECT = re.compile(
    rb"\\u00[0189]|\\u007f|\\[bfrnt]|\\u20[26]|\\u[dD][89a-fA-F]|\x7f|\xc2[\x80-\x9f]|\xe2\x80|\xe2\x81|\xef\xbb\xbf"
)


class NewerRecord(LibraryError):
    """The record was written by a newer showhow."""


class _Version(msgspec.Struct):
    schema_version: int = 1


def decode_record(data: bytes, kind: type[_Record], what: str) -> _Record:
    """Decode a record from JSON; its strings become single printable lines.

    Raises LibraryError, naming ``what``, when the record is damaged; NewerRecord when it is from a newer showhow.
    """
    try:
        record = _decoded(data, kind)
        newer = getattr(record, "schema_version", SCHEMA_VERSION) > SCHEMA_VERSION
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        newer = _version_of(data) > SCHEMA_VERSION  # of another shape, perhaps for a good reason
        if not newer:
            what_is = f"{what} is damaged: {clean(str(error), 120)}"
            raise LibraryError(what_is, "Put a copy back, or remove it.") from error
    if newer:
        raise NewerRecord(f"{what} was written by a newer showhow", "Update showhow to open it.")
    return with_whole_words(record)


def with_whole_words(record: _Record) -> _Record:
    """A demo or draft with whole words, also in texts and titles of steps; showhow 0.1 left some words in pieces."""
    if not isinstance(record, Demo | Draft):
        return record
    transcript = record.transcript
    segments = tuple(map(mended, transcript.segments))
    if all(new is old for new, old in zip(segments, transcript.segments, strict=True)):
        return record
    transcript = replace(transcript, segments=segments)
    said = transcript.text
    if len(said) * len(record.steps) > _MOST_LETTERS:
        return replace(record, transcript=transcript)
    steps = tuple(
        replace(step, title=respaced(step.title, said), text=respaced(step.text, said)) for step in record.steps
    )
    return replace(record, transcript=transcript, steps=steps)


def _decoded(data: bytes, kind: type[_Record]) -> _Record:
    plain = data.isascii() and b"\\" not in data and b"\x7f" not in data  # nearly every record; ten times as fast
    if not plain and _SUSPECT.search(data):
        return msgspec.convert(_cleaned(msgspec.json.decode(data)), type=prepared(kind))
    return msgspec.json.decode(data, type=prepared(kind))


def _version_of(data: bytes) -> int:
    try:
        return msgspec.json.decode(data, type=prepared(_Version)).schema_version
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return 0


def encode_record(record: Demo) -> bytes:
    """Encode a demo as JSON without ``path``, because a library may be moved. Independent of the order of fields."""
    fields = asdict(record)
    del fields["path"]
    return msgspec.json.encode(fields)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value) if unsafe(value) else value
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    return value


def kept_record(data: bytes) -> Demo:
    """Decode a demo from the catalog's zlib-compressed record, as it was inserted; it was checked then."""
    return msgspec.json.decode(zlib.decompress(data), type=prepared(Demo))
