"""``PathwayWorkflow``: to the pathways and to one of them."""

from __future__ import annotations

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
