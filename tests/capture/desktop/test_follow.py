"""Targets that move, change or vanish in mid-take, on a real X server with a window manager."""

from __future__ import annotations

import numpy as np
import pytest

from capture.backends.screen import open_source
from capture.desktop.frame_diff import Pixels
from capture.desktop.screen_grabber import Screen, grab
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError
from capture.model import Region, Target
from tests.capture.desktop.test_screen_source import CORNER, looking, settled
from tests.support.desktop import Stage, wait_for
from tests.support.plain_windows import paper

RED, BLUE = (0, 0, 255), (255, 0, 0)


@pytest.fixture
def quiet(stage: Stage) -> Stage:
    stage.xdo(CORNER)
    return stage


def all_of(source: ScreenSource, colour: tuple[int, int, int]) -> bool:
    source.poll()
    return bool((source.picture[..., :3] == colour).all())


def told(source: ScreenSource, part: str) -> str:
    """The next notice with these words in it."""
    heard: list[str] = []

    def found() -> str | None:
        source.poll()
        heard.extend(source.notices())
        return next((line for line in heard if part in line), None)

    return str(wait_for(found, f"a notice of {part!r} among {heard}"))


def test_a_window_is_found_by_part_of_its_title_in_any_case_and_without_its_borders(quiet: Stage) -> None:
    with (
        paper("Purchase Orders – Draft", (200, 150, 321, 241), 0xFF0000) as sheet,
        looking(Target(window="purchase orders")) as source,
    ):
        assert source.label == "the window “Purchase Orders – Draft”"
        assert (source.width, source.height) == (320, 240)
        assert source.region == Region(*sheet.place[:2], 320, 240)
        assert all_of(source, RED)


def test_a_window_that_moves_is_followed_and_the_picture_does_not_change(quiet: Stage) -> None:
    with paper("Wanderer", (100, 100, 300, 200), 0xFF0000) as sheet, looking(Target(window="wanderer")) as source:
        settled(source)
        for x, y in ((500, 300), (30, 40), (700, 411)):
            before = sheet.place
            sheet.configure(x=x, y=y)
            wait_for(lambda start=before: sheet.place != start, "the window manager")
            while source.region != Region(*sheet.place[:2], 300, 200):
                assert all_of(source, RED)  # at no tick what it left behind, nor what it went over
            assert all_of(source, RED)
        sheet.fill(10, 10, 4, 4, 0x0000FF)
        wait_for(lambda: source.poll() is not None and (source.picture[10:14, 10:14, :3] == BLUE).all(), "its change")
        assert source.notices() == []


def test_a_window_that_hangs_over_the_edge_is_black_where_the_desktop_ends(quiet: Stage) -> None:
    with paper("Edge", (900, 400, 300, 200), 0xFF0000) as sheet, looking(Target(window="Edge")) as source:
        sheet.configure(x=1130, y=450)
        wait_for(lambda: source.poll() is not None and source.region.x > 1100, "it to be followed")
        reach = quiet.size[0] - source.region.x
        assert (source.picture[:, :reach, :3] == RED).all()
        assert (source.picture[:, reach:, :3] == 0).all()


def test_a_window_in_front_is_told_once_and_again_after_it_had_gone(quiet: Stage) -> None:
    with paper("Below", (200, 150, 400, 300), 0xFF0000) as below, looking(Target(window="Below")) as source:
        settled(source)
        with paper("Above", (300, 200, 100, 100), 0x0000FF, window_class="Other") as above:
            assert told(source, "covers") == "“Above” covers part of the window “Below” and is recorded with it."
            above.configure(x=320)
            settled(source)
            assert source.notices() == []
            below.configure(stack_mode=0)
            aim = source._probe._tracker  # type: ignore[attr-defined]  # the end of it is not told, so look inside
            wait_for(lambda: all_of(source, RED) and not aim._covered, "it to come to the front")
            above.configure(stack_mode=0)
            told(source, "“Above” covers")


def test_menus_and_dialogs_of_the_same_program_do_not_cover_it(quiet: Stage) -> None:
    with paper("Below", (200, 150, 400, 300), 0xFF0000) as below, looking(Target(window="Below")) as source:
        settled(source)
        with (
            paper("Menu", (300, 200, 100, 100), loose=True),
            paper("Dialog", (250, 250, 100, 100)),
            paper("Stranger", (400, 300, 60, 60), window_class="Other"),
        ):
            assert "Stranger" in told(source, "covers")
        assert below.place[2:] == (400, 300)


