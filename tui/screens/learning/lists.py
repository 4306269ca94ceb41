"""Lists of notes, needs and demos as rows of text. Pure drawing: they know no service."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from library.format import age, count, join
from library.learning.needs.model import Need, NeedState
from library.learning.notes.model import NOTE_NAMES, Note, NoteKind, NoteThread
from library.learning.signals.signals import DemoSignal
from tui.widgets.rows import Line, Rows
from tui.widgets.text import ACCENT, QUIET, styled, two_sides

if TYPE_CHECKING:
    from library.freshness.lists import StaleDemo


class SelectableRows(Rows):
    """Rows with a selected item. Subclasses say how many there are, and the lines of each."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.index = 0

    def __len__(self) -> int:
        """The number of items."""
        raise NotImplementedError

    def item_lines(self, number: int) -> list[tuple[str, str]]:
        """Lines of an item, left and right; the first is its title."""
        raise NotImplementedError

    def selected_item(self) -> int | None:
        """Index of the selected item."""
        return self.index if len(self) else None

    def move(self, by: int) -> None:
        """Move the selection, clamped to the list."""
        self.index = max(0, min(self.index + by, len(self) - 1))
        self.redraw()

    def lines(self, width: int) -> list[Line]:
        """The lines of all items, the selected one marked; a blank line between two."""
        drawn = list[Line]()
        for number in range(len(self)):
            if drawn:
                drawn.append((styled("", QUIET), number))
            chosen = number == self.index
            mark = styled("▌ " if chosen else "  ", ACCENT)
            (title, facts), *more = self.item_lines(number)
            shown = styled(title, f"bold {ACCENT}" if chosen else "$foreground")
            drawn.append((mark + two_sides(shown, styled(facts, QUIET), width - 2), number))
            drawn += [
                (two_sides(styled(f"  {left}", QUIET), styled(right, QUIET), width), number) for left, right in more
            ]
        return drawn


class NeedList(SelectableRows):
    """The needs: words and votes; then where, who records it, who likely knows."""

    def __init__(self) -> None:
        super().__init__(id="needs-list")
        self.needs: Sequence[Need] = ()
        self.experts: Mapping[str, Sequence[str]] = {}

    def __len__(self) -> int:
        """The number of needs."""
        return len(self.needs)

    @property
    def selected(self) -> Need | None:
        """The selected need."""
        return self.needs[self.index] if self.needs else None

    def item_lines(self, number: int) -> list[tuple[str, str]]:
        """Two lines, and one more for what was said of why."""
        need = self.needs[number]
        where = f"in {', '.join(need.apps)}" if need.apps else ""
        knows = f"{', '.join(self.experts.get(need.need_id, ()))} may know" if self.experts.get(need.need_id) else ""
        facts = join([state_of(need), where, knows, ", ".join(need.who)])
        lines = [(need.query, count(len(need.votes), "vote")), (facts, age(need.asked_unix_ms, _now_ms()))]
        return [*lines, *((f"“{why}”", "") for why in need.why[:1])]


def state_of(need: Need) -> str:
    """What becomes of a need, in words."""
    if need.state is NeedState.TAKEN:
        return f"{need.taken_by or 'somebody'} records it"
    if need.state is NeedState.DECLINED:
        return f"declined: {need.declined}"
    return "answered" if need.state is NeedState.ANSWERED else ""


class NoteList(SelectableRows):
    """The notes of a demo, with their answers."""

    def __init__(self) -> None:
        super().__init__(id="notes-list")
        self.threads: Sequence[NoteThread] = ()

    def __len__(self) -> int:
        """The number of notes."""
        return len(self.threads)

    @property
    def selected(self) -> Note | None:
        """The selected note."""
        return self.threads[self.index].note if self.threads else None

    def item_lines(self, number: int) -> list[tuple[str, str]]:
        """The note, who and when, and its answers."""
        note, replies = self.threads[number]
        place = f"step {note.step}" if note.step else "all of it"
        kind = "" if note.kind is NoteKind.COMMENT else NOTE_NAMES[note.kind]
        facts = join([place, kind, note.who, note.app, age(note.at_unix_ms, _now_ms())])
        answers = [(f"↳ {one.text or f'see {one.shows}'}", join([one.who, age(one.at_unix_ms)])) for one in replies]
        return [(note.text or kind, ""), (facts, ""), *answers]


class SignalList(SelectableRows):
    """Demos under headings, each with what is said of it."""

    def __init__(self) -> None:
        super().__init__(id="insight-list")
        self.demos: Sequence[tuple[str, DemoSignal]] = ()

    def __len__(self) -> int:
        """The number of demos."""
        return len(self.demos)

    @property
    def selected(self) -> DemoSignal | None:
        """The selected demo."""
        return self.demos[self.index][1] if self.demos else None

    def item_lines(self, number: int) -> list[tuple[str, str]]:
        """The title and why it is listed."""
        why, one = self.demos[number]
        counts = one.counts
        helped = f"helped {counts.helped} of {counts.answers}" if counts and counts.answers else ""
        differs = f"looks different now ({counts.outdated})" if counts and counts.outdated else ""
        return [(one.title, why), (join([helped, differs, one.owner]), "")]


class StaleList(SelectableRows):
    """Demos that may be out of date, each with why."""

    def __init__(self) -> None:
        super().__init__(id="stale-list")
        self.demos: Sequence[StaleDemo] = ()

    def __len__(self) -> int:
        """The number of demos."""
        return len(self.demos)

    @property
    def selected(self) -> StaleDemo | None:
        """The selected demo."""
        return self.demos[self.index] if self.demos else None

    def item_lines(self, number: int) -> list[tuple[str, str]]:
        """The title, and a line for each reason."""
        one = self.demos[number]
        told = f"{count(one.people, 'person', 'people')} reported it" if one.people else ""
        return [(one.demo.title, told), *((reason.words, "") for reason in one.reasons)]


def _now_ms() -> int:
    return round(time.time() * 1000)
