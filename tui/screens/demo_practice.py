"""``DemoPractice``: actions of the demo screen that lead to practice: try it, mark it. Layout is in ``demo.py``."""

from __future__ import annotations

from library.model import Demo
from tui.screens.base import BaseScreen
from tui.state.demo import DemoModel
from tui.workers import is_closing


class DemoPractice(BaseScreen):
    """Base of DemoScreen with these actions."""

    def __init__(self, model: DemoModel) -> None:
        super().__init__()
        self.model = model

    def fill(self, demo: Demo) -> None:
        """Show a new version of the demo."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop watching."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is practised needs somewhere to be kept."""
        services = self.app_context.services
        if action == "mark":
            return services.prompts is not None
        return super().check_action(action, parameters)

    def action_try_it(self) -> None:
        """Do it in the real program, recorded, and compare."""
        self.stop()
        self.app_context.navigator.try_demo(self.model.demo.demo_id)

    def action_mark(self) -> None:
        """Mark it as one to practise or to look up."""
        self.stop()
        self.app_context.navigator.mark_practice(self.model.demo, self._marked)

    def _marked(self, demo: Demo) -> None:
        if not is_closing(self):  # the user may have left meanwhile
            self.fill(demo)
