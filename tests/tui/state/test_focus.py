"""A focus being moved: it stays inside the picture, keeps its shape, and the pen stays inside of what is shown."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from capture.model import Region
from library.draft.edits import join_step, look_at, split_step
from tests.library.factories import draft
from transcribe.model import Annotation, AnnotationKind, SecondStill
from tui.state.focus import FocusModel

SIZE = (1_280, 720)
STEP = st.integers(-60, 60)
PLACE = st.tuples(st.integers(0, 1_280), st.integers(0, 720))
HERE = Region(200, 100, 640, 360)


def model() -> FocusModel:
    made = replace(draft("Open it and click the order"), width=SIZE[0], height=SIZE[1])
    return FocusModel.of(made, replace(made.steps[0], focus=HERE))


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("move"), STEP, STEP),
            st.tuples(st.just("resize"), STEP, STEP),
            st.tuples(st.just("draw"), PLACE, PLACE),
            st.tuples(st.just("pen")),
            st.tuples(st.just("all")),
        ),
        max_size=30,
    )
)
@example([("move", 0, 8), ("pen",), ("resize", 0, 11), ("move", 0, 0)])  # a pen larger than the focus
def test_whatever_is_done_both_stay_inside_the_picture(moves: list[tuple[object, ...]]) -> None:
    one, screen = model(), Region(0, 0, *SIZE)
    for what, *more in moves:
        if what == "pen":
            one.drawing = not one.drawing
        elif what == "all":
            one.show_all()
        else:
            getattr(one, str(what))(*more)
        for region in (one.focus, one.pen):
            assert region.intersect(screen) == region
            assert not region.empty
        assert abs(one.focus.width / one.focus.height - 16 / 9) < 0.1


def test_numbers_count_up_and_the_last_thing_is_taken_back() -> None:
    one = model()
    one.put(AnnotationKind.NUMBER)
    assert one.drawing
    assert not one.annotations
    for dx, kind in ((0, AnnotationKind.NUMBER), (1, AnnotationKind.FRAME), (1, AnnotationKind.NUMBER)):
        one.move(dx, 0)
        one.put(kind)
    assert [annotation.number for annotation in one.annotations] == [1, 0, 2]
    one.put(AnnotationKind.NUMBER)
    one.take_back()
    assert len(one.annotations) == 3


def test_a_decided_focus_belongs_to_its_step_and_what_is_split_or_joined_keeps_looking() -> None:
    made = replace(draft("Open the menu", "Click the order"), width=SIZE[0], height=SIZE[1])
    mark = Annotation(kind=AnnotationKind.ARROW, region=Region(5, 5, 20, 20))
    decided = look_at(look_at(made, 1, HERE, [mark]), 2, Region(600, 300, 640, 360), [])
    assert decided.steps[0].focus == HERE
    assert decided.steps[0].annotations == (mark,)
    joined = join_step(decided, 1).steps[0]
    assert joined.focus is not None
    for step in decided.steps:
        assert step.focus is not None
        assert step.focus.intersect(joined.focus) == step.focus
    then = SecondStill(at_ms=decided.steps[0].end_ms - 10, focus=HERE)
    parted = split_step(replace(decided, steps=(replace(decided.steps[0], then=then), decided.steps[1])), 1, 700)
    assert [step.focus for step in parted.steps[:2]] == [HERE, HERE]
    assert [step.then for step in parted.steps[:2]] == [None, then]
    assert [step.annotations for step in parted.steps[:2]] == [(mark,), ()]
