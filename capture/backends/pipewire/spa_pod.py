"""SPA pods: the binary form in which PipeWire's parameters travel; what a screen's stream needs of it.

Numbers are those of PipeWire's public headers and part of its ABI (spa/utils/type.h, spa/param/param.h). The format's
properties are read here by their keys, because the C structure of a format changed its layout between 0.3.48 and 1.0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

ID, INT, RECTANGLE, FRACTION = 3, 4, 10, 11
_OBJECT, _CHOICE = 15, 19
_RANGE, _ENUM, _FLAGS = 1, 3, 4
_LAYOUT = {ID: "<I", INT: "<i", RECTANGLE: "<II", FRACTION: "<II"}

Value = int | tuple[int, int]


def _pod(kind: int, body: bytes) -> bytes:
    """Length, type, body; padded to eight bytes."""
    return struct.pack("<II", len(body), kind) + body + bytes(-len(body) % 8)


def _packed(kind: int, value: Value) -> bytes:
    return struct.pack(_LAYOUT[kind], *(value if isinstance(value, tuple) else (value,)))


def plain(kind: int, value: Value) -> bytes:
    """One value."""
    return _pod(kind, _packed(kind, value))


def _choice(how: int, kind: int, values: Iterable[Value]) -> bytes:
    head = struct.pack("<IIII", how, 0, struct.calcsize(_LAYOUT[kind]), kind)
    return _pod(_CHOICE, head + b"".join(_packed(kind, value) for value in values))


def between(kind: int, default: Value, least: Value, most: Value) -> bytes:
    """Any value of a range."""
    return _choice(_RANGE, kind, (default, least, most))


def one_of(kind: int, *values: Value) -> bytes:
    """One of several, the best first."""
    return _choice(_ENUM, kind, (values[0], *values))


def bits(value: int) -> bytes:
    """Any of these bits."""
    return _choice(_FLAGS, INT, (value,))


def parameter(kind: int, number: int, properties: Mapping[int, bytes]) -> bytes:
    """An object of a type, for a parameter, with its properties by their keys."""
    body = b"".join(struct.pack("<II", key, 0) + value for key, value in properties.items())
    return _pod(_OBJECT, struct.pack("<II", kind, number) + body)


def properties_of(pod: bytes) -> dict[int, bytes]:
    """The bytes of each property of an object by its key; of a choice those of its first value."""
    found: dict[int, bytes] = {}
    at, end = 16, 8 + struct.unpack_from("<I", pod)[0]
    while at + 16 <= end:
        key, _, length, kind = struct.unpack_from("<IIII", pod, at)
        start = at + (32 if kind == _CHOICE else 16)
        found[key] = pod[start : at + 16 + length]
        at += 16 + length + -length % 8
    return found
