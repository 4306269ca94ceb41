"""``DemoModel``: state of the demo screen: a demo, its replay position and caption. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from capture.span import clock
from library.format import age, count, join
from library.learning.notes.model import NoteCounts, NoteThread
from library.model import Demo, PracticeMode
from transcribe.corrections import step_text, text_of
from transcribe.model import Step
from tui.state.replay_clock import ReplayClock

_MODES = {PracticeMode.PRACTISE: "one to practise", PracticeMode.LOOK_UP: "one to look up"}


class DemoModel:
    """A demo with its replay clock; ``looping`` repeats the step."""

    def __init__(self, demo: Demo, at_ms: int = 0) -> None:
        self.demo = demo
        self.clock = ReplayClock(demo.steps, demo.clip.duration_ms, at_ms)
        self.looping = False

    @property
    def step(self) -> Step | None:
        """The current step."""
        return self.clock.step

    @property
    def number(self) -> int:
        """The number of the current step; 0 without steps."""
        return self.step.number if self.step is not None else 0

    def caption(self) -> str:
        """The transcript segment at the current time, else the text of the current step."""
        for segment in self.demo.transcript.segments:
            if segment.contains(self.clock.at_ms):
                return text_of(segment).strip()
        return step_text(self.step, self.demo.transcript) if self.step is not None else ""

    def facts(self) -> str:
        """``1:04 · 7 steps``."""
        return f"{clock(self.demo.clip.duration_ms)} · {count(len(self.demo.steps), 'step')}"

    def about(self, now_ms: int) -> str:
        """Author, tags, age, version, and the review date if it is in the future."""
        demo = self.demo
        version = f"version {demo.version}" if demo.version > 1 else ""
        review = _review(demo.review_unix_ms, now_ms) if demo.review_unix_ms and not demo.stale(now_ms) else ""
        mode = _MODES.get(demo.practice.mode, "")
        return join([demo.author, ", ".join(demo.tags), age(demo.updated_unix_ms, now_ms), version, mode, review])


def notes_line(step: int, threads: Sequence[NoteThread], counts: Mapping[int, NoteCounts]) -> str:
    """What people said of a step (0: the whole demo) in a line or two; empty where nobody said anything."""
    mine = [thread for thread in threads if thread.note.step == step]
    of = counts.get(step, NoteCounts())
    helped = f"helped {of.helped} of {of.answers}" if of.answers else ""
    differs = f"looks different now ({of.outdated})" if of.outdated else ""
    newest = next((f"“{thread.note.text}”" for thread in mine if thread.note.text), "")
    return join([helped, differs, newest, f"{count(len(threads), 'note')}: c" if threads else ""])


def _review(due_ms: int, now_ms: int) -> str:
    days = (due_ms - now_ms) // 86_400_000
    return "due for review" if days < 0 else f"review in {days} days"
