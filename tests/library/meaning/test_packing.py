"""Packed vectors keep what counts: which are near, and how near."""

from __future__ import annotations

import numpy as np
import pytest

from library.meaning.packing import code_bytes, code_columns, codes_of, data_of, distances, vectors_of


def unit_vectors(count: int, dimensions: int) -> np.ndarray:
    vectors = np.random.default_rng(5).normal(size=(count, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("dimensions", [384, 100, 64])
def test_a_byte_for_each_number_keeps_every_cosine_within_a_hundredth(dimensions: int) -> None:
    vectors = unit_vectors(50, dimensions)
    back = vectors_of(data_of(vectors), dimensions)
    assert np.abs(back @ back.T - vectors @ vectors.T).max() < 0.01


@pytest.mark.parametrize("dimensions", [384, 100, 64])
def test_the_distance_of_two_codes_is_the_number_of_signs_that_differ(dimensions: int) -> None:
    vectors = unit_vectors(40_000 // dimensions, dimensions)
    columns = code_columns([codes_of(vectors[:7]), codes_of(vectors[7:])], dimensions)
    found = distances(columns, codes_of(vectors[3:4]))
    assert found.tolist() == ((vectors > 0) != (vectors[3] > 0)).sum(axis=1).tolist()


def test_codes_of_more_vectors_than_a_block_are_compared_to_the_last() -> None:
    vectors = np.tile(unit_vectors(4, 64), (20_000, 1))
    found = distances(code_columns([codes_of(vectors)], 64), codes_of(vectors[3:4]))
    assert found[3] == found[-1] == 0
    assert (found[:-1:4] > 0).all()


def test_data_of_another_model_are_refused() -> None:
    assert code_bytes(100) == 16
    with pytest.raises(ValueError, match="reshape"):
        vectors_of(data_of(unit_vectors(3, 384)), 100)
