"""``ReplayWatch``: whether a replay was watched to its end, whichever screen began it; ticked in a joined pathway."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from library.model import Demo
from tui.state.replay_clock import ReplayEnd
from tui.workers import begin
from tui.workflows.base import Workflow

if TYPE_CHECKING:
    from textual.app import App

    from tui.state.app_context import AppContext

_LOOK_S = 0.4
"""Interval at which the player's position is read."""


class ReplayWatch(Workflow):
    """Follows the last replay. One that begins again in the middle goes on: its parts count together."""

    def __init__(self, app: App[int], context: AppContext) -> None:
        super().__init__(app, context)
        self._replay: tuple[Demo, ReplayEnd] | None = None

    def follow(self, demo: Demo) -> None:
        """Follow the player in a demo from now on, and no other any more."""
        if self.context.services.pathways is None:
            return
        known = self._replay[0] if self._replay is not None else None
        if known is None or (known.demo_id, known.version) != (demo.demo_id, demo.version):
            self._replay = (demo, ReplayEnd(demo.clip.duration_ms))
        begin(self.app, self._follow, "replay watch")

    async def _follow(self) -> None:
        if self._replay is None:
            return
        demo, end = self._replay
        while not end.follow(self.context.services.library.playing(demo)):
            await asyncio.sleep(_LOOK_S)
        self._replay = None
        await self._watched(demo)

    async def _watched(self, demo: Demo) -> None:
        from tui.screens.practice.pathway import PathwayScreen, PathwaysScreen

        service = self.context.services.pathways
        if service is None or not await self.ask(service.replayed, demo.demo_id):
            return
        self.say("Watched to the end: ticked in your pathway, seen by you only")
        for screen in self.app.screen_stack:
            if isinstance(screen, PathwayScreen | PathwaysScreen):
                screen.reload()