def test_a_window_that_is_resized_keeps_the_size_of_the_video(quiet: Stage) -> None:
    with paper("Elastic", (200, 150, 400, 300), 0xFF0000) as sheet, looking(Target(window="Elastic")) as source:
        settled(source)
        sheet.configure(width=200, height=100)
        assert told(source, "keeps its size") == "The window “Elastic” is now 200x100; the video keeps its size."
        wait_for(lambda: source.poll() is not None and not source.picture[150:, :, :3].any(), "black below it")
        assert (source.picture[:100, :200, :3] == RED).all()
        assert not source.picture[:, 200:, :3].any()
        sheet.configure(width=600, height=500)
        told(source, "600x500")
        wait_for(lambda: source.poll() is not None and (source.picture[:, :359, :3] == RED).all(), "all of it")
        assert not source.picture[:, 361:, :3].any()
        assert source.picture.shape == (300, 400, 4)


def test_of_a_window_that_is_minimised_the_last_picture_stays_and_never_what_lay_beneath(quiet: Stage) -> None:
    with (
        paper("Secret diary", (150, 100, 600, 500), 0x00FF00, window_class="Other"),
        paper("Lesson", (200, 150, 300, 200), 0xFF0000) as sheet,
        looking(Target(window="Lesson")) as source,
    ):
        settled(source)
        sheet.minimise()
        wait_for(lambda: not all_of(source, RED) or not sheet._seen(), "the window manager")
        assert all_of(source, RED)  # at no tick what lay beneath
        line = told(source, "Nothing is to be seen")
        assert line == "Nothing is to be seen of the window “Lesson” (closed or minimised); its last picture stays."
        settled(source)
        assert all_of(source, RED)
        sheet.show()
        told(source, "“Lesson” is back")
        # Drawn until seen: the window manager may still be at it, and then the server paints it afresh.
        wait_for(lambda: sheet.fill(0, 0, 300, 200, 0x0000FF) or all_of(source, BLUE), "its new picture")


def test_what_is_grabbed_while_the_window_is_being_put_away_is_thrown_away(
    quiet: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        paper("Secret diary", (150, 100, 600, 500), 0x00FF00, window_class="Other"),
        paper("Lesson", (200, 150, 300, 200), 0xFF0000) as sheet,
        looking(Target(window="Lesson")) as source,
    ):
        settled(source)
        true_grab = Screen.grab

        def late(screen: Screen, region: Region) -> Pixels:
            sheet.minimise()
            wait_for(lambda: not sheet._seen(), "the window manager")
            return true_grab(screen, region)

        monkeypatch.setattr(Screen, "grab", late)
        sheet.fill(0, 0, 50, 50, 0x0000FF)
        wait_for(lambda: source.poll() is not None and not sheet._seen(), "a grab that comes too late")
        assert (source.picture[..., :3] == RED).all()
        told(source, "Nothing is to be seen")


def test_of_a_window_that_is_closed_the_last_picture_stays(quiet: Stage) -> None:
    with paper("Mayfly", (200, 150, 300, 200), 0xFF0000) as sheet, looking(Target(window="Mayfly")) as source:
        settled(source)
        sheet.window.destroy()
        sheet.display.sync()
        told(source, "Nothing is to be seen")
        assert all_of(source, RED)


def test_a_title_that_fits_several_windows_is_refused_with_their_names(quiet: Stage) -> None:
    with paper("Order 1", (10, 40, 200, 100)), paper("Order 12", (300, 40, 200, 100)):
        with pytest.raises(CaptureError, match=r"“Order” fits 2 windows: .*“Order 12”.*Give more"):
            open_source(Target(window="Order"))
        with looking(Target(window="order 1")) as source:  # exactly one is called just that
            assert source.label == "the window “Order 1”"


def test_a_window_that_grows_is_shown_whole_and_smaller(quiet: Stage) -> None:
    with paper("Elastic", (200, 150, 400, 300), 0xFF0000) as sheet, looking(Target(window="Elastic")) as source:
        settled(source)
        sheet.configure(x=100, y=50, width=800, height=600)
        wait_for(lambda: source.poll() is not None and source.scale == 0.5, "its new size")
        x, y = sheet.place[:2]
        assert source.region == Region(x, y, 800, 600)
        sheet.fill(780, 580, 20, 20, 0x0000FF)  # its lower right corner
        wait_for(lambda: source.poll() is not None and (source.picture[291:299, 391:399, :3] == BLUE).all(), "the box")
        assert (source.picture[:280, :380, :3] == RED).all()
        sheet.configure(width=400, height=300)
        wait_for(lambda: source.poll() is not None and source.scale == 1, "its old size")
        wait_for(lambda: all_of(source, RED), "it alone")


def test_a_window_that_grows_in_one_direction_keeps_its_proportions(quiet: Stage) -> None:
    with paper("Elastic", (200, 150, 400, 300), 0xFF0000) as sheet, looking(Target(window="Elastic")) as source:
        settled(source)
        sheet.configure(width=800)
        wait_for(lambda: source.poll() is not None and source.scale == 0.5, "its new size")
        wait_for(lambda: source.poll() is not None and (source.picture[:150, :, :3] == RED).all(), "it")
        assert (source.picture[151:, :, :3] == 0).all()


