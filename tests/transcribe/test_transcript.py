"""A transcript carried into clip time keeps every word that is heard there, and no other."""

from __future__ import annotations

from capture.model import Clip, Cut, CutReason
from transcribe.model import Segment, Transcript, Word

CLIP = Clip(10_000, (Cut(2000, 4000, reason=CutReason.STILL),))


def heard(*words: Word) -> Transcript:
    text = " ".join(word.text for word in words)
    return Transcript(segments=(Segment(words[0].start_ms, words[-1].end_ms, text=text, words=words),), model="m")


def test_a_word_of_no_length_is_kept_where_the_clip_shows_its_moment() -> None:
    words = heard(Word(500, 900, text="set"), Word(900, 900, text="the"), Word(900, 1500, text="quantity"))
    assert [word.text for word in words.through(CLIP).words] == ["set", "the", "quantity"]


def test_words_inside_a_cut_are_left_out_and_later_ones_come_earlier() -> None:
    words = heard(
        Word(1500, 1900, text="click"),
        Word(2500, 3000, text="er"),
        Word(3500, 3500, text="uh"),
        Word(4500, 5000, text="save"),
    )
    mapped = words.through(CLIP)
    assert [(word.text, word.start_ms) for word in mapped.words] == [("click", 1500), ("save", 2500)]
    assert mapped.text == "click save"
