"""The windows of an X desktop: the list, the window at a position, the region of a window and what covers it.

Works with window managers that keep _NET_CLIENT_LIST, with older ones that only set WM_STATE, and without one.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator

from Xlib import X, error
from Xlib.xobject.drawable import Window as XWindow

from capture.backends.front.program_version import version_of_process
from capture.backends.x11.connection import X11Connection
from capture.model import Front, Region, Window

_DEEPEST = 8  # window managers nest frames two or three deep


def list_windows(connection: X11Connection) -> list[Window]:
    """The visible application windows, topmost first where the window manager gives the order."""
    listed = connection.numbers(connection.root, "_NET_CLIENT_LIST_STACKING") or connection.numbers(
        connection.root, "_NET_CLIENT_LIST"
    )
    clients = [connection.window(number) for number in reversed(listed)] or _found_clients(connection)
    return [window for client in clients if (window := describe_window(connection, client)) is not None]


def _found_clients(connection: X11Connection) -> list[XWindow]:
    tops = reversed(children(connection.root))
    return [client for top in tops if _shown(top) and (client := client_of(connection, top)) is not None]


def describe_window(connection: X11Connection, window: XWindow) -> Window | None:
    """A window's record; None when it is not visible or closed."""
    region = visible_region(connection, window)
    if region is None:
        return None
    title, window_class = title_of(connection, window), class_of(connection, window)
    return Window(window_id=window.id, title=title, window_class=window_class, region=region)


def title_of(connection: X11Connection, window: XWindow) -> str:
    """Its title."""
    return connection.text(window, "_NET_WM_NAME") or connection.text(window, "WM_NAME")


def class_of(connection: X11Connection, window: XWindow) -> str:
    """The class part of WM_CLASS, such as ``Firefox``."""
    instance_and_class = connection.parts(window, "WM_CLASS")
    return instance_and_class[1] if len(instance_and_class) > 1 else ""


def visible_region(connection: X11Connection, window: XWindow) -> Region | None:
    """The region of its content in desktop pixels, without borders and without the shadow that GTK draws inside its
    windows; None while it is not visible.
    """
    try:
        if window.get_attributes().map_state != X.IsViewable:
            return None
        shape = window.get_geometry()
        place = connection.root.translate_coords(window.id, 0, 0)
    except error.XError:
        return None
    left, right, top, bottom = (connection.numbers(window, "_GTK_FRAME_EXTENTS") + [0] * 4)[:4]
    region = Region(place.x + left, place.y + top, shape.width - left - right, shape.height - top - bottom)
    return None if region.empty else region


class Dialogs:
    """The windows that say of themselves that they belong to one window (WM_TRANSIENT_FOR)."""

    def __init__(self, connection: X11Connection, window: XWindow) -> None:
        self._connection, self._window = connection, window
        self._owners: dict[int, int] = {}

    def visible(self) -> list[Region]:
        """Regions of those that are visible; each window is asked once whose it is."""
        listed = self._connection.numbers(self._connection.root, "_NET_CLIENT_LIST")
        self._owners = {number: self._owners.get(number) or self._owner(number) for number in listed}
        mine = [number for number in listed if number != self._window.id and self._belongs(number)]
        found = (visible_region(self._connection, self._connection.window(number)) for number in mine)
        return [region for region in found if region is not None]

    def _owner(self, number: int) -> int:
        """The id of the window it belongs to; its own where it belongs to none."""
        return next(iter(self._connection.numbers(self._connection.window(number), "WM_TRANSIENT_FOR")), number)

    def _belongs(self, number: int) -> bool:
        for _ in range(_DEEPEST):
            owner = self._owners.get(number, number)
            if owner in (self._window.id, number):
                return owner == self._window.id
            number = owner
        return False


def children(window: XWindow) -> list[XWindow]:
    """Child windows, lowest first; empty when the window is closed."""
    try:
        return list(window.query_tree().children)
    except error.XError:
        return []


def client_of(connection: X11Connection, top: XWindow) -> XWindow | None:
    """The application window inside a top-level frame; the top-level window itself without a window manager."""
    layer = [top]
    for _ in range(3):
        for window in layer:
            if connection.numbers(window, "WM_STATE"):
                return window
        layer = [child for window in layer for child in children(window)]
    return top if class_of(connection, top) or title_of(connection, top) else None


