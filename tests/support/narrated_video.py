"""A narrated screen video by ffmpeg, in a natural voice: a box that moves during speech, and idle times."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from tests.support.scripted_task import RATE, write_track
from tests.support.speech import say

LINES = ("Click the new order button.", "Enter the name of the supplier.", "Submit the order and confirm.")
IDLE_S = 4.0


def film(folder: Path, name: str = "raise_an-order.mp4", lines: tuple[str, ...] = LINES) -> tuple[Path, list[int]]:
    """The video, and the time (ms) of each line in it. After each line there are 4 s without movement and speech."""
    spoken = [(say(line, RATE) * 32_767).astype(np.int16) for line in lines]
    at, starts = 1.0, []
    for sound in spoken:
        starts.append(at)
        at += len(sound) / RATE + IDLE_S
    write_track(folder / "track.wav", at, list(zip(starts, spoken, strict=True)))
    moving = "+".join(
        f"between(t,{start:.2f},{start + len(sound) / RATE:.2f})*(t-{start:.2f})*60"
        for start, sound in zip(starts, spoken, strict=True)
    )
    screen = f"color=c=0x3b6e8f:s=320x240:r=10:d={at:.2f}[a];color=c=white:s=40x40:r=10:d={at:.2f}[b]"
    command = ["ffmpeg", "-loglevel", "error", "-y", "-i", str(folder / "track.wav"), "-filter_complex"]
    command += [f"{screen};[a][b]overlay=x='{moving or 0}':y=100[v]", "-map", "[v]", "-map", "0:a"]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"]
    subprocess.run([*command, str(folder / name)], check=True, capture_output=True)
    return folder / name, [round(start * 1000) for start in starts]
