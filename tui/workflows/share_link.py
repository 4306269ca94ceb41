"""Copies the link to a step that works for whoever gets it: a share link, else one that showhow opens."""

from __future__ import annotations

from library.links import link_to
from tui.screens.dialogs import ConfirmDialog
from tui.workflows.base import Workflow


async def copy_share_link(workflow: Workflow, demo_id: str, step: int) -> None:
    """With ``reader_url`` a link for any browser; without, a ``showhow://`` link for those who use this library."""
    services = workflow.context.services
    if services.reader_url and services.sharing is not None:
        if (copied := await workflow.ask(services.sharing.share, demo_id, step)) is not None:
            workflow.app.copy_to_clipboard(copied.url)
            until = f"until {copied.until}" if copied.until else "until you revoke it"
            workflow.say(f"Copied. It opens this demo for anybody {until} (showhow share list)   {copied.url}")
        return
    link = link_to(demo_id, step)
    workflow.app.copy_to_clipboard(link)
    await _offer_handler(workflow)  # first: the line would cover the question on a small screen
    workflow.say(f"Copied {link}   It opens with: showhow play {link}")


async def _offer_handler(workflow: Workflow) -> None:
    """Ask once whether such links shall open in showhow on this desktop."""
    sharing = workflow.context.services.sharing
    if sharing is None or not await workflow.ask(sharing.offers_handler):
        return
    detail = "Asked once. Later: showhow integrate, and showhow integrate --undo to take it back."
    question = "Open showhow:// links with showhow on this desktop?"
    opens = await workflow.app.push_screen_wait(ConfirmDialog(question, "open them", "not now", detail))
    await workflow.ask(lambda: sharing.answer(opens=opens))
