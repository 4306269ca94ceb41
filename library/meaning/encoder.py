"""Encoder: the port to a sentence model, and ``OnnxEncoder``, a model in ONNX format on onnxruntime.

The only module that imports onnxruntime and tokenizers. Takes any sentence model exported to ONNX: one that gives a
vector for each token (their mean over the text is taken) or one for the whole text.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from library.meaning.sentence_models import MODEL, TOKENIZER, ModelUnusable, SentenceModel

if TYPE_CHECKING:
    from library.meaning.packing import Floats

_MOST_TOKENS = 256
_BATCH_TOKENS = 128
"""Tokens of a batch, padding included. Larger batches are slower on a processor, because their activations leave its
cache: with 512 tokens 0.9 of the texts a second, with 2,048 0.6."""
_SAMPLE, _SAMPLES = 1 << 16, 16
_THREADS = 4
_REMEMBERED = 64
"""Texts whose words are kept, 10 MB at most: the next question often comes near the same demos."""

WordVectors: TypeAlias = "tuple[str, Floats]"
"""A word of a text, and the vectors of its pieces in their context, each of length one: (pieces, dimensions)."""


class ReadText(NamedTuple):
    """A text's vector, (dimensions,), and its words with theirs; none where a model gives one for the whole text."""

    vector: Floats
    words: Sequence[WordVectors]


class Encoder(Protocol):
    """Turns texts into vectors of length one, whose product says how alike their meanings are (-1 to 1).

    ``key`` names the model exactly: vectors of two keys cannot be compared.
    """

    key: str
    dimensions: int

    def encode(self, texts: Sequence[str], pause: Callable[[], None] = ...) -> Floats:
        """The vectors, (texts, dimensions). ``pause`` is called between batches and may raise Cancelled."""

    def read(self, text: str) -> ReadText:
        """One text, the whole and its words, in one pass of the model."""


class OnnxEncoder:
    """An Encoder. Raises ModelUnusable when the files are no sentence model."""

    def __init__(self, model: SentenceModel) -> None:
        try:
            self._load(model)
            self._remembered = lru_cache(_REMEMBERED)(self._read)
            self.dimensions = int(self._batch(["A short text."]).shape[1])
            self.key = fingerprint(model.path)
        except Exception as error:  # onnxruntime and tokenizers raise Exception itself for damaged files
            raise ModelUnusable(
                f"The sentence model {model.name} cannot be used: {_first_line(error)}",
                f"Get it again: showhow model download {model.name}",
            ) from error

    def _load(self, model: SentenceModel) -> None:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.log_severity_level = 4  # its warnings would disturb the screen
        options.intra_op_num_threads = min(_THREADS, os.cpu_count() or 1)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # threads that wait take no core
        file = str(model.path / MODEL)
        self._session: Any = InferenceSession(file, options, providers=["CPUExecutionProvider"])
        self._inputs = {one.name for one in self._session.get_inputs()}
        self._tokenizer: Any = Tokenizer.from_file(str(model.path / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)

    def encode(self, texts: Sequence[str], pause: Callable[[], None] = lambda: None) -> Floats:
        """The vectors of texts. Texts of like length share a batch, so that little is padded."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for places in self._batches(texts, order):
            pause()
            vectors[places] = self._batch([texts[at] for at in places])
        return vectors

    @staticmethod
    def _batches(texts: Sequence[str], order: Sequence[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        for at in order:  # ascending, so the newest text is the longest of its batch; a token has four letters or so
            tokens = min(_MOST_TOKENS, 2 + len(texts[at]) // 4)
            if batch and tokens * (len(batch) + 1) > _BATCH_TOKENS:
                yield batch
                batch = []
            batch.append(at)
        if batch:
            yield batch

    def read(self, text: str) -> ReadText:
        """One text, the whole and its words, in one pass of the model; the last ones are remembered."""
        return self._remembered(text)

    def _read(self, text: str) -> ReadText:
        told = self._tokenizer.encode(text)
        found, _ = self._run([told.ids or [0]])
        if found.ndim != 3:
            return ReadText(_of_length_one(found[0]), ())
        vectors = _of_length_one(found[0])
        places: dict[int, list[int]] = {}
        for at, word in enumerate(told.word_ids):
            if word is not None:
                places.setdefault(word, []).append(at)
        words = [(text[told.offsets[at[0]][0] : told.offsets[at[-1]][1]], vectors[at]) for at in places.values()]
        return ReadText(_of_length_one(found[0].mean(axis=0)), words)

    def _batch(self, texts: Sequence[str]) -> Floats:
        found, mask = self._run([one.ids or [0] for one in self._tokenizer.encode_batch(list(texts))])
        if found.ndim == 3:
            found = (found * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return _of_length_one(found)

    def _run(self, tokens: Sequence[Sequence[int]]) -> tuple[Any, Any]:
        """What the model gives for texts of tokens, and which of its places are tokens (texts, longest)."""
        import numpy as np

        longest = max(len(ids) for ids in tokens)
        ids, mask = np.zeros((2, len(tokens), longest), np.int64)
        for row, mine in enumerate(tokens):
            ids[row, : len(mine)] = mine
            mask[row, : len(mine)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        return found, mask


def _of_length_one(vectors: Any) -> Floats:
    """Vectors (..., dimensions) brought to length one. Raises ValueError where they are no numbers."""
    import numpy as np

    found = vectors.astype(np.float32)
    if not np.isfinite(found).all():
        raise ValueError("it computes no numbers")
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-9), np.float32)


def fingerprint(folder: Path) -> str:
    """A key of a model's files, from their sizes and samples: reading all of a large model would take seconds."""
    digest = hashlib.sha256()
    for name in (MODEL, TOKENIZER):
        with (folder / name).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            digest.update(b"%d;" % size)
            for part in range(_SAMPLES):
                file.seek(part * size // _SAMPLES)
                digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:16]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
