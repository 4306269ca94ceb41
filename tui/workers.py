"""Short work beside a screen: the one place that hands coroutines to Textual's workers.

Owns that work is handed over as a function: one cancelled before it began must not leave a coroutine nobody awaits.
And that a screen may be left in the middle of it: its widgets go first, the cancelling comes after.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.screen import Screen
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def begin(node: DOMNode, work: Work, group: str, *, alone: bool = True) -> Worker[None]:
    """Run ``work`` beside the screen; ends with ``node``. ``alone`` cancels what ``node`` still runs in that group."""

    async def run() -> None:
        try:
            await work()
        except NoMatches:
            if not _left(node):
                raise

    return node.run_worker(run, group=group, exclusive=alone)


def _left(node: DOMNode) -> bool:
    """Whether a node, its screen or the application is on its way out, so that there is nobody to be shown anything."""
    if not (node.is_attached and node.is_running) or not node.children:  # children go before the node itself
        return True
    screens = [above for above in node.ancestors_with_self if isinstance(above, Screen)]
    return bool(screens) and screens[0] not in node.app.screen_stack
