"""The command palette and the help: both are made from the bindings themselves, so that neither can forget an action.

Owns how bindings become words. Refuses bindings without a description: those are the widgets' own cursor keys.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any, NamedTuple

from textual.actions import parse
from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode
from textual.screen import Screen


class Action(NamedTuple):
    """One thing that can be done now: the words for it, its key, and where it runs."""

    words: str
    key: str
    binding: Binding
    node: DOMNode


def own_bindings(node: DOMNode) -> BindingsMap:
    """The bindings a screen or the application declares; Textual keeps the merged map under a private name."""
    return node._bindings  # noqa: SLF001  the only place that holds what keymaps changed


def actions(app: App[Any], screen: Screen[object]) -> Iterator[Action]:
    """Everything that can be done on a screen now, the screen's own first, each once."""
    seen: set[str] = set()
    for node in (screen, app):
        for _, binding in own_bindings(node):
            words = binding.tooltip or binding.description
            if words and not binding.system and binding.action not in seen and allowed(node, binding):
                seen.add(binding.action)
                yield Action(words, app.get_key_display(binding), binding, node)


def allowed(node: DOMNode, binding: Binding) -> bool:
    """Whether the action makes sense now."""
    _, name, parameters = parse(binding.action)
    return bool(node.check_action(name, parameters))


class ActionsProvider(Provider):
    """Every action of the screen and the application, for Ctrl+P."""

    def _actions(self) -> Iterator[Action]:
        return actions(self.app, self.screen)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for action in self._actions():
            yield DiscoveryHit(action.words, self._run(action), help=f"key: {action.key}")

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for action in self._actions():
            if (score := matcher.match(action.words)) > 0:
                yield Hit(score, matcher.highlight(action.words), self._run(action), help=f"key: {action.key}")

    def _run(self, action: Action) -> partial[Coroutine[Any, Any, bool]]:
        return partial(self.app.run_action, action.binding.action, action.node)
