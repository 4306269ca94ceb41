"""Finds words that were probably heard wrongly: they are like a label clicked then, a name, or a word heard surely.

Pure. Owns the evidence and how like it words must be; they stay in the transcript, their corrections beside them. The
text on the stills, which is read after filing, corrects by ``corrected_by_screen``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from msgspec.structs import replace

from capture.model import Click, Event, WindowChange
from capture.span import Span
from transcribe.corrections import corrections_in, in_place, with_correction
from transcribe.model import Segment, Step, Transcript, Word
from transcribe.phrases.lexicon import CustomVocabulary, Lexicon
from transcribe.phrases.sentences import SentenceKind, kind_of
from transcribe.phrases.spelling import (
    DOUBTFUL,
    LIKE,
    NAME_LIKE,
    SURE,
    UNSURE,
    inflected,
    likeness,
    place_of,
    seen_places,
)
from transcribe.phrases.wording import capitalised
from transcribe.steps.misheard_verbs import verb_corrections
from transcribe.words import letters, words_of

_WORD_LIKE, _WINDOW_LIKE = 85, 80
_ARTICLES = frozenset("a an the this that your my our der die das den dem ein eine le la les un une el los las".split())  # noqa: SIM905  easier to read
_SHORTEST = 5  # letters; shorter words are like too many others


def corrected(
    transcript: Transcript, steps: Sequence[Step], events: Sequence[Event], vocabulary: CustomVocabulary
) -> Transcript:
    """The transcript with the corrections that labels, names and its own sure words give; on the clock of the steps.

    Verbs of instructions come first. Labels correct instructions only, and only while their step names them nowhere as
    they are. Words of labels and windows correct what was said in steps that show them. What people put right stays as
    they wrote it.
    """
    lexicon = vocabulary.lexicon(transcript.language)
    verbs = zip(transcript.segments, verb_corrections(transcript, lexicon), strict=True)
    segments = [s if s.heard else replace(s, corrections=found) for s, found in verbs]
    for step in steps:
        mine = [at for at, segment in enumerate(segments) if step.contains(_middle(segment))]
        for label in dict.fromkeys(e.label for e in step.events if isinstance(e, Click) and e.label):
            _by_label(segments, mine, label, lexicon)
    anywhere = _names([*events, *(event for step in steps for event in step.events)])
    shown = [(step, _names([*_window_before(step, events), *step.events])) for step in steps]
    sure = {letters(w.text): w.text for s in segments for w in words_of(s) if w.confidence >= SURE}
    for at, segment in enumerate(segments):
        if not segment.heard:
            names = next((names for step, names in shown if step.contains(_middle(segment))), anywhere)
            segments[at] = _by_names(segment, names, sure, vocabulary.terms, lexicon)
    return replace(transcript, segments=tuple(segments))


def corrected_by_screen(transcript: Transcript, steps: Sequence[Step]) -> Transcript:
    """The transcript with what the text on the stills (``screen_text``) adds to its corrections.

    What was said before the first step may be anywhere on the screen.
    """
    everything = " ".join(step.screen_text for step in steps)

    def seen_with(segment: Segment) -> str:
        if not steps or segment.end_ms <= steps[0].start_ms:
            return everything
        return next((step.screen_text for step in steps if step.contains(_middle(segment))), "")

    segments = (s if s.heard else _by_screen(s, seen_with(s)) for s in transcript.segments)
    return replace(transcript, segments=tuple(segments))


def retitled(steps: Iterable[Step], transcript: Transcript) -> tuple[Step, ...]:
    """The steps with the corrections of their words in their titles."""
    return tuple(
        replace(step, title=capitalised(in_place(step.title, corrections_in(transcript, step)))) for step in steps
    )


def demo_title(title: str, transcript: Transcript) -> str:
    """The title of a demo with all corrections in it; one without any, perhaps the name of a file, stays as it is."""
    right = in_place(title, [c for segment in transcript.segments for c in segment.corrections])
    return title if right == " ".join(title.split()) else capitalised(right)


def _middle(span: Span) -> int:
    return (span.start_ms + span.end_ms) // 2


def _window_before(step: Step, events: Sequence[Event]) -> list[Event]:
    """The window that a step begins in, as an event; empty when it is not known."""
    used = [e for e in events if isinstance(e, Click | WindowChange) and e.window and e.at_ms <= step.start_ms]
    return [replace(last, label="") if isinstance(last, Click) else last for last in used[-1:]]


def _by_label(segments: list[Segment], mine: Sequence[int], label: str, lexicon: Lexicon) -> None:
    """Corrects, in the first instruction of a step that is like a label, the words that are."""
    found: list[tuple[int, int, int]] = []
    for at in mine:
        if segments[at].heard:
            continue
        texts = [word.text.strip() for word in words_of(segments[at])]
        place = place_of(texts, label, LIKE)
        if place is None:
            continue
        if _same(texts, place, label):
            return
        if kind_of(in_place(segments[at].text, segments[at].corrections), lexicon) is SentenceKind.INSTRUCTION:
            found.append((at, *place))
    if found:
        at, first, end = found[0]
        segments[at] = with_correction(segments[at], first, end, label)


def _same(texts: Sequence[str], place: tuple[int, int], name: str) -> bool:
    """Whether words are a name as it is, with another ending, or with an article that it does without."""
    heard, wanted = [letters(text) for text in texts[place[0] : place[1]]], letters(name)
    if "".join(heard) == wanted:
        return len(heard) == len(name.split())
    named = [letters(word) for word in name.split()]
    bare = [word for word in heard if word in named or word not in _ARTICLES]
    return inflected("".join(heard), wanted) or (bool(bare) and set(bare) <= set(named))


def _by_names(
    segment: Segment,
    names: Sequence[tuple[str, int]],
    sure: dict[str, str],
    terms: Iterable[str],
    lexicon: Lexicon,
) -> Segment:
    words = words_of(segment)
    texts = [word.text.strip() for word in words]
    for term in terms:
        place = place_of(texts, term, NAME_LIKE)
        if place is not None and not _same(texts, place, term):
            segment = with_correction(segment, *place, term)
    for at, word in enumerate(words):
        heard = letters(word.text)
        if len(heard) < _SHORTEST or word.confidence >= DOUBTFUL or heard in sure:
            continue
        if right := _name_like(heard, names if _may_be_name(words, at, lexicon) else ()) or (
            _sure_like(heard, sure) if word.confidence < UNSURE else ""
        ):
            segment = with_correction(segment, at, at + 1, _cased(right, word.text.strip()))
    return segment


def _cased(right: str, written: str) -> str:
    """A word of a label or sentence in the case of what was written; names of programs keep theirs."""
    plain = right[1:].islower() and right not in _programs()
    return right.lower() if plain and written[:1].islower() else right


def _may_be_name(words: Sequence[Word], at: int, lexicon: Lexicon) -> bool:
    """Whether a doubtful word may stand for a name: written as one within a sentence, or very doubtful.

    German writes every noun with a capital.
    """
    written = at > 0 and words[at].text.strip()[:1].isupper() and lexicon.language != "de"
    return written or words[at].confidence < UNSURE


def _name_like(heard: str, names: Iterable[tuple[str, int]]) -> str:
    """The name that a word is most like, unless it is that name."""
    best = (0.0, "")
    for name, least in names:
        wanted = letters(name)
        if heard == wanted:
            return ""
        if heard[0] == wanted[0] and not inflected(heard, wanted) and (like := likeness(heard, wanted)) >= least:
            best = max(best, (like, name))
    return best[1]


def _sure_like(heard: str, sure: dict[str, str]) -> str:
    likes = [
        (likeness(heard, key), text)
        for key, text in sure.items()
        if len(key) >= _SHORTEST and key[0] == heard[0] and not inflected(heard, key)
    ]
    like, text = max(likes, default=(0.0, ""))
    return text.strip(' .,;:!?…"“”„«»()') if like >= _WORD_LIKE else ""


def _by_screen(segment: Segment, seen: str) -> Segment:
    texts = [word.text.strip() for word in words_of(segment)]
    for at, end, right in seen_places(texts, seen) if seen else ():
        segment = with_correction(segment, at, end, right)
    return segment


def _names(events: Iterable[Event]) -> list[tuple[str, int]]:
    """Known programs, and the words of windows and labels that were used; each with how like it a word must be."""
    used = [event for event in events if isinstance(event, Click | WindowChange)]
    titles = [*(event.window for event in used), *(event.label for event in used if isinstance(event, Click))]
    words = dict.fromkeys(word.strip(" .,:;()[]") for title in titles for word in title.split())
    shown = [(word, _WINDOW_LIKE) for word in words if len(letters(word)) >= _SHORTEST]
    return [*shown, *((name, LIKE) for name in _programs())]


@cache
def _programs() -> tuple[str, ...]:
    text = resources.files("transcribe.phrases").joinpath("programs.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
