"""Search by meaning at 100,000 and a million steps, and the embedding of steps; NumPy and plain calls beside them.

Run: ``SHOWHOW_BENCH_SENTENCES=FOLDER pytest -m bench tests/benches/bench_meaning.py -s``; the folder is that of a
sentence model. The vectors are made up: of 2,000 topics, with noise as strong as the topic. The peer holds all vectors
in memory as float32 and multiplies, which is exact. A whole question is asked of the libraries of ``bench_search.py``,
below ``SHOWHOW_BENCH_CACHE``, with such vectors and the real model.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from library.catalog.sqlite_catalog import SqliteCatalog
from library.catalog.vectors import VectorRow
from library.meaning.encoder import OnnxEncoder
from library.meaning.meaning import MeaningSearch
from library.meaning.neighbours import Neighbours
from library.meaning.packing import Floats, codes_of, data_of
from library.meaning.passages import passages_of
from library.meaning.scale import Levels, Scale, keep_scale
from library.meaning.sentence_models import SentenceModel
from library.search.ask import ask
from tests.benches.bench_search import STEPS as SIZES
from tests.benches.bench_search import place_of
from tests.benches.corpus import STEPS, Corpus

DIMENSIONS, TOPICS, QUESTIONS, AT_ONCE = 384, 2_000, 60, 1_000
KEY = "bench"


def unit(vectors: Floats) -> Floats:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def made_up(demos: int) -> Iterator[tuple[str, Floats]]:
    """Vectors of a whole demo and its steps."""
    dice = np.random.default_rng(3)
    topics = dice.normal(size=(TOPICS, DIMENSIONS))
    for number in range(demos):
        yield f"demo-{number:07d}", unit(topics[number % TOPICS] + dice.normal(size=(STEPS + 1, DIMENSIONS)))


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def milliseconds(times: list[float]) -> str:
    return f"{statistics.median(times) * 1000:.1f} ms, p95 {np.quantile(times, 0.95) * 1000:.1f} ms"


@pytest.mark.bench
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("steps", [100_000, 1_000_000])
def test_a_question_with_meaning(tmp_path: Path, steps: int) -> None:
    catalog = SqliteCatalog(tmp_path / "index.sqlite", tmp_path / "demos")
    kept, waiting, names = [], [], []
    for demo_id, vectors in made_up(steps // STEPS):
        names.append(demo_id)
        kept.append(vectors)
        waiting.append(VectorRow(demo_id, 1, len(vectors), codes_of(vectors), data_of(vectors)))
        if len(waiting) == AT_ONCE:
            catalog.vectors.put(KEY, waiting)
            waiting = []
    whole = np.concatenate(kept)
    dice = np.random.default_rng(4)
    wanted = dice.integers(len(kept), size=QUESTIONS)
    questions = [unit(kept[at][3] + dice.normal(size=DIMENSIONS) / DIMENSIONS**0.5) for at in wanted]
    size = sum(path.stat().st_size for path in tmp_path.iterdir() if "vectors" in path.name)
    begun = time.perf_counter()
    neighbours = Neighbours(catalog.vectors, KEY, DIMENSIONS)
    neighbours.nearest(questions[0], 20)
    cold = time.perf_counter() - begun
    ours, exact, used, same = [], [], [], 0
    for question in questions:
        begun, spent = time.perf_counter(), time.process_time()
        found = neighbours.nearest(question, 20)
        ours.append(time.perf_counter() - begun)
        used.append(time.process_time() - spent)
        begun = time.perf_counter()
        cosines = (whole @ question).reshape(len(kept), -1)
        likeness = 0.4 * cosines[:, 0] + 0.6 * cosines[:, 1:].max(axis=1)
        exact.append(time.perf_counter() - begun)
        best = {names[at] for at in np.argsort(-likeness)[:5]}
        same += len(best & {one.demo_id for one in found[:5]})
    tell(f"\n{steps} steps: {milliseconds(ours)}; time of a core {milliseconds(used)}")
    tell(f"  the first question, codes read: {cold * 1000:.0f} ms")
    tell(f"  exact by NumPy, {whole.nbytes >> 20} MB in memory: {milliseconds(exact)}")
    tell(f"  of the best five the same: {same / len(questions) / 5:.3f}; {size / steps:.0f} bytes a step")
    catalog.close()


def sentence_model() -> SentenceModel:
    folder = os.environ.get("SHOWHOW_BENCH_SENTENCES")
    if not folder:
        pytest.skip("SHOWHOW_BENCH_SENTENCES names no sentence model")
    return SentenceModel(Path(folder).name, Path(folder))


@pytest.mark.bench
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("steps", SIZES)
def test_a_whole_question(steps: int) -> None:
    model, place = sentence_model(), place_of(steps)
    encoder = OnnxEncoder(model)
    catalog = SqliteCatalog(place / "index.sqlite", place / "demos")
    table, key = catalog.vectors, encoder.key
    if len(table.versions(key)) < steps // STEPS:
        rows = ((f"demo-{at}", vectors) for at, (_, vectors) in enumerate(made_up(steps // STEPS)))
        while batch := list(itertools.islice(rows, AT_ONCE)):
            table.put(key, [VectorRow(name, 1, len(one), codes_of(one), data_of(one)) for name, one in batch])
        keep_scale(table, key, Scale(Levels(0.0, 0.6), Levels(0.2, 0.6)))
    meaning = MeaningSearch(catalog, model)
    dice, corpus = random.Random(6), Corpus()  # noqa: S311  questions, no secrets
    questions = [f"how do I {' '.join(corpus.said(dice, 5))}" for _ in range(QUESTIONS)]
    ask(catalog, meaning, "the first")
    wall, used, again = [], [], []
    for question in questions:
        for times in (wall, again):
            begun, spent = time.perf_counter(), time.process_time()
            ask(catalog, meaning, question)
            times.append(time.perf_counter() - begun)
            used += [time.process_time() - spent] if times is wall else []
    tell(f"\n{steps} steps, words and meaning: {milliseconds(wall)}; time of the cores {milliseconds(used)}")
    tell(f"  the same once more: {milliseconds(again)}")
    catalog.close()


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_embedding() -> None:
    encoder = OnnxEncoder(sentence_model())
    texts = [text for one in Corpus().demos(1_000) for text in passages_of(one)[1:]]
    rates = {}
    for name, batches in (("batched by length", [texts]), ("one at a time", [[text] for text in texts[:300]])):
        count = sum(map(len, batches))
        begun, used = time.perf_counter(), time.process_time()
        for batch in batches:
            encoder.encode(batch)
        wall, used = time.perf_counter() - begun, time.process_time() - used
        rates[name] = count / wall
        tell(f"\n{name}: {count / wall:.0f} steps a second, {count / used:.0f} for each second of a core")
    tell(f"  {sum(map(len, texts)) / len(texts):.0f} characters a step")
    assert rates["batched by length"] > rates["one at a time"] * 0.8
