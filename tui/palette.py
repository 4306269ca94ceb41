"""Actions for the command palette and the help screen, both derived from the key bindings.

Owns how bindings become entries. Skips bindings without a description: those are the widgets' own cursor keys.
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
    """An action available now: its description, its keys, its binding and the node that runs it."""

    words: str
    key: str
    binding: Binding
    node: DOMNode

    def also(self, key: str) -> Action:
        """The same action with one more key."""
        return self if key in self.key.split() else self._replace(key=f"{self.key} {key}")


_TEXTUALS = [binding for made in (App, Screen) for binding in Binding.make_bindings(made.BINDINGS)]
"""Textual's own bindings on every screen (focus, copy); not listed."""


def own_bindings(node: DOMNode) -> BindingsMap:
    """The bindings a screen or the application declares; Textual keeps the merged map under a private name."""
    return node._bindings  # noqa: SLF001  only here are keymap changes visible


def actions(app: App[Any], screen: Screen[object]) -> Iterator[Action]:
    """All actions available on a screen now, the screen's own first, each once."""
    for node in (screen, app):
        found: dict[str, Action] = {}
        for _, binding in own_bindings(node):
            words = binding.tooltip or binding.description
            if words and binding not in _TEXTUALS and allowed(node, binding):
                key = app.get_key_display(binding)
                before = found.get(binding.action)
                found[binding.action] = before.also(key) if before else Action(words, key, binding, node)
        yield from found.values()


def allowed(node: DOMNode, binding: Binding) -> bool:
    """Whether the action is available now."""
    _, name, parameters = parse(binding.action)
    return bool(node.check_action(name, parameters))


class ActionsProvider(Provider):
    """Every action of the screen and the application, for Ctrl+P."""

    def _actions(self) -> Iterator[Action]:
        return actions(self.app, self.screen)

    async def discover(self) -> Hits:
        """All actions, before anything is typed."""
        for action in self._actions():
            yield DiscoveryHit(action.words, self._run(action), help=f"key: {action.key}")

    async def search(self, query: str) -> Hits:
        """Actions that match the query."""
        matcher = self.matcher(query)
        for action in self._actions():
            if (score := matcher.match(action.words)) > 0:
                yield Hit(score, matcher.highlight(action.words), self._run(action), help=f"key: {action.key}")

    def _run(self, action: Action) -> partial[Coroutine[Any, Any, bool]]:
        return partial(self.app.run_action, action.binding.action, action.node)
