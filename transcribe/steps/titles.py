"""What a step is called: from the words, from what was clicked, else from what was done.

Pure. Owns titles and which click stands for a step. Refuses to know where steps begin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from capture.model import Chord, Click, Event, Scroll, Typed, WindowChange
from transcribe.steps.actions import UserAction, actions_of
from transcribe.steps.boundaries import StepStart
from transcribe.steps.sentences import LONGEST, SentenceKind, title_of

_WINDOW = 36  # characters of a window's title within a step's
_APPLICATION = re.compile(r".*\s[-–—]\s(?=\S)")
_VERB = r"(?:double-click|right-click|left-click|click|press|push|select|choose|open|tap|hit|pick)"
_POINTING = "on|in|at|the|this|that|these|here|there|it|one|thing|button|link|icon|tab|entry|row|again|now"
_VAGUE = re.compile(rf"(?i)^({_VERB})(?: (?:{_POINTING}))*$")
_CLICKS = re.compile(rf"(?i)^{_VERB}\b")
_BUTTON = re.compile(
    r"(?i)^(double-click|click|press|push|tap|hit)(?: on)? (?:the|this|that) (?:.+ )?(?:button|link|icon)$"
)
_UNNAMED: tuple[tuple[type[Event], str], ...] = (
    (Click, "Click in “{}”"),
    (Typed, "Type"),
    (Chord, "Press {}"),
    (WindowChange, "Go to “{}”"),
    (Scroll, "Scroll"),
)


def key_click(events: Sequence[Event]) -> Click | None:
    """The click that stands for a step: the first whose label is known, else the first."""
    clicks = [event for event in events if isinstance(event, Click)]
    return next((click for click in clicks if click.label), clicks[0] if clicks else None)


def clicked_in(events: Sequence[Event]) -> str:
    """What a step's click was on: its label, else the window's title; empty when nothing was clicked."""
    click = key_click(events)
    return (click.label or click.window) if click is not None else ""


def title_for(opening: StepStart, events: Sequence[Event], language: str, *, first: bool = False) -> str:
    """A step's title; empty when nothing is known of it. ``first`` steps say which application they are in."""
    if opening.note:
        return title_of(opening.note, "*")
    labels = [event.label for event in events if isinstance(event, Click) and event.label]
    told = [s for s in opening.said if s.kind is SentenceKind.INSTRUCTION]
    if told:
        return _with_labels(title_of(told[0].text, language), labels)
    talk = [s for s in opening.said if s.kind is not SentenceKind.CLOSING]
    if talk and talk[0].kind is SentenceKind.OPENING:
        return "Introduction"
    if labels or not opening.said:
        return deed_title(events, first=first)
    return title_of((talk or opening.said)[0].text, language)


def _with_labels(title: str, labels: Sequence[str]) -> str:
    """“Click here” says what; “Press the new order button” spells it as the screen does.

    What was heard of a button that is not the one that was clicked was misheard, or says what it looks like.
    """
    if not labels or not _CLICKS.match(title):
        return title
    if found := _VAGUE.match(title):
        return _fitting(f"{found[1]} {labels[0]}") or title
    for label in labels:
        if spoken := re.search(rf"(?i)(?<!\w){re.escape(label)}(?!\w)", title):
            return title[: spoken.start()] + label + title[spoken.end() :]
    found = _BUTTON.match(title)
    if found and len(set(labels)) == 1 and not _words(title) & _words(labels[0]):
        return _fitting(f"{found[1]} {labels[0]}") or title
    return title


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def deed_title(events: Sequence[Event], *, first: bool = False) -> str:
    """“Click New order”, “Fill in Supplier”, “Press Ctrl+S”: what was done; empty when nothing was."""
    deeds = actions_of(events)
    named = _named(deeds)
    if not named:
        return _unnamed_title(deeds)
    if len(named) > 1:
        return _fitting(f"{named[0]}, then {named[-1][0].lower()}{named[-1][1:]}") or named[0]
    window = _application(_window_of(deeds)) if first or isinstance(deeds[0].event, WindowChange) else ""
    return (_fitting(f"{named[0]} in {window}") if window else "") or named[0]


def _unnamed_title(deeds: Sequence[UserAction]) -> str:
    """What was done to things whose label is not known: the first kind of deed that says most."""
    for kind, wording in _UNNAMED:
        event = next((deed.event for deed in deeds if isinstance(deed.event, kind)), None)
        if event is not None:
            name = event.keys if isinstance(event, Chord) else getattr(event, "window", "")
            name = name if len(name) <= _WINDOW else f"{name[: _WINDOW - 1]}…"
            return wording.format(name) if name or "{}" not in wording else "Click"
    return ""


def _named(deeds: Sequence[UserAction]) -> list[str]:
    """What was done to things whose label is known; in order, each once."""
    told = (_deed(deed, deed.event.label) for deed in deeds if isinstance(deed.event, Click) and deed.event.label)
    return list(dict.fromkeys(told))


def _deed(deed: UserAction, label: str) -> str:
    if deed.fills:
        return f"Fill in {label}"
    button = deed.event.button if isinstance(deed.event, Click) else 1
    return f"{'Right-click' if button == 3 else 'Double-click' if deed.double else 'Click'} {label}"


def _window_of(deeds: Sequence[UserAction]) -> str:
    return next((deed.event.window for deed in deeds if isinstance(deed.event, Click)), "")


def _application(window: str) -> str:
    """The part of a window's title that names the application: behind the last dash, where there is one."""
    return _APPLICATION.sub("", window).strip()


def _fitting(title: str) -> str:
    return title if len(title) <= LONGEST else ""
