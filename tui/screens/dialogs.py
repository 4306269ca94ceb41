"""Modal dialogs at the bottom of a screen: ``FormDialog``, ``ConfirmDialog``, ``ChoiceDialog`` and ``Help``.

They return the answer and do not act on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui.widgets.rows import Line, Rows
from tui.widgets.text import ACCENT, QUIET, STRONG, fit, styled


def keys_line(*pairs: tuple[str, str]) -> Content:
    """``Enter keep   Esc leave`` with the keys in the accent colour."""
    parts = [styled(key, f"bold {ACCENT}") + styled(f" {what}", QUIET) for key, what in pairs]
    return styled("   ", QUIET).join(parts)


@dataclass(frozen=True)
class Field:
    """One text input of a form."""

    label: str
    value: str = ""
    hint: str = ""
    names: tuple[str, ...] = ()
    """Names to complete, most used first; the input takes several, separated by commas."""


class NamesSuggester(Suggester):
    """Completes the last of several comma-separated names, most used first; Right accepts."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names

    async def get_suggestion(self, value: str) -> str | None:
        """The input with its last name completed; None without a match."""
        before, comma, last = value.rpartition(",")
        begun = last.lstrip()
        there = {name.strip().casefold() for name in before.split(",")}
        for name in self._names if begun else ():
            if name.casefold().startswith(begun.casefold()) and name.casefold() not in there:
                return f"{before}{comma}{last[: len(last) - len(begun)]}{begun}{name[len(begun) :]}"
        return None


class FormDialog(ModalScreen[tuple[str, ...] | None]):
    """Asks for one or more lines of text; returns None when the user left."""

    BINDINGS = [Binding("escape", "leave", "Leave")]  # noqa: RUF012  Textual reads it from the class

    def __init__(self, question: str, *fields: Field, take: str = "keep") -> None:
        super().__init__()
        self.question, self.fields, self.take = question, fields, take

    def compose(self) -> ComposeResult:
        """The question, its lines and the keys."""
        with Vertical(classes="sheet"):
            yield Static(styled(self.question, STRONG), markup=False)
            width = max(cell_len(field.label) for field in self.fields) + 2
            for number, field in enumerate(self.fields):
                with Horizontal(classes="field"):
                    label = Static(styled(field.label, QUIET), classes="label", markup=False)
                    label.styles.width = width
                    yield label
                    yield Input(
                        field.value, placeholder=field.hint, compact=True, select_on_focus=False, id=f"field-{number}",
                        suggester=NamesSuggester(field.names) if field.names else None,
                    )  # fmt: skip
            more = [("Tab", "next line")] if len(self.fields) > 1 else []
            yield Static(keys_line(("Enter", self.take), *more, ("Esc", "leave")), classes="keys")

    def on_mount(self) -> None:
        """Focus the first input."""
        self.set_focus(self.query_one("#field-0", Input))

    def on_key(self, event: events.Key) -> None:
        """Insert letters that were typed before the input had the focus."""
        if event.is_printable and event.character:
            event.stop()
            self.query_one("#field-0", Input).insert_text_at_cursor(event.character)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps all lines."""
        event.stop()
        self.dismiss(tuple(field.value.strip() for field in self.query(Input)))

    def action_leave(self) -> None:
        """Return None."""
        self.dismiss(None)


class ConfirmDialog(ModalScreen[bool]):
    """Asks before something that cannot be undone. Only ``y`` confirms: a stray Enter does no harm."""

    BINDINGS = [  # noqa: RUF012  Textual reads it from the class
        Binding("y", "answer(True)", "Yes"),
        Binding("escape,n", "answer(False)", "No"),
    ]

    def __init__(self, question: str, yes: str, no: str, detail: str = "") -> None:
        super().__init__()
        self.question, self.yes, self.no, self.detail = question, yes, no, detail

    def compose(self) -> ComposeResult:
        """The question and the two keys."""
        with Vertical(classes="sheet"):
            yield Static(styled(self.question, STRONG), markup=False)
            if self.detail:
                yield Static(styled(self.detail, QUIET), markup=False)
            yield Static(keys_line(("y", self.yes), ("Esc", self.no)), classes="keys")

    def action_answer(self, yes: bool) -> None:
        """Return the answer."""
        self.dismiss(yes)


class _Options(Rows):
    def __init__(self, options: Sequence[tuple[str, str]]) -> None:
        super().__init__(id="options")
        self.options, self.index = options, 0

    def selected_item(self) -> int | None:
        return self.index

    def lines(self, width: int) -> list[Line]:
        drawn: list[Line] = []
        for number, (name, detail) in enumerate(self.options):
            ink = f"bold {ACCENT}" if number == self.index else "$foreground"
            mark = styled("▸ " if number == self.index else "  ", ACCENT)
            drawn.append(
                (fit(mark + styled(name, ink) + styled(f"   {detail}" if detail else "", QUIET), width), number)
            )
        return drawn


class ChoiceDialog(ModalScreen[int | None]):
    """Asks for one of several options; returns its index, or None when the user left."""

    BINDINGS = [  # noqa: RUF012  Textual reads it from the class
        Binding("escape", "leave", "Leave"),
        Binding("enter", "take", "Take"),
        Binding("up,k", "move(-1)", "Up"),
        Binding("down,j", "move(1)", "Down"),
    ]

    def __init__(self, question: str, options: Sequence[tuple[str, str]], take: str = "choose") -> None:
        super().__init__()
        self.question, self.options, self.take = question, options, take

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical(classes="sheet"):
            yield Static(styled(self.question, STRONG), markup=False)
            yield _Options(self.options)
            yield Static(keys_line(("Enter", self.take), ("↑↓", "move"), ("Esc", "leave")), classes="keys")

    def on_mount(self) -> None:
        """Focus the list."""
        self.query_one(_Options).focus()

    def on_rows_picked(self, event: Rows.Picked) -> None:
        """A click chooses at once."""
        self.dismiss(event.item)

    def action_move(self, by: int) -> None:
        """Move the selection."""
        rows = self.query_one(_Options)
        rows.index = max(0, min(rows.index + by, len(self.options) - 1))
        rows.redraw()

    def action_take(self) -> None:
        """Return the selected index."""
        self.dismiss(self.query_one(_Options).index)

    def action_leave(self) -> None:
        """Return None."""
        self.dismiss(None)


class Help(ModalScreen[None]):
    """The keys of the screen beneath, and those that work everywhere."""

    BINDINGS = [Binding("escape,question_mark,enter,q", "leave", "Back")]  # noqa: RUF012  Textual reads it from the class

    def __init__(self, title: str, here: Sequence[tuple[str, str]], everywhere: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.heading, self.here, self.everywhere = title, here, everywhere

    def compose(self) -> ComposeResult:
        """Two lists, one below the other if narrow."""
        with Vertical(classes="sheet tall"):
            yield Static(styled(self.heading, STRONG), markup=False)
            with VerticalScroll(classes="columns"):
                yield Static(self._list(self.here), markup=False, classes="column")
                yield Static(self._list(self.everywhere), markup=False, classes="column")
            yield Static(keys_line(("Esc", "back")), classes="keys")

    def _list(self, pairs: Sequence[tuple[str, str]]) -> Content:
        lines = [fit(styled(key, f"bold {ACCENT}"), 12) + styled(what, "$foreground") for key, what in pairs]
        return Content("\n").join(lines)

    def action_leave(self) -> None:
        """Close the help."""
        self.dismiss(None)
