"""A tiny sentence model in ONNX format for tests: a table of word vectors, in which words of one group are the same.

It is a real model for onnxruntime and a real tokenizer, so the product's own encoder runs it; no weights are
downloaded. ONNX is a protocol buffer; the few fields of one Gather node are written here by hand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from library.meaning.cutoff import SAME
from library.meaning.sentence_models import DEFAULT, SentenceModel
from library.text import words_of

DIMENSIONS = 64
GROUPS = (
    "create raise make", "supplier vendor", "purchase", "order", "invoice bill", "pay post", "vacation leave holiday",
    "ask request", "printer", "jam stuck", "password", "forgotten reset", "parcel package", "ship send",
)  # fmt: skip
"""Words that mean the same to the model; it knows no others, and those of the pairs that every model is measured by."""


def made_sentence_model(
    models_folder: Path,
    name: str = DEFAULT,
    groups: Sequence[str] = GROUPS,
    dimensions: int = DIMENSIONS,
    *,
    pooled: bool = False,
) -> SentenceModel:
    """Write a model into a folder of its own; ``pooled``: one that gives one vector for the whole text."""
    folder = models_folder / name
    folder.mkdir(parents=True)
    meanings = [group.split() for group in groups] + _measured()
    vocabulary = {"[UNK]": 0}
    rows = [np.zeros(dimensions, np.float32)]
    for number, group in enumerate(meanings):
        vector = np.random.default_rng(number).normal(size=dimensions).astype(np.float32)
        for word in group:
            if word not in vocabulary:
                vocabulary[word] = len(rows)
                rows.append(vector)
    (folder / "model.onnx").write_bytes(_onnx(np.array(rows), pooled=pooled))
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None,
        "decoder": None, "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }  # fmt: skip
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return SentenceModel(name, folder)


def _measured() -> list[list[str]]:
    """For each pair of sentences that mean the same a group of the words that no other pair has."""
    words = [{word for text in pair for word in words_of(text)} for pair in SAME]
    return [sorted(mine - set().union(*(other for other in words if other is not mine))) for mine in words]


def _onnx(table: np.ndarray, *, pooled: bool) -> bytes:
    """A model that looks ids up in a table: (batch, sequence) to (batch, sequence, dimensions), or to their mean."""
    tensor = b"".join(_field(1, size) for size in table.shape) + _field(2, 1) + _field(8, b"table")
    tensor += _field(9, table.astype("<f4").tobytes())
    node = _field(1, b"table") + _field(1, b"input_ids") + _field(2, b"vectors") + _field(4, b"Gather")
    output = _value(b"vectors", 1, (b"batch", b"sequence", b"dimensions"))
    graph = _field(1, node)
    if pooled:
        graph += _field(1, _mean(b"vectors", b"mean"))
        output = _value(b"mean", 1, (b"batch", b"dimensions"))
    graph += _field(2, b"words") + _field(5, tensor)
    graph += _field(11, _value(b"input_ids", 7, (b"batch", b"sequence")))
    graph += _field(12, output)
    return _field(1, 8) + _field(7, graph) + _field(8, _field(1, b"") + _field(2, 13))


def _mean(of: bytes, name: bytes) -> bytes:
    """A node that takes the mean over the second axis."""
    axes = _field(1, b"axes") + _field(8, 1) + _field(20, 7)
    kept = _field(1, b"keepdims") + _field(3, 0) + _field(20, 2)
    return _field(1, of) + _field(2, name) + _field(4, b"ReduceMean") + _field(5, axes) + _field(5, kept)


def _value(name: bytes, kind: int, sizes: Sequence[bytes]) -> bytes:
    shape = b"".join(_field(1, _field(2, size)) for size in sizes)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)
