"""``PathwayWorkflow``: to the pathways, to one of them, and the tick of a demo that was played to its end."""

from __future__ import annotations

from collections.abc import Callable

from tui.workflows.base import Workflow


class PathwayWorkflow(Workflow):
    """Workflows of pathways."""

    def show_pathways(self) -> None:
        """Open the list of pathways."""
        from tui.screens.practice.pathway import PathwaysScreen

        self.app.push_screen(PathwaysScreen())

    def show_pathway(self, pathway_id: str) -> None:
        """Open a pathway."""
        from tui.screens.practice.pathway import PathwayScreen

        self.app.push_screen(PathwayScreen(pathway_id))

    def watched_to_end(self, demo_id: str, done: Callable[[], object] = lambda: None) -> None:
        """Note that a demo was played to its end, where a joined pathway asks for it; then ``done`` is called."""

        async def note() -> None:
            service = self.context.services.pathways
            if service is not None and await self.ask(service.replayed, demo_id):
                self.say("Watched to the end: ticked in your pathway, seen by you only")
                done()

        self.begin(note)
