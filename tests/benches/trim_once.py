"""Detection and cut of one take, as a process of its own to be measured: ``-m tests.benches.trim_once TAKE OUT``.

The same parts in the same order as ``library.intake.pipeline`` takes them, without the words. Prints kept and whole ms.
"""

from __future__ import annotations

import sys
from pathlib import Path

from capture.analysis.activity import changes_activity
from capture.analysis.trim import decide_cuts
from capture.model import Clip
from capture.render.clip_renderer import render_clip
from capture.takes import load_take, read_changes, read_events
from capture.video.tail_reader import growing_sound
from tests.support.speech import speech_spans


def main(folder: Path, output: Path) -> None:
    """Trim a take to a clip."""
    take = load_take(folder)
    speech = speech_spans(*growing_sound(take.video, 16_000, lambda: False))
    activity = changes_activity(list(read_changes(take)), read_events(take), take.duration_ms)
    clip = Clip(take.duration_ms, decide_cuts(take.duration_ms, activity, speech))
    render_clip(take.video, clip, output)
    sys.stdout.write(f"{clip.duration_ms} {take.duration_ms}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
