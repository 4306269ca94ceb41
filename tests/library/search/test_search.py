"""Every claim of the search: what is found, in which order, from which moment, with which words marked."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from library.catalog.catalog import Catalog
from library.catalog.sqlite_catalog import SqliteCatalog
from library.index.model import Term
from library.model import Demo, Found, Hit
from library.search.grouping import PER_DEMO
from library.search.query import terms_of
from library.search.search import search
from library.search.snippet import LONGEST, moment, snippet
from library.search.spelling import likely
from tests.library.factories import WORD_MS, demo

ORDER = demo(
    "raise-a-purchase-order-k3f9", "Raise a purchase order",
    "To raise a purchase order open the finance menu", "Then click new order",
    "Type the name of the supplier Café Müller", "Submit and wait for approval",
    tags=["finance"], author="Priya", titles=["Open the finance menu", "Click New order"],
)  # fmt: skip
APPROVE = demo(
    "approve-x2y4",
    "Approve an order",
    "Open the approval tab where the purchase order waits",
    "Press approve",
    age_days=1,
)
LEAVE = demo(
    "book-leave-z8w2", "Book leave", "Open the calendar", "Choose the days", "Send it to your manager", age_days=40
)


@pytest.fixture(name="catalog")
def three_demos(catalog: Catalog) -> Catalog:
    """Both engines, with three demos."""
    catalog.put_all([(LEAVE, 0), (APPROVE, 0), (ORDER, 0)])
    return catalog


def best(catalog: Catalog, query: str) -> Hit:
    return search(catalog, query).hits[0]


def places(found: Found) -> list[tuple[str, int]]:
    return [(hit.demo_id, hit.step) for hit in found.hits]


def marked(hit: Hit) -> list[str]:
    return [hit.snippet[match.start : match.end] for match in hit.matches]


def test_each_keystroke_of_a_word_finds_the_step_where_it_is_said(catalog: Catalog) -> None:
    for end in range(3, len("supplier") + 1):
        hit = best(catalog, "supplier"[:end])
        assert (hit.demo_id, hit.step) == (ORDER.demo_id, 3)


@pytest.mark.parametrize("query", ["CAFE", "café", "cafe\u0301", "Muller", "müll", "  supplier,  MULLER! "])
def test_case_accents_and_punctuation_do_not_matter(catalog: Catalog, query: str) -> None:
    assert best(catalog, query).step == 3


def test_all_words_must_be_met_before_some_of_them_will_do(catalog: Catalog) -> None:
    assert places(search(catalog, "press approve")) == [(APPROVE.demo_id, 2)]
    assert places(search(catalog, "calendar supplier"))  # nothing has both


def test_an_unfinished_last_word_is_completed_and_earlier_short_words_are_not(catalog: Catalog) -> None:
    assert places(search(catalog, "click ne")) == [(ORDER.demo_id, 2)]
    assert all(hit.partial for hit in search(catalog, "ca th").hits)  # "ca" begins words but is none


def test_words_in_any_order_are_found(catalog: Catalog) -> None:
    assert best(catalog, "menu finance").step == best(catalog, "finance menu").step == 1


def test_two_words_of_each_sentence_find_the_step_that_says_it(catalog: Catalog) -> None:
    for one in (ORDER, APPROVE, LEAVE):
        for segment in one.transcript.segments:
            spoken = [word.text.strip() for word in segment.words]
            if len(spoken) > 2:
                starts = [
                    hit.start_ms for hit in search(catalog, " ".join(spoken[-2:])).hits if hit.demo_id == one.demo_id
                ]
                assert segment.start_ms - WORD_MS <= min(starts) <= segment.end_ms, segment.text


def test_a_hit_starts_with_its_step_not_in_mid_sentence(catalog: Catalog) -> None:
    assert best(catalog, "supplier").start_ms == ORDER.steps[2].start_ms


def test_a_hit_of_a_demo_without_steps_starts_with_its_sentence(catalog: Catalog) -> None:
    one = demo("whole-1", "Another", "Open the drawer.", "Then take the zebra out.")
    catalog.insert(replace(one, steps=()))
    hit = best(catalog, "zebra")
    assert (hit.step, hit.start_ms) == (0, one.transcript.segments[1].words[0].start_ms)


def test_a_hit_on_a_written_title_starts_with_its_step(catalog: Catalog) -> None:
    one = replace(LEAVE, demo_id="x-1", steps=(replace(LEAVE.steps[1], number=1, title="Zebra"),))
    catalog.insert(one)
    assert best(catalog, "zebra").start_ms == LEAVE.steps[1].start_ms


def test_a_question_finds_what_is_asked_for(catalog: Catalog) -> None:
    for query in ("how do I raise an order", "how to raise a purchase order?", "where can i raise orders"):
        assert best(catalog, query).demo_id == ORDER.demo_id


def test_other_endings_of_a_word_are_found(catalog: Catalog) -> None:
    assert best(catalog, "suppliers").step == 3
    assert best(catalog, "raising orders").demo_id == ORDER.demo_id
    assert search(catalog, "suppliers").suggestion == ""


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("The colour of the centre", "color center"),
        ("They organised it", "organizing"),
        ("Cancel the licence", "cancelled licenses"),
        ("The customer paid", "pay customer"),
        ("Send an e-mail", "email"),
        ("Send an email", "e-mail"),
        ("Use the wi-fi", "wifi"),
        ("Call the help desk", "helpdesk"),
        ("Call the helpdesk", "help desks"),
    ],
)
def test_inflections_spellings_and_compounds_meet(catalog: Catalog, said: str, asked: str) -> None:
    catalog.insert(demo("new-1", "Another", said))
    found = search(catalog, asked)
    assert (found.hits[0].demo_id, found.hits[0].partial, found.mended) == ("new-1", False, False)
    assert marked(found.hits[0])


def test_german_words_meet_in_a_german_demo(catalog: Catalog) -> None:
    one = demo("de-1", "Etwas", "Die Bestellungen werden angelegt")
    catalog.insert(replace(one, transcript=replace(one.transcript, language="de")))
    assert best(catalog, "Bestellung").demo_id == "de-1"


def test_one_known_word_is_enough_and_unknown_ones_do_not_hide_it(catalog: Catalog) -> None:
    hit = best(catalog, "obtain some zxqv purchase order")
    assert (hit.demo_id, hit.partial) == (ORDER.demo_id, True)
    assert all(not hit.partial for hit in search(catalog, "purchase order").hits)


def test_few_words_met_are_only_the_nearest(catalog: Catalog) -> None:
    assert not best(catalog, "raise a purchase zxqv").nearest
    assert all(hit.nearest for hit in search(catalog, "zxqv menu qwzk vbnm").hits)


def test_a_word_of_the_library_is_never_changed(catalog: Catalog) -> None:
    catalog.put_all([(demo("bill-1", "Scan a bill", "scan the bill"), 0), (demo("bell-1", "Pay the bell", "pay"), 0)])
    found = search(catalog, "pay a bill")
    assert (found.suggestion, found.mended) == ("", False)
    assert {hit.demo_id for hit in found.hits} == {"bill-1", "bell-1"}
    assert all(hit.partial for hit in found.hits)


def test_a_demo_that_has_all_words_in_different_steps_is_no_partial_answer(catalog: Catalog) -> None:
    hits = search(catalog, "calendar manager").hits
    assert (hits[0].demo_id, hits[0].partial) == (LEAVE.demo_id, False)


def test_a_short_whole_word_comes_before_words_that_begin_so(catalog: Catalog) -> None:
    catalog.put_all((demo(f"po-{n}", "Post and port", "portal"), 0) for n in range(3))
    catalog.insert(demo("whole-1", "Another", "the PO has come"))
    assert best(catalog, "po").demo_id == "whole-1"


def test_initials_of_a_title_find_it(catalog: Catalog) -> None:
    catalog.insert(demo("mfa-1", "Set up two-factor authentication", "press it"))
    assert best(catalog, "2FA").demo_id == "mfa-1"
    catalog.insert(demo("post-1", "Post a letter", "post it"))
    assert best(catalog, "PO").demo_id == ORDER.demo_id
    assert best(catalog, "po").demo_id in {"post-1", ORDER.demo_id}  # on the way to more letters, perhaps
    one = demo("screen-1", "Thing", "press it")
    catalog.insert(replace(one, steps=(replace(one.steps[0], screen_text="PO-1042"),)))
    assert {"screen-1", ORDER.demo_id} <= {hit.demo_id for hit in search(catalog, "PO").hits}


def test_a_label_on_every_step_lists_the_demo_once_and_says_why(catalog: Catalog) -> None:
    one = demo("screen-1", "Thing", "press it", "do that", "go on")
    catalog.insert(replace(one, steps=tuple(replace(step, screen_text="Ledger") for step in one.steps)))
    assert [(hit.demo_id, hit.why) for hit in search(catalog, "ledger").hits] == [("screen-1", "screen")]
    assert best(catalog, "menu").why == "words"


def test_tags_and_author_are_found(catalog: Catalog) -> None:
    assert best(catalog, "priya").demo_id == best(catalog, "finance").demo_id == ORDER.demo_id


def test_a_word_of_the_title_and_one_of_a_step_find_the_step(catalog: Catalog) -> None:
    hit = best(catalog, "raise supplier")
    assert (hit.demo_id, hit.step) == (ORDER.demo_id, 3)


def one_word_demos() -> list[Demo]:
    """The same word in title, step title, tags and text, in demos that are otherwise alike."""
    plain, named = ["open it all now", "press that one button"], ["Open it", "Press it"]
    return [
        demo("in-text-1", "First thing here", plain[0], "press that one zebra", titles=named),
        demo("in-tags-1", "Second thing here", *plain, titles=named, tags=["zebra"]),
        demo("in-step-title-1", "Third thing here", *plain, titles=["Open zebra", "Press it"]),
        demo("in-title-1", "Zebra thing here", *plain, titles=named),
    ]


def test_title_comes_before_step_title_before_tags_before_text(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "i.sqlite", tmp_path)
    catalog.put_all((one, 0) for one in reversed(one_word_demos()))
    wanted = ["in-title-1", "in-step-title-1", "in-tags-1", "in-text-1"]
    assert [hit.demo_id for hit in search(catalog, "zebra").hits] == wanted
    assert [hit.demo_id for hit in search(catalog, "zeb").hits] == wanted
    catalog.close()


def test_a_title_that_begins_like_the_query_comes_first(catalog: Catalog) -> None:
    catalog.insert(demo("begins-1", "Zebra crossings in every town of the land", "x", age_days=9))
    catalog.insert(demo("has-1", "The zebra", "x"))
    assert best(catalog, "zebra").demo_id == "begins-1"


def test_words_that_stand_together_come_before_words_apart(catalog: Catalog) -> None:
    catalog.insert(demo("apart-1", "One", "zebra then some other crossing"))
    catalog.insert(demo("together-1", "Two", "then some zebra crossing other", age_days=2))
    assert best(catalog, "zebra crossing").demo_id == "together-1"


def test_a_finished_word_comes_before_one_that_only_begins_so(catalog: Catalog) -> None:
    catalog.insert(demo("longer-1", "One", "the zebras there"))
    catalog.insert(demo("exact-1", "Two", "the zebra there", age_days=30))
    assert best(catalog, "zebra").demo_id == "exact-1"


def test_among_equals_the_newer_demo_comes_first(catalog: Catalog) -> None:
    for name, days in (("old-1", 300.0), ("new-1", 0.0), ("older-1", 600.0)):
        catalog.insert(demo(name, "Thing", "a zebra there", age_days=days))
    assert [hit.demo_id for hit in search(catalog, "zebra").hits] == ["new-1", "old-1", "older-1"]


def test_a_newer_demo_comes_before_an_older_one_that_is_hardly_better(catalog: Catalog) -> None:
    catalog.insert(demo("old-1", "Thing", "a zebra there", age_days=300))
    catalog.insert(demo("new-1", "Thing", "a zebra there too"))
    assert best(catalog, "zebra").demo_id == "new-1"


def test_steps_of_one_demo_stand_together_and_do_not_crowd_out_others(catalog: Catalog) -> None:
    many = demo("many-1", "Zebra", *[f"zebra number {n}" for n in range(9)])
    others = [demo(f"other-{n}", "Other", "one zebra here") for n in range(8)]
    catalog.put_all((one, 0) for one in (many, *others))
    ids = [hit.demo_id for hit in search(catalog, "zebra", 20).hits]
    assert ids[:PER_DEMO] == ["many-1"] * PER_DEMO
    assert ids.count("many-1") == PER_DEMO
    assert set(ids) == {"many-1", *(f"other-{n}" for n in range(8))}
    assert len(search(catalog, "zebra number", 20).hits) == 9  # with room to spare, all that it has


def test_the_demo_as_a_whole_is_the_hit_when_only_its_title_has_the_words(catalog: Catalog) -> None:
    hit = best(catalog, "book leave")
    assert (hit.demo_id, hit.step, hit.start_ms) == (LEAVE.demo_id, 0, 0)
    assert hit.snippet == "Open the calendar"


def test_an_empty_query_gives_the_newest_demos(catalog: Catalog) -> None:
    found = search(catalog, "   ")
    assert places(found) == [(ORDER.demo_id, 0), (APPROVE.demo_id, 0), (LEAVE.demo_id, 0)]
    assert found.hits[0].snippet.startswith("To raise")
    assert len(search(catalog, "", 2).hits) == 2
    assert found.suggestion == ""


def test_a_demo_waiting_for_its_words_is_found_by_its_title(catalog: Catalog) -> None:
    catalog.insert(Demo(demo_id="wait-1", title="Demo of 2031-04-17", waiting_for_words=True, updated_unix_ms=1))
    hit = best(catalog, "demo of 2031")
    assert (hit.demo_id, hit.step, hit.snippet) == ("wait-1", 0, "")


def test_a_hit_says_all_that_a_row_shows(catalog: Catalog) -> None:
    hit = best(catalog, "new order")
    assert (hit.title, hit.step_title, hit.author, hit.tags) == (ORDER.title, "Click New order", "Priya", ("finance",))
    assert hit.updated_unix_ms == ORDER.updated_unix_ms
    assert hit.score > 0
    assert marked(hit) == ["new", "order"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("suplier", "supplier"),
        ("purchse ordr", "purchase order"),
        ("Aproval!", "approval!"),
        ("finnance menu", "finance menu"),
        ("calender", "calendar"),
        ("raise a prchase order", "raise a purchase order"),
    ],
)
def test_a_typo_gets_a_better_spelling(catalog: Catalog, typed: str, meant: str) -> None:
    found = search(catalog, typed)
    assert found.suggestion == meant
    assert search(catalog, meant).hits


def test_what_is_nothing_like_any_word_gets_no_hits_and_no_suggestion(catalog: Catalog) -> None:
    for query in ("xqzvw", "42424242", "量子"):
        found = search(catalog, query)
        assert (found.hits, found.suggestion) == ((), "")


def test_words_that_are_all_known_get_no_suggestion(catalog: Catalog) -> None:
    assert search(catalog, "calendar supplier").suggestion == ""


def test_of_two_near_words_the_usual_one_is_meant() -> None:
    assert likely(Term("ordex"), {"order": 500, "ordeb": 1, "ordef": 1})[0][0] == "order"
    assert likely(Term("zzzzz"), {"order": 500}) == []


EVIL = [
    '"', '""', "'", "AND", "OR", "NOT", "NEAR(a b)", "a AND", "title:x", "{title}: x", "*", "a*", "^a", "-a", "+", "(",
    ")", "a\x00b", "\\", "%", "_", "—", "🎬", "a" * 10_000, "a " * 5_000, "; DROP TABLE demos; --", "\ud800", "﷽", "ⅷ",
    "݇", "१२", "how can I do this?", "?!… —", "🙂 🎉", "注文を承認する方法", "كيف أوافق على الطلب", "איך לאשר הזמנה",
    " ".join(f"question{n}" for n in range(100)), "order " + "x" * 1_000, "x-" * 500, "a.b.c.d" * 100, "-‐‑", "=",
]  # fmt: skip


@pytest.mark.parametrize("query", EVIL)
def test_nothing_typed_ever_raises(catalog: Catalog, query: str) -> None:
    assert isinstance(search(catalog, query), Found)


@given(query=st.text(max_size=60), limit=st.integers(1, 30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(query="the of to", limit=3)
def test_any_query_gives_sound_hits(catalog: Catalog, query: str, limit: int) -> None:
    found = search(catalog, query, limit)
    assert len(found.hits) <= limit
    assert found.took_ms >= 0
    assert sorted({hit.demo_id for hit in found.hits}, key=str) == sorted(set(groups(found)), key=str)
    for hit in found.hits:
        assert len(hit.snippet) <= LONGEST
        assert all(hit.snippet[m.start : m.end].strip() for m in hit.matches)


def groups(found: Found) -> list[str]:
    """The demos in order; one that comes again after another would be there twice."""
    order: list[str] = []
    for hit in found.hits:
        if not order or order[-1] != hit.demo_id:
            assert hit.demo_id not in order
            order.append(hit.demo_id)
    return order


def test_stop_words_alone_find_something_and_do_not_raise(catalog: Catalog) -> None:
    assert search(catalog, "to the").hits


def test_hits_never_exceed_the_limit(catalog: Catalog) -> None:
    for limit in (1, 2, 3):
        assert len(search(catalog, "order", limit).hits) <= limit


def test_repeated_and_many_words_stay_within_bounds() -> None:
    assert [term.word for term in terms_of("order order Order")] == ["order"]
    assert terms_of("new order")[-1].prefix
    assert not terms_of("new order")[0].prefix
    assert len(terms_of(" ".join(f"w{n}" for n in range(99)))) == 12


def test_a_snippet_shows_the_words_with_what_is_around_them() -> None:
    text = " ".join(f"word{n}" for n in range(200)) + " the needle here " + " ".join(f"tail{n}" for n in range(200))
    shown = snippet(text, terms_of("needle here"))
    assert len(shown.text) <= LONGEST
    assert [shown.text[m.start : m.end] for m in shown.matches] == ["needle", "here"]
    assert shown.text.startswith("… word")
    assert shown.text.endswith(" …")
    assert "word199 the needle here tail0" in shown.text


def test_a_snippet_prefers_the_place_where_most_words_stand_together() -> None:
    text = "order " + "x " * 100 + "purchase order now"
    assert snippet(text, terms_of("purchase order")).text.endswith("purchase order now")


def test_a_short_text_is_shown_whole() -> None:
    shown = snippet("Open the menu", terms_of("menu"))
    assert (shown.text, [(m.start, m.end) for m in shown.matches]) == ("Open the menu", [(9, 13)])


@given(st.text(max_size=400), st.text(max_size=30))
def test_snippets_of_anything_are_short_and_mark_only_what_is_there(text: str, query: str) -> None:
    shown = snippet(text, terms_of(query))
    assert len(shown.text) <= LONGEST
    assert all(0 <= m.start < m.end <= len(shown.text) for m in shown.matches)
    assert shown.text.removeprefix("… ").removesuffix(" …") in text


def test_a_very_long_word_does_not_break_the_snippet() -> None:
    shown = snippet("a" * 500 + " needle " + "b" * 500, terms_of("needle"))
    assert "needle" in shown.text
    assert len(shown.text) <= LONGEST


def test_the_moment_is_the_sentence_where_the_words_stand_closest() -> None:
    rest = [("x", n * 100) for n in range(1, 30)]
    spoken = [("order", 0), *rest, ("done.", 2_990), ("A", 3_000), ("purchase", 3_200), ("order.", 3_400)]
    assert moment(spoken, terms_of("purchase order")) == 3_000
    near = [("order", 0), ("one", 1), ("big.", 2), ("Purchase.", 3), ("Then", 4), ("purchase", 5), ("order", 6)]
    assert moment(near, terms_of("purchase order")) == 4
    assert moment([*near, *near], terms_of("purchase order")) == 4  # of equals the earliest
    assert moment(spoken, terms_of("absent")) is None
    assert moment((), terms_of("order")) is None


def test_without_full_stops_the_moment_is_not_far_before_the_words() -> None:
    spoken = [*((f"w{n}", n * 100) for n in range(100)), ("order", 10_000)]
    assert 10_000 - 3_000 < (moment(spoken, terms_of("order")) or 0) < 10_000


def test_took_ms_is_the_time_it_took(catalog: Catalog) -> None:
    begun = time.perf_counter()
    took = search(catalog, "order").took_ms
    assert 0 < took <= (time.perf_counter() - begun) * 1000


def test_searching_loads_no_picture_sound_or_screen_library() -> None:
    rooms = "library.search.search, library.connection.library, library.catalog.sqlite_catalog"
    code = f"import {rooms}, sys; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"textual", "cv2", "mss", "av", "faster_whisper", "rapidfuzz", "sounddevice", "typer"}


def test_a_word_longer_than_any_snippet_is_found_and_shown() -> None:
    word = "extraordinarily" * 40
    assert snippet(f"Click {word} now", terms_of(word)).text
