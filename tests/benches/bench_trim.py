"""Trimming and cutting measured: against the script's truth, and its CPU against peers. Prints Markdown tables.

    python -m tests.benches.bench_trim [truth] [cost] [toggle]
    pytest -m bench tests/benches/bench_trim.py -s

``truth`` needs the sessions of ``tests/benches/sessions.py``, ``cost`` its ten minutes (showhow and FFmpeg in turn,
SHOWHOW_BENCH_ROUNDS times, else three; the others once). Peers are FFmpeg; smartcut and
scenedetect in the folder named by SHOWHOW_BENCH_PEERS or on PATH; auto-editor on PATH. Those absent are named.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import pytest

from capture.analysis.activity import changes_activity
from capture.analysis.trim import decide_cuts
from capture.model import Clip
from capture.render.encode_cache import EncodeCache
from capture.takes import read_changes, read_events
from library.draft.edits import toggle_cut
from library.draft.prerender import prerender
from library.intake.pipeline import propose
from library.model import Draft
from tests.benches.sessions import EVERY, LONG, Session, session
from tests.benches.stand import table
from tests.benches.truth import score
from tests.support.speech import speech_spans
from tests.support.whole_sound import read_sound

_OURS, _THEIRS = "showhow, detection and cut", "ffmpeg freezedetect + silencedetect + select"
_AGAIN = {_OURS, _THEIRS}  # the pair a bound is about; the others run once


def clip_of(one: Session) -> Clip:
    """The clip showhow makes of a session by itself."""
    take = one.take
    activity = changes_activity(list(read_changes(take)), read_events(take), take.duration_ms)
    cuts = decide_cuts(take.duration_ms, activity, speech_spans(read_sound(take.video)))
    return Clip(take.duration_ms, cuts)


def bench_truth() -> str:
    """What was lost of words and deeds, and how much idle time is gone, session by session."""
    rows, scores = [], []
    for wish in EVERY:
        if (one := session(wish)) is None:
            continue
        found = score(one, clip_of(one).cuts)
        scores.append(found)
        lost = (f"{found.action_s:.1f} s", f"{found.speech_s:.1f} s", str(found.clicks))
        rows.append([wish.name, *lost, f"{found.idle_s:.1f} s", f"{found.removed:.0%}"])
    if not scores:
        return "no sessions: set SHOWHOW_BENCH_SESSION"
    total = sum(s.removed_s for s in scores) / sum(s.idle_s for s in scores)
    lost = (f"{sum(s.action_s for s in scores):.1f} s", f"{sum(s.speech_s for s in scores):.1f} s")
    clicks, idle = str(sum(s.clicks for s in scores)), f"{sum(s.idle_s for s in scores):.0f} s"
    rows.append(["**all**", *lost, clicks, idle, f"**{total:.1%}**"])
    return table(rows, ["session", "action lost", "speech lost", "clicks lost", "idle", "idle removed"])


def bench_cost() -> str:
    """CPU of detection and cut over ten minutes, everybody in turn."""
    if (one := session(LONG)) is None:
        return "no session: set SHOWHOW_BENCH_SESSION"
    kept = clip_of(one).kept
    taken: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as place:
        for turn in range(int(os.environ.get("SHOWHOW_BENCH_ROUNDS", "3"))):
            for name, command in _commands(one, kept, Path(place)):
                if command and (not turn or name in _AGAIN):
                    seconds, sizes[name] = cpu_of(command, Path(place))
                    taken[name].append(seconds)
    ours = median(taken[_OURS])
    rows = [[name, *_cost(taken[name], ours, sizes.get(name, 0))] for name, _ in _commands(one, kept, Path())]
    return table(rows, ["what", "CPU", "of showhow's", "each time", "its clip"])


def _cost(each: Sequence[float], ours: float, size: int) -> list[str]:
    if not each:
        return ["", "not here", "", ""]
    times = ", ".join(f"{seconds:.1f}" for seconds in each)
    return [f"{median(each):.1f} s", f"{median(each) / ours:.1f}x", times, f"{size / 1e6:.1f} MB" if size else ""]


def cpu_of(commands: Sequence[Sequence[str]], place: Path) -> tuple[float, int]:
    """Seconds of CPU of some commands one after the other, and the size of the clip they leave."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, cwd=Path.cwd())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    clip = place / "clip.mp4"
    size = clip.stat().st_size if clip.exists() else 0
    clip.unlink(missing_ok=True)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, size


