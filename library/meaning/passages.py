"""``passages_of``: the texts of a demo that are embedded: the whole demo, then each step with the demo's title. Pure.

A step is embedded with the title, because "Press Submit" alone says nothing. The whole narration is embedded too: a
question often names the task, not one of its steps. Text on the screen is left out: it may have nothing to do with it.
"""

from __future__ import annotations

from library.index.documents import parts_of
from library.model import Demo
from library.text import folded

LONGEST = 2_000
"""Characters of a passage; sentence models read 256 tokens, about 1,200 characters."""


def passages_of(demo: Demo) -> list[str]:
    """The passages of a demo, in the order of its entries in the index."""
    whole, *steps = parts_of(demo)
    told = [said(part.step_title, part.text) for part in steps]
    texts = [". ".join(filter(None, (demo.title, " ".join(filter(None, (whole.text, *told))))))]
    texts += [f"{demo.title}. {text}" for text in told]
    return [text[:LONGEST] for text in texts]


def said(title: str, text: str) -> str:
    """A step's title and text; without the title where the text has it."""
    return text if folded(title).strip() in folded(text) else ". ".join(filter(None, (title, text)))
