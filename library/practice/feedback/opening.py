"""OpenFeedback: both sides of feedback in an open library, and what its user is told in a line each."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from capture.progress import Progress, silent
from library.connection.library import Library
from library.files import library_errors
from library.format import count
from library.model import Draft, LibraryError
from library.practice.attempts import PART, AttemptLog
from library.practice.feedback.handing import FOLDER, HandOvers, kept_hand_overs, lies_elsewhere
from library.practice.feedback.model import BadgeWish, Feedback, FeedbackOutcome, HandOver, Person
from library.practice.feedback.people import FOLDER as PEOPLE
from library.practice.feedback.people import People
from library.practice.feedback.preparing import attempt_for_hand_over, render_for_hand_over
from library.practice.feedback.receiving import Reviews
from library.practice.model import Attempt
from library.practice.store import PracticeStore


class OpenFeedback(NamedTuple):
    """The people of a library, what this user handed over, and what was handed to this user."""

    people: People
    handed: HandOvers
    reviews: Reviews
    store: PracticeStore

    def news(self) -> list[str]:
        """A line for each thing that is new, of both sides; each is told once. Raises LibraryError."""
        return [*self._answers(), *self._received()]

    def _answers(self) -> list[str]:
        told = []
        for one in self.handed.look():
            lines = [answer_line(one, feedback) for feedback in one.feedback]
            lines += [line for line in [self.handed.trouble(one)] if line]
            for line in lines:
                if not self.handed.knows(one, line):
                    self.handed.told(one, line)
                    told.append(line)
        return told

    def _received(self) -> list[str]:
        news = self.reviews.look()
        handed = [f"{one.handed.learner.name} handed you a try: {one.handed.attempt.title}" for one in news.new]
        back = [f"{one.handed.learner.name} took a try back: {one.handed.attempt.title}" for one in news.taken_back]
        return [*handed, *back, *news.new_troubles]


def answer_line(one: HandOver, feedback: Feedback) -> str:
    """What came back, in one line; answers of one reviewer are numbered from the second on."""
    again = f" (answer {feedback.number})" if feedback.number > 1 else ""
    done = feedback.outcome is FeedbackOutcome.SIGNED_OFF
    what = f"signed off “{one.title}”" if done else f"asks you to do “{one.title}” once more"
    remarks = f", with {count(len(feedback.remarks), 'remark')}" if feedback.remarks else ""
    badge = "" if one.wish is None or not done else ", with a badge" if feedback.badge else ", but without the badge"
    return f"{one.to} {what}{badge}{remarks}{again}"


def open_feedback(library: Library, store: PracticeStore, name: str) -> OpenFeedback:
    """Feedback in an open library for the user of this name. Nothing is read or made yet."""
    people = People(library.store.shelf(PEOPLE), store, name)
    shelf, address = library.store.shelf(FOLDER), library.address
    return OpenFeedback(
        people, HandOvers(shelf, AttemptLog(store), people, address), Reviews(shelf, store, people, address), store
    )


def forget_attempt(library: Library, store: PracticeStore, attempt: Attempt) -> None:
    """Delete an attempt with its recording, and take back what was handed over of it.

    Raises LibraryError, also where it lies in another library: nobody could take it back there any more.
    """
    feedback = open_feedback(library, store, "")
    if other := lies_elsewhere(kept_hand_overs(store, attempt.attempt_id), feedback.handed.address):
        raise LibraryError(
            f"This try was handed over in {other}",
            f"Take it back there first: showhow --library {other} mine take-back {attempt.attempt_id}",
        )
    feedback.handed.forget(attempt.attempt_id)
    AttemptLog(store).forget(attempt)


def hand_over(
    feedback: OpenFeedback, attempt: Attempt, draft: Draft, person: Person, *, message: str = "", new_key: bool = False,
    wish: BadgeWish | None = None, progress: Progress = silent,
) -> HandOver:  # fmt: skip
    """Render what is kept of an attempt's recording, then hand that to a person; see ``HandOvers.hand``.

    The rendered clip lies in the learner's own folder and is deleted again; after a crash, with the attempt. Raises
    LibraryError, VideoError, Cancelled.
    """
    store = feedback.store
    with (
        library_errors(f"write {store.folder}"),
        tempfile.TemporaryDirectory(prefix=f"{PART}{attempt.attempt_id}-", dir=store.folder) as part,
    ):
        clip = Path(part, "clip.mp4")
        render_for_hand_over(draft, clip, progress)
        prepared = attempt_for_hand_over(attempt, draft)
        return feedback.handed.hand(attempt, prepared, clip, person, message=message, new_key=new_key, wish=wish)
