"""Packs vectors: a bit for each dimension to find candidates, a byte for each dimension to rank them. Pure.

Binary codes with rescoring: Hamming distance of the signs picks candidates at a 32nd of the memory of float32, and the
scalar-quantised vectors order them. A code is padded to whole 64-bit words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Words = NDArray[np.uint64]
_WORD_BITS = 64
_SCALE_BYTES = 4
_STEPS = 127


def code_bytes(dimensions: int) -> int:
    """Bytes of a code."""
    return -(-dimensions // _WORD_BITS) * _WORD_BITS // 8


def codes_of(vectors: Floats) -> bytes:
    """The codes of (n, dimensions) vectors, one after another."""
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.zeros((len(vectors), code_bytes(vectors.shape[1])), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.tobytes()


def code_columns(codes: Sequence[bytes], dimensions: int) -> Words:
    """Codes as (words, n) numbers: a column a vector, so that each word of all vectors lies together."""
    rows = np.frombuffer(b"".join(codes), np.uint64).reshape(-1, code_bytes(dimensions) // 8)
    return np.ascontiguousarray(rows.T)


def distances(columns: Words, code: bytes) -> NDArray[np.uint16]:
    """The Hamming distance of every vector to a code, in blocks that stay in the processor's cache."""
    wanted = np.frombuffer(code, np.uint64)
    found = np.zeros(columns.shape[1], np.uint16)
    for start in range(0, len(found), _BLOCK):
        block = found[start : start + _BLOCK]
        for words, word in zip(columns, wanted, strict=True):
            block += np.bitwise_count(words[start : start + _BLOCK] ^ word)
    return found


_BLOCK = 1 << 15


def data_of(vectors: Floats) -> bytes:
    """(n, dimensions) vectors with a byte for each number and a scale (float32) for each vector, one after another."""
    scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9).astype(np.float32) / _STEPS
    numbers = np.rint(vectors / scales).astype(np.int8)
    return b"".join(scale.tobytes() + row.tobytes() for scale, row in zip(scales.astype("<f4"), numbers, strict=True))


def vectors_of(data: bytes, dimensions: int) -> Floats:
    """The vectors of ``data_of``. Raises ValueError when they have another number of dimensions."""
    rows = np.frombuffer(data, np.uint8).reshape(-1, _SCALE_BYTES + dimensions)
    scales = np.ascontiguousarray(rows[:, :_SCALE_BYTES]).view("<f4")
    vectors: Floats = rows[:, _SCALE_BYTES:].view(np.int8).astype(np.float32) * scales
    return vectors
