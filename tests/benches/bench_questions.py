"""How well questions in other words are answered, and how often one that nothing answers, in invented libraries.

Run: ``SHOWHOW_BENCH_SENTENCES=FOLDER pytest -m bench tests/benches/bench_questions.py -s``; the folder is that of a
sentence model. The demos and the questions lie in ``tests/benches/questions/``; the questions were written before the
rule that decides what counts as an answer. The peer is the search by words alone.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from library.catalog.sqlite_catalog import SqliteCatalog
from library.meaning.meaning import MeaningSearch
from library.meaning.sentence_models import SentenceModel
from library.model import Demo, Found
from library.search.ask import ask
from library.search.search import search
from tests.library.factories import demo, transcript
from transcribe.steps.builder import propose_title

PLACE = Path(__file__).parent / "questions"
Question = tuple[str, frozenset[str]]
"""Its words, and the demos that answer it."""


def demos(name: str) -> Iterator[Demo]:
    blocks = re.split(r"\n\s*\n", (PLACE / f"{name}.txt").read_text("utf-8").strip())[1:]
    for block in blocks:
        head, *sentences = block.splitlines()
        demo_id, author, tags = map(str.strip, head.split("|"))
        yield demo(demo_id, propose_title(transcript(*sentences)) or demo_id, *sentences, tags=[tags], author=author)


def questions(name: str) -> list[Question]:
    rows = [line.split("\t") for line in (PLACE / f"{name}.tsv").read_text("utf-8").splitlines()[1:]]
    return [(question, frozenset() if right == "-" else frozenset(right.split(","))) for _, question, right in rows]


def place(found: Found, right: frozenset[str]) -> int:
    """Where the first right demo stands, from 1; 0 for nowhere."""
    order = dict.fromkeys(hit.demo_id for hit in found.hits)
    return next((at for at, demo_id in enumerate(order, 1) if demo_id in right), 0)


def told(name: str, asked: list[Question], answer: Callable[[str], Found]) -> None:
    times, places, sure, wrong = [], [], [], []
    for question, right in asked:
        begun = time.perf_counter()
        found = answer(question)
        times.append(time.perf_counter() - begun)
        if not right:
            wrong.append(found.answers > 0)
            continue
        places.append(place(found, right))
        sure += [found.answers > 0] if 1 <= places[-1] <= 5 else []
    first, five = (sum(1 <= at <= most for at in places) / len(places) for most in (1, 5))
    sys.stdout.write(
        f"{name:<28} @1 {first:.3f}  @5 {five:.3f}  unanswerable answered {sum(wrong) / len(wrong):.0%}"
        f"  right told as answers {sum(sure) / len(sure):.0%}  {statistics.median(times) * 1000:.0f} ms\n"
    )


@pytest.mark.bench
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["clinic", "code"])
def test_questions_in_other_words(tmp_path: Path, name: str) -> None:
    folder = os.environ.get("SHOWHOW_BENCH_SENTENCES")
    if not folder:
        pytest.skip("SHOWHOW_BENCH_SENTENCES names no sentence model")
    catalog = SqliteCatalog(tmp_path / "index.sqlite", tmp_path / "demos")
    catalog.put_all((one, 0) for one in demos(name))
    meaning = MeaningSearch(catalog, SentenceModel(Path(folder).name, Path(folder)))
    meaning.fill()
    asked = questions(name)
    sys.stdout.write("\n")
    told(f"{name}, words and meaning", asked, lambda question: ask(catalog, meaning, question))
    told(f"{name}, words only", asked, lambda question: search(catalog, question))
    catalog.close()
