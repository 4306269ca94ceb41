"""The windows of an X desktop: which there are, what lies under a place, where one is and what covers it.

Works with any window manager that keeps _NET_CLIENT_LIST, with older ones that only set WM_STATE, and with none.
"""

from __future__ import annotations

from collections.abc import Iterator

from Xlib import X, error
from Xlib.xobject.drawable import Window as XWindow

from capture.backends.x11.connection import X11Connection
from capture.model import Region, Window

_DEEPEST = 8  # window managers nest frames two or three deep


def list_windows(desk: X11Connection) -> list[Window]:
    """The windows people know of that can be seen, topmost first where the window manager tells the order."""
    listed = desk.numbers(desk.root, "_NET_CLIENT_LIST_STACKING") or desk.numbers(desk.root, "_NET_CLIENT_LIST")
    clients = [desk.window(number) for number in reversed(listed)] or _found_clients(desk)
    return [window for client in clients if (window := describe_window(desk, client)) is not None]


def _found_clients(desk: X11Connection) -> list[XWindow]:
    tops = reversed(children(desk.root))
    return [client for top in tops if _shown(top) and (client := client_of(desk, top)) is not None]


def describe_window(desk: X11Connection, window: XWindow) -> Window | None:
    """A window's record; None when it is not to be seen, has no title or has gone."""
    region, title = visible_region(desk, window), title_of(desk, window)
    if region is None or not title:
        return None
    return Window(window_id=window.id, title=title, window_class=class_of(desk, window), region=region)


def title_of(desk: X11Connection, window: XWindow) -> str:
    """Its title as people read it."""
    return desk.text(window, "_NET_WM_NAME") or desk.text(window, "WM_NAME")


def class_of(desk: X11Connection, window: XWindow) -> str:
    """The class part of WM_CLASS, such as ``Firefox``."""
    instance_and_class = desk.parts(window, "WM_CLASS")
    return instance_and_class[1] if len(instance_and_class) > 1 else ""


def visible_region(desk: X11Connection, window: XWindow) -> Region | None:
    """Its content in desktop pixels, without borders and without the shadow that GTK draws inside its windows.

    None while it is not to be seen.
    """
    try:
        if window.get_attributes().map_state != X.IsViewable:
            return None
        shape = window.get_geometry()
        place = desk.root.translate_coords(window.id, 0, 0)
    except error.XError:
        return None
    left, right, top, bottom = (desk.numbers(window, "_GTK_FRAME_EXTENTS") + [0] * 4)[:4]
    region = Region(place.x + left, place.y + top, shape.width - left - right, shape.height - top - bottom)
    return None if region.empty else region


def children(window: XWindow) -> list[XWindow]:
    """What lies in a window, lowest first; nothing when it has gone."""
    try:
        return list(window.query_tree().children)
    except error.XError:
        return []


def client_of(desk: X11Connection, top: XWindow) -> XWindow | None:
    """The window of a program inside a top-level frame; the frame itself when no window manager has dressed it."""
    layer = [top]
    for _ in range(3):
        for window in layer:
            if desk.numbers(window, "WM_STATE"):
                return window
        layer = [child for window in layer for child in children(window)]
    return top if class_of(desk, top) or title_of(desk, top) else None


def window_at(desk: X11Connection, x: int, y: int) -> tuple[str, str]:
    """Title and class of the window under a place of the desktop; empty for the bare desktop."""
    for window in _down_to(desk, x, y):
        if desk.numbers(window, "WM_STATE"):
            return title_of(desk, window), class_of(desk, window)
    top = next(_down_to(desk, x, y), None)
    return _loose(desk, top) if top is not None else ("", "")


def client_at(desk: X11Connection, x: int, y: int) -> Window | None:
    """The window under a place, as one that can be recorded; None for the bare desktop."""
    top = next(_down_to(desk, x, y), None)
    client = client_of(desk, top) if top is not None else None
    return describe_window(desk, client) if client is not None else None


def _down_to(desk: X11Connection, x: int, y: int) -> Iterator[XWindow]:
    """The windows under a place, outermost first."""
    window = desk.root
    for _ in range(_DEEPEST):
        try:
            child = window.translate_coords(desk.root.id, x, y).child
        except error.XError:
            return
        if not child:
            return
        window = desk.window(getattr(child, "id", child))
        yield window


def _loose(desk: X11Connection, window: XWindow) -> tuple[str, str]:
    """A window that no window manager looks after: a menu, a tooltip. It is named after the window it belongs to."""
    own = class_of(desk, window)
    active, active_class = active_window(desk)
    if active and own in ("", active_class):
        return active, active_class
    return title_of(desk, window), own


def active_window(desk: X11Connection) -> tuple[str, str]:
    """Title and class of the window with the focus, by the window manager's account; empty without one."""
    active = desk.numbers(desk.root, "_NET_ACTIVE_WINDOW")
    if not active or not active[0]:
        return "", ""
    window = desk.window(active[0])
    return title_of(desk, window), class_of(desk, window)


def covered_by(desk: X11Connection, window: XWindow, region: Region) -> str:
    """The title of a window that hides part of ``region``, which shows ``window``; empty when nothing does.

    Menus and tooltips, and windows of the same program, belong to what is shown and do not count.
    """
    own_class = class_of(desk, window)
    above = children(desk.root)
    top = top_of(desk, window)
    numbers = [other.id for other in above]
    above = above[numbers.index(top.id) + 1 :] if top.id in numbers else []
    for other in reversed(above):
        if (title := _covering(desk, other, region, own_class)) != "":
            return title
    return ""


def _covering(desk: X11Connection, other: XWindow, region: Region, own_class: str) -> str:
    try:
        attributes, shape = other.get_attributes(), other.get_geometry()
    except error.XError:
        return ""
    if attributes.map_state != X.IsViewable or attributes.override_redirect or attributes.win_class != X.InputOutput:
        return ""
    border = 2 * shape.border_width
    if Region(shape.x, shape.y, shape.width + border, shape.height + border).intersect(region).empty:
        return ""
    client = client_of(desk, other)
    if client is None or (own_class and class_of(desk, client) == own_class):
        return ""
    return title_of(desk, client) or class_of(desk, client) or "Another window"


def top_of(desk: X11Connection, window: XWindow) -> XWindow:
    """The outermost window that holds this one: its frame, or itself."""
    for _ in range(_DEEPEST):
        try:
            parent = window.query_tree().parent
        except error.XError:
            return window
        if not parent or parent.id == desk.root.id:
            return window
        window = parent
    return window


def _shown(window: XWindow) -> bool:
    try:
        attributes = window.get_attributes()
    except error.XError:
        return False
    return bool(attributes.map_state == X.IsViewable and not attributes.override_redirect)
