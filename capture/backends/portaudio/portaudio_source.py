"""PortAudioSource: blocks from one microphone; reconnects when the device or the sound server dies.

Owns the child process that runs PortAudio: starts it, reads it, kills it when it hangs, restarts it when it ended.
Does not align or encode.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from capture.audio.block import Block
from capture.backends.portaudio.block_header import ERROR, SIZE, Header
from capture.child_process import ChildProcess

_PROCESS = "capture.backends.portaudio.portaudio_process"
_WAITING = 300
"""Blocks, 30 s: older ones are dropped when the recorder is that far behind."""
_RETRY_S, _MAX_RETRY_S = 1.0, 3.0
"""Between attempts: each costs a tenth of a second of CPU, and a headset may be gone for the rest of the take."""


class PortAudioSource:
    """Connects in a thread, from construction on. ``name`` None is the system's default source.

    ``channels`` None: as many as the device has. ``served``: ``name`` is that of a sound server, which PortAudio
    reaches by a device of its own.
    """

    def __init__(self, name: str | None, channels: int | None = 1, *, served: bool = False) -> None:
        self.name, self._channels, self._served = name, channels, served
        self.failure = ""
        self._blocks: deque[Block] = deque(maxlen=_WAITING)
        self._arrived = threading.Event()
        self._ended = threading.Event()
        self._live = False
        self._child: ChildProcess | None = None
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()

    @property
    def live(self) -> bool:
        """Whether sound is arriving."""
        return self._live

    def drain(self) -> list[Block]:
        """The blocks since the last call; never blocks."""
        blocks = []
        while self._blocks:
            blocks.append(self._blocks.popleft())
        return blocks

    def wait(self, seconds: float) -> bool:
        """Wait for the first block or a failure; whether sound is arriving."""
        self._arrived.wait(seconds)
        return self._live

    def wait_next(self, seconds: float) -> None:
        """Wait for another block, at most ``seconds``."""
        self._arrived.clear()
        if not self._blocks:
            self._arrived.wait(seconds)

    def close(self) -> None:
        """Stop listening."""
        self._ended.set()
        if (child := self._child) is not None:
            child.kill()
        self._thread.join(2)

    def _run(self) -> None:
        pause_s = _RETRY_S
        while not self._ended.is_set():
            self._listen()
            pause_s = _RETRY_S if self._live else min(_MAX_RETRY_S, pause_s * 1.3)
            self._live = False
            self._arrived.set()
            self._ended.wait(pause_s)

    def _listen(self) -> None:
        arguments = [str(self._channels or 0), *([self.name] if self.name else [])]
        variables = _server_environment(self.name) if self.name is not None and self._served else {}
        try:
            child = ChildProcess(_PROCESS, *arguments, variables=variables)
        except OSError as error:
            self.failure = f"The microphone's process cannot be started ({error.strerror})."
            return
        with child:
            self._child = child
            with suppress(EOFError, ValueError):  # it ended, possibly within a block
                self._read(child)

    def _read(self, child: ChildProcess) -> None:
        first = True
        while not self._ended.is_set():
            header = Header.unpack(child.read(SIZE))
            data = child.read(header.length)
            if header.kind == ERROR:
                self.failure = data.decode("utf-8", "replace")
            else:
                self._put(Block(header.start_ns, self._shaped(data, header), header.rate, first or bool(header.gap)))
                first = False

    def _shaped(self, data: bytes, header: Header) -> NDArray[np.int16]:
        samples: NDArray[np.int16] = np.frombuffer(data, np.int16).reshape(-1, header.channels)
        if self._channels is None or header.channels == self._channels:
            return samples
        if self._channels == 1:
            return np.asarray(samples.mean(axis=1, keepdims=True), np.int16)
        return np.repeat(samples[:, :1], self._channels, axis=1)

    def _put(self, block: Block) -> None:
        self._blocks.append(block)
        self.failure, self._live = "", True
        self._arrived.set()


def _server_environment(name: str) -> dict[str, str]:
    return {"PULSE_SOURCE": name, "PIPEWIRE_NODE": name} if sys.platform == "linux" else {}
