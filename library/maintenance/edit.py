"""Edits a filed demo: titles, tags, collections, author, owner, review date, and the words of steps.

Owns conflict detection: an edit that names its base version never overwrites a change made since. Captions follow the
words. Does not touch clip and cuts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import replace

from library.connection.library import Library
from library.draft.edits import LONGEST_TEXT
from library.draft.rewording import WordReplacement, with_said
from library.maintenance.revisions import FIELD_LABELS, revise
from library.model import STEPS_BY_HAND, TITLE_BY_HAND, Demo, LibraryError
from library.text import TITLE_LENGTH, clean, clean_tags


class ReplacedWord(msgspec.Struct, frozen=True, kw_only=True):
    """In how many places a word was replaced: where it was said, in the words of steps, in titles."""

    said: int = 0
    texts: int = 0
    titles: int = 0

    @property
    def places(self) -> int:
        """All of them."""
        return self.said + self.texts + self.titles


@dataclass(frozen=True)
class _StepChanges:
    """New titles and words of steps, by their numbers."""

    titles: Mapping[int, str]
    texts: Mapping[int, str]


class EditClash(LibraryError):
    """An edit conflict. ``theirs`` is the current demo; ``fields`` are those that both changed."""

    def __init__(self, theirs: Demo, fields: Sequence[str]) -> None:
        self.theirs, self.fields = theirs, tuple(fields)
        who = theirs.edited_by or theirs.author or "Somebody else"
        now = "; ".join(f"the {field} is now {_current_value(theirs, field)}" for field in fields)
        what = f"{who} changed “{theirs.title}” meanwhile (version {theirs.version}): {now}"
        super().__init__(what, f"Nothing was changed. Look at it, then edit version {theirs.version}.")


def edit_demo(
    library: Library,
    demo_id: str,
    *,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    author: str | None = None,
    owner: str | None = None,
    collections: Sequence[str] | None = None,
    step_titles: Mapping[int, str] | None = None,
    step_texts: Mapping[int, str] | None = None,
    review_unix_ms: int | None = None,
    by: str = "",
    base: int | None = None,
) -> Demo:
    """Change the given fields; a ``review_unix_ms`` of 0 removes the review date.

    ``by`` signs the version. ``base`` is the version the editor saw: later changes by others are kept, and if they
    concern a given field, EditClash is raised and nothing is changed. Raises DemoNotFound when there is no such demo or
    step, LibraryError.
    """
    given: dict[str, Any] = {}
    steps = _StepChanges(
        {number: _named(text) for number, text in (step_titles or {}).items()},
        {number: _worded(text) for number, text in (step_texts or {}).items()},
    )
    if title is not None:
        given["title"] = _named(title)
    given |= {
        name: clean(text, TITLE_LENGTH) for name, text in (("author", author), ("owner", owner)) if text is not None
    }
    given |= {
        name: clean_tags(many) for name, many in (("tags", tags), ("collections", collections)) if many is not None
    }
    if review_unix_ms is not None:
        given["review_unix_ms"] = review_unix_ms or None

    def change(demo: Demo) -> Demo:
        if base is not None and base != demo.version and (fields := _clashes(library, base, demo, given, steps)):
            raise EditClash(demo, fields)
        changed = _reworded(_retitled(replace(demo, **given), steps.titles), steps.texts)
        return _by_hand(changed, TITLE_BY_HAND) if "title" in given else changed

    return revise(library, demo_id, change, by=clean(by, TITLE_LENGTH))


def collect(library: Library, demo_id: str, collection: str, *, put: bool, by: str = "") -> Demo:
    """Add a demo to a collection (``put``), or remove it; concurrent changes are kept. Raises LibraryError."""
    named = clean_tags([collection.replace(",", " ")])
    if not named:
        raise LibraryError("A collection needs a name", "Type at least one letter.")

    def change(demo: Demo) -> Demo:
        others = tuple(name for name in demo.collections if name.casefold() != named[0].casefold())
        kept = demo.collections if put and len(others) < len(demo.collections) else (*others, *named)
        return replace(demo, collections=kept if put else others)

    return revise(library, demo_id, change, by=clean(by, TITLE_LENGTH))


def replace_word(
    library: Library, demo_id: str, old: str, new: str, *, by: str = "", base: int | None = None
) -> tuple[Demo, ReplacedWord]:
    """Replace a word (or a few that stand together) wherever it was said, and in the titles and words of steps.

    ``by`` and ``base`` as for ``edit_demo``. Raises DemoNotFound, EditClash, and LibraryError when there is no such
    word; then nothing is changed.
    """
    word, counted = WordReplacement(old, new), ReplacedWord()
    if word.empty:
        raise LibraryError("A word to replace and the word in its place cannot be empty", "Type at least one letter.")

    def change(demo: Demo) -> Demo:
        nonlocal counted
        if base is not None and base != demo.version and (fields := _text_clashes(library, base, demo)):
            raise EditClash(demo, fields)
        changed, counted = _with_word(demo, word)
        return changed

    demo = revise(library, demo_id, change, by=clean(by, TITLE_LENGTH))
    if not counted.places:
        raise LibraryError(f"“{clean(old)}” is nowhere in “{demo.title}”", "Nothing was changed.")
    return demo, counted


def _with_word(demo: Demo, word: WordReplacement) -> tuple[Demo, ReplacedWord]:
    transcript, said = word.in_transcript(demo.transcript)
    title, titles = word.in_text(demo.title)
    steps, texts = [], 0
    for step in demo.steps:
        step_title, in_title = word.in_text(step.title)
        text, in_text = word.in_text(step.text)
        steps.append(replace(step, title=clean(step_title, TITLE_LENGTH), text=clean(text, LONGEST_TEXT)))
        titles, texts = titles + in_title, texts + in_text
    changed = replace(demo, title=clean(title, TITLE_LENGTH), transcript=transcript, steps=tuple(steps))
    changed = changed if changed.title == demo.title else _by_hand(changed, TITLE_BY_HAND)
    changed = changed if changed.steps == demo.steps else _by_hand(changed, STEPS_BY_HAND)
    return changed, ReplacedWord(said=said, texts=texts, titles=titles)


def _clashes(library: Library, base: int, now: Demo, given: Mapping[str, Any], steps: _StepChanges) -> list[str]:
    """The fields that both changed, to different values."""
    wanted: list[tuple[str, Callable[[Demo], object], object]] = []
    wanted += [(FIELD_LABELS[name], attrgetter(name), mine) for name, mine in given.items()]
    wanted += [(f"title of step {number}", _title_of(number), mine) for number, mine in steps.titles.items()]
    wanted += [(f"text of step {number}", _text_of(number), mine) for number, mine in steps.texts.items()]
    seen = _seen(library, base, now)
    return [word for word, value, mine in wanted if value(now) != mine and (seen is None or value(seen) != value(now))]


def _text_clashes(library: Library, base: int, now: Demo) -> list[str]:
    """The texts that somebody else changed since."""
    seen = _seen(library, base, now)
    told: list[tuple[str, Callable[[Demo], object]]] = [
        ("title", lambda demo: demo.title),
        ("transcript", lambda demo: demo.transcript),
        ("list of steps", lambda demo: [(step.title, step.text) for step in demo.steps]),
    ]
    return [name for name, value in told if seen is None or value(seen) != value(now)]


def _seen(library: Library, base: int, now: Demo) -> Demo | None:
    """The version that the editor saw; None when it is gone: every different value then counts as changed."""
    try:
        return library.store.read(now.demo_id, base)
    except LibraryError:
        return None


def _title_of(number: int) -> Callable[[Demo], object]:
    """The title of a step; None in a version that has no such step."""
    return lambda demo: next((step.title for step in demo.steps if step.number == number), None)


def _text_of(number: int) -> Callable[[Demo], object]:
    """The words of a step; None in a version that has no such step."""
    return lambda demo: next((step.text for step in demo.steps if step.number == number), None)


def _current_value(demo: Demo, field: str) -> str:
    if field.startswith(("title of step ", "text of step ")):
        value_of = _title_of if field.startswith("title") else _text_of
        return f"“{value_of(int(field.rpartition(' ')[2]))(demo) or 'gone'}”"
    if field in {"transcript", "list of steps"}:
        return "another"
    if field == FIELD_LABELS["review_unix_ms"]:
        return "another day" if demo.review_unix_ms else "taken away"
    value = getattr(demo, field)
    return f"“{value if isinstance(value, str) else ', '.join(value)}”"


def _retitled(demo: Demo, titles: Mapping[int, str]) -> Demo:
    named = {demo.step(number).number: title for number, title in titles.items()}
    steps = tuple(replace(step, title=named.get(step.number, step.title)) for step in demo.steps)
    return demo if steps == demo.steps else _by_hand(replace(demo, steps=steps), STEPS_BY_HAND)


def _reworded(demo: Demo, texts: Mapping[int, str]) -> Demo:
    """The demo with these words of steps, also in its transcript."""
    for number, text in texts.items():
        old = demo.step(number)
        if old.text == text:
            continue
        steps = tuple(replace(step, text=text) if step is old else step for step in demo.steps)
        transcript = with_said(demo.transcript, old, text)
        demo = _by_hand(replace(demo, steps=steps, transcript=transcript), STEPS_BY_HAND)
    return demo


def _by_hand(demo: Demo, what: str) -> Demo:
    return replace(demo, by_hand=tuple(sorted({*demo.by_hand, what})))


def _named(text: str) -> str:
    if name := clean(text, TITLE_LENGTH):
        return name
    raise LibraryError("A title cannot be empty", "Type at least one letter.")


def _worded(text: str) -> str:
    if words := clean(text, LONGEST_TEXT):
        return words
    raise LibraryError("The words of a step cannot be empty", "Type at least one letter.")
