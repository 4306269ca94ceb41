"""Background work of a screen: the only place that passes coroutines to Textual's workers.

Work is passed as a function, so that a worker cancelled before it started leaves no un-awaited coroutine. A screen may
be closed while it runs: Textual removes the widgets first and cancels afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.screen import Screen
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def begin(node: DOMNode, work: Work, group: str, *, exclusive: bool = True) -> Worker[None]:
    """Run ``work`` in the background until ``node`` is removed. ``exclusive`` first cancels the others in its group."""

    async def run() -> None:
        try:
            await work()
        except NoMatches:
            if not is_closing(node):
                raise

    return node.run_worker(run, group=group, exclusive=exclusive)


def is_closing(node: DOMNode) -> bool:
    """Whether a node, its screen or the application is closing, so that a missing widget is no error."""
    if not (node.is_attached and node.is_running) or not node.children:  # children go before the node itself
        return True
    screens = [above for above in node.ancestors_with_self if isinstance(above, Screen)]
    return bool(screens) and screens[0] not in node.app.screen_stack
