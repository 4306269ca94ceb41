"""One word for each thing: the glossary's words are the records' names, and no other words are used for them."""

from __future__ import annotations

import ast
import re

import pytest

import capture.model
import capture.span
import library.draft.replaced_step
import library.freshness.reasons
import library.intake.replacing.step_wanted
import library.learning.needs.model
import library.learning.notes.model
import library.learning.signals.signals
import library.model
import library.practice.feedback.model
import library.practice.model
import library.practice.pathways.model
import library.practice.prompts.model
import library.sharing.model
import transcribe.model
from tests.architecture.source_tree import ROOT, product_files, tree_of

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
WORDS = [w.strip() for row in re.findall(r"^\| ([A-Z][\w, ]+) \|", GLOSSARY, re.MULTILINE) for w in row.split(",")]
MODULES = (
    capture.span, capture.model, transcribe.model, library.model, library.practice.model,
    library.practice.feedback.model, library.practice.prompts.model, library.practice.pathways.model,
    library.sharing.model,
    library.learning.notes.model, library.learning.needs.model, library.learning.signals.signals,
    library.intake.replacing.step_wanted, library.draft.replaced_step, library.freshness.reasons,
)  # fmt: skip
# What others call our things. A colleague who meets two words looks for two things.
FOREIGN = {
    "recording_file": "take",
    "tutorial": "demo",
    "chapter": "step",
    "interval": "span",
    "subtitle": "caption",
    "repository": "library",
}


@pytest.mark.parametrize("word", [w for w in WORDS if w != "Library"])
def test_every_word_of_the_glossary_names_a_record(word: str) -> None:
    assert any(hasattr(module, word) for module in MODULES)


def test_the_glossary_has_a_row_for_each_of_the_main_records() -> None:
    assert {"Take", "Span", "Event", "Cut", "Clip", "Transcript", "Step", "Draft", "Demo", "Library", "Hit"} <= set(
        WORDS
    )


def test_public_names_use_no_second_word_for_a_thing() -> None:
    strays = []
    for path in product_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                strays += [f"{path.name}:{node.name}" for foreign in FOREIGN if foreign in node.name.lower()]
    assert not strays