def _commands(one: Session, kept: Sequence, place: Path) -> list[tuple[str, list[list[str]]]]:
    take, out = str(one.take.video), str(place / "clip.mp4")
    spans = [(span.start_ms / 1000, span.end_ms / 1000) for span in kept]
    chosen = "+".join(f"between(t,{a},{b})" for a, b in spans)
    detect = ["ffmpeg", "-v", "info", "-i", take, "-vf", "freezedetect=n=-60dB:d=1"]
    detect += ["-af", "silencedetect=n=-40dB:d=1", "-f", "null", "-"]
    cut = ["ffmpeg", "-v", "error", "-y", "-i", take, "-vf", f"select='{chosen}',setpts=N/FRAME_RATE/TB"]
    cut += ["-af", f"aselect='{chosen}',asetpts=N/SR/TB"]
    fast = [*cut, "-preset", "ultrafast"]
    smart, scenes, auto = (_peer(name) for name in ("smartcut", "scenedetect", "auto-editor"))
    keep = ",".join(f"{a},{b}" for a, b in spans)
    return [
        (_OURS, [[sys.executable, "-m", "tests.benches.trim_once", str(one.take.path), out]]),
        (_THEIRS, [detect, [*cut, out]]),
        ("the same, `-preset ultrafast`", [detect, [*fast, out]]),
        ("smartcut, cut only", [[smart, take, out, "--keep", keep]] if smart else []),
        ("scenedetect, detection only", [[scenes, "-i", take, "detect-content"]] if scenes else []),
        ("auto-editor (by loudness)", [[auto, take, "--no-open", "-o", out]] if auto else []),
    ]


def _peer(name: str) -> str | None:
    folder = os.environ.get("SHOWHOW_BENCH_PEERS")
    return shutil.which(name, path=folder) if folder and shutil.which(name, path=folder) else shutil.which(name)


def bench_toggle() -> str:
    """A cut of ten minutes taken back and put in again in review, until clip and stills are ready."""
    if (one := session(LONG)) is None:
        return "no session: set SHOWHOW_BENCH_SESSION"
    draft, rows = propose(one.take.path), []
    with tempfile.TemporaryDirectory() as place, EncodeCache() as parts:

        def ready(what: str, wanted: Draft) -> tuple[float, float]:
            wall, cpu = time.perf_counter(), time.process_time()
            prerender(wanted, Path(place), cache=parts)
            taken = time.perf_counter() - wall, time.process_time() - cpu
            rows.append([what, f"{taken[0]:.2f} s", f"{taken[1]:.2f} s"])
            return taken

        first = ready(f"first: {len(draft.cuts)} cuts, {len(draft.steps)} steps", draft)
        chosen = [draft.cuts[len(draft.cuts) * n // 6] for n in range(1, 6)]
        each = [ready(f"cut at {cut.start_ms // 1000} s", toggle_cut(draft, cut.start_ms)) for cut in chosen]
    rows.append(
        ["**first / median of the others**", *(f"{first[n] / median(e[n] for e in each):.1f}x" for n in (0, 1))]
    )
    return table(rows, ["what", "wall", "CPU"])


PARTS = {"truth": bench_truth, "cost": bench_cost, "toggle": bench_toggle}


@pytest.mark.bench
@pytest.mark.parametrize("name", PARTS)
def test_bench(name: str) -> None:
    """Print one part's table."""
    sys.stdout.write(f"\n{PARTS[name]()}\n")


if __name__ == "__main__":
    for wanted in [part for part in sys.argv[1:] if re.fullmatch("[a-z]+", part)] or list(PARTS):
        sys.stdout.write(f"{PARTS[wanted]()}\n\n")
        sys.stdout.flush()
