"""More names for a Wayland display: ``wayland_proxy.py DISPLAY FOLDER`` makes a socket for each of these in FOLDER.

``wayland-complete`` adds what Debian 12's xdg-desktop-portal-wlr 0.7 wants of every screencopy frame (``linux_dmabuf``,
which a desktop without a graphics card never sends; mended in 0.8). ``wayland-portal-only`` leaves screencopy out, as
GNOME and KDE do. ``wayland-pluggable`` has monitors that SIGUSR1 unplugs and SIGUSR2 plugs in again.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

COMPLETE, PORTAL_ONLY, PLUGGABLE = "wayland-complete", "wayland-portal-only", "wayland-pluggable"
_SCREENCOPY, _OUTPUT = b"zwlr_screencopy_manager_v1", b"wl_output\0"
_XR24 = 0x34325258  # DRM's XRGB8888
_AGAIN = 1000  # added to a monitor's number each time it is plugged in
Edit = Callable[[int, int, bytes], bytes]
"""Receives object, opcode and whole message; returns what is passed on."""


def messages(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Object, opcode and bytes of each whole message."""
    at = 0
    while at + 8 <= len(data):
        target, word = struct.unpack_from("=II", data, at)
        if at + (word >> 16) > len(data):
            return
        yield target, word & 0xFFFF, data[at : at + (word >> 16)]
        at += word >> 16


def number(message: bytes, at: int) -> int:
    """A word of a message."""
    return int(struct.unpack_from("=I", message, at)[0])


class Session:
    """One client and its connection to the compositor."""

    def __init__(self, client: socket.socket, server: socket.socket, name: str) -> None:
        self._client, self._server, self._name = client, server, name
        self._writing = threading.Lock()
        self._registries: set[int] = set()
        self._managers: set[int] = set()
        self._frames: set[int] = set()
        self._monitors: dict[int, bytes] = {}
        for ends in ((client, server, self._from_client), (server, client, self._from_server)):
            threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, edit: Edit) -> None:
        """Pass messages on until either side goes."""
        kept = b""
        with suppress(OSError):
            while True:
                data, descriptors, *_ = socket.recv_fds(source, 1 << 16, 28)
                if not data:
                    break
                kept += data
                whole = list(messages(kept))
                kept = kept[sum(len(message) for *_, message in whole) :]
                out = b"".join(edit(*message) for message in whole)
                if out or descriptors:
                    with self._writing:
                        sent = socket.send_fds(sink, [out], descriptors)
                        sink.sendall(out[sent:])
                for descriptor in descriptors:
                    os.close(descriptor)
        for side in (source, sink):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def _from_client(self, target: int, opcode: int, message: bytes) -> bytes:
        if target == 1 and opcode == 1:  # get_registry
            self._registries.add(number(message, 8))
        elif target in self._registries and opcode == 0 and _SCREENCOPY in message:  # bind: the object is last
            self._managers.add(number(message, len(message) - 4))
        elif target in self._registries and opcode == 0 and _OUTPUT in message:
            return message[:8] + struct.pack("=I", number(message, 8) % _AGAIN) + message[12:]
        elif target in self._managers and opcode in (0, 1):  # capture_output, capture_output_region
            self._frames.add(number(message, 8))
        return message

    def _from_server(self, target: int, opcode: int, message: bytes) -> bytes:
        if target == 1 and opcode == 1:  # delete_id
            self._frames.discard(number(message, 8))
        elif target in self._registries and opcode == 0:
            if _SCREENCOPY in message and self._name == PORTAL_ONLY:
                return b""
            if _OUTPUT in message:
                self._monitors[number(message, 8)] = message
        elif target in self._frames and opcode == 0 and self._name == COMPLETE:  # buffer: format, width, height, stride
            size = message[12:20]
            return message + struct.pack("=III", target, 20 << 16 | 5, _XR24) + size
        return message

    def plug(self, *, into: bool) -> None:
        """Tell the client that the monitors are gone, or there again under other numbers."""
        told = b""
        for registry in self._registries:
            for name, message in list(self._monitors.items()):
                if into:
                    self._monitors[name + _AGAIN] = self._monitors.pop(name)
                    told += message[:8] + struct.pack("=I", name + _AGAIN) + message[12:]
                else:
                    told += struct.pack("=III", registry, 12 << 16 | 1, name)
        with self._writing, suppress(OSError):
            self._client.sendall(told)


def serve(display: str, offered: Path, sessions: list[Session]) -> None:
    """Accept clients for ever."""
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    beside = offered.with_suffix(".new")
    door.bind(str(beside))
    door.listen()
    beside.rename(offered)  # whoever sees it may connect
    while True:
        client, _ = door.accept()
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            server.connect(display)
        except OSError:  # the compositor has gone
            client.close()
            continue
        sessions.append(Session(client, server, offered.name))


def main() -> None:
    """Serve every name."""
    display, folder = sys.argv[1:]
    pluggable: list[Session] = []
    signals = {signal.SIGUSR1, signal.SIGUSR2}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    for name in (COMPLETE, PORTAL_ONLY, PLUGGABLE):
        known = pluggable if name == PLUGGABLE else list[Session]()
        threading.Thread(target=serve, args=(display, Path(folder) / name, known), daemon=True).start()
    while True:
        into = signal.sigwait(signals) == signal.SIGUSR2
        for session in pluggable:
            session.plug(into=into)


if __name__ == "__main__":
    main()
