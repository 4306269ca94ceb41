"""Words as they are believed: in order, inside speech, without loops, in sentences, and none lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.span import Span
from transcribe.asr.guards import in_order, plausible, within_speech, without_loops
from transcribe.model import Segment, Word
from transcribe.words import joined, mended, segments, spread, words_of


def said(text: str, start_ms: int = 0, each_ms: int = 300) -> list[Word]:
    """Words as a recognizer gives them: each with the space before it."""
    return [
        Word(start_ms + n * each_ms, start_ms + (n + 1) * each_ms, text=f" {word}")
        for n, word in enumerate(text.split())
    ]


texts = st.lists(st.text("abcdefg.,?! ", min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=30)
speech = st.lists(st.integers(1, 400), min_size=2, max_size=12).map(
    lambda steps: [Span(sum(steps[: 2 * n + 1]), sum(steps[: 2 * n + 2])) for n in range(len(steps) // 2)]
)


@given(texts, speech)
def test_words_spread_over_speech_fill_it_in_order(words: list[str], spans: list[Span]) -> None:
    spread_out = spread([Word(0, 0, text=w) for w in words], spans)
    assert [w.text for w in spread_out] == words
    assert spread_out[0].start_ms == spans[0].start_ms
    assert spread_out[-1].end_ms == spans[-1].end_ms
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(spread_out))


def test_a_long_word_takes_longer_to_say_than_a_short_one() -> None:
    short, long = spread([Word(0, 0, text="a"), Word(0, 0, text="catalogue")], [Span(0, 1_200)])
    assert (short.duration_ms, long.duration_ms) == (200, 1_000)


@given(st.lists(st.builds(lambda a, b: Word(min(a, b), max(a, b), text="x"), st.integers(0, 99), st.integers(0, 99))))
def test_words_in_order_never_overlap_and_each_lasts(words: list[Word]) -> None:
    ordered = list(in_order(words))
    assert len(ordered) == len(words)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(ordered))
    assert all(w.duration_ms for w in ordered)


def test_times_all_in_the_first_instant_are_not_believed() -> None:
    assert plausible(said("Enter the name of the supplier."), 1_800)
    assert plausible([], 5_000)
    assert not plausible(said("Enter the name of the supplier.", each_ms=10), 1_800)
    assert not plausible(said("Enter the name of the supplier.", each_ms=100), 1_800)


def test_times_that_give_one_word_most_of_what_was_spoken_are_not_believed() -> None:
    quick = said("Choose the cost centre from the list. Leave a note for the", each_ms=55)
    drawn = Word(quick[-1].end_ms, quick[-1].end_ms + 3_600, text=" warehouse")
    assert not plausible([*quick, drawn], 4_300)
    assert plausible([Word(0, 300, text=" Then"), Word(300, 1_400, text=" confirm.")], 1_500)  # of two, one may be


def test_a_word_stretched_into_silence_is_cut_to_the_speech_it_lies_in() -> None:
    words = [Word(0, 2_300, text=" First,"), Word(2_300, 2_600, text=" press"), Word(4_990, 5_000, text=" it.")]
    cut = list(within_speech(words, [Span(2_000, 3_000)]))
    assert [(w.start_ms, w.end_ms) for w in cut] == [(2_130, 2_300), (2_300, 2_600), (4_990, 5_000)]
    assert list(within_speech(words, [])) == words


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("no no no no no", "no"),
        ("click save click save click save and close", "click save and close"),
        ("Thank you. Thank you. Thank you. Thank you.", "Thank you."),
        ("very very good", "very very good"),
        ("one two three one two three", "one two three one two three"),
        ("the end the end The END", "the end"),
        ("enter 0 0 0 0 here", "enter 0 0 0 0 here"),
        ("es fafafafafa ist", "es fa ist"),
    ],
)
def test_a_phrase_a_recognizer_got_stuck_in_is_kept_once(heard: str, kept: str) -> None:
    assert " ".join(w.text.strip() for w in without_loops(said(heard))) == kept


def test_sentences_end_at_their_mark_or_at_a_long_silence() -> None:
    words = [*said("Open the menu. Click it! Ready?"), *said("and now", 5_000), *said("wait", 9_000)]
    found = segments(words)
    assert [s.text for s in found] == ["Open the menu.", "Click it!", "Ready?", "and now", "wait"]
    assert [s.start_ms for s in found] == [0, 900, 1_500, 5_000, 9_000]
    assert found[0].words[1].text == "the"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Set the quantity to 250. Choose the supplier.", ["Set the quantity to 250.", "Choose the supplier."]),
        ("Change the year to 2030. Press Enter.", ["Change the year to 2030.", "Press Enter."]),
        ("Set the discount to 15. Click Save.", ["Set the discount to 15.", "Click Save."]),
        ("Then we say no. And that is it.", ["Then we say no.", "And that is it."]),
        (
            "It costs 3.280 euros. Wählen Sie 12. Klickt auf OK.",
            ["It costs 3.280 euros.", "Wählen Sie 12.", "Klickt auf OK."],
        ),
    ],
)
def test_a_sentence_that_ends_in_a_figure_ends(text: str, sentences: list[str]) -> None:
    assert [s.text for s in segments(said(text))] == sentences


@pytest.mark.parametrize(
    "text",
    [
        "Ask Mr. Smith about it.",
        "Set it to 3. 5 is too much.",
        "Use e.g. a pen.",
        "Open invoice no. 5 now.",
        "Wir sehen uns am 3. Mai wieder.",
        "Klickt auf den 2. Eintrag in der Liste.",
        "Vom 1. bis zum 31. Dezember.",
        "1. Click Save.",
    ],
)
def test_a_point_that_ends_no_sentence_ends_none(text: str) -> None:
    assert [s.text for s in segments(said(text))] == [text]


@given(texts)
def test_no_word_is_lost_in_sentences(words: list[str]) -> None:
    found = segments(said(" ".join(words)))
    assert [w.text.strip() for s in found for w in s.words] == " ".join(words).split()
    assert all(s.start_ms == s.words[0].start_ms and s.end_ms == s.words[-1].end_ms for s in found)


tokens = st.lists(st.text("ab1,.-'$?メを \t", max_size=5), max_size=25).map(lambda texts: [" a", *texts])


@given(tokens)
def test_words_joined_are_written_as_the_recognizer_wrote_them(texts: list[str]) -> None:
    found = segments([Word(at * 300, at * 300 + 300, text=text) for at, text in enumerate(texts)])
    assert joined([word for sentence in found for word in sentence.words]) == " ".join("".join(texts).split())
    assert all(sentence.text == joined(sentence.words) for sentence in found)


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        ([" For", " $12", ",500."], ["For", "$12,500."]),
        ([" C", "'est", " tout."], ["C'est", "tout."]),
        ([" Press", " Ctrl", "-Shift", "-4."], ["Press", "Ctrl-Shift-4."]),
        ([" Use", " S", ".A", ".P", "."], ["Use", "S.A.P."]),
        ([" at", " contoso", ".com"], ["at", "contoso.com"]),
    ],
)
def test_a_token_without_a_space_before_it_continues_its_word(heard: list[str], words: list[str]) -> None:
    [sentence] = segments([Word(n * 300, n * 300 + 300, text=t, confidence=1 - n / 10) for n, t in enumerate(heard)])
    assert [word.text for word in sentence.words] == words
    assert sentence.words[-1].end_ms == len(heard) * 300
    assert sentence.words[-1].confidence == pytest.approx(1 - (len(heard) - 1) / 10)


@pytest.mark.parametrize("text", ["Use .NET for it.", "Attention !", "run it with -v", "the 'Save as' button"])
def test_a_space_that_was_written_before_a_mark_stays(text: str) -> None:
    [sentence] = segments(said(text))
    assert sentence.text == joined(sentence.words) == text


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("For $12 ,500.", "For $12,500."),
        ("C 'est tout.", "C'est tout."),
        ("n 'oubliez qu 'aujourd 'hui", "n'oubliez qu'aujourd'hui"),
        ("Ctrl -Shift -4 and S .A .P.", "Ctrl-Shift-4 and S.A.P."),
        ("the 'Save as' button - then", "the 'Save as' button - then"),
        ("メニュー を 開く。", "メニューを開く。"),
    ],
)
def test_words_an_older_record_left_in_pieces_read_as_they_were_written(stored: str, text: str) -> None:
    words = tuple(Word(n * 300, n * 300 + 300, text=part) for n, part in enumerate(stored.split()))
    read = mended(Segment(0, words[-1].end_ms, text=text, words=words))
    assert (joined(read.words), read.text) == (text, text)
    assert (read.words[0].start_ms, read.words[-1].end_ms) == (0, words[-1].end_ms)
    assert mended(Segment(0, words[-1].end_ms, text=joined(words), words=words)).text == text


def test_scripts_without_spaces_stay_without() -> None:
    words = [Word(0, 100, text="メニュー"), Word(100, 200, text="を"), Word(200, 300, text="開く。")]
    assert segments(words)[0].text == "メニューを開く。"
    assert joined(words) == "メニューを開く。"
    assert joined(said("Open the menu.")) == "Open the menu."


def test_a_text_without_word_times_gives_words_at_an_even_pace() -> None:
    words = words_of(Segment(1_000, 2_000, text="Open the menu."))
    assert [w.text for w in words] == ["Open", "the", "menu."]
    assert (words[0].start_ms, words[-1].end_ms) == (1_000, 2_000)
    assert words_of(Segment(0, 10, text=" ")) == ()