def test_a_dialog_over_the_edge_is_shown_with_its_window_and_nothing_else_is(quiet: Stage) -> None:
    with (
        paper("Beside", (600, 120, 200, 400), 0x00FF00, window_class="Other"),
        paper("Form", (200, 150, 400, 300), 0xFF0000) as form,
        looking(Target(window="Form")) as source,
    ):
        settled(source)
        with paper("Save as", (500, 350, 300, 200), 0x0000FF, dialog_of=form) as dialog:
            wait_for(lambda: source.poll() is not None and source.scale < 1, "the dialog")
            settled(source)
            left, top, width, height = dialog.place
            x, y = left + width // 2 - source.region.x, top + height // 2 - source.region.y
            assert (source.picture[round(y * source.scale), round(x * source.scale), :3] == BLUE).all()
            colours = {tuple(int(part) for part in colour) for colour in source.picture[::3, ::3, :3].reshape(-1, 3)}
            assert (0, 255, 0) not in colours, "what lies beside window and dialog is not shown"
            assert RED in colours
        wait_for(lambda: source.poll() is not None and source.scale == 1, "the end of the dialog")
        wait_for(lambda: all_of(source, RED), "the window alone")


def test_a_dialog_inside_its_window_changes_nothing(quiet: Stage) -> None:
    with paper("Form", (200, 150, 400, 300), 0xFF0000) as form, looking(Target(window="Form")) as source:
        settled(source)
        with paper("Sure?", (300, 250, 100, 80), 0x0000FF, dialog_of=form):
            wait_for(lambda: source.poll() is not None and (source.picture[..., :3] == BLUE).all(axis=2).any(), "it")
            assert source.scale == 1


def resized(stage: Stage, width: int, height: int) -> None:
    """Another mode of the only monitor."""
    unplugged(stage)
    name = f"{width}x{height}-test"
    timing = [str(width + extra) for extra in (0, 8, 16, 24)] + [str(height + extra) for extra in (0, 1, 2, 3)]
    stage.run(["xrandr", "--newmode", name, "40", *timing])
    stage.run(["xrandr", "--addmode", "screen", name])
    stage.run(["xrandr", "--fb", f"{width}x{height}"])
    stage.run(["xrandr", "--output", "screen", "--mode", name])


def unplugged(stage: Stage) -> None:
    """No monitor at all; xrandr fails afterwards, since it then wants a desktop of no size."""
    stage.run(["xrandr", "--output", "screen", "--off"], check=False)


def test_a_monitor_that_becomes_smaller_and_larger_again_keeps_the_size_of_the_video(own_stage: Stage) -> None:
    own_stage.xdo("mousemove 10 10")
    with looking(Target(monitor=1)) as source:
        settled(source)
        assert source.label == "monitor 1 (1280x720)"
        resized(own_stage, 800, 600)
        told(source, "800x600 at 0,0; the video keeps its size")
        own_stage.run(["xsetroot", "-solid", "#102030"])
        wait_for(lambda: source.poll() is not None and (source.picture[300, 700, :3] == (0x30, 0x20, 0x10)).all(), "it")
        assert source.picture.shape == (720, 1280, 4)
        assert not source.picture[600:, :, :3].any()
        assert not source.picture[:, 800:, :3].any()
        resized(own_stage, 1280, 720)
        told(source, "1280x720 at 0,0; the video keeps its size")
        own_stage.run(["xsetroot", "-solid", "#302010"])
        wait_for(
            lambda: source.poll() is not None and (source.picture[715, 1275, :3] == (0x10, 0x20, 0x30)).all(),
            "all of it",
        )


def test_a_monitor_that_is_unplugged_leaves_its_last_picture_until_it_is_back(own_stage: Stage) -> None:
    with looking(Target(monitor=1)) as source:
        settled(source)
        before = source.picture.copy()
        unplugged(own_stage)
        assert told(source, "gone") == "The monitor 1 (1280x720) is gone; its last picture stays until it is back."
        source.poll()
        assert (np.abs(source.picture.astype(int) - before) > 0).any(axis=2).sum() < 600  # all but the pointer
        own_stage.run(["xrandr", "--output", "screen", "--auto"])
        told(source, "is back")


def test_a_region_that_loses_its_desktop_becomes_black_there(own_stage: Stage) -> None:
    own_stage.xdo("mousemove 10 10")
    with looking(Target(region=Region(600, 300, 400, 400))) as source:
        settled(source)
        resized(own_stage, 800, 600)
        told(source, "The desktop is now 800x600")
        wait_for(lambda: source.poll() is not None and not source.picture[300:, :, :3].any(), "black below the desktop")
        assert (source.picture[:290, :190, :3] == grab(Region(600, 300, 190, 290))[..., :3]).all()
