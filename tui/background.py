"""Short work beside a screen: the one place that hands coroutines to Textual's workers.

Owns that work is handed over as a function: one cancelled before it began must not leave a coroutine nobody awaits.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]


def begin(node: DOMNode, work: Work, group: str, *, alone: bool = True) -> Worker[None]:
    """Run ``work`` beside the screen; ends with ``node``. ``alone`` cancels what ``node`` still runs in that group."""
    return node.run_worker(work, group=group, exclusive=alone)
