"""A library in figures, and its demos in the order and choice somebody asks for."""

from __future__ import annotations

from msgspec.structs import replace

from library.maintenance.stats import Count, Sort, browse, insight
from library.model import ClipFacts, FileFacts
from tests.library.factories import demo

RAISE = replace(
    demo("raise-1", "raise", "One", author="Priya", tags=["Finance"], age_days=3),
    owner="Priya", review_unix_ms=5_000, clip=ClipFacts(duration_ms=9_000),
    files={"clip.mp4": FileFacts(size=7, sha256="0")},
)  # fmt: skip
ORDER = replace(
    demo("order-1", "Order", "One", "Two", author="Tom", tags=["finance", "office"], age_days=1),
    collections=("First week",), waiting_for_words=True, files={"clip.mp4": FileFacts(size=30, sha256="1")},
)  # fmt: skip
PRINT = replace(demo("print-1", "Print", author="Tom", age_days=2), owner="Ann", review_unix_ms=1_000)
ALL = [ORDER, PRINT, RAISE]


def test_the_figures_count_what_is_there_and_what_waits_for_somebody() -> None:
    found = insight(ALL, now_unix_ms=2_000)
    assert (found.demos, found.steps, found.size, found.waiting, found.stale, found.without_owner) == (
        3,
        3,
        37,
        1,
        1,
        1,
    )
    assert found.tags == (Count("finance", 2), Count("office", 1))
    assert found.authors == (Count("Tom", 2), Count("Priya", 1))
    assert found.collections == (Count("First week", 1),)
    assert insight([], 0).demos == 0


def test_browsing_sorts_and_narrows() -> None:
    orders = {
        "newest": "order print raise", "oldest": "raise print order", "title": "order print raise",
        "longest": "raise order print", "largest": "order raise print", "review": "print raise order",
    }  # fmt: skip
    assert orders.keys() == set(Sort)
    for sort, order in orders.items():
        assert [one.demo_id for one in browse(ALL, sort=Sort(sort))] == [f"{name}-1" for name in order.split()], sort
    assert browse(ALL, tag="FINANCE", sort=Sort.TITLE) == [ORDER, RAISE]
    assert browse(ALL, author="ann") == [PRINT]
    assert browse(ALL, collection="first week", tag="office") == [ORDER]
    assert browse(ALL, stale_at=1_500) == [PRINT]
