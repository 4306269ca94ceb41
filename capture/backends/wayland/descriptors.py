"""What Linux alone has: sockets that carry file descriptors, and memory shared by one. Raises OSError elsewhere."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

_MOST_BYTES, _MOST_DESCRIPTORS = 1 << 16, 28


def connect(path: Path) -> socket.socket:
    """A connection to a local socket. Raises OSError."""
    if sys.platform == "linux":
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            made.connect(str(path))
        except OSError:
            made.close()
            raise
        return made
    raise _elsewhere()


def send(to: socket.socket, data: bytes, descriptor: int | None = None) -> None:
    """Send all bytes, a descriptor with the first of them. Raises OSError."""
    if sys.platform == "linux":
        sent = socket.send_fds(to, [data], [] if descriptor is None else [descriptor])
        return to.sendall(data[sent:])
    raise _elsewhere()


def receive(source: socket.socket) -> bytes:
    """What has arrived, empty at the end; descriptors that came with it are closed. Raises OSError."""
    if sys.platform == "linux":
        data, descriptors, *_ = socket.recv_fds(source, _MOST_BYTES, _MOST_DESCRIPTORS)
        for descriptor in descriptors:
            os.close(descriptor)
        return data
    raise _elsewhere()


def shared_memory(size: int) -> int:
    """A descriptor of ``size`` new bytes that another process may map. Raises OSError."""
    if sys.platform == "linux":
        descriptor = os.memfd_create("showhow")
        os.ftruncate(descriptor, size)
        return descriptor
    raise _elsewhere()


def _elsewhere() -> OSError:
    return OSError("Wayland is used on Linux only")
