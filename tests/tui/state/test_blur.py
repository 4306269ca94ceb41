"""A rectangle drawn over the picture: it never leaves it, never vanishes, and moves only when it is told to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from capture.model import Blur, Click, Region
from capture.span import Span
from library.draft.blurs import SMALLEST, fitted
from tests.library.factories import draft
from tui.state.blur import COARSE, FINE, BlurModel

SPAN = Span(1_000, 2_000)
STEP = st.integers(-40, 40)
PLACE = st.tuples(st.integers(-900, 2_500), st.integers(-900, 2_500))


def model() -> BlurModel:
    return BlurModel.new(replace(draft("Open it and click the order"), width=1280, height=720), SPAN)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("move"), STEP, STEP),
            st.tuples(st.just("resize"), STEP, STEP),
            st.tuples(st.just("draw"), PLACE, PLACE),
            st.tuples(st.just("end")),
        ),
        max_size=20,
    )
)
def test_whatever_is_done_it_lies_inside_the_picture_and_hides_something(script: list[tuple[object, ...]]) -> None:
    one = model()
    whole = replace(draft("Open it and click the order"), width=1280, height=720)
    for name, *arguments in script:
        if name == "end":
            one.at_end = not one.at_end
        else:
            getattr(one, str(name))(*arguments)
        for region in {one.start, one.region}:
            assert region.intersect(Region(0, 0, 1280, 720)) == region
            assert min(region.width, region.height) >= SMALLEST
        assert fitted(whole, one.blur) == one.blur


def test_a_new_one_lies_where_somebody_clicks_soon() -> None:
    clicked = replace(draft("Open it and click the order"), width=1280, height=720, events=(Click(2_500, 300, 200),))
    start = BlurModel.new(clicked, SPAN).start
    assert (start.x + start.width // 2, start.y + start.height // 2) == (300, 200)


def test_it_stays_until_its_end_is_moved_then_it_follows() -> None:
    one = model()
    start = one.start
    one.at_end = True
    assert (one.at_ms, one.region, one.follows, one.blur.until) == (1_999, start, False, None)
    one.move(2, 1)
    assert one.follows
    assert one.blur == Blur(1_000, 2_000, region=start, until=one.region)
    assert one.region.x == start.x + 2 * COARSE
    one.at_end, one.fine = False, True
    one.move(1, 0)
    assert one.start.x == start.x + FINE


def test_one_there_is_is_changed_from_where_it_lies() -> None:
    there = Blur(500, 900, region=Region(10, 10, 50, 40), until=Region(60, 10, 50, 40))
    assert BlurModel.of(replace(draft("Open it and click the order"), width=1280, height=720), there).blur == there
