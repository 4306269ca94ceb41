"""Finds where steps begin: groups sentences, actions and markers into StepStarts, each of which becomes a Step.

Pure. Owns the boundaries. Three witnesses: a pause, an action that starts something new, an instruction; each may begin
a step. Titles are made in ``titles.py``, steps in ``builder.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from capture.model import Marker
from capture.span import Span
from transcribe.phrases.lexicon import Lexicon
from transcribe.phrases.sentences import SentenceKind, begins_with_order, is_exception, order_in, plain, tells_of
from transcribe.phrases.wording import without_leads
from transcribe.steps.actions import UserAction, starting_actions
from transcribe.steps.splitting import PAUSE_MS, Sentence
from transcribe.steps.tasks import task_of

LEAD_MS = 250
"""A step starts this long before its first word."""
LONG_PAUSE_MS = 2_500
"""Talk after a longer pause is a step of its own; before that it belongs to the previous step."""

SHORTEST_MS = 1_000
"""An instruction that follows sooner after the begin of a step, without a pause, belongs to it."""

_MOVE_WORDS = 8  # words of an instruction that only leads to a place: “Go to GitHub in the browser”
_ANSWER_MS = 2_000  # a longer pause parts “Type that in” from what it refers to
_MOST = 24  # largest number of steps made from actions alone
_TALK_MS = 8_000  # talk that leads to an instruction begins its step, if it is not longer than this
_FEWEST_WORDS = 4  # talk of fewer words is no step of its own
# A marker belongs to a sentence that begins at most this long before it, or after it.
_BEHIND_MS, _AHEAD_MS = 1_500, 4_000


@dataclass
class StepStart:
    """Start of a step, its sentences, its actions, and the note of the marker that created it."""

    start_ms: int
    said: list[Sentence] = field(default_factory=list)
    actions: list[UserAction] = field(default_factory=list)
    note: str = ""

    @property
    def instructs(self) -> bool:
        """Whether an instruction was said in it."""
        return any(sentence.kind is SentenceKind.INSTRUCTION for sentence in self.said)


def from_words(
    sentences: Sequence[Sentence],
    owned: Mapping[int, Sequence[UserAction]],
    lexicon: Lexicon,
    typing: Sequence[Span] = (),
) -> list[StepStart]:
    """Steps from sentences and the actions that start something new during each of them (``owned``, by index).

    An instruction begins a step, and so does an action when the step before has one. Talk that leads to an instruction
    without a pause belongs to it. Talk before the first instruction or action makes no step, unless there are none.
    What sounds like an instruction while the step's field is filled in (``typing``) is what the speaker types.
    """
    begins = _begins(sentences, owned, lexicon, typing)
    if not begins:
        begins = [at for at in range(len(sentences)) if not at or _stands_alone(sentences, at, lexicon, PAUSE_MS)]
    steps: list[StepStart] = []
    for at, sentence in enumerate(sentences):
        if at in begins:
            spoken_ms = sentences[at - 1].span.end_ms if at else 0
            begun_ms = [action.begins_ms for action in owned.get(at, ()) if action.begins_ms >= spoken_ms]
            earliest_ms = steps[-1].start_ms if steps else 0
            steps.append(StepStart(max(earliest_ms, min([_lead(spoken_ms, sentence), *begun_ms]))))
        if steps:
            steps[-1].said.append(sentence)
            steps[-1].actions += owned.get(at, ())
    return steps


def _begins(
    sentences: Sequence[Sentence],
    owned: Mapping[int, Sequence[UserAction]],
    lexicon: Lexicon,
    typing: Sequence[Span],
) -> list[int]:
    """Indices of the sentences that begin steps."""
    begins: list[int] = []
    instructed = acted = False  # in the step so far
    for at, sentence in enumerate(sentences):
        acts = bool(owned.get(at))
        instructs = sentence.kind is SentenceKind.INSTRUCTION
        stumbled = at > 0 and sentences[at - 1].kind is SentenceKind.STUMBLE and bool(begins)
        if acts and (acted or not begins or not instructed):
            new = True
        elif stumbled or (acted and instructed and not acts and _dictated(sentence, typing)):
            new = False  # a step begins at its first attempt
        elif instructs or sentence.kind is SentenceKind.STUMBLE:
            new = not begins or not (
                (not instructed and _answers(sentences, at, begins[-1], lexicon))
                or _continues(sentences, at, begins[-1], lexicon)
            )
        else:
            new = bool(begins) and _stands_alone(sentences, at, lexicon, LONG_PAUSE_MS)
        if new:
            first = _led_from(sentences, at, owned, lexicon) if instructs or acts else at
            begins.append(max(first, begins[-1] + 1) if begins else first)
            instructed, acted = False, False
        instructed, acted = instructed or instructs, acted or acts
    return begins


def _dictated(sentence: Sentence, typing: Sequence[Span]) -> bool:
    return any(span.contains(sentence.span.start_ms) for span in typing)


def _answers(sentences: Sequence[Sentence], at: int, begun: int, lexicon: Lexicon) -> bool:
    """Whether an instruction belongs to talk that began a step: without a pause, or “It wants a code. Type that in.”"""
    if not _paused(sentences, begun, at):
        return True
    order = order_in(sentences[at].text, lexicon)
    return _gap_ms(sentences, at) < _ANSWER_MS and at - begun == 1 and bool(lexicon.finds("points_back").match(order))


def _paused(sentences: Sequence[Sentence], first: int, last: int) -> bool:
    """Whether there is a pause between two sentences."""
    return any(_gap_ms(sentences, at) >= PAUSE_MS for at in range(first + 1, last + 1))


def _gap_ms(sentences: Sequence[Sentence], at: int) -> int:
    """The pause before a sentence; very long before the first."""
    return sentences[at].span.start_ms - sentences[at - 1].span.end_ms if at else 1 << 40


def _continues(sentences: Sequence[Sentence], at: int, begun: int, lexicon: Lexicon) -> bool:
    """Whether an instruction goes on with the step before: “Or press C.”, “Make a change. I'm just fixing this.”"""
    sentence = sentences[at]
    if sentences[at - 1].kind is SentenceKind.CLOSING and _gap_ms(sentences, at) < PAUSE_MS:
        return True
    told = [n for n in range(begun, at) if sentences[n].kind is SentenceKind.INSTRUCTION]
    if _paused(sentences, told[-1] if told else begun, at):
        return False
    if not begins_with_order(sentence.text, lexicon) or _follows_on(sentence, lexicon):
        return True
    soon = sentence.span.start_ms - sentences[begun].span.start_ms < SHORTEST_MS
    moves = len(told) == 1 and _only_moves(sentences[told[0]], lexicon)
    shows = bool(told) and _demonstrates(sentence, lexicon) and not _demonstrates(sentences[told[-1]], lexicon)
    return soon or moves or shows


