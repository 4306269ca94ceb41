"""A recording begun and ended in the terminal that runs showhow: the clip shows the work, and hardly the terminal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capture.analysis.activity import changes_activity
from capture.analysis.own_terminal import is_terminal, own_terminal
from capture.analysis.trim import decide_cuts
from capture.model import Change, Click, Clip, CutReason, Event, WindowChange
from capture.render.clip_renderer import render_clip
from capture.span import Span
from capture.takes import read_changes, read_events
from capture.video.reader import frames
from tests.support.desktop import Stage, tk_python, wait_for
from tests.support.recorder_on_desktop import clear_up, start, until

# A window that a window manager takes for a terminal, whose clock runs as that of the record screen does.
_TERMINAL = """
import tkinter as tk
window = tk.Tk(className="XTerm"); window.title("showhow"); window.geometry("900x500+60+60")
label = tk.Label(window, bg="#d000d0", fg="white", font=("DejaVu Sans", 30)); label.pack(fill="both", expand=True)
def tick(n=0):
    label.config(text=f"REC {n}"); window.after(100, tick, n + 1)
tick(); window.mainloop()
"""
_WORK = """
import tkinter as tk
window = tk.Tk(className="Orders"); window.title("Purchase orders"); window.geometry("900x500+60+60")
window.configure(bg="#20a020"); field = tk.Text(window, height=3); field.pack(pady=40); field.focus_force()
window.mainloop()
"""


@pytest.fixture(autouse=True)
def _cleared() -> object:
    yield
    clear_up()


def _front(stage: Stage, name: str) -> bool:
    found = stage.run(["xdotool", "getactivewindow", "getwindowname"], check=False)
    return found.stdout.strip() == name


def test_what_the_terminal_shows_at_head_and_tail_is_not_in_the_clip(stage: Stage, tmp_path: Path) -> None:
    stage.spawn([tk_python(), "-c", _TERMINAL])
    wait_for(lambda: _front(stage, "showhow"), "the terminal")
    recording = start(tmp_path, events=True, microphone="none")
    until(recording, 3_000)
    work = stage.spawn([tk_python(), "-c", _WORK])
    wait_for(lambda: _front(stage, "Purchase orders"), "the work")
    until(recording, recording.status.elapsed_ms + 700)
    for word in ("twenty", "boxes", "paper"):
        stage.xdo(f"type --delay 60 {word}")
    until(recording, recording.status.elapsed_ms + 700)
    stage.end(work)
    wait_for(lambda: _front(stage, "showhow"), "the terminal again")
    until(recording, recording.status.elapsed_ms + 3_000)
    take = recording.stop()

    changes, events = list(read_changes(take)), read_events(take)
    activity = changes_activity(changes, events, take.duration_ms)
    own = own_terminal(changes, events, take.duration_ms)
    clip = Clip(take.duration_ms, decide_cuts(take.duration_ms, activity, [], own=own))
    assert (clip.cuts[0].start_ms, clip.cuts[0].reason) == (0, CutReason.HEAD)
    assert (clip.cuts[-1].end_ms, clip.cuts[-1].reason) == (take.duration_ms, CutReason.TAIL)
    render_clip(take.video, clip, tmp_path / "clip.mp4")
    shown = list(frames(tmp_path / "clip.mp4"))
    ends = [*(one.at_ms for one in shown[1:]), clip.duration_ms]
    lasts = {"terminal": 0, "work": 0}
    for one, end in zip(shown, ends, strict=True):
        blue, green, red = (int(np.median(one.picture[300:500, 100:160, c])) for c in range(3))
        if green > max(blue, red) + 40:
            lasts["work"] += end - one.at_ms
        elif min(blue, red) > green + 40:
            lasts["terminal"] += end - one.at_ms
    assert lasts["work"] > 1_500
    assert lasts["terminal"] <= 200


def test_the_terminal_is_itself_though_its_title_changes_and_another_has_the_same() -> None:
    def front(at_ms: int, title: str, window_id: int) -> WindowChange:
        return WindowChange(at_ms, title, "XTerm", window_id)

    orders = WindowChange(1000, "Orders", "Orders", 3)
    back = own_terminal([], [front(0, "showhow record", 1), orders, front(5000, "~", 1)], 6000)
    assert [(span.start_ms, span.end_ms) for span in back] == [(0, 1000), (5000, 6000)]
    other = own_terminal([], [front(0, "~", 1), orders, front(5000, "~", 2)], 6000)
    assert [(span.start_ms, span.end_ms) for span in other] == [(0, 1000)]


BACK_MS, END_MS = 7_858, 8_870
"""When the window manager tells of the terminal's return, 41 ms after it was drawn, and the end of the take."""


def one_screen() -> tuple[list[Change], list[Event]]:
    """The terminal lies over the application: a click beside it, some work, a click on the terminal."""
    changes = [
        Change(2_520, 60, 60, 900, 600, checksum=1),
        Change(5_000, 100, 100, 300, 20, checksum=2),
        Change(7_600, 100, 140, 200, 20, checksum=3),
        Change(7_817, 60, 60, 800, 500, checksum=4),
        Change(8_300, 80, 80, 90, 20, checksum=5),
    ]
    events: list[Event] = [
        WindowChange(0, "showhow", "XTerm", 1),
        Click(2_480, 1_000, 300, window="Orders", window_class="Orders"),
        WindowChange(2_560, "Orders", "Orders", 2),
        WindowChange(BACK_MS, "showhow", "XTerm", 1),
    ]
    return changes, events


def test_the_terminal_ends_with_the_click_that_leaves_it_and_returns_when_it_is_drawn() -> None:
    head, tail = own_terminal(*one_screen(), END_MS)
    assert head.start_ms == 0
    assert head.end_ms == pytest.approx(2_480 - 600, abs=1), "the pointer is seen to come"
    assert (tail.start_ms, tail.end_ms) == (7_817, END_MS)


def test_a_short_rest_that_shows_the_terminal_is_cut_but_not_what_is_said_in_it() -> None:
    changes, events = one_screen()
    own = own_terminal(changes, events, END_MS)
    activity = changes_activity(changes, events, END_MS)
    silent = decide_cuts(END_MS, activity, [], own=own)
    assert (silent[-1].start_ms, silent[-1].end_ms, silent[-1].reason) == (7_817, END_MS, CutReason.TAIL)
    spoken = decide_cuts(END_MS, activity, [Span(7_900, 8_500)], own=own)
    assert all(cut.end_ms <= 7_900 or cut.start_ms >= 8_500 for cut in spoken)


@pytest.mark.parametrize(
    ("program", "told"), [("WindowsTerminal", True), ("iTerm2", True), ("Terminal", True), ("", False)]
)
def test_the_terminals_of_windows_and_macos_are_known_by_their_programs(program: str, told: bool) -> None:
    assert is_terminal(WindowChange(0, "Command Prompt", program, 1)) is told
