"""``DraftAutosave``: writes a draft while it is edited. Writes are serialized; the latest draft is always written.

Does not know where a draft is stored: a callable writes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from textual.dom import DOMNode
from textual.worker import Worker

from capture.errors import ShowhowError
from library.draft.journal import Entry
from library.model import Draft
from tui.workers import begin

Write = Callable[[Draft, Sequence[Entry]], None]


class DraftAutosave:
    """Writes the drafts of one review. Pass the application as ``node``: writing must outlive the screen."""

    def __init__(self, node: DOMNode, write: Write, failed: Callable[[ShowhowError], None]) -> None:
        self._node, self._write, self._failed = node, write, failed
        self._waiting: tuple[Draft, list[Entry]] | None = None
        self._writer: Worker[None] | None = None

    def save(self, draft: Draft, entries: Sequence[Entry] = ()) -> None:
        """Write a draft and its new journal entries soon; replaces a draft still waiting, but keeps its entries."""
        before = self._waiting[1] if self._waiting else []
        self._waiting = draft, [*before, *entries]
        if self._writer is None or self._writer.is_finished:
            self._writer = begin(self._node, self._write_waiting, "drafts", exclusive=False)

    async def wait_written(self) -> None:
        """Wait until everything is written."""
        if self._writer is not None:
            await self._writer.wait()

    async def _write_waiting(self) -> None:
        while self._waiting is not None:
            (draft, entries), self._waiting = self._waiting, None
            try:
                await asyncio.to_thread(self._write, draft, entries)
            except ShowhowError as error:
                self._failed(error)