def _follows_on(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether a sentence begins as one that goes on: “or”, “otherwise”, “you can also”."""
    text = plain(sentence.text, lexicon)
    spoken = sentence.text.replace(",", "")  # “So, like, …” is only a hesitation in plain text
    forms = (text, without_leads(text, lexicon, comma=True), spoken)
    return any(lexicon.starts("continues").match(form) for form in forms)


def _only_moves(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether an instruction only leads to the place where the next one is done: “Go to the orders page.”"""
    order = without_leads(order_in(sentence.text, lexicon), lexicon)
    return bool(lexicon.starts("moves").match(order)) and len(order.split()) <= _MOVE_WORDS


def _demonstrates(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether the speaker says what they do themselves: “I'm just fixing this typo.”"""
    return bool(lexicon.starts("demonstrates").match(without_leads(plain(sentence.text, lexicon), lexicon)))


def _stands_alone(sentences: Sequence[Sentence], at: int, lexicon: Lexicon, pause_ms: int) -> bool:
    """Whether talk begins a step: after a long pause, or after a pause when it may be an instruction heard wrongly."""
    sentence, gap_ms = sentences[at], _gap_ms(sentences, at)
    if gap_ms < PAUSE_MS or sentence.kind is SentenceKind.CLOSING or _refers_back(sentence, lexicon):
        return False
    if sentence.kind is SentenceKind.OPENING and task_of(sentence.text, lexicon):
        return True
    text = plain(sentence.text, lexicon)
    words = len(without_leads(text, lexicon).split())
    if any(lexicon.starts("prompts").match(form) for form in (text, without_leads(text, lexicon))):
        return True
    counts = words > 1 and lexicon.starts("counts").match(sentence.text)
    return may_instruct(sentence, lexicon) or bool(counts) or (gap_ms >= pause_ms and words >= _FEWEST_WORDS)


def may_instruct(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether talk may be an instruction that was heard wrongly: its first clause states nothing and greets nobody."""
    if sentence.kind is not SentenceKind.TALK or _refers_back(sentence, lexicon):
        return False
    text = without_leads(plain(sentence.text, lexicon), lexicon)
    clauses = text.split(",")
    clause = ",".join(clauses[: 2 if lexicon.starts("places").match(text) else 1])
    return len(text.split()) > 1 and not (lexicon.finds("statement").search(clause) or tells_of(clause, lexicon))


def _refers_back(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether talk is about what was just said or done: “And this form opens.”, “If it's wrong, you can reject it.”"""
    text = plain(sentence.text, lexicon)
    if lexicon.whole("fillers").match(text) or is_exception(text, lexicon):
        return True
    forms = (text, without_leads(text, lexicon))
    if lexicon.finds("finds").search(text.split(",")[0]):
        return True
    return any(lexicon.starts(key).match(form) for form in forms for key in ("follows", "happens"))


def _led_from(
    sentences: Sequence[Sentence], at: int, owned: Mapping[int, Sequence[UserAction]], lexicon: Lexicon
) -> int:
    """The sentence with which a step begins: talk after a pause that leads to the instruction without another pause."""
    first = at
    while first and _gap_ms(sentences, first) < PAUSE_MS and sentences[first - 1].kind is SentenceKind.TALK:
        first -= 1
        if owned.get(first):
            return at
    if first == at or (first and _gap_ms(sentences, first) < PAUSE_MS):
        return at
    while first < at and not lexicon.whole("fillers").match(plain(sentences[first].text, lexicon)):
        if not _refers_back(sentences[first], lexicon):
            break
        first += 1
    return first if sentences[at].span.start_ms - sentences[first].span.start_ms <= _TALK_MS else at


def _lead(spoken_ms: int, sentence: Sentence) -> int:
    """LEAD_MS before the sentence, but not inside the previous one."""
    return max(0, min(max(spoken_ms, sentence.span.start_ms - LEAD_MS), sentence.span.start_ms))


def from_actions(actions: Sequence[UserAction]) -> list[StepStart]:
    """Steps without words: an action after a pause begins a step, and so does each field that is filled in."""
    return [StepStart(max(0, action.begins_ms - LEAD_MS), actions=[action]) for action in main_actions(actions)]


def among_words(
    steps: Sequence[StepStart], silent: Iterable[UserAction], sentences: Sequence[Sentence]
) -> list[StepStart]:
    """The steps, and one more for each action that belongs to no sentence; sentences after it belong to its step."""
    result = list(steps)
    for action in silent:
        _insert(result, StepStart(max(0, action.begins_ms - LEAD_MS), actions=[action]), sentences)
    return result


def behind_actions(steps: Sequence[StepStart], actions: Sequence[UserAction]) -> None:
    """Move steps behind actions that ended before their first word and do not belong to them."""
    for step in steps:
        if step.said:
            own = {id(action.event) for action in step.actions}
            until_ms = step.said[0].span.start_ms
            others = (a for a in actions if step.start_ms <= a.ends_ms < until_ms and id(a.event) not in own)
            step.start_ms = max((action.ends_ms + 1 for action in others), default=step.start_ms)


def main_actions(actions: Sequence[UserAction]) -> list[UserAction]:
    """At most 24 actions that start something new, those after the longest pauses; in order."""
    longest = sorted(starting_actions(actions), key=lambda found: -found[0])[:_MOST]
    return sorted((action for _, action in longest), key=lambda action: action.begins_ms)


def mark(steps: list[StepStart], marker: Marker, sentences: Sequence[Sentence]) -> None:
    """Begin a step at a marker: at the sentence of a step near it, else at its own time."""
    spoken = [(step, i, s.span.start_ms) for step in steps for i, s in enumerate(step.said)]
    candidates = spoken or [(step, 0, step.start_ms) for step in steps]
    offsets = [(at - marker.at_ms, n) for n, (_, _, at) in enumerate(candidates)]
    near = [(abs(ms), n) for ms, n in offsets if -_BEHIND_MS <= ms <= _AHEAD_MS]
    if not near:
        ahead = [step for step in steps if not step.said and 0 <= step.start_ms - marker.at_ms <= _AHEAD_MS]
        if ahead:  # a step that an action began: the marker was set just before it
            ahead[0].start_ms, ahead[0].note = marker.at_ms, ahead[0].note or marker.note
        else:
            _insert(steps, StepStart(marker.at_ms, note=marker.note), sentences)
        return
    step, index, _ = candidates[min(near)[1]]
    if index == 0:
        step.note = step.note or marker.note
        return
    start = max(step.start_ms, _lead(step.said[index - 1].span.end_ms, step.said[index]))
    later = StepStart(start, step.said[index:], [a for a in step.actions if a.begins_ms >= start], marker.note)
    step.actions = [a for a in step.actions if a.begins_ms < start]
    del step.said[index:]
    _insert(steps, later, sentences)


def _insert(steps: list[StepStart], new: StepStart, sentences: Sequence[Sentence]) -> None:
    """Put a step among others; it gets the sentences that begin after it, also those that were in no step."""
    before = [step for step in steps if step.start_ms <= new.start_ms]
    if before and not new.said:
        new.said = [s for s in before[-1].said if s.span.start_ms >= new.start_ms]
        before[-1].said = [s for s in before[-1].said if s.span.start_ms < new.start_ms]
    elif not new.said:  # what was said before the first step
        first_ms = next((step.said[0].span.start_ms for step in steps if step.said), 1 << 60)
        new.said = [s for s in sentences if new.start_ms <= s.span.start_ms < first_ms]
    steps.insert(len(before), new)
