"""A process that runs PortAudio for one microphone and writes its blocks, stamped, to standard output.

For systems without a PulseAudio or PipeWire server. PortAudio's ALSA thread ends without a word when its device or
server dies, closing it may hang, and what came back is seen only after everything was torn down. A process can be ended
however it hangs, and a new one sees what is there now. It costs 15 MB and 0.6 % of a core. Refuses to decide anything:
it ends when sound stops coming.

    python -m capture.backends.portaudio.portaudio_process CHANNELS [NAME]
    python -m capture.backends.portaudio.portaudio_process --list
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import time

from capture.backends.portaudio.block_header import ERROR, SOUND, Header
from capture.backends.portaudio.portaudio import open_input, portaudio_devices
from capture.errors import CaptureError

_FIRST_S = 4.0
"""A sleeping sound card (or null sink) takes up to two seconds to wake up."""
_NEXT_S, _ASK_S = 1.2, 0.3
_WAITING = 100
"""Blocks, ten seconds: a reader that far behind has lost them."""
_BELIEVABLE_S = 3.0


def main(arguments: list[str]) -> int:
    """Run until nobody listens or nothing comes."""
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    try:
        if arguments[0] == "--list":
            import msgspec

            _write(msgspec.json.encode(portaudio_devices()))
        else:
            _listen(int(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    except CaptureError as error:
        text = str(error).encode()
        _write(Header(ERROR, 0, 0, 0, 0, len(text)).pack() + text)
        return 1
    except OSError:
        return 0  # nobody listens any more
    return 0


def _listen(channels: int, name: str | None) -> None:
    blocks: queue.SimpleQueue[tuple[int, bytes, bool]] = queue.SimpleQueue()
    lost = False

    def hear(data: bytes, age_s: float, overflow: bool) -> None:
        nonlocal lost
        now_ns = time.monotonic_ns()
        if blocks.qsize() >= _WAITING:
            lost = True
            return
        # PortAudio's own clock is the wall clock here; only its differences are used.
        age_s = age_s if 0 < age_s < _BELIEVABLE_S else 0.1
        blocks.put((now_ns - round(age_s * 1e9), data, overflow or lost))
        lost = False

    stream, rate, got = open_input(name, channels, hear)
    patience, waited = _FIRST_S, 0.0
    while stream.active and waited < patience:  # PortAudio says when its thread has ended, but not when it stalls
        try:
            start_ns, data, gap = blocks.get(timeout=_ASK_S)
        except queue.Empty:
            waited += _ASK_S
            continue
        patience, waited = _NEXT_S, 0.0
        _write(Header(SOUND, start_ns, rate, got, int(gap), len(data)).pack() + data)


def _write(data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    # Without Python's own ending: PortAudio's may wait for ever for a server that has gone.
    os._exit(main(sys.argv[1:]))
