"""RapidOcrReader: reads text in pictures with rapidocr and the models inside its wheel. Only this file imports it.

Owns loading (late, once), log level and the minimum score. Does not download anything, does not know clicks or videos,
and uses only one core because reading is background work.
"""

from __future__ import annotations

import threading
from math import ceil, floor
from pathlib import Path
from typing import Any

from capture.model import Region
from transcribe.model import Picture, TextLine, TranscribeError

_DETECT, _RECOGNIZE, _ROTATION = (
    "ch_PP-OCRv4_det_mobile.onnx",
    "ch_PP-OCRv4_rec_mobile.onnx",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
)
_SURE = 0.6
"""Minimum score of a text: icons and frames reach 0.3 to 0.5, words 0.8 and more."""


class RapidOcrReader:
    """A ScreenReader. Thread-safe; loads at the first picture (about 0.7 s, 100 MB)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None

    def lines(self, picture: Picture) -> list[TextLine]:
        """Every run of text in a BGR picture. Raises TranscribeError when rapidocr cannot be loaded."""
        import numpy as np  # imported late: every application has a reader, few use it

        with self._lock:
            if self._engine is None:
                self._engine = _load()
            found = self._engine(np.ascontiguousarray(picture))
        if found.boxes is None:
            return []
        read = zip(found.boxes, found.txts, found.scores, strict=True)
        return [_line(box, text, float(score)) for box, text, score in read if text.strip()]


def _line(box: Any, text: str, score: float) -> TextLine:
    """A run of text; ``box`` is its four corners, tilted text included."""
    left, top = map(floor, box.min(axis=0))
    right, bottom = map(ceil, box.max(axis=0))
    region = Region(left, top, right - left, bottom - top)
    return TextLine(" ".join(text.split()), region, score)


def _load() -> Any:
    try:
        import rapidocr
    except ImportError as error:  # rapidocr may be missing in a manual installation
        raise TranscribeError("The words on the screen cannot be read: rapidocr is missing", str(error)) from error
    models = Path(rapidocr.__file__).parent / "models"
    try:
        return rapidocr.RapidOCR(
            params={
                # Models given by path are never downloaded; the wheel contains them.
                "Det.model_path": str(models / _DETECT),
                "Rec.model_path": str(models / _RECOGNIZE),
                "Cls.model_path": str(models / _ROTATION),
                "Global.log_level": "critical",
                "Global.use_cls": False,  # no text on a screen is upside down
                "Global.text_score": _SURE,
                "Det.limit_type": "max",  # never enlarged here: the caller enlarges a crop once
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
    except Exception as error:  # onnxruntime raises exceptions without a common base
        raise TranscribeError(f"The words on the screen cannot be read: {error}", "Install rapidocr again.") from error
