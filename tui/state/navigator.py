"""``Navigator``: every transition between screens, and messages. Screens call it, never each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from capture.errors import ShowhowError
from capture.model import Front, Take
from capture.span import Span
from library.learning.notes.model import Note, NoteKind
from library.model import Demo, Draft
from library.practice.feedback.model import HandOver, ReceivedAttempt
from library.practice.model import Attempt, PracticeLevel
from tui.model import ModelOffer, RecordChoice

Severity = Literal["information", "warning", "error"]


class Navigator(Protocol):
    """Implemented by ``tui/workflows/navigator.py``. All methods return at once; errors are shown, not raised."""

    def say(self, words: str, severity: Severity = "information") -> None:
        """Show one line over the screen; it replaces the one before."""

    def back_to_library(self) -> None:
        """Close every screen above the library."""

    def replay(self, demo_id: str, start_ms: int, speed: float = 1.0, loop: Span | None = None) -> None:
        """Play a demo from ``start_ms`` (clip time); ``loop`` repeats that part."""

    def open_demo(self, demo_id: str, at_ms: int) -> None:
        """Open the demo screen at ``at_ms`` (clip time)."""

    def read_meanings(self) -> None:
        """Prepare the search by meaning in the background."""

    def copy_link(self, demo_id: str, step: int) -> None:
        """Copy the link that ``showhow play`` opens; step 0 is the whole demo."""

    def copy_web_link(self, demo_id: str, step: int) -> None:
        """Copy the link for a browser."""

    def show_code(self, demo_id: str, step: int) -> None:
        """Show the code that opens this step on a phone."""

    def edit(self, demo_id: str, done: Callable[[Demo], None] | None = None) -> None:
        """Ask for title, tags, owner and the like, then file them. ``done`` gets the edited demo."""

    def browse(self) -> None:
        """Open the list of every demo."""

    def remove(self, demo_id: str, title: str, done: Callable[[], None] | None = None) -> None:
        """Delete a demo after asking. ``done`` is called when it was deleted."""

    def export(self, demo_id: str, step: int = 1) -> None:
        """Ask for a format and write the file; ``step`` is for formats of one step."""

    def transcribe(self, demo_id: str, title: str) -> None:
        """Transcribe a demo that waits for its words."""

    def show_needs(self) -> None:
        """Open the list of what is asked for and not shown."""

    def show_stale(self) -> None:
        """Open the user's own demos that may be out of date."""

    def show_insight(self) -> None:
        """Open the figures: what helps and what does not."""

    def show_help_for(self, front: Front) -> None:
        """Show the best steps for the window in front in the library; not while something is being recorded."""

    def show_notes(self, demo: Demo, step: int) -> None:
        """Open what people said of a demo, at a step; where nobody said anything, ask for words."""

    def note(
        self, demo_id: str, kind: NoteKind, step: int, *, seen: str = "", done: Callable[[], None] = lambda: None
    ) -> None:
        """Note what the user says of a step of a demo (0: of all of it). ``done`` is called when it is noted.

        ``seen``: the label that is there now, where the step shows another one.
        """

    def comment(self, demo: Demo, step: int, *, about: Note | None = None, done: Callable[[], None]) -> None:
        """Ask for words on a step, or an answer to a note, and note them. ``done`` is called when they are noted."""

    def record_answer(self, title: str, answers: str) -> None:
        """Set up a recording that answers a need or a note; see ``library/learning/answers.py``."""

    def replace_step(self, demo_id: str, step: int) -> None:
        """Set up a recording that takes the place of one step of a filed demo."""

    def set_up_recording(self, title: str = "") -> None:
        """Open the record screen; while a recording runs, the live screen."""

    def start_recording(self, choice: RecordChoice, title: str, countdown_s: int) -> None:
        """Count down, then record."""

    def abandon_recording(self) -> None:
        """Delete the recording and go back to the library. Ask before, once it runs."""

    def could_not_record(self, error: ShowhowError) -> None:
        """The recorder did not start, or its take could not be closed."""

    def fetch_model(self, offer: ModelOffer, done: Callable[[], None]) -> None:
        """Fetch a speech model in the background. ``done`` is called when it is here, or was not fetched."""

    def hear(self, draft: Draft) -> None:
        """Give a draft that is being reviewed the words it waits for."""

    def stopped(self, take: Take, title: str) -> None:
        """A take is finished: review it now, or later when the user is busy."""

    def show_unfiled(self) -> None:
        """Choose a recording that was not filed, and review it."""

    def revise(self, demo_id: str, title: str) -> None:
        """Review a filed demo again; it is filed as its next version."""

    def review_later(self, draft: Draft | None, *, changed: bool = True) -> None:
        """Leave a review; its draft waits on disk, unless it is that of a filed demo and was not ``changed``."""

    def hear_again(
        self, draft: Draft, language: str, done: Callable[[Draft], None], failed: Callable[[ShowhowError], None]
    ) -> None:
        """Transcribe the recording of a draft again in a language; ``done`` gets the draft with its new words."""

    def try_demo(self, demo_id: str, level: PracticeLevel | None = None) -> None:
        """Open the attempt screen of a demo; without a level at the one that the attempts so far lead to."""

    def compared(self, attempt: Attempt, *, whole: bool = True) -> None:
        """Show a comparison in the place of the attempt screen; not ``whole``: some labels are read afterwards."""

    def play_both(self, attempt: Attempt, step: int) -> None:
        """Play the demo and an attempt side by side from a step."""

    def forget_attempt(self, attempt: Attempt) -> None:
        """Delete an attempt after asking."""

    def show_feedback(self) -> None:
        """Open the list of what was handed to this user and by this user."""

    def show_attempt(self, attempt_id: str) -> None:
        """Open the comparison of one of the user's own attempts."""

    def review_attempt(self, received: ReceivedAttempt) -> None:
        """Open an attempt that was handed over beside its demo."""

    def hand_over(self, attempt: Attempt) -> None:
        """Open the screen on which an attempt is cut and blurred before it is handed over."""

    def hand_to(self, attempt: Attempt, draft: Draft) -> None:
        """Ask for the person, then seal what is left of an attempt's recording and hand it over."""

    def take_back(self, handed: Sequence[HandOver], done: Callable[[], None]) -> None:
        """Take back what was handed over, after asking; ``done`` is called then."""

    def show_today(self) -> None:
        """Open Today."""

    def practise(self, demo_id: str) -> None:
        """Practise a demo from now on, and begin."""

    def snooze(self, demo_id: str, title: str, done: Callable[[], None]) -> None:
        """Ask for how long a practice is put off. ``done`` is called when it was."""

    def rate(self, demo_id: str, title: str, done: Callable[[], None]) -> None:
        """Ask how a practice went. ``done`` is called when it was said."""

    def end_practice(self, demo_id: str, title: str, done: Callable[[], None]) -> None:
        """Practise a demo no more; also the answer no to the question. ``done`` is called then."""

    def set_days_off(self, done: Callable[[], None]) -> None:
        """Ask for days without practice. ``done`` is called when they are kept."""

    def mark_practice(self, demo: Demo, done: Callable[[Demo], None]) -> None:
        """Ask whether a demo is to be practised or looked up, and file it. ``done`` gets the marked demo."""

    def show_pathways(self) -> None:
        """Open the list of pathways."""

    def show_pathway(self, pathway_id: str) -> None:
        """Open a pathway."""

    def file_when_filled(self) -> None:
        """Leave a review whose draft is filed once its words are there."""

    def file(self, draft: Draft) -> None:
        """Go back to the library and file a draft."""

    def discard(self, draft: Draft) -> None:
        """Delete a draft and its recording after asking."""