def window_at(connection: X11Connection, x: int, y: int) -> tuple[str, str]:
    """Title and class of the window at a desktop position; empty for the bare desktop."""
    for window in _down_to(connection, x, y):
        if connection.numbers(window, "WM_STATE"):
            return title_of(connection, window), class_of(connection, window)
    top = next(_down_to(connection, x, y), None)
    return _loose(connection, top) if top is not None else ("", "")


def client_at(connection: X11Connection, x: int, y: int) -> Window | None:
    """The application window at a desktop position; None for the bare desktop."""
    top = next(_down_to(connection, x, y), None)
    client = client_of(connection, top) if top is not None else None
    return describe_window(connection, client) if client is not None else None


def _down_to(connection: X11Connection, x: int, y: int) -> Iterator[XWindow]:
    """The windows at a desktop position, outermost first."""
    window = connection.root
    for _ in range(_DEEPEST):
        try:
            child = window.translate_coords(connection.root.id, x, y).child
        except error.XError:
            return
        if not child:
            return
        window = connection.window(getattr(child, "id", child))
        yield window


def _loose(connection: X11Connection, window: XWindow) -> tuple[str, str]:
    """Title and class of an unmanaged window (a menu, a tooltip): those of the window it belongs to."""
    own = class_of(connection, window)
    active, active_class, _ = active_window(connection)
    if active and own in ("", active_class):
        return active, active_class
    return title_of(connection, window), own


def active_window(connection: X11Connection) -> tuple[str, str, int]:
    """Title, class and id of the window that the window manager reports as focused; empty and 0 without one."""
    active = connection.numbers(connection.root, "_NET_ACTIVE_WINDOW")
    if not active or not active[0]:
        return "", "", 0
    window = connection.window(active[0])
    return title_of(connection, window), class_of(connection, window), active[0]


def front_of(connection: X11Connection, *, behind: bool = False) -> Front:
    """Program and title of the focused window, or with ``behind`` of the topmost other one; empty without one."""
    title, window_class, number = active_window(connection)
    if number and not behind:
        return Front(window_class, title, _version_of(connection, number))
    others = [window for window in list_windows(connection) if window.window_id != number]
    if behind and not number:
        others = others[1:]
    if not others:
        return Front()
    return Front(others[0].window_class, others[0].title, _version_of(connection, others[0].window_id))


def _version_of(connection: X11Connection, number: int) -> str:
    """The version of a window's program; empty where the window is another machine's, or it is not known."""
    window = connection.window(number)
    machine = connection.text(window, "WM_CLIENT_MACHINE")
    told = connection.numbers(window, "_NET_WM_PID")
    return version_of_process(told[0]) if told and machine in ("", platform.node()) else ""


def covered_by(connection: X11Connection, window: XWindow, region: Region) -> str:
    """The title of a window that hides part of ``region``, which shows ``window``; empty when none does.

    Menus, tooltips and windows of the same program do not count.
    """
    own_class = class_of(connection, window)
    above = children(connection.root)
    top = top_of(connection, window)
    numbers = [other.id for other in above]
    above = above[numbers.index(top.id) + 1 :] if top.id in numbers else []
    for other in reversed(above):
        if (title := _covering(connection, other, region, own_class)) != "":
            return title
    return ""


def _covering(connection: X11Connection, other: XWindow, region: Region, own_class: str) -> str:
    try:
        attributes, shape = other.get_attributes(), other.get_geometry()
    except error.XError:
        return ""
    if attributes.map_state != X.IsViewable or attributes.override_redirect or attributes.win_class != X.InputOutput:
        return ""
    border = 2 * shape.border_width
    if Region(shape.x, shape.y, shape.width + border, shape.height + border).intersect(region).empty:
        return ""
    client = client_of(connection, other)
    if client is None or (own_class and class_of(connection, client) == own_class):
        return ""
    return title_of(connection, client) or class_of(connection, client) or "Another window"


def top_of(connection: X11Connection, window: XWindow) -> XWindow:
    """The top-level window that contains this one: its frame, or itself."""
    for _ in range(_DEEPEST):
        try:
            parent = window.query_tree().parent
        except error.XError:
            return window
        if not parent or parent.id == connection.root.id:
            return window
        window = parent
    return window


def _shown(window: XWindow) -> bool:
    try:
        attributes = window.get_attributes()
    except error.XError:
        return False
    return bool(attributes.map_state == X.IsViewable and not attributes.override_redirect)
