"""``TitleBar`` and ``JobLine``: the title at the top of every screen and the progress line of background jobs.

Owns how they look. Does not start or end jobs: ``tui/state/jobs.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from capture.span import clock
from tui.state.jobs import Job, Jobs, JobState
from tui.state.recording_session import Phase
from tui.widgets.text import ACCENT, FAINT, QUIET, STRONG, styled, two_sides


class TitleBar(Static):
    """One line: the screen's name at the left, place and counts at the right.

    ``before`` returns the text before the name; refresh the bar when its result changes.
    """

    left: reactive[Content] = reactive(Content)
    right: reactive[Content] = reactive(Content)

    def __init__(
        self,
        left: str = "",
        right: str = "",
        *,
        id: str | None = None,  # noqa: A002  Textual's own name
        before: Callable[[], Content] = Content,
    ) -> None:
        super().__init__("", markup=False, id=id)
        self._before = before
        self.set_reactive(TitleBar.left, styled(left, STRONG))
        self.set_reactive(TitleBar.right, styled(right, QUIET))

    def say(self, left: Content | str, right: Content | str = "") -> None:
        """Set both sides; plain strings get the default styles."""
        self.left = styled(left, STRONG) if isinstance(left, str) else left
        self.right = styled(right, QUIET) if isinstance(right, str) else right

    def render(self) -> Content:
        """Both sides, for the current width."""
        left = Content("   ").join(part for part in (self._before(), self.left) if part.cell_length)
        return two_sides(left, self.right, self.size.width)


_RECORDING = {
    Phase.COUNTING: "Recording begins",
    Phase.STARTING: "Recording begins",
    Phase.PAUSED: "Ⅱ Recording paused",
    Phase.STOPPING: "Closing the recording",
}


def recording_words(phase: Phase | None) -> Content:
    """The recording status in a title line; empty without a recording."""
    if phase is Phase.LIVE:
        return styled("● ", "$error") + styled("REC", "bold $error")
    return styled(_RECORDING.get(phase, "") if phase is not None else "", STRONG)


class JobLine(Static):
    """Progress line above the key bar; hidden while no job runs. Updates four times a second while one does."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("", markup=False, id="job-line")
        self.jobs = jobs

    def on_mount(self) -> None:
        """Start updating."""
        self._timer = self.set_interval(0.25, self.refresh_jobs, pause=True)
        self.refresh_jobs()

    def refresh_jobs(self) -> None:
        """Show the current job."""
        job = self.jobs.shown
        self.display = job is not None
        if job is None or job.state is JobState.FAILED:
            self._timer.pause()
        else:
            self._timer.resume()
        if job is not None:
            self.update(job_words(job, len(self.jobs.running), max(20, self.size.width or self.app.size.width - 4)))


def job_words(job: Job[object], running: int, width: int) -> Content:
    """The line for one job: title, bar, percentage and time left; or the error and the keys for it."""
    if job.state is JobState.FAILED:
        keys = styled("F5", f"bold {ACCENT}") + styled(" try again  ", QUIET) + styled("Esc", f"bold {ACCENT}")
        return styled(job.error, "$text-error") + "  " + keys + styled(" dismiss", QUIET)
    if job.stopping:
        return styled(f"Stopping: {job.title} …", QUIET)
    also = f"  and {running - 1} more" if running > 1 else ""
    what = f"{job.title}{also}" + (f" · {job.what}" if job.what else "")
    keys = styled("   ^k", f"bold {ACCENT}") + styled(" cancel", QUIET)
    return two_sides(styled(what, "$foreground"), progress_words(job, 20 if width >= 96 else 10) + keys, width)


def progress_words(job: Job[object], cells: int) -> Content:
    """``━━━━━━━━━━ 61%  0:05 left``; ``…`` while the share is unknown."""
    if job.part is None:
        return styled("…", QUIET)
    full = round(job.part * cells)
    left = "" if job.left_s is None else f"  {clock(job.left_s * 1000)} left"
    bar = styled("━" * full, ACCENT) + styled("━" * (cells - full), FAINT)
    return bar + styled(f" {job.part:4.0%}{left}", QUIET)
