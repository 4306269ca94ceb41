"""How titles are worded in German, French and Spanish: of narrations as they were written, and of single sentences.

Run: ``pytest -m bench tests/benches/bench_titles.py -s``. The narrations lie in ``tests/benches/narrations/``; rules
were made with them in view. ``sentences.tsv`` was written after those rules; its misses were counted before any was
mended.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.transcribe.steps.test_builder import transcript
from transcribe.phrases.sentences import kind_of, title_of
from transcribe.steps.builder import propose_title

PLACE = Path(__file__).parent / "narrations"
_ARTICLES = frozenset("der die das den ein eine einen le la les un une el los las una".split())  # noqa: SIM905  easier to read


def same(title: str, accepted: str) -> bool:
    """Whether a title is one of those accepted, but for case, marks and articles."""
    return any(_bare(title) == _bare(one) for one in accepted.split(" | "))


def _bare(title: str) -> list[str]:
    return [word for word in re.findall(r"\w+", title.casefold()) if word not in _ARTICLES]


@pytest.mark.bench
@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_titles_of_narrations(language: str) -> None:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for block in (PLACE / f"{language}.txt").read_text("utf-8").split("\n# ")[1:]:
        head, *lines = block.strip().splitlines()
        said = [line.partition("=>")[0].strip() for line in lines]
        title = propose_title(transcript([(at * 6_000, text) for at, text in enumerate(said)], language))
        asked["demos"] += 1
        right["demos"] += same(title, head.partition(" | ")[2])
        for text, line in zip(said, lines, strict=True):
            if accepted := line.partition("=>")[2].strip():
                asked["steps"] += 1
                right["steps"] += same(title_of(text, language), accepted)
    sys.stdout.write(f"\n{language}: " + ", ".join(f"{key} {right[key]} of {asked[key]}" for key in asked))


@pytest.mark.bench
def test_single_sentences() -> None:
    rows = [line.split("\t") for line in (PLACE / "sentences.tsv").read_text("utf-8").splitlines()[1:]]
    kinds = sum(kind_of(text, language).name[0] == kind for language, kind, text, _ in rows)
    titled = [row for row in rows if row[3] != "–"]
    titles = sum(same(title_of(text, language), accepted) for language, _, text, accepted in titled)
    sys.stdout.write(f"\nsentences: kinds {kinds} of {len(rows)}, titles {titles} of {len(titled)}\n")
