"""The search line. It takes every letter, but not the keys that must work while one types.

Owns which keys those are. Refuses to search.
"""

from __future__ import annotations

from textual.widgets import Input

from tui.state.jobs import Jobs


class SearchField(Input):
    """An input that lets ``?`` through to the keys screen, and ``R`` while failed work waits to be tried again."""

    def __init__(self, jobs: Jobs) -> None:
        # Coming back to it goes on typing: it must not select, and so replace, what stands there.
        super().__init__(placeholder="Type what you want to do", compact=True, select_on_focus=False, id="search")
        self._jobs = jobs

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is a letter of the search."""
        if key == "question_mark" or (key == "R" and self._jobs.failed):
            return False
        return super().check_consume_key(key, character)
