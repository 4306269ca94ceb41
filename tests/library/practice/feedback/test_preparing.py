"""What is handed over holds nothing of what was left out or blurred, and its times are those of what is left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capture.model import Blur, Region
from capture.span import Span
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from library.model import LibraryError
from library.practice.feedback.opening import hand_over, open_feedback
from library.practice.feedback.package import unpack
from library.practice.feedback.preparing import attempt_for_hand_over, draft_of, edited, render_for_hand_over
from library.practice.feedback.seal import unseal
from library.practice.model import Attempt
from library.practice.store import PracticeStore
from tests.library.factories import demo
from tests.library.storage.stores import folder_library
from tests.support.practised_attempt import HEIGHT, SEEN, WIDTH, keep_attempt
from tests.support.sample_videos import number_of


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    """Renamed at 1.0 s, done at 2.5 s, four seconds long; a picture each half second."""
    return keep_attempt(tmp_path / "tom" / "mine", demo("order", "Order", "Open the menu", "Choose the supplier"))


def numbers(video: Path) -> list[int]:
    """The numbers of its pictures, each half second."""
    return [number_of(grab_frame(video, at)) for at in range(100, probe(video).duration_ms, 500)]


def test_what_is_before_after_and_between_is_gone_and_times_follow(attempt: Attempt, tmp_path: Path) -> None:
    draft = edited(draft_of(attempt), start_ms=500, end_ms=3_500, cuts=[Span(1_000, 2_000)])
    render_for_hand_over(draft, tmp_path / "clip.mp4")
    assert numbers(tmp_path / "clip.mp4") == [1, 4, 5, 6]
    handed = attempt_for_hand_over(attempt, draft)
    comparison = handed.comparison
    assert comparison is not None
    assert handed.take.duration_ms == 2_000
    assert [(one.at_ms, one.took_ms, one.seen) for one in comparison.verdicts] == [
        (500, 0, ""), (1_000, 700, "Supplier")
    ]  # fmt: skip


def test_a_blurred_place_cannot_be_read_and_its_label_is_not_said(attempt: Attempt, tmp_path: Path) -> None:
    hidden = Blur(0, 2_000, region=Region(0, 0, WIDTH, HEIGHT))
    draft = edited(draft_of(attempt), blurs=[hidden])
    render_for_hand_over(draft, tmp_path / "clip.mp4")
    clear, blurred = (grab_frame(tmp_path / "clip.mp4", at) for at in (3_000, 1_000))
    as_recorded = [grab_frame(Path(attempt.take.path, "take.mp4"), at) for at in (3_000, 1_000)]
    off = [float(np.abs(one.astype(int) - two).mean()) for one, two in zip((clear, blurred), as_recorded, strict=True)]
    assert off[0] < 3
    assert off[1] > 10
    comparison = attempt_for_hand_over(attempt, draft).comparison
    assert comparison is not None
    assert [one.seen for one in comparison.verdicts] == ["", "Supplier"]


def test_neither_events_nor_paths_nor_the_clock_of_the_recording_are_handed_over(attempt: Attempt) -> None:
    handed = attempt_for_hand_over(attempt, draft_of(attempt))
    assert handed.events == ()
    assert (handed.take.path, handed.take.started_unix_ms, handed.take.take_id) == ("", 0, "")
    assert all(step.events == () for step in handed.steps)


def test_nothing_is_left_is_told(attempt: Attempt) -> None:
    draft = draft_of(attempt)
    for start_ms, end_ms in ((3_000, 3_000), (9_000, None), (0, 0)):
        with pytest.raises(LibraryError, match="Nothing of the recording would be left"):
            edited(draft, start_ms=start_ms, end_ms=end_ms)


def test_a_recording_that_is_gone_is_told(attempt: Attempt) -> None:
    Path(attempt.take.path, "take.mp4").unlink()
    with pytest.raises(LibraryError, match="is gone"):
        draft_of(attempt)


def test_the_rendered_copy_is_sealed_and_leaves_the_learner_s_folder_again(attempt: Attempt, tmp_path: Path) -> None:
    store = PracticeStore(tmp_path / "tom" / "mine")
    with folder_library(tmp_path / "library") as library:
        reviewer = open_feedback(library, PracticeStore(tmp_path / "priya" / "mine"), "Priya")
        learner = open_feedback(library, store, "Tom")
        made = hand_over(learner, attempt, edited(draft_of(attempt), start_ms=2_000), reviewer.people.join())
        assert sorted(path.name for path in store.folder.iterdir()) == ["mine.sqlite", "takes"]
        key = reviewer.people.own_key()
        assert key is not None
        sealed = (library.folder / "handed" / f"{made.hand_id}.age").read_bytes()
        assert SEEN.encode() not in sealed
        handed, clip = unpack(unseal(sealed, key), made.hand_id)
        (tmp_path / "clip.mp4").write_bytes(clip)
        assert numbers(tmp_path / "clip.mp4") == [4, 5, 6, 7]
        assert handed.attempt.take.duration_ms == 2_000
