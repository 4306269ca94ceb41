"""A reviewer plays what was handed over beside the demo, or alone once that is gone, and signs a badge if asked."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.errors import ShowhowError
from library.connection.library import open_library
from library.model import LibraryError
from library.practice.feedback.model import FeedbackOutcome, SpokenRemark
from library.practice.feedback.spoken import Heard
from library.practice.pathways.badges import kept_badge
from library.practice.pathways.model import Point, PointKind
from library.practice.pathways.pathways import pathways_of
from library.practice.store import PracticeStore
from tests.support.desktop import wait_for
from tests.support.practised_attempt import file_demo, keep_attempt
from tests.support.windows import skip_on_windows
from tui.services.practice.feedback import LocalFeedbackService
from tui.state.practice.feedback import ReviewedAttempt, feedback_lines


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A display that answers, and a player that writes down how it was started."""
    skip_on_windows("scripts of a shell as programs")
    player = tmp_path / "mpv"
    player.write_text(
        f'#!/bin/sh\nfor one in "$@"; do last=$one; done\necho "$@" > {tmp_path}/$(basename "$last").part\n'
        f'mv {tmp_path}/$(basename "$last").part {tmp_path}/$(basename "$last").txt\n'
    )
    player.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as display:
        display.bind(str(tmp_path / "wayland-9"))
        display.listen()
        yield {"PATH": f"{tmp_path}:/usr/bin:/bin", "WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}


def started(tmp_path: Path, name: str) -> str:
    """The words a player was started with."""
    file = tmp_path / f"{name}.txt"
    wait_for(file.exists, name)
    words = file.read_text()
    file.unlink()
    return words


def test_both_play_from_the_step_and_the_try_alone_once_the_demo_was_removed(
    desktop: dict[str, str], tmp_path: Path
) -> None:
    tried = file_demo(tmp_path / "library")
    attempt = keep_attempt(tmp_path / "tom" / "mine", tried)
    with open_library(tmp_path / "library") as library:
        tom = LocalFeedbackService(library, PracticeStore(tmp_path / "tom" / "mine"), "Tom")
        priya = LocalFeedbackService(
            library, PracticeStore(tmp_path / "priya" / "mine"), "Priya", environment=desktop
        )  # fmt: skip
        priya.join()
        tom.hand(attempt, tom.draft(attempt), tom.check("Priya").person)
        [received] = priya.received().received
        assert priya.play(received, 2) == "Playing both from step 2 in mpv"
        assert "--start=2.500" in started(tmp_path, "take.mp4")
        assert f"--start={tried.steps[1].start_ms / 1000:.3f}" in started(tmp_path, "clip.mp4")
        library.store.remove(tried.demo_id)
        library.refresh()
        assert priya.play(received, 2) == "The demo was removed; playing the try alone in mpv"
        assert "--start=2.500" in started(tmp_path, "take.mp4")


def test_a_try_of_a_demo_that_was_removed_is_handed_over_all_the_same(tmp_path: Path) -> None:
    attempt = keep_attempt(tmp_path / "tom" / "mine", file_demo(tmp_path / "library"))
    with open_library(tmp_path / "library") as library:
        library.store.remove(attempt.demo_id)
        library.refresh()
        tom = LocalFeedbackService(library, PracticeStore(tmp_path / "tom" / "mine"), "Tom")
        priya = LocalFeedbackService(library, PracticeStore(tmp_path / "priya" / "mine"), "Priya")
        with pytest.raises(LibraryError, match="no key is known"):
            tom.check("Priya")
        priya.join()
        assert priya.joined()
        tom.hand(attempt, tom.draft(attempt), tom.check("Priya").person)
        assert len(priya.told()) == 1
        assert [tom.trouble(one) for one in tom.handed()] == [""]


def test_a_remark_by_voice_plays_in_a_small_window_and_needs_a_display(desktop: dict[str, str], tmp_path: Path) -> None:
    file_demo(tmp_path / "library")
    spoken = SpokenRemark(sound=b"OggS said", duration_ms=1_000)
    heard = Heard("0cda46f7a1b2c3d4-00112233", 2, "Priya", spoken)
    with open_library(tmp_path / "library") as library:
        store = PracticeStore(tmp_path / "tom" / "mine")
        tom = LocalFeedbackService(library, store, "Tom", environment=desktop)
        tom.join()
        assert tom.hear(heard) == "Playing what Priya said of step 2 in mpv"
        words = started(tmp_path, "remark-2.ogg")
        assert "--keep-open=no" in words
        assert "Priya · step 2" in words
        without = LocalFeedbackService(library, store, "Tom", environment={"PATH": desktop["PATH"]})
        with pytest.raises(ShowhowError, match="Read it instead"):
            without.hear(heard)


def test_a_badge_is_asked_for_seen_by_the_reviewer_signed_and_kept_when_the_pathway_is_gone(tmp_path: Path) -> None:
    attempt = keep_attempt(tmp_path / "tom" / "mine", file_demo(tmp_path / "library"))
    with open_library(tmp_path / "library") as library:
        points = (Point(kind=PointKind.SIGN_OFF, demo_id=attempt.demo_id, role="Shift lead"),)
        made = pathways_of(library).create("Orders", points)
        tom = LocalFeedbackService(library, PracticeStore(tmp_path / "tom" / "mine"), "Tom")
        priya = LocalFeedbackService(library, PracticeStore(tmp_path / "priya" / "mine"), "Priya")
        mark = priya.join()
        person = tom.check("Priya").person
        assert tom.check("Priya").fingerprint == mark
        tom.hand(attempt, tom.draft(attempt), person, wish=tom.badge_wish("orders", attempt, person, ""))
        [received] = priya.received().received
        [line] = [line for line in ReviewedAttempt(received).about() if "badge" in line]
        assert line.endswith(f"“Orders” for Tom · Signed off by Shift lead: {attempt.title}")
        priya.answer(received, FeedbackOutcome.SIGNED_OFF)
        shutil.rmtree(tmp_path / "library" / "pathways")
        with pytest.raises(LibraryError, match="There is no pathway"):
            tom.badge_wish("orders", attempt, person, "")
        assert feedback_lines(tom.handed()) == ["Priya: signed off with a badge"]
        assert kept_badge(tom.feedback.store, made.pathway_id).wish.name == "Tom"
