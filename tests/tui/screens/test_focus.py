"""What matters in review: the frame is moved, things are put on the still, and all of it is saved and can be undone."""

from __future__ import annotations

import numpy as np

from capture.model import Region
from tests.tui.conftest import Open
from tests.tui.screens.test_demo import reading
from tests.tui.screens.test_review import draft_of, reviewing
from transcribe.model import AnnotationKind
from tui.widgets.still import Still, fitted

WHOLE = Region(0, 0, 1_280, 720)


async def test_the_frame_is_moved_by_keys_kept_and_undone(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        assert draft_of(desk).steps[0].focus is None
        await desk.press("o")
        await desk.shows("the frame holds 100 % of the screen")
        await desk.press("shift+left", "shift+left", "right", "down", "enter")
        await desk.shows("▓ kept  ░ cut")
        focus = draft_of(desk).steps[0].focus
        assert focus == Region(64 + 32, 36 + 32, 1_280 - 128, 648)
        await desk.until(lambda: desk.review.kept and desk.review.kept[-1].steps[0].focus == focus, "the saved draft")
        await desk.press("u")
        assert draft_of(desk).steps[0].focus is None


async def test_numbers_arrows_and_frames_are_put_at_the_pen(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("o", "n")  # the first key takes up the pen
        await desk.shows("the pen at")
        await desk.press("n", "right", "n", "a", "f", "d")
        await desk.shows("3 marks on it")
        await desk.press("enter")
        await desk.shows("▓ kept  ░ cut")
        put = draft_of(desk).steps[0].annotations
        assert [(one.kind, one.number) for one in put] == [
            (AnnotationKind.NUMBER, 1), (AnnotationKind.NUMBER, 2), (AnnotationKind.ARROW, 0),
        ]  # fmt: skip
        assert put[1].region.x == put[0].region.x + 32


async def test_a_frame_is_drawn_by_the_mouse_in_the_shape_of_the_picture(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("o")
        await desk.shows("the frame holds")
        still = desk.app.screen.query_one(Still)
        await desk.until(lambda: still.picture is not None, "the picture")
        columns, _ = fitted((1_280, 720), *still.size)
        await desk.pilot.mouse_down(still, offset=(10, 4))
        await desk.pilot.hover(still, offset=(20, 8))
        await desk.pilot.mouse_up(still, offset=(49, 15))
        await desk.press("enter")
        await desk.shows("▓ kept  ░ cut")
        focus = draft_of(desk).steps[0].focus
        assert focus is not None
        assert focus.x <= 10 * 1_280 / columns + 2
        assert focus.right >= 50 * 1_280 / columns - 2
        assert abs(focus.width / focus.height - 16 / 9) < 0.05


async def test_leaving_changes_nothing_nor_does_keeping_what_was(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        before = draft_of(desk)
        await desk.press("o")
        await desk.shows("the frame holds")
        await desk.press("shift+left", "n", "n", "escape")
        await desk.shows("▓ kept  ░ cut")
        await desk.press("o")
        await desk.shows("the frame holds")
        await desk.press("enter")
        await desk.shows("▓ kept  ░ cut")
        assert draft_of(desk) == before


async def test_the_still_of_a_step_shows_its_focus_and_z_the_whole_screen_with_its_frame(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        still = desk.app.screen.query_one(Still)
        await desk.press("o", "shift+left", "shift+left", "shift+left", "enter")
        await desk.shows("▓ kept  ░ cut")
        await desk.until(lambda: still.picture is not None and still.picture.shape[1] == 1_280 - 192, "the crop")
        await desk.press("z")
        await desk.until(lambda: still.picture is not None and still.picture.shape[1] == 1_280, "the whole screen")
        assert still.picture is not None
        assert (np.abs(still.picture.astype(int) - (255, 176, 32)).sum(axis=2) == 0).any()  # its frame


async def test_a_blur_is_drawn_on_a_closer_look(open_app: Open) -> None:
    async with reviewing(open_app) as desk:
        await desk.press("b")
        await desk.shows("at its beginning")
        still = desk.app.screen.query_one(Still)
        await desk.until(lambda: still.picture is not None and still.picture.shape[1] == 1_280, "the whole picture")
        await desk.press("z")
        await desk.until(lambda: still.picture is not None and still.picture.shape[1] < 600, "the part around it")
        view = desk.app.screen.view  # type: ignore[attr-defined]  # a BlurScreen
        columns, _ = fitted((view.width, view.height), *still.size)
        await desk.pilot.mouse_down(still, offset=(4, 2))
        await desk.pilot.hover(still, offset=(10, 4))
        await desk.pilot.mouse_up(still, offset=(19, 7))
        await desk.press("enter")
        await desk.shows("1 blurred")
        [blur] = draft_of(desk).blurs
        assert abs(blur.region.x - (view.x + 4 * view.width / columns)) <= 2
        assert abs(blur.region.right - (view.x + 20 * view.width / columns)) <= 2


async def test_a_demo_shows_what_matters_and_z_the_whole_screen(open_app: Open) -> None:
    async with reading(open_app) as (desk, screen):
        assert not screen._whole
        await desk.press("z")
        await desk.until(lambda: screen._whole, "the whole screen")
