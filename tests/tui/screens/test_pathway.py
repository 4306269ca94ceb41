"""Pathways in the application: make, join, do the next point, tick, share; and what stands in the way is one line."""

from __future__ import annotations

import pytest

from library.model import Demo
from library.practice.model import PracticeLevel
from library.practice.pathways.model import Pathway, PointKind
from library.practice.pathways.record_store import Delivery
from tests.library.practice.pathways.attempts import attempt
from tests.tui.conftest import SMALL, Desk, Open
from tui.screens.practice.attempt import AttemptScreen
from tui.state.replay_clock import ReplayEnd


def made(desk: Desk, sign_off: str = "") -> Pathway:
    return desk.pathways.create("Orders for beginners", ["Raise"], about="For the first week.", sign_off=sign_off)


async def opened(desk: Desk, *, joined: bool = True) -> Pathway:
    pathway = made(desk, "Shift lead=Tom")
    if joined:
        desk.pathways.join(pathway)
    desk.app.navigator.show_pathway(pathway.pathway_id)
    await desk.shows("For the first week.")
    return pathway


async def test_a_pathway_is_made_of_demos_by_name_and_opened(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await desk.press("ctrl+l")
        await desk.shows("No pathways yet")
        await desk.press("n")
        await desk.shows("A new pathway")
        await desk.type("Orders")
        await desk.press("tab")
        await desk.type("Raise, Approve")
        await desk.press("tab")
        await desk.type("Shift lead")
        await desk.press("enter")
        await desk.shows("7 points")
        await desk.press("pagedown")
        await desk.shows("Signed off by Shift lead")
        kinds = [point.kind for point in desk.pathways.pathways["pathway-0"].points]
        assert (kinds.count(PointKind.WATCH), kinds.count(PointKind.ASSESS)) == (2, 2)


async def test_who_has_not_joined_sees_the_points_and_joins_with_a_key(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        pathway = await opened(desk, joined=False)
        await desk.shows("not joined")
        assert "s Share" not in desk.key_bar()
        await desk.press("J")
        await desk.shows("0 of 4 points reached")
        assert pathway.pathway_id in desk.pathways.joined
        assert "J Join" not in desk.key_bar()


async def test_the_keys_do_what_the_point_says(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await opened(desk)
        await desk.press("enter")
        await desk.until(lambda: desk.library.played, "the replay")
        assert desk.library.played[0][1] == 0
        await desk.press("down", "enter")
        await desk.until(lambda: desk.screen == "AttemptScreen", "the attempt")
        assert isinstance(desk.app.screen, AttemptScreen)
        assert desk.app.screen.model.level is PracticeLevel.TRY
        await desk.press("escape")
        await desk.shows("For the first week.")
        await desk.press("down", "enter")
        await desk.until(lambda: desk.screen == "AttemptScreen", "the assessment")
        assert desk.app.screen.model.level is PracticeLevel.ALONE
        await desk.press("escape")
        await desk.shows("For the first week.")
        await desk.press("down", "enter")
        await desk.shows("This point is reached")


async def test_an_assessment_that_comes_too_early_is_not_begun(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        pathway = made(desk)
        desk.pathways.join(pathway)
        raised = pathway.points[0].demo_id
        desk.pathways.attempts.append(attempt(1, 0, demo_id=raised, steps=["Other"]))
        desk.app.navigator.show_pathway(pathway.pathway_id)
        await desk.shows("its steps have changed since")
        await desk.shows("not before")
        await desk.press("down", "down", "enter")
        await desk.shows("Assess yourself")
        assert desk.screen == "PathwayScreen"


async def test_a_tick_is_set_and_taken_away_and_only_what_is_watched_is_ticked(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await opened(desk)
        await desk.press("x")
        await desk.shows("1 of 4 points reached")
        await desk.press("x")
        await desk.shows("0 of 4 points reached")
        await desk.press("down")
        assert "x Watched" not in desk.key_bar()
        await desk.press("x")
        assert desk.pathways.ticks == {}


async def plays_to_the_end(desk: Desk, demo: Demo) -> None:
    """The player goes on from the middle, and each of its positions is looked at."""
    await desk.until(lambda: desk.library.played, "the replay")
    length = demo.clip.duration_ms
    for at_ms in (*range(length // 3, length, 2_900), length):
        desk.library.player_at = (demo.demo_id, at_ms)
        before = desk.library.looks
        await desk.until(lambda before=before: desk.library.looks > before, "a look at the player")


async def test_a_demo_played_to_its_end_is_ticked(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        pathway = await opened(desk)
        await desk.press("enter")
        await plays_to_the_end(desk, desk.library.demo(pathway.points[0].demo_id))
        await desk.shows("1 of 4 points reached")


async def test_a_replay_from_the_library_is_ticked_in_the_pathway(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        pathway = made(desk)
        desk.pathways.join(pathway)
        await desk.type("finance menu")
        await desk.shows("1 demo")
        await desk.press("enter")
        await plays_to_the_end(desk, desk.library.demo(pathway.points[0].demo_id))
        await desk.shows("Watched to the end")
        assert list(desk.pathways.ticks) == [pathway.points[0].demo_id]


async def test_a_step_that_is_played_over_and_over_is_no_watching(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        pathway = made(desk)
        desk.pathways.join(pathway)
        demo = desk.library.demo(pathway.points[0].demo_id)
        desk.app.navigator.replay(demo.demo_id, 0, loop=demo.steps[0].span)
        await desk.shows("Playing in mpv")
        assert desk.library.looks == 0, "nobody follows the player"


async def test_sharing_is_asked_for_said_and_taken_back(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        await opened(desk)
        await desk.shows("Seen by you only")
        await desk.press("s")
        await desk.shows("You are counted without your name")
        await desk.press("s")
        await desk.shows("Seen by you only")
        await desk.press("L")
        await desk.shows("Leave this pathway?")
        await desk.press("y")
        await desk.shows("not joined")


async def test_points_are_moved_added_and_taken_out(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        pathway = await opened(desk)
        kinds = lambda: [p.kind.value for p in desk.pathways.pathways[pathway.pathway_id].points]  # noqa: E731  short
        await desk.press("right_square_bracket")
        await desk.until(lambda: kinds()[:2] == ["practise", "watch"], "the move down")
        await desk.press("left_square_bracket")
        await desk.until(lambda: kinds()[:2] == ["watch", "practise"], "the move up")
        await desk.press("d")
        await desk.shows("Take this point out?")
        assert len(kinds()) == 4
        await desk.press("y")
        await desk.until(lambda: kinds() == ["practise", "assess", "sign_off"], "it to be taken out")
        await desk.press("a")
        await desk.shows("Add a point")
        await desk.type("sign-off:Trainer")
        await desk.press("enter")
        await desk.shows("Signed off by Trainer")


async def test_a_removed_demo_and_a_record_store_that_is_away_are_one_line_each(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        pathway = made(desk)
        desk.pathways.gone.add(pathway.points[0].demo_id)
        desk.pathways.delivery = Delivery(away="no answer")
        desk.app.navigator.show_pathway(pathway.pathway_id)
        await desk.shows("The record store did not take")
        await desk.shows("its demo was removed")
        await desk.press("enter")
        await desk.shows("The demo of this point")


async def test_an_empty_pathway_has_nothing_to_do(open_app: Open) -> None:
    async with open_app(size=SMALL) as desk:
        pathway = desk.pathways.create("[red]Nothing[/red]", [])
        desk.app.navigator.show_pathway(pathway.pathway_id)
        await desk.shows("[red]Nothing[/red]")
        await desk.shows("no points yet")
        await desk.press("enter", "x", "d", "space", "down")
        assert desk.screen == "PathwayScreen"


@pytest.mark.parametrize(
    ("looks", "watched"),
    [
        (range(0, 60_001, 400), True),
        ([*range(0, 20_000, 400), *range(40_000, 60_001, 400)], True),
        ([0, 59_900], False),
        (range(50_000, 60_001, 400), False),
        (range(0, 50_000, 400), False),
        ([None, *range(0, 60_001, 400), None], True),
    ],
    ids=["all", "a part left out", "a jump", "only the end", "left before", "a player that comes and goes"],
)
def test_a_jump_to_the_end_is_no_watching(looks: list[int | None], watched: bool) -> None:
    end = ReplayEnd(60_000)
    told = [end.follow(at_ms) for at_ms in looks]
    assert sum(told) == watched
    assert not any(end.follow(at_ms) for at_ms in looks)
