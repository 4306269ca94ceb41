"""Titles of actions, for a step of which nobody says what to do: “Click New order”, “Fill in Supplier”.

Pure. The wording is the lexicon's table ``actions``, so that it is in the language of the words around.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from capture.model import Chord, Click, Event, Scroll, Typed, WindowChange
from transcribe.phrases.lexicon import Lexicon, lexicon_of
from transcribe.phrases.wording import LONGEST
from transcribe.steps.actions import UserAction, actions_of

_LABEL = 42  # characters of a label within a title
_WINDOW = 36  # characters of a window's title within a step's
_RIGHT = 3  # the right button
_APPLICATION = re.compile(r".*\s[-–—]\s(?=\S)")
_UNNAMED: tuple[tuple[type[Event], str], ...] = (
    (Click, "click_in"), (Typed, "type"), (Chord, "press"), (WindowChange, "go_to"), (Scroll, "scroll"),
)  # fmt: skip


def actions_title(events: Sequence[Event], lexicon: Lexicon, *, first: bool = False) -> str:
    """Title from actions: “Click New order”, “Fill in Supplier”, “Press Ctrl+S”; empty without actions.

    The ``first`` step also names the application.
    """
    actions, words = actions_of(events), _words_of(lexicon)
    named = _named(actions, words)
    if not named:
        return _unnamed_title(actions, words)
    if len(named) > 1:
        return _fitting(words["then"].format(named[0], named[-1][0].lower() + named[-1][1:])) or named[0]
    window = _application(_window_of(actions)) if first or isinstance(actions[0].event, WindowChange) else ""
    return (_fitting(words["inside"].format(named[0], window)) if window else "") or named[0]


def fill_title(label: str, lexicon: Lexicon) -> str:
    """Title of a field that is filled in: “Fill in Supplier”."""
    return _words_of(lexicon)["fill"].format(_short(label))


def _words_of(lexicon: Lexicon) -> Mapping[str, str]:
    return lexicon.tables.get("actions") or lexicon_of("en").tables["actions"]


def _unnamed_title(actions: Sequence[UserAction], words: Mapping[str, str]) -> str:
    """Title from actions without a label: the first kind in the order of ``_UNNAMED``."""
    for kind, key in _UNNAMED:
        event = next((action.event for action in actions if isinstance(action.event, kind)), None)
        if event is not None:
            name = event.keys if isinstance(event, Chord) else getattr(event, "window", "")
            name = name if len(name) <= _WINDOW else f"{name[: _WINDOW - 1]}…"
            return words[key].format(name) if name or "{}" not in words[key] else words["click_only"]
    return ""


def _named(actions: Sequence[UserAction], words: Mapping[str, str]) -> list[str]:
    """Titles of the actions with a label; in order, each once."""
    titles = (_click_title(a, a.event, words) for a in actions if isinstance(a.event, Click) and a.event.label)
    return list(dict.fromkeys(titles))


def _click_title(action: UserAction, click: Click, words: Mapping[str, str]) -> str:
    clicks = "right_click" if click.button == _RIGHT else "double_click" if action.double else "click"
    return words["fill" if action.fills else clicks].format(_short(click.label))


def _short(label: str) -> str:
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"


def _window_of(actions: Sequence[UserAction]) -> str:
    return next((action.event.window for action in actions if isinstance(action.event, Click)), "")


def _application(window: str) -> str:
    """The application in the title of a window: the part after the last dash, if there is one."""
    return _APPLICATION.sub("", window).strip()


def _fitting(title: str) -> str:
    return title if len(title) <= LONGEST else ""
