"""Mutations of records and media files by a seed, as damage and ill will make them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

EXTREMES: tuple[Callable[[], Any], ...] = (
    lambda: -1, lambda: 0, lambda: 1 << 31, lambda: 1 << 53, lambda: (1 << 63) - 1, lambda: 10**30, lambda: 1e308,
    lambda: -0.5, lambda: None, lambda: True, lambda: "", lambda: "x" * 1_000_000, lambda: "word " * 200_000,
    lambda: "\u202e\x1b[2J\x00\n\r", lambda: "٣" * 50, lambda: "../../etc/passwd", list, dict,
    lambda: [[]] * 1_000, lambda: "2026-01-01", lambda: "\ud800",
)  # fmt: skip


def mutated_record(data: bytes, seed: int) -> bytes:
    """A JSON record with one to four things changed; one in five with its bytes changed instead."""
    chance = random.Random(seed)  # noqa: S311  a seed, so that a failure can be repeated
    if chance.random() < 0.2:
        return mutated_bytes(data, seed)
    record = json.loads(data)
    for _ in range(chance.randint(1, 4)):
        holder, key = chance.choice(list(_places(record)))
        _change(chance, holder, key)
    return json.dumps(record).encode()


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys)[:200]:
        found.append((value, key))
        found += _places(value[key])
    return found


def _change(chance: random.Random, holder: Any, key: Any) -> None:
    how = chance.random()
    value = holder[key]
    if how < 0.6:
        holder[key] = chance.choice(EXTREMES)()
    elif how < 0.7 and isinstance(holder, dict):
        del holder[key]
    elif isinstance(value, int) and not isinstance(value, bool):
        holder[key] = value + chance.choice((-1, 1)) * 10 ** chance.randint(0, 18)
    elif isinstance(value, list) and value:
        holder[key] = value * chance.choice((2, 100, 3_000))
    elif isinstance(value, str):
        holder[key] = value * chance.choice((2, 1_000, 20_000))
    else:
        holder[key] = chance.choice(EXTREMES)()


def mutated_bytes(data: bytes, seed: int) -> bytes:
    """The bytes cut off, zeroed in part, overwritten, doubled, or with single bits changed."""
    chance = random.Random(seed)  # noqa: S311  a seed, so that a failure can be repeated
    changed = bytearray(data)
    size = len(changed)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at, length = chance.randrange(size), chance.choice((1, 4, 100, size // 10, size // 3))
        part = slice(at, min(size, at + length))
        kind = chance.randrange(6)
        if kind == 0:
            changed[part] = bytes(part.stop - part.start)
        elif kind == 1:
            changed[part] = chance.randbytes(part.stop - part.start)
        elif kind == 2:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 3:
            changed[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4)))
        elif kind == 4 and length > 100:
            del changed[part]
        else:
            changed[min(at, 2_000) % size] = chance.randrange(256)
        size = max(1, len(changed))
        if not changed:
            return b""
    return bytes(changed)
