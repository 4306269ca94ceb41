"""Keeps a draft on disk while it is edited: one writer at a time, and the last state always gets there.

Owns the order of writes. Refuses to know where a draft lies: a callable writes it.
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
    """Writes drafts for one review. ``node`` is what the writing lives as long as: the application, not the screen."""

    def __init__(self, node: DOMNode, write: Write, failed: Callable[[ShowhowError], None]) -> None:
        self._node, self._write, self._failed = node, write, failed
        self._waiting: tuple[Draft, list[Entry]] | None = None
        self._writer: Worker[None] | None = None

    def keep(self, draft: Draft, entries: Sequence[Entry] = ()) -> None:
        """Write this state and these new entries of its journal soon; a state that still waits is passed over."""
        before = self._waiting[1] if self._waiting else []
        self._waiting = draft, [*before, *entries]
        if self._writer is None or self._writer.is_finished:
            self._writer = begin(self._node, self._drain, "drafts", alone=False)

    async def settled(self) -> None:
        """Wait until everything is written."""
        if self._writer is not None:
            await self._writer.wait()

    async def _drain(self) -> None:
        while self._waiting is not None:
            (draft, entries), self._waiting = self._waiting, None
            try:
                await asyncio.to_thread(self._write, draft, entries)
            except ShowhowError as error:
                self._failed(error)
