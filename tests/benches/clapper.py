"""A clapperboard: a white square on the screen and a beep, at one moment, again and again. A program of its own.

    python clapper.py EVERY_S COUNT        prints the monotonic time (s) of each clap as it happens

The sound driver says when a sample will be heard; the square is drawn at that very moment and the X server asked
whether it has been. Beeps last 50 ms, squares 200 ms. EVERY_S should be no whole number of pictures, or all claps fall
on the same place between two of them.
"""

from __future__ import annotations

import sys
import threading
import time

import numpy as np
import sounddevice
from Xlib import X
from Xlib.display import Display

RATE = 48_000
SIDE = 160
_BEEP = (16_000 * np.sin(2 * np.pi * 1000 * np.arange(RATE // 20) / RATE)).astype(np.int16)


class Sound:
    """A stream of silence with beeps in it; ``heard`` gets the moment (monotonic s) each beep is heard."""

    def __init__(self, every_s: float) -> None:
        self.every = round(every_s * RATE)
        self.at = -2 * RATE  # the driver's times settle within a second or two
        self.heard: list[float] = []
        self.more = threading.Condition()

    def play(self, out: object, frames: int, times: object, _status: object) -> None:
        """Called by PortAudio."""
        start = time.monotonic() + times.outputBufferDacTime - times.currentTime
        place = np.arange(self.at, self.at + frames)
        phase = np.where(place >= 0, place % self.every, self.every)
        block = np.zeros(frames, np.int16)
        beeping = phase < len(_BEEP)
        block[beeping] = _BEEP[phase[beeping]]
        out[:] = block.tobytes()
        self.at += frames
        for first in np.flatnonzero(phase == 0):
            with self.more:
                self.heard.append(start + first / RATE)
                self.more.notify()


def main(every_s: float, count: int) -> None:
    """Clap ``count`` times."""
    display = Display()
    root = display.screen()
    window = root.root.create_window(
        0, 0, SIDE, SIDE, 0, root.root_depth, background_pixel=root.black_pixel, override_redirect=True
    )
    window.map()
    white = window.create_gc(foreground=root.white_pixel)
    black = window.create_gc(foreground=root.black_pixel)
    display.sync()
    sound = Sound(every_s)
    pulse = next(d["index"] for d in sounddevice.query_devices() if d["name"] == "pulse")
    stream = sounddevice.RawOutputStream(
        samplerate=RATE, channels=1, dtype="int16", device=pulse, latency=0.2, callback=sound.play
    )
    with stream:
        for number in range(count):
            with sound.more:
                while len(sound.heard) <= number:
                    sound.more.wait()
                moment = sound.heard[number]
            time.sleep(max(0.0, moment - time.monotonic()))
            paint(display, window, white)
            sys.stdout.write(f"{moment:.4f} {time.monotonic():.4f}\n")
            sys.stdout.flush()
            time.sleep(0.2)
            paint(display, window, black)


def paint(display: Display, window: object, colour: object) -> None:
    """Fill the square and wait until it is."""
    window.configure(stack_mode=X.Above)
    window.fill_rectangle(colour, 0, 0, SIDE, SIDE)
    display.sync()


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
