"""Two more names for a Wayland display: ``wayland_proxy.py DISPLAY COMPLETE PORTAL_ONLY`` (paths of sockets).

COMPLETE adds what Debian 12's xdg-desktop-portal-wlr 0.7 wants of every screencopy frame (``linux_dmabuf``, which a
desktop without a graphics card never sends; mended in 0.8). PORTAL_ONLY leaves screencopy out, as GNOME and KDE do.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_SCREENCOPY = b"zwlr_screencopy_manager_v1"
_XR24 = 0x34325258  # DRM's XRGB8888
_WORD = struct.Struct("=II")
Edit = Callable[[int, int, bytes], bytes]
"""Receives object, opcode and whole message; returns what is passed on."""


def messages(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Object, opcode and bytes of each whole message."""
    at = 0
    while at + 8 <= len(data):
        target, word = _WORD.unpack_from(data, at)
        if at + (word >> 16) > len(data):
            return
        yield target, word & 0xFFFF, data[at : at + (word >> 16)]
        at += word >> 16


def pump(source: socket.socket, sink: socket.socket, edit: Edit) -> None:
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
                sent = socket.send_fds(sink, [out], descriptors)
                sink.sendall(out[sent:])
            for descriptor in descriptors:
                os.close(descriptor)
    for side in (source, sink):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)


class Session:
    """One client and its connection to the compositor."""

    def __init__(self, client: socket.socket, server: socket.socket, *, screencopy: bool) -> None:
        self._screencopy = screencopy
        self._registries: set[int] = set()
        self._managers: set[int] = set()
        self._frames: set[int] = set()
        for ends in ((client, server, self._from_client), (server, client, self._from_server)):
            threading.Thread(target=pump, args=ends, daemon=True).start()

    def _from_client(self, target: int, opcode: int, message: bytes) -> bytes:
        if target == 1 and opcode == 1:  # get_registry
            self._registries.add(struct.unpack_from("=I", message, 8)[0])
        elif target in self._registries and opcode == 0 and _SCREENCOPY in message:  # bind: the object is last
            self._managers.add(struct.unpack_from("=I", message, len(message) - 4)[0])
        elif target in self._managers and opcode in (0, 1):  # capture_output, capture_output_region
            self._frames.add(struct.unpack_from("=I", message, 8)[0])
        return message

    def _from_server(self, target: int, opcode: int, message: bytes) -> bytes:
        if target == 1 and opcode == 1:  # delete_id
            self._frames.discard(struct.unpack_from("=I", message, 8)[0])
        elif target in self._registries and opcode == 0 and _SCREENCOPY in message and not self._screencopy:
            return b""
        elif target in self._frames and opcode == 0:  # buffer: format, width, height, stride
            _, width, height, _ = struct.unpack_from("=IIII", message, 8)
            return message + struct.pack("=IIIII", target, 20 << 16 | 5, _XR24, width, height)
        return message


def serve(display: str, offered: Path, *, screencopy: bool) -> None:
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
        Session(client, server, screencopy=screencopy)


def main() -> None:
    """Serve both names."""
    display, complete, portal_only = sys.argv[1:]
    threading.Thread(target=serve, args=(display, Path(complete)), kwargs={"screencopy": True}, daemon=True).start()
    serve(display, Path(portal_only), screencopy=False)


if __name__ == "__main__":
    main()
