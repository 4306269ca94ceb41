"""A learner's whole way in a real terminal: from looking a demo up to doing it alone and being assessed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from library.connection.library import open_library
from library.model import Demo
from library.practice.attempts import AttemptLog
from library.practice.feedback.opening import open_feedback
from library.practice.model import Attempt, VerdictKind
from library.practice.pathways.building import usual_points
from library.practice.pathways.learner import WATCHED
from library.practice.pathways.model import Watched
from library.practice.pathways.pathways import pathways_of
from library.practice.store import PracticeStore
from tests.acceptance.test_replay import players
from tests.support.command import SHOWHOW
from tests.support.days import days_pass
from tests.support.desktop import Stage, wait_for
from tests.support.practice_desk import BUTTONS, PracticeDesk, file_demo
from tests.support.terminal import Terminal

PATH = BUTTONS[:3]
TITLE, PATHWAY, REMARK = "Raise an order", "Orders for beginners", "Every order needs this"
PATIENCE_S = 120.0

pytestmark = pytest.mark.x11


class Office:
    """A learner, Tom, and an expert who reviews, Priya: a home of their own each, one library, one desk."""

    def __init__(self, stage: Stage, home: Path) -> None:
        self.stage, self.home, self.desk = stage, home, PracticeDesk(stage, BUTTONS[:4])
        self.toms = AttemptLog(PracticeStore(home / "Tom" / "mine"))

    def prepare(self) -> Demo:
        """Priya files the demo, makes a pathway to it, and lets others hand her their tries."""
        with open_library(self.home / "library") as library:
            demo = file_demo(self.desk, library, self.home / "takes", *PATH, title=TITLE)
            pathways_of(library).create(PATHWAY, usual_points([demo], sign_off="Shift lead=Priya"), owner="Priya")
            open_feedback(library, PracticeStore(self.home / "Priya" / "mine"), "Priya").people.join()
        return demo

    @contextmanager
    def terminal(self, who: str, columns: int = 120, rows: int = 36) -> Iterator[Terminal]:
        """The application of one of them, left at the end."""
        env = self.stage.env | {
            "SHOWHOW_HOME": str(self.home / who), "SHOWHOW_CONFIG": str(self.home / who / "config.toml"),
            "SHOWHOW_LIBRARY": str(self.home / "library"), "SHOWHOW_AUTHOR": who,
        }  # fmt: skip
        with Terminal([str(SHOWHOW)], env, columns=columns, rows=rows) as terminal:
            terminal.shows("1 demo", PATIENCE_S)
            yield terminal
            terminal.keys("C-q")
            assert terminal.ended(PATIENCE_S)

    def does(self, terminal: Terminal, *labels: str) -> Attempt:
        """Tom's next try, once its recording runs: he clicks, comes back and stops. Returns it compared."""
        terminal.shows("Enter stops", PATIENCE_S)
        tries = self.toms.list()
        self.desk.click(Path(tries[-1].take.path), *labels)
        terminal.keys("Enter")
        terminal.shows("the demo 0:", PATIENCE_S)
        return self.toms.find(tries[-1].attempt_id)

    def close_players(self, demo: Demo) -> None:
        """Close the player's window, which covers the desk."""
        for pid, _ in players(demo.path / demo.clip.path):
            os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not players(demo.path / demo.clip.path), "the player to end", PATIENCE_S)


@pytest.fixture
def office(stage: Stage, home: Path) -> Iterator[Office]:
    office = Office(stage, home)
    yield office
    office.desk.close()


def not_seen(attempt: Attempt) -> list[int]:
    verdicts = attempt.comparison.verdicts if attempt.comparison is not None else ()
    return [verdict.step for verdict in verdicts if verdict.was is VerdictKind.MISSING]


def test_a_learner_comes_from_the_first_look_to_doing_it_alone(office: Office) -> None:
    demo = office.prepare()
    with office.terminal("Tom") as tom:
        joins(tom)
        looks_it_up(office, tom, demo)
        assert not_seen(tries_and_misses_a_step(office, tom)) == [2]
        hands_it_over(tom)
    with office.terminal("Priya", 80, 24) as priya:
        signs_it_off(priya)
    with office.terminal("Tom") as tom:
        is_told(tom)
    days_pass(office.home / "Tom" / "mine", 2)
    with office.terminal("Tom") as tom:
        assert not_seen(is_asked_again_and_does_it_alone(office, tom)) == []
    days_pass(office.home / "Tom" / "mine", 3)
    with office.terminal("Tom") as tom:
        is_assessed(office, tom)


