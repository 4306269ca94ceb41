"""The title of a demo: the task that its opening names, else what its words or its actions come to.

Pure. Owns where a task is looked for. How a task is worded is in ``sentences.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from capture.model import Click, Event, WindowChange
from transcribe.phrases import english, inflected
from transcribe.phrases.lexicon import Lexicon, lexicon_of
from transcribe.phrases.sentences import SentenceKind, announces, finding, order_in, plain, title_of, titled
from transcribe.phrases.spelling import UNSURE
from transcribe.phrases.wording import capitalised, shortened, tidy, trimmed, without_leads
from transcribe.steps.context import pronoun_only
from transcribe.steps.splitting import Sentence
from transcribe.words import letters

_FIRST = 8  # sentences in which an opening may name the task
_LAST = 4  # sentences in which an ending may name it again
_FEWEST_WORDS = 3  # talk of fewer words names nothing
_MANNER = re.compile(r"(?i)^(?:quickly|easily|correctly|properly|best|just|actually|go about|you can|we can)\s+")
_WINDOW = 36  # characters of a window's name within a title
_APPLICATION = re.compile(r"\s+[-–—|]\s+[^-–—|]*$")


def task_of(sentence: str, language: str | Lexicon = "en") -> str:
    """The task in an introduction: “Today I will show you how to raise an order.” gives “Raise an order”."""
    lexicon = lexicon_of(language)
    text = _ungreeted(plain(sentence, lexicon), lexicon)
    for pattern, nouns in lexicon.task_patterns():
        if (found := pattern.search(text)) and (task := _worded(found["task"], lexicon, nouns=nouns)):
            return task
    return titled(order_in(sentence, lexicon), lexicon) if announces(sentence, lexicon) else ""


def title_from_words(sentences: Sequence[Sentence], language: str | Lexicon) -> str:
    """A title from what was said: the task that the first sentences name; empty when they name none.

    Where a word of it was heard unsurely, or they name none, the task as the end names it again: “That's how you …”.
    """
    opened = _task_at_first(sentences, language)
    if opened and _confidence(opened, sentences) >= UNSURE:
        return opened
    ended = _task_at_last(sentences, language)
    return ended if ended and _confidence(ended, sentences) >= UNSURE else opened


def _task_at_last(sentences: Sequence[Sentence], language: str | Lexicon) -> str:
    """The task that a sentence near the end sums up; empty when none does."""
    lexicon = lexicon_of(language)
    ends = lexicon.finds("sums_up")
    said = [s.text for s in sentences[-_LAST:] if s.kind is not SentenceKind.STUMBLE and ends.search(s.text)]
    return next(filter(None, (task_of(text, lexicon) for text in reversed(said))), "")


def _confidence(title: str, sentences: Sequence[Sentence]) -> float:
    """How surely the least sure word of a title was heard, where it was heard most surely; 1 for words nobody said."""
    heard: dict[str, float] = {}
    for word in (word for sentence in sentences for word in sentence.words):
        key = letters(word.text)
        heard[key] = max(heard.get(key, 0.0), word.confidence)
    return min((heard.get(letters(word), 1.0) for word in title.split()), default=0.0)


def _task_at_first(sentences: Sequence[Sentence], language: str | Lexicon) -> str:
    """The task that one of the first sentences announces; empty when none does."""
    said = [sentence for sentence in sentences if sentence.kind is not SentenceKind.STUMBLE]
    orders = 0
    for at, sentence in enumerate(said[:_FIRST]):
        if (sentence.kind is SentenceKind.OPENING or not at) and (task := task_of(sentence.text, language)):
            return task
        orders += sentence.kind is SentenceKind.INSTRUCTION
        if orders > 1:
            break
    return ""


def title_from_orders(sentences: Sequence[Sentence], language: str | Lexicon) -> str:
    """A title from the instructions: what the last of them completes, else the first, else the first talk."""
    lexicon = lexicon_of(language)
    orders = [
        finding(s.text, lexicon) or order_in(s.text, lexicon) or tidy(s.text)
        for s in sentences
        if s.kind is SentenceKind.INSTRUCTION
    ]
    for order in reversed(orders[len(orders) // 2 :]):
        if (found := lexicon.finds("goals").search(order)) and len(tidy(found["goal"]).split()) > 1:
            return titled(found["goal"], lexicon)
    if orders:
        return titled(orders[0], lexicon)
    talk = (s.text for s in sentences if s.kind is SentenceKind.TALK and len(tidy(s.text).split()) >= _FEWEST_WORDS)
    return title_of(next(talk, ""), lexicon)


def title_from_actions(events: Sequence[Event]) -> str:
    """A title from the window and what was first clicked there: “Purchase orders: new order”; empty when unknown."""
    clicks = [event for event in events if isinstance(event, Click) and event.window]
    changes = [event.window for event in events if isinstance(event, WindowChange) and event.window]
    windows = [click.window for click in clicks] or changes
    if not windows:
        return ""
    window = _name_of(max(dict.fromkeys(windows), key=windows.count))
    label = next((click.label for click in clicks if click.label and click.label.casefold() != window.casefold()), "")
    if not label or len(window) + len(label) > 56:
        return window
    return f"{window}: {label if label[1:] != label[1:].lower() else label[0].lower() + label[1:]}"


def _name_of(window: str) -> str:
    """The name of a window without its application: “Budget.ods” of “Budget.ods - LibreOffice Calc”."""
    name = _APPLICATION.sub("", window).strip() or window.strip()
    return name if len(name) <= _WINDOW else f"{name[: _WINDOW - 1]}…"


def _ungreeted(text: str, lexicon: Lexicon) -> str:
    """The text without greetings and names before its first comma, and without lead-ins."""
    while (comma := text.find(",")) > 0 and lexicon.whole("greetings").match(text[:comma]):
        text = text[comma + 1 :].lstrip()
    return without_leads(text, lexicon)


def _worded(said: str, lexicon: Lexicon, *, nouns: bool) -> str:
    said = _MANNER.sub("", tidy(said))
    if lexicon.language == "en":
        task = english.task_worded(said, lexicon) or (english.noun_task(said, lexicon) if nouns else "")
    else:
        task = inflected.task_worded(said, lexicon) or (said if nouns else "")
    if not task or pronoun_only(task, lexicon):
        return ""
    after = re.compile(rf"(?i)(?:[,\s]+(?:{lexicon.phrase('afterthoughts')}))+$")
    task = tidy(after.sub("", tidy(trimmed(task, lexicon))))
    return capitalised(shortened(task, lexicon))
