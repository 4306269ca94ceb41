"""The key bar: what can be done now, as many keys as fit; Escape, ``?`` and what stops a recording are never left out.

Owns the choice of keys and the mouse. Refuses to invent: it shows the bindings that are active. (Textual's own footer
scrolls what does not fit out of sight, and its palette key covers the last one at 80 columns.)
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
"""The way back, the help, and what stops a recording that goes on behind the screen."""


class KeyLabel(NamedTuple):
    """One key of the bar."""

    key: str
    display: str
    words: str

    @property
    def cells(self) -> int:
        """Its width."""
        return len(self.display) + 1 + len(self.words)


class KeyBar(Static):
    """One line at the bottom."""

    def __init__(self) -> None:
        super().__init__("", markup=False, id="key-bar")
        self._places: list[tuple[range, str]] = []

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_unmount(self) -> None:
        """Follow no more."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.refresh()

    def render(self) -> Content:
        """The keys that fit, and where each stands."""
        shown = fitting(self._active(), self.size.width)
        self._places, at = [], 0
        for key in shown:
            self._places.append((range(at, at + key.cells), key.key))
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
        for place, key in self._places:
            if event.x in place:
                self.app.simulate_key(key)


def fitting(keys: list[KeyLabel], width: int) -> list[KeyLabel]:
    """As many keys as fit into ``width``, the first ones first; those that must be there close the line."""
    last = [key for key in keys if key.key in _ALWAYS]
    room = width - sum(key.cells + len(_GAP) for key in last) + len(_GAP)
    chosen: list[KeyLabel] = []
    for key in keys:
        if key.key in _ALWAYS:
            continue
        room -= key.cells + len(_GAP)
        if room < 0:
            break
        chosen.append(key)
    return [*chosen, *last]
