"""``SearchField``: the search input. It takes every letter except the keys that must work while typing.

Owns which keys those are. Does not search.
"""

from __future__ import annotations

from textual.widgets import Input

from tui.state.jobs import Jobs


class SearchField(Input):
    """An input that passes on ``?`` (help), and ``R`` while a failed job can be retried."""

    def __init__(self, jobs: Jobs) -> None:
        # Focus must not select the text: the next letter would replace it.
        super().__init__(placeholder="Type what you want to do", compact=True, select_on_focus=False, id="search")
        self._jobs = jobs

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed into the search."""
        if key == "question_mark" or (key == "R" and self._jobs.failed):
            return False
        return super().check_consume_key(key, character)
