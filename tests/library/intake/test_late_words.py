"""Words that come after filing: the same steps as if they had been there from the beginning."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from capture.model import Click, Cut, CutReason, Event, InferredAction, InferredKind, Region, Typed
from library.draft.to_demo import make_demo
from library.intake.late_words import _with_words
from library.model import ClipFacts, Demo, Draft, TakeFacts
from transcribe.model import Segment, Transcript, Word
from transcribe.steps.builder import make_steps

END = 60_000
SAID = [
    "Today I will show you how to pay a bill.",
    "click the new order button",
    "And this form opens.",
    "Type the supplier and press enter.",
    "Then save it.",
    "That's it.",
]


def transcript(starts: list[int]) -> Transcript:
    words = [
        Word(at + n * 250, at + n * 250 + 230, text=f" {word}")
        for at, text in zip(starts, SAID, strict=True)
        for n, word in enumerate(text.split())
    ]
    text = "".join(word.text for word in words).strip()
    return Transcript(
        segments=(Segment(words[0].start_ms, words[-1].end_ms, text=text, words=tuple(words)),), language="en"
    )


def filed(draft: Draft, *, words: bool) -> Demo:
    said = draft.transcript if words else Transcript()
    draft = replace(draft, transcript=said, steps=make_steps(said, draft.events, END))
    demo = make_demo(draft, "pay-a-bill-1", 1)
    return replace(demo, clip=ClipFacts(duration_ms=draft.clip.duration_ms, has_sound=True))


@given(
    st.lists(st.integers(600, 5_000), min_size=len(SAID), max_size=len(SAID)),
    st.lists(st.sampled_from([0, 300, 900]), min_size=len(SAID), max_size=len(SAID)),
    st.lists(st.integers(0, 40_000), max_size=4, unique=True),
)
def test_late_words_come_to_the_steps_of_early_ones(pauses: list[int], kept: list[int], moments: list[int]) -> None:
    starts = [sum(pauses[: n + 1]) + n * 2_600 for n in range(len(SAID))]
    said = transcript(starts)
    events: list[Event] = [
        Click(at, 1, 1, label="New order") if n % 2 else Typed(at, 3, at + 200) for n, at in enumerate(sorted(moments))
    ]
    busy = [*((w.start_ms, w.end_ms) for w in said.words), *((at - 50, at + 250) for at in moments)]
    edges = sorted(busy)
    cuts = tuple(
        Cut(before[1] + keep, after[0], reason=CutReason.STILL)
        for (before, after), keep in zip(pairwise(edges), kept * 20, strict=False)
        if after[0] - before[1] - keep >= 400 and not any(a < after[0] and b > before[1] + keep for a, b in busy)
    )
    draft = Draft(
        draft_id="0123456789abcdef",
        source="x.mp4",
        take=TakeFacts(duration_ms=END),
        width=10,
        height=10,
        has_sound=True,
        title="x",
        author="Ann",
        cuts=cuts,
        transcript=said,
        events=tuple(events),
    )
    early, late = filed(draft, words=True), filed(draft, words=False)
    again = _with_words(late, said.through(draft.clip), {})
    told = [(step.start_ms, step.end_ms, step.title, step.text, step.at_ms) for step in again.steps]
    assert told == [(step.start_ms, step.end_ms, step.title, step.text, step.at_ms) for step in early.steps]


def test_late_words_come_to_the_same_stills_where_actions_were_only_inferred() -> None:
    said = transcript([2_000, 8_000, 14_000, 20_000, 26_000, 32_000])
    inferred = [
        InferredAction(at - 400, at + 1, at_ms=at, region=Region(1, 1, 9, 9), kind=InferredKind.LOCAL, label="New")
        for at in (1_000, 9_000, 21_000, 27_000)
    ]
    draft = Draft(
        draft_id="0123456789abcdef", source="x.mp4", take=TakeFacts(duration_ms=END), width=10, height=10,
        has_sound=True, title="x", author="Ann", cuts=(Cut(40_000, 50_000, reason=CutReason.STILL),), transcript=said,
    )  # fmt: skip
    early, silent = (
        make_demo(replace(draft, steps=make_steps(words, [], END, inferred)), "pay-a-bill-1", 1)
        for words in (said, Transcript())
    )
    silent = replace(silent, clip=ClipFacts(duration_ms=draft.clip.duration_ms, has_sound=True))
    late = _with_words(silent, said.through(draft.clip), {})
    assert [(s.title, s.start_ms, s.at_ms) for s in late.steps] == [(s.title, s.start_ms, s.at_ms) for s in early.steps]
    assert late.steps[0].at_ms != silent.steps[0].at_ms
