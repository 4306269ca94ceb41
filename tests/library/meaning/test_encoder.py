"""The encoder runs any ONNX sentence model, and says in one line why files are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capture.errors import Cancelled
from library.meaning.encoder import OnnxEncoder
from library.meaning.sentence_models import ModelUnusable, SentenceModel
from tests.support.sentence_model import made_sentence_model


def test_texts_come_back_in_their_order_whatever_their_lengths(sentence_model: SentenceModel) -> None:
    texts = ["vendor", "create a " + "purchase order " * 30, "supplier", "printer", "make"] * 40
    encoder = OnnxEncoder(sentence_model)
    together, alone = encoder.encode(texts), np.concatenate([encoder.encode([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert together[0] @ together[2] > 0.99 > together[0] @ together[3]


def test_a_text_of_nothing_known_is_near_to_nothing(sentence_model: SentenceModel) -> None:
    encoder = OnnxEncoder(sentence_model)
    assert not (encoder.encode(["", "🎉 شكرا 顧客"]) @ encoder.encode(["printer"]).T).any()


@pytest.mark.parametrize("pooled", [False, True])
def test_a_text_read_with_its_words_has_the_vector_that_it_has_alone(tmp_path: Path, pooled: bool) -> None:
    encoder = OnnxEncoder(made_sentence_model(tmp_path, pooled=pooled))
    for text in ("Book a holiday!", "", "vendor", "Book a holiday!"):
        assert np.allclose(encoder.read(text).vector, encoder.encode([text])[0], atol=1e-5)


def test_encoding_can_be_stopped_between_batches(sentence_model: SentenceModel) -> None:
    def stop() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        OnnxEncoder(sentence_model).encode(["printer"], stop)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("spoilt", [b"", b"<html>Please sign in</html>", None])
def test_files_that_are_no_model_are_told_in_one_line(
    sentence_model: SentenceModel, file: str, spoilt: bytes | None
) -> None:
    path = sentence_model.path / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if spoilt is None else spoilt)
    with pytest.raises(ModelUnusable) as told:
        OnnxEncoder(sentence_model)
    assert "showhow model download" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_model_with_one_vector_for_the_whole_text_gives_none_for_words(tmp_path: Path) -> None:
    whole = OnnxEncoder(made_sentence_model(tmp_path / "whole", pooled=True))
    by_words = OnnxEncoder(made_sentence_model(tmp_path / "by-words"))
    assert whole.encode(["holiday"]) @ by_words.encode(["vacation"]).T > 0.99
    assert not whole.read("holiday").words
    assert [word for word, _ in by_words.read("Book a holiday!").words] == ["Book", "a", "holiday", "!"]


def test_another_model_has_another_key_and_a_copy_the_same(tmp_path: Path) -> None:
    one, copy = made_sentence_model(tmp_path / "a"), made_sentence_model(tmp_path / "b")
    other = made_sentence_model(tmp_path / "c", dimensions=128)
    assert OnnxEncoder(one).key == OnnxEncoder(copy).key != OnnxEncoder(other).key
    assert OnnxEncoder(other).dimensions == 128
