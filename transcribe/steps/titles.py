"""Makes the title of a step: from its words, from the labels of clicks, else from its actions.

Pure. Owns titles and which click represents a step. Does not decide where steps begin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from capture.model import Click, Event, InferredAction
from transcribe.phrases.lexicon import Lexicon, lexicon_of
from transcribe.phrases.references import definite
from transcribe.phrases.sentences import SentenceKind, announces, finding, order_in, plain, title_of, titled
from transcribe.phrases.spelling import place_of, spelled
from transcribe.phrases.wording import LONGEST, capitalised, without_leads
from transcribe.steps.action_titles import actions_title, fill_title
from transcribe.steps.actions import actions_of
from transcribe.steps.boundaries import StepStart, may_instruct
from transcribe.steps.context import pronoun_only, with_context, with_correction
from transcribe.steps.splitting import Sentence
from transcribe.steps.tasks import task_of

_BARE = 3  # words of an instruction that names no field: “Put March 31st”
_VERB = r"(?:double-click|right-click|left-click|click|press|push|select|choose|open|tap|hit|pick)"
_POINTING = "on|in|at|the|this|that|these|here|there|it|one|thing|button|link|icon|tab|entry|row|again|now"
_VAGUE = re.compile(rf"(?i)^({_VERB})(?: (?:{_POINTING}))*$")
_CLICKS = re.compile(rf"(?i)^{_VERB}\b")
_BUTTON = re.compile(
    r"(?i)^(double-click|click|press|push|tap|hit)(?: on)? (?:the|this|that) (?:.+ )?(?:button|link|icon)$"
)


def key_click(events: Sequence[Event]) -> Click | None:
    """The click that represents a step: the first with a label, else the first; None without clicks."""
    clicks = [event for event in events if isinstance(event, Click)]
    return next((click for click in clicks if click.label), clicks[0] if clicks else None)


def clicked_in(events: Sequence[Event]) -> str:
    """Label of the key click, else the title of its window; empty without clicks."""
    click = key_click(events)
    return (click.label or click.window) if click is not None else ""


def title_of_inferred(inferred: Sequence[InferredAction]) -> str:
    """Title from what the screen says where something was probably done; empty when unknown. It claims no click."""
    return next((capitalised(action.label) for action in inferred if action.label), "")


def title_for(
    step: StepStart, events: Sequence[Event], lexicon: Lexicon, *, before: str = "", first: bool = False
) -> str:
    """Title of a step; empty when nothing is known. The ``first`` step also names the application.

    ``before`` is what was said just before the step: “that” may mean something named there.
    """
    if step.note:
        return titled(step.note, lexicon_of("*"))
    labels = [event.label for event in events if isinstance(event, Click) and event.label]
    if step.instructs and not (labels and _only_finds(step, lexicon)):
        return _instructed(step, events, labels, lexicon, before)
    talk = [s for s in step.said if s.kind is not SentenceKind.CLOSING]
    if not labels and (announced := next((s.text for s in talk if announces(s.text, lexicon)), "")):
        return title_of(announced, lexicon)
    unclear = next((s.text for s in talk if may_instruct(s, lexicon)), "")
    acts = labels or not talk or (not unclear and actions_of(events))
    if acts and (title := actions_title(events, lexicon, first=first)):
        return title
    return _of_talk(talk or step.said, unclear, lexicon) if step.said else ""


def _only_finds(step: StepStart, lexicon: Lexicon) -> bool:
    """Whether a step says only where something is found; what is clicked then says more."""
    told = [s.text for s in step.said if s.kind is SentenceKind.INSTRUCTION]
    return all(finding(text, lexicon) for text in told)


def _of_talk(talk: Sequence[Sentence], unclear: str, lexicon: Lexicon) -> str:
    """Title from talk: what a program asks for, what may be an instruction heard wrongly, the task of an opening."""
    for sentence in talk:
        text = without_leads(plain(sentence.text, lexicon), lexicon)
        if lexicon.starts("prompts").match(text) and (asked := lexicon.finds("asks_for").search(text)):
            return titled(f"Enter {definite(asked['thing'])}", lexicon)
    if unclear:
        return titled(without_leads(plain(unclear, lexicon), lexicon), lexicon)
    if talk[0].kind is SentenceKind.OPENING:
        return task_of(talk[0].text, lexicon) or "Introduction"
    spoken = [s.text for s in talk if not lexicon.whole("fillers").match(plain(s.text, lexicon))]
    return title_of((spoken or [talk[0].text])[0], lexicon)


def _instructed(step: StepStart, events: Sequence[Event], labels: Sequence[str], lexicon: Lexicon, before: str) -> str:
    """Title from the first instruction that says what to do to what."""
    vague = ""
    for at, sentence in enumerate(step.said):
        if sentence.kind is not SentenceKind.INSTRUCTION:
            continue
        order = finding(sentence.text, lexicon) or order_in(sentence.text, lexicon) or plain(sentence.text, lexicon)
        own = [s.text for s in step.said[:at]]
        order = with_context(order, own or [before] * bool(before), lexicon, near=bool(own))
        after = "".join(s.text for s in step.said[at + 1 : at + 2])
        order = with_correction(order, sentence.text, after, lexicon)
        if not pronoun_only(order, lexicon):
            return _with_labels(titled(order, lexicon), events, labels, lexicon)
        vague = vague or order
    if labels:
        return _fitting(f"{capitalised(vague.split()[0])} {labels[0]}") or titled(vague, lexicon)
    return titled(vague, lexicon)


def _with_labels(title: str, events: Sequence[Event], labels: Sequence[str], lexicon: Lexicon) -> str:
    """The title with labels of the screen: “Click here” gets the label, “Press the new order button” its spelling.

    What is like a label but not the same was heard wrongly. Another name for a button than its label is a description,
    so it is replaced by the label; a field that is filled in is named by its label where the title does not name it.
    """
    if not labels:
        return title
    if found := _VAGUE.match(title):
        return _fitting(f"{found[1]} {labels[0]}") or title
    for label in labels:
        if spoken := re.search(rf"(?i)(?<!\w){re.escape(label)}(?!\w)", title):
            right = label if _CLICKS.match(title) else spoken[0]
            return title[: spoken.start()] + right + title[spoken.end() :]
    return _set_right(title, events, labels, lexicon)


def _set_right(title: str, events: Sequence[Event], labels: Sequence[str], lexicon: Lexicon) -> str:
    """A title that names none of the labels: the one that it is like, or that it describes, in its place."""
    done, button, only = actions_title(events, lexicon), _BUTTON.match(title), len(set(labels)) == 1
    verb, _, named = title.partition(" ")  # “Assign” is never “Assignee” heard wrongly
    for label in labels:
        if place_of(named.split(), label):
            return (_fitting(done) if button and only else "") or _fitting(f"{verb} {spelled(named, [label])}") or title
    clicks = _CLICKS.match(title)
    if clicks and only and _words(title[clicks.end() :]) < _words(labels[0]):  # “Hit add” of “Add item”
        return _fitting(f"{clicks[0]} {labels[0]}") or title
    if button and only and not _words(title) & _words(labels[0]):
        return _fitting(f"{button[1]} {labels[0]}") or title
    fills = only and done == fill_title(labels[0], lexicon) and len(title.split()) <= _BARE and not clicks
    return done if fills else title


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _fitting(title: str) -> str:
    return title if len(title) <= LONGEST else ""
