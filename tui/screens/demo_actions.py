"""``DemoActions``: actions of the demo screen that lead to other screens. Layout and playing are in ``demo.py``."""

from __future__ import annotations

from library.model import Demo
from tui.screens.base import BaseScreen
from tui.state.demo import DemoModel
from tui.workers import is_closing


class DemoActions(BaseScreen):
    """Base of DemoScreen with its actions."""

    def __init__(self, model: DemoModel) -> None:
        super().__init__()
        self.model = model

    def stop(self) -> None:
        """Stop playing here."""
        raise NotImplementedError

    def fill(self, demo: Demo) -> None:
        """Show a new version of the demo."""
        raise NotImplementedError

    def action_replace_step(self) -> None:
        """Record this step anew; the rest of the demo stays as it is."""
        self.stop()
        self.app_context.navigator.replace_step(self.model.demo.demo_id, self.model.number)

    def action_edit(self) -> None:
        """Edit title and tags."""
        self.app_context.navigator.edit(self.model.demo.demo_id, self.fill)

    def action_revise(self) -> None:
        """Review it again; it is filed as the next version."""
        self.stop()
        self.app_context.navigator.revise(self.model.demo.demo_id, self.model.demo.title)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is practised needs somewhere to be kept."""
        if action == "mark":
            return self.app_context.services.prompts is not None
        return super().check_action(action, parameters)

    def action_mark(self) -> None:
        """Mark it as one to practise or to look up."""
        self.stop()
        self.app_context.navigator.mark_practice(self.model.demo, self._marked)

    def _marked(self, demo: Demo) -> None:
        if not is_closing(self):  # the user may have left meanwhile
            self.fill(demo)

    def action_try_it(self) -> None:
        """Do it in the real program, recorded, and compare."""
        self.stop()
        self.app_context.navigator.try_demo(self.model.demo.demo_id)

    def action_export(self) -> None:
        """Export to a file."""
        self.app_context.navigator.export(self.model.demo.demo_id, self.model.number or 1)

    def action_copy_link(self) -> None:
        """Copy the link to this step."""
        self.app_context.navigator.copy_link(self.model.demo.demo_id, self.model.number)

    def action_copy_web_link(self) -> None:
        """Copy the link to this step for a browser."""
        self.app_context.navigator.copy_web_link(self.model.demo.demo_id, self.model.number)

    def action_code(self) -> None:
        """Show the code that opens this step on a phone."""
        self.app_context.navigator.show_code(self.model.demo.demo_id, self.model.number)

    def action_add_words(self) -> None:
        """Transcribe the demo."""
        self.app_context.navigator.transcribe(self.model.demo.demo_id, self.model.demo.title)

    def action_remove(self) -> None:
        """Delete, after asking."""
        demo = self.model.demo
        self.app_context.navigator.remove(demo.demo_id, demo.title, self.app_context.navigator.back_to_library)
