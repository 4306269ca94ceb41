"""A process that runs PortAudio for one microphone and writes timestamped blocks to standard output.

For systems without a PulseAudio or PipeWire server. PortAudio's ALSA thread ends silently when its device or server
dies, closing it may hang, and a device that returns is seen only after PortAudio was terminated. A process can be
killed when it hangs, and a new one sees the current devices. It costs 15 MB and 0.6 % of a core. Does not reconnect:
it ends when sound stops arriving.

    python -m capture.backends.portaudio.portaudio_process CHANNELS [NAME]      CHANNELS 0: as many as it has
    python -m capture.backends.portaudio.portaudio_process --list
"""

from __future__ import annotations

import os
import queue
import signal
import sys

from capture.audio.monotonic import monotonic_ns
from capture.backends.portaudio.block_header import ERROR, SOUND, Header
from capture.backends.portaudio.portaudio import open_input, portaudio_devices
from capture.errors import CaptureError

_FIRST_S = 4.0
"""A suspended sound card (or null sink) takes up to two seconds to start."""
_NEXT_S, _ASK_S = 1.2, 0.3
_WAITING = 100
"""Blocks, ten seconds: later blocks are dropped when the reader is that far behind."""
_BELIEVABLE_S = 3.0


def main(arguments: list[str]) -> int:
    """Run until the reader closes the pipe or no sound arrives; the exit code."""
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process ends this one
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
        return 0  # the reader closed the pipe
    return 0


def _listen(channels: int, name: str | None) -> None:
    blocks: queue.SimpleQueue[tuple[int, bytes, bool]] = queue.SimpleQueue()
    lost = False

    def on_block(data: bytes, age_s: float, overflow: bool) -> None:
        nonlocal lost
        now_ns = monotonic_ns()
        if blocks.qsize() >= _WAITING:
            lost = True
            return
        # PortAudio's clock is the wall clock here; only its differences are used.
        age_s = age_s if 0 < age_s < _BELIEVABLE_S else 0.1
        blocks.put((now_ns - round(age_s * 1e9), data, overflow or lost))
        lost = False

    stream, rate, got = open_input(name, channels, on_block)
    patience, waited = _FIRST_S, 0.0
    while stream.active and waited < patience:  # PortAudio reports the end of its thread, but not a stall
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
    # Skip Python's exit handlers: PortAudio's may wait for ever for a lost server.
    os._exit(main(sys.argv[1:]))
