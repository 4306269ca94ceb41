"""Stems are the same whoever asks, and however many ask at once: the reader answers in threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from library.index.stems import stem_key

WORDS = [
    f"{part}{end}"
    for part in ("order", "print", "select", "confirm", "approv")
    for end in ("ing", "ed", "ations", "er", "ements")
]


def stems() -> list[str]:
    return [stem_key.__wrapped__(word, "en") for word in WORDS]


@pytest.mark.usefixtures("quick_turns")
def test_threads_that_stem_at_once_get_the_stems_that_one_gets() -> None:
    alone, barrier = stems(), Barrier(4)

    def stem(_: int) -> list[list[str]]:
        barrier.wait(60)
        return [stems() for _ in range(20)]

    with ThreadPoolExecutor(4) as threads:
        assert all(one == alone for found in threads.map(stem, range(4)) for one in found)
