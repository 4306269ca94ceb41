"""A recording begun and ended in the terminal that runs showhow: the clip shows the work, and hardly the terminal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capture.analysis.activity import changes_activity, own_terminal
from capture.analysis.trim import TrimOptions, decide_cuts
from capture.model import Clip, CutReason, WindowChange
from capture.render.clip_renderer import render_clip
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

    activity = changes_activity(list(read_changes(take)), read_events(take), take.duration_ms)
    clip = Clip(take.duration_ms, decide_cuts(take.duration_ms, activity, []))
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
    margins = TrimOptions().before_ms + TrimOptions().end_ms
    assert lasts["work"] > 1_500
    assert lasts["terminal"] <= margins + 200


def test_the_terminal_is_itself_though_its_title_changes_and_another_has_the_same() -> None:
    def front(at_ms: int, title: str, window_id: int) -> WindowChange:
        return WindowChange(at_ms, title, "XTerm", window_id)

    orders = WindowChange(1000, "Orders", "Orders", 3)
    back = own_terminal([front(0, "showhow record", 1), orders, front(5000, "~", 1)], 6000)
    assert [(span.start_ms, span.end_ms) for span in back] == [(0, 1000), (5000, 6000)]
    other = own_terminal([front(0, "~", 1), orders, front(5000, "~", 2)], 6000)
    assert [(span.start_ms, span.end_ms) for span in other] == [(0, 1000)]
