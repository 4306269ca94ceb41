"""``KeyBar``: the active key bindings, as many as fit; Escape, ``?`` and the key that stops a recording always do.

Owns the choice of keys and clicks on them. (Textual's own footer scrolls what does not fit out of sight, and its
palette key covers the last key at 80 columns.)
"""

from __future__ import annotations

from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.widgets.text import ACCENT, QUIET, styled

_GAP = "  "
_ALWAYS = {"escape", "question_mark", "ctrl+s"}
"""Back, help, and the key that stops a recording in the background."""


class KeyLabel(NamedTuple):
    """One key of the bar."""

    key: str
    display: str
    words: str

    @property
    def cells(self) -> int:
        """Width in cells."""
        return len(self.display) + 1 + len(self.words)


class KeyBar(Static):
    """The bottom line of a screen."""

    def __init__(self) -> None:
        super().__init__("", markup=False, id="key-bar")
        self._columns: list[tuple[range, str]] = []

    def on_mount(self) -> None:
        """Subscribe to binding changes."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_unmount(self) -> None:
        """Unsubscribe."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.refresh()

    def render(self) -> Content:
        """The keys that fit; remembers the columns of each for clicks."""
        shown = fitting(self._active(), self.size.width)
        self._columns, at = [], 0
        for key in shown:
            self._columns.append((range(at, at + key.cells), key.key))
            at += key.cells + len(_GAP)
        return Content(_GAP).join(styled(k.display, f"bold {ACCENT}") + " " + styled(k.words, QUIET) for k in shown)

    def _active(self) -> list[KeyLabel]:
        found: dict[str, KeyLabel] = {}
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if binding.show and enabled and binding.description and binding.action not in found:
                shown = KeyLabel(binding.key, self.app.get_key_display(binding), binding.description)
                found[binding.action] = shown
        return list(found.values())

    def on_click(self, event: events.Click) -> None:
        """A click presses the key."""
        for place, key in self._columns:
            if event.x in place:
                self.app.simulate_key(key)


def fitting(keys: list[KeyLabel], width: int) -> list[KeyLabel]:
    """The keys that fit into ``width`` cells, in order; those of ``_ALWAYS`` come last."""
    last = [key for key in keys if key.key in _ALWAYS]
    free = width - sum(key.cells + len(_GAP) for key in last) + len(_GAP)
    chosen: list[KeyLabel] = []
    for key in keys:
        if key.key in _ALWAYS:
            continue
        free -= key.cells + len(_GAP)
        if free < 0:
            break
        chosen.append(key)
    return [*chosen, *last]
