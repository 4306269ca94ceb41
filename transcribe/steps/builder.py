"""Builds Steps from a transcript and events: one instruction each, with a short title and the time of its still.

Pure. Owns the content of a step; ``boundaries.py`` finds where steps begin, ``titles.py`` makes titles. Does not use
pictures. All times are on the clock of the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from capture.model import Click, Event, InferredAction, InferredKind, Marker, Typed, WindowChange
from capture.span import Span
from transcribe.model import Step, Transcript, Word
from transcribe.phrases.lexicon import PLAIN, CustomVocabulary, Lexicon
from transcribe.phrases.spelling import NAME_LIKE, spelled
from transcribe.steps.actions import ACTION_EVENTS, BEFORE_MS, INPUT_EVENTS, UserAction, actions_of, weak_actions
from transcribe.steps.boundaries import (
    StepStart,
    among_words,
    behind_actions,
    from_actions,
    from_words,
    main_actions,
    mark,
)
from transcribe.steps.misheard_verbs import misheard_words
from transcribe.steps.neighbours import in_context
from transcribe.steps.ownership import owner_of
from transcribe.steps.splitting import Sentence, parted, sentences_of, told_in
from transcribe.steps.tasks import title_from_actions, title_from_orders, title_from_words
from transcribe.steps.titles import clicked_in, key_click, title_for, title_of_inferred
from transcribe.words import joined

SETTLE_MS = 500
"""Time until the effect of a key is on the screen."""
BEFORE_CHANGE_MS = 150
"""A picture so long before a change does not show it: films are compared every 80 ms, takes every 33."""
BEFORE_NEXT_MS = 200
"""Without actions, the still of a step is taken this long before its end."""


def make_steps(
    transcript: Transcript,
    events: Sequence[Event],
    duration_ms: int,
    inferred: Sequence[InferredAction] = (),
    vocabulary: CustomVocabulary = PLAIN,
) -> tuple[Step, ...]:
    """Steps in order, disjoint, numbered from 1, inside ``[0, duration_ms)``; always at least one.

    With words, a step is an instruction or an action with the talk around it; markers begin steps. What is said before
    the first instruction and the first action is in no step. Without words, steps come from clicks, typing, windows and
    markers; without anything there is one step. ``inferred`` are weak witnesses, used only where there are no input
    events: without words they make steps, with words they part sentences; stills show the moment before them.

    Times are take time, in which pauses are whole. An action up to 1.5 s after the end of its step may belong to it.
    """
    lexicon = vocabulary.lexicon(transcript.language)
    events = sorted((e for e in events if 0 <= e.at_ms < duration_ms), key=lambda e: e.at_ms)
    user_events = [e for e in events if isinstance(e, ACTION_EVENTS)]
    sentences = [s for s in in_context(sentences_of(transcript, lexicon), lexicon) if s.span.start_ms < duration_ms]
    weak = () if any(isinstance(e, INPUT_EVENTS) for e in events) else [a for a in inferred if a.at_ms < duration_ms]
    # With words, pointer movements are not used: a filed demo has none, and its steps are to be the same.
    if sentences:
        begins, spoken = _spoken(sentences, user_events, weak_actions(weak), lexicon)
    else:
        done = sorted([*actions_of(events), *weak_actions(weak)], key=lambda action: action.begins_ms)
        begins, spoken = from_actions(done), ()
    for event in user_events:
        if isinstance(event, Marker):
            mark(begins, event, spoken)
    begins = begins or [StepStart(0, note="Watch it all")]
    edges = [*(begin.start_ms for begin in begins), max(duration_ms, begins[-1].start_ms)]
    inside = _shared_out(user_events, begins)
    probable = _by_time(weak, begins)
    said = ["", *(begin.said[-1].text if begin.said else "" for begin in begins)]
    if first := next((s for s in begins[0].said), None):
        said[0] = next((s.text for s in reversed(sentences) if s.span.end_ms <= first.span.start_ms), "")
    steps = (
        _step(number, begin, Span(start, end), inside[number - 1], probable[number - 1], lexicon=lexicon, before=before)
        for number, (begin, (start, end), before) in enumerate(zip(begins, pairwise(edges), said, strict=False), 1)
    )
    misheard = misheard_words(transcript, lexicon)
    return tuple(
        replace(step, title=spelled(step.title, vocabulary.terms, NAME_LIKE), text=_text_of(begin, misheard))
        for step, begin in zip(steps, begins, strict=True)
    )


def propose_title(transcript: Transcript, events: Sequence[Event] = (), vocabulary: CustomVocabulary = PLAIN) -> str:
    """A title for the demo: the task its opening names, else window and click, else from its instructions.

    Empty without speech and actions.
    """
    lexicon = vocabulary.lexicon(transcript.language)
    sentences = in_context(sentences_of(transcript, lexicon), lexicon)
    title = title_from_words(sentences, lexicon) or title_from_actions(events) or title_from_orders(sentences, lexicon)
    return spelled(title, vocabulary.terms, NAME_LIKE)


def _spoken(
    sentences: Sequence[Sentence], user_events: Sequence[Event], weak: Sequence[UserAction], lexicon: Lexicon
) -> tuple[list[StepStart], Sequence[Sentence]]:
    """Where steps begin, from sentences and actions, and the sentences as these part them.

    ``weak`` actions only part sentences.
    """
    actions = actions_of(user_events)
    main = main_actions(actions)
    parting = sorted([*main, *main_actions(weak)], key=lambda action: action.begins_ms)
    sentences = parted(sentences, parting, lexicon)
    owned: dict[int, list[UserAction]] = {}
    silent = []
    for action in main:
        if (owner := owner_of(action, sentences, owned)) is None:
            silent.append(action)
        else:
            owned.setdefault(owner, []).append(action)
    for at, several in owned.items():
        told = told_in(sentences[at].text, lexicon)
        silent += [action for action in several[told:] if not isinstance(action.event, WindowChange)]
        del several[told:]
    typing = [Span(event.at_ms, event.end_ms) for event in user_events if isinstance(event, Typed)]
    steps = from_words(sentences, owned, lexicon, typing)
    behind_actions(steps[1:], actions)
    return among_words(steps, sorted(silent, key=lambda action: action.begins_ms), sentences), sentences


def _shared_out(user_events: Sequence[Event], begins: Sequence[StepStart]) -> list[list[Event]]:
    """The events of each step: those of its actions, and those after it began; none is left out.

    A step is moved behind an event that comes before its first word but belongs to the step before.
    """
    chosen = {id(action.event): n for n, begin in enumerate(begins) for action in begin.actions}
    inside: list[list[Event]] = [[] for _ in begins]
    at = 0
    for event in user_events:
        by_time = max(0, sum(begin.start_ms <= event.at_ms for begin in begins) - 1)
        at = max(at, chosen.get(id(event), by_time))
        inside[by_time if isinstance(event, Marker) else at].append(event)
    return inside


def _by_time(weak: Sequence[InferredAction], begins: Sequence[StepStart]) -> list[list[InferredAction]]:
    """The inferred actions of each step: those it was made from, and those after it began."""
    inside: list[list[InferredAction]] = [[] for _ in begins]
    for action in weak:
        inside[max(0, sum(begin.start_ms <= action.at_ms for begin in begins) - 1)].append(action)
    return inside


def with_labels(events: Sequence[Event], labels: Mapping[int, str]) -> tuple[Event, ...]:
    """The events with labels added to their clicks; ``labels`` maps ``at_ms`` of a click to its label."""
    return tuple(
        replace(event, label=labels[event.at_ms]) if isinstance(event, Click) and event.at_ms in labels else event
        for event in events
    )


def _text_of(begin: StepStart, misheard: Mapping[tuple[int, int], Word]) -> str:
    """What was said in a step, as it was heard: without verbs set right."""
    heard = ([misheard.get((word.start_ms, word.end_ms), word) for word in s.words] for s in begin.said)
    return " ".join(map(joined, heard))


def _step(
    number: int, begin: StepStart, span: Span, inside: Sequence[Event], weak: Sequence[InferredAction], *,
    lexicon: Lexicon, before: str,
) -> Step:  # fmt: skip
    title = title_for(begin, inside, lexicon, before=before, first=number == 1) or title_of_inferred(weak)
    return Step(
        span.start_ms,
        span.end_ms,
        number=number,
        title=title or f"Step {number}",
        at_ms=_still_ms(inside, [action for action in weak if span.contains(action.at_ms)], span),
        clicked=clicked_in(inside),
        events=tuple(inside),
        inferred=tuple(weak),
    )


def _still_ms(inside: Sequence[Event], weak: Sequence[InferredAction], span: Span) -> int:
    """Time of the still: just before the click, so that it shows the target; after typing, with the text.

    Likewise for inferred actions. Without actions it is just before the end of the step.
    """
    ends = [e.end_ms if isinstance(e, Typed) else e.at_ms for e in inside if not isinstance(e, Marker)]
    if click := key_click(inside):
        at = click.at_ms - BEFORE_MS
    elif weak and not ends:
        typing = weak[0].kind is InferredKind.TYPING
        at = weak[0].end_ms + SETTLE_MS if typing else weak[0].at_ms - BEFORE_CHANGE_MS
    else:
        at = max(ends) + SETTLE_MS if ends else span.end_ms - BEFORE_NEXT_MS
    return max(span.start_ms, min(at, span.end_ms - 1))
