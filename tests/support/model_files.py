"""A speech model's files without a speech model: small enough to be copied and sent again and again.

For tests of finding, listing, downloading and removing. It passes for a model of showhow's until somebody loads it.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

_WEIGHTS, _TOKENS = 1_000_000, 20_000


def write_model_files(folder: Path) -> Path:
    """Write the files into a new folder; they are the same each time."""
    folder.mkdir(parents=True)
    weights = b"\x06\0\0\0\x0c\0WhisperSpec\0" + random.Random(5).randbytes(_WEIGHTS)  # noqa: S311  no secret
    (folder / "model.bin").write_bytes(weights)
    tokens = {f"token {n}": n for n in range(_TOKENS)}
    for name, content in {
        "config.json": {"alignment_heads": [[1, 0]], "suppress_ids": []},
        "tokenizer.json": {"version": "1.0", "model": {"type": "BPE", "vocab": tokens}},
        "vocabulary.json": list(tokens),
        "preprocessor_config.json": {"feature_size": 80},
    }.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder
