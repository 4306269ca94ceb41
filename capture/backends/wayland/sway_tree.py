"""The window in front as sway tells it, by the IPC that it has from i3 (i3wm.org/docs/ipc.html).

Owns the message that asks for the tree of windows, and which window of it is in front.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from capture.backends.wayland.descriptors import connect
from capture.errors import CaptureError
from capture.model import Front

_MAGIC, _GET_TREE = b"i3-ipc", 4
_HEAD = struct.Struct("=6sII")
_TIMEOUT_S = 1.0
_MOST_BYTES = 16_000_000


def tree_socket() -> str:
    """The path of the compositor's IPC socket; empty where it has none."""
    return os.environ.get("SWAYSOCK", "") or os.environ.get("I3SOCK", "")


def read_tree(path: str) -> dict[str, Any]:
    """The tree of all windows. Raises CaptureError when the compositor does not answer."""
    try:
        with connect(Path(path)) as line:
            line.settimeout(_TIMEOUT_S)
            line.sendall(_HEAD.pack(_MAGIC, 0, _GET_TREE))
            _, size, _ = _HEAD.unpack(_received(line, _HEAD.size))
            return msgspec.json.decode(_received(line, size), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        raise CaptureError("The desktop does not tell which window is in front") from error


def _received(line: socket.socket, size: int) -> bytes:
    if size > _MOST_BYTES:
        raise OSError("too long an answer")
    parts = bytearray()
    while len(parts) < size:
        if not (part := line.recv(size - len(parts))):
            raise OSError("the answer is cut short")
        parts += part
    return bytes(parts)


def front_of(tree: dict[str, Any], *, behind: bool = False) -> Front:
    """The window that has the focus, or with ``behind`` the one that had it before; empty without one. Pure."""
    windows = list(_by_focus(tree))
    return windows[behind] if len(windows) > behind else Front()


def _by_focus(node: dict[str, Any]) -> Iterator[Front]:
    """The windows, the one focused last first: each node lists its children in that order."""
    children = {child["id"]: child for kind in ("nodes", "floating_nodes") for child in node.get(kind, ())}
    if not children and (node.get("pid") or node.get("window")):
        of_x11 = node.get("window_properties") or {}
        yield Front(node.get("app_id") or of_x11.get("class") or "", node.get("name") or "")
    for number in node.get("focus", ()):
        if number in children:
            yield from _by_focus(children[number])
