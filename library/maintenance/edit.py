"""Edits the metadata of a filed demo: titles, tags, collections, author, owner, review date.

Owns conflict detection: an edit that names its base version never overwrites a change made since. Does not touch clip,
cuts or words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from library.connection.library import Library
from library.maintenance.revisions import FIELD_LABELS, revise
from library.model import STEPS_BY_HAND, TITLE_BY_HAND, Demo, LibraryError
from library.text import TITLE_LENGTH, clean, clean_tags


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
    titles = {number: _named(text) for number, text in (step_titles or {}).items()}

    def change(demo: Demo) -> Demo:
        if base is not None and base != demo.version and (fields := _clashes(library, base, demo, given, titles)):
            raise EditClash(demo, fields)
        changed = _retitled(replace(demo, **given), titles)
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


def _clashes(library: Library, base: int, now: Demo, given: Mapping[str, Any], titles: Mapping[int, str]) -> list[str]:
    """The fields that both changed, to different values."""
    try:
        seen: Demo | None = library.store.read(now.demo_id, base)
    except LibraryError:  # the base version is gone: every different value counts as changed
        seen = None
    wanted: list[tuple[str, Callable[[Demo], object], object]] = []
    wanted += [(FIELD_LABELS[name], attrgetter(name), mine) for name, mine in given.items()]
    wanted += [(f"title of step {number}", _title_of(number), mine) for number, mine in titles.items()]
    return [word for word, value, mine in wanted if value(now) != mine and (seen is None or value(seen) != value(now))]


def _title_of(number: int) -> Callable[[Demo], object]:
    """The title of a step; None in a version that has no such step."""
    return lambda demo: next((step.title for step in demo.steps if step.number == number), None)


def _current_value(demo: Demo, field: str) -> str:
    if field.startswith("title of step "):
        return f"“{_title_of(int(field.rpartition(' ')[2]))(demo) or 'gone'}”"
    if field == FIELD_LABELS["review_unix_ms"]:
        return "another day" if demo.review_unix_ms else "taken away"
    value = getattr(demo, field)
    return f"“{value if isinstance(value, str) else ', '.join(value)}”"


def _retitled(demo: Demo, titles: Mapping[int, str]) -> Demo:
    named = {demo.step(number).number: title for number, title in titles.items()}
    steps = tuple(replace(step, title=named.get(step.number, step.title)) for step in demo.steps)
    return demo if steps == demo.steps else _by_hand(replace(demo, steps=steps), STEPS_BY_HAND)


def _by_hand(demo: Demo, what: str) -> Demo:
    return replace(demo, by_hand=tuple(sorted({*demo.by_hand, what})))


def _named(text: str) -> str:
    if name := clean(text, TITLE_LENGTH):
        return name
    raise LibraryError("A title cannot be empty", "Type at least one letter.")