def joins(tom: Terminal) -> None:
    tom.keys("C-l")
    tom.shows(PATHWAY, PATIENCE_S)
    tom.keys("Enter")
    tom.shows("not joined", PATIENCE_S)
    tom.keys("J")
    tom.shows("0 of 4 points reached", PATIENCE_S)
    tom.keys("Escape")
    tom.shows(f"{PATHWAY}", PATIENCE_S)
    tom.keys("Escape")
    tom.shows("1 demo", PATIENCE_S)


def looks_it_up(office: Office, tom: Terminal, demo: Demo) -> None:
    """From the library, to its end: which is a point of the pathway."""
    tom.type("raise")
    tom.shows("Enter Replay", PATIENCE_S)
    tom.keys("Enter")
    store = office.toms.store
    wait_for(lambda: store.all(WATCHED, Watched), "the replay to be watched to its end", PATIENCE_S)
    office.close_players(demo)


def tries_and_misses_a_step(office: Office, tom: Terminal) -> Attempt:
    tom.keys("C-o")
    tom.shows("T Try it", PATIENCE_S)
    tom.keys("T")
    tom.shows("Watch it once", PATIENCE_S)
    tom.keys("s")
    attempt = office.does(tom, PATH[0], PATH[2])
    tom.shows("2 of 3 steps", PATIENCE_S)
    tom.shows("step 2 was not seen", PATIENCE_S)
    return attempt


def hands_it_over(tom: Terminal) -> None:
    tom.shows("seen by you only", PATIENCE_S)
    tom.keys("g")
    tom.shows("Leave out and blur", PATIENCE_S)
    tom.keys("Enter")
    tom.shows("Hand over to", PATIENCE_S)
    tom.keys("Enter")
    tom.shows("for the first time?", PATIENCE_S)
    tom.keys("y")
    tom.shows("seen by you and Priya", PATIENCE_S)


def signs_it_off(priya: Terminal) -> None:
    priya.shows("Tom handed you a try", PATIENCE_S)
    priya.keys("C-t")
    priya.shows("from Tom", PATIENCE_S)
    priya.keys("Enter")
    priya.shows("waits for you", PATIENCE_S)
    priya.keys("Enter")
    priya.shows("step 2 was not seen", PATIENCE_S)
    priya.keys("c")
    priya.shows("Say something of step 2", PATIENCE_S)
    priya.type(REMARK)
    priya.keys("Enter")
    priya.shows(f"You say of step 2: {REMARK}", PATIENCE_S)
    priya.keys("s")
    priya.shows("Sign off: ", PATIENCE_S)
    priya.keys("Enter")
    priya.shows("you: signed off", PATIENCE_S)


def is_told(tom: Terminal) -> None:
    tom.shows(f"Priya signed off “{TITLE}”", PATIENCE_S)
    tom.keys("C-f")
    tom.shows("Priya: signed off", PATIENCE_S)
    tom.keys("Enter")
    tom.shows(f"Priya at step 2: {REMARK}", PATIENCE_S)


def is_asked_again_and_does_it_alone(office: Office, tom: Terminal) -> Attempt:
    tom.shows(f"Today: practise {TITLE}", PATIENCE_S)
    tom.keys("C-t")
    tom.shows("last time not yet", PATIENCE_S)
    tom.keys("Enter")
    tom.shows("Watch it once", PATIENCE_S)
    tom.keys("l")
    tom.shows("alone: without steps and hints", PATIENCE_S)
    tom.keys("Enter")
    attempt = office.does(tom, *PATH)
    tom.shows("3 of 3 steps", PATIENCE_S)
    tom.keys("Escape")
    tom.shows("Done today", PATIENCE_S)
    return attempt


def is_assessed(office: Office, tom: Terminal) -> None:
    tom.keys("C-l")
    tom.shows("3 of 4 points reached", PATIENCE_S)
    tom.keys("Enter")
    tom.shows("▌ · assess", PATIENCE_S)
    tom.keys("Enter")
    tom.shows("Enter begins", PATIENCE_S)
    tom.keys("Enter")
    office.does(tom, *PATH)
    tom.keys("Escape")
    tom.shows("4 of 4 points reached · complete", PATIENCE_S)
