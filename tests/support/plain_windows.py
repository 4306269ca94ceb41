"""Plain coloured windows for tests, drawn by this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from Xlib import X, display, error
from Xlib.protocol import event

from tests.support.desktop import wait_for


class Paper:
    """A window with a title and one colour. ``loose``: the window manager does not manage it."""

    def __init__(
        self,
        title: str,
        place: tuple[int, int, int, int],
        colour: int = 0xFFFFFF,
        *,
        window_class: str = "Paper",
        loose: bool = False,
        dialog_of: Paper | None = None,
    ) -> None:
        self.display = display.Display()
        root = self.display.screen().root
        self.window = root.create_window(
            *place, 0, X.CopyFromParent, background_pixel=colour, override_redirect=loose, event_mask=X.ExposureMask
        )
        self.window.set_wm_class(window_class.lower(), window_class)
        name = self.display.intern_atom("_NET_WM_NAME")
        self.window.change_property(name, self.display.intern_atom("UTF8_STRING"), 8, title.encode())
        self.window.set_wm_normal_hints(flags=1 | 4, min_width=1, min_height=1)  # USPosition: the position is meant
        if dialog_of is not None:
            self.window.set_wm_transient_for(dialog_of.window)
        self.ink = self.window.create_gc(foreground=0)
        self.window.map()
        wait_for(self._seen, f"the window {title}")

    def _seen(self) -> bool:
        return self.window.get_attributes().map_state == X.IsViewable

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Position and size of its content on the desktop."""
        shape = self.window.get_geometry()
        corner = self.display.screen().root.translate_coords(self.window, 0, 0)
        return corner.x, corner.y, shape.width, shape.height

    def fill(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        """Draw a box into it; waits until it is drawn."""
        self.ink.change(foreground=colour)
        self.window.fill_rectangle(self.ink, x, y, width, height)
        self.display.sync()

    def configure(self, **changes: int) -> None:
        """Move, resize, raise."""
        self.window.configure(**changes)
        self.display.sync()

    def pointer(self, shape: int) -> None:
        """Set the shape of the pointer over it, from Xcursorfont."""
        font = self.display.open_font("cursor")
        cursor = font.create_glyph_cursor(font, shape, shape + 1, (0, 0, 0), (65535, 65535, 65535))
        self.window.change_attributes(cursor=cursor)
        self.display.sync()

    def minimise(self) -> None:
        """Ask the window manager to minimise it."""
        message = event.ClientMessage(
            window=self.window, client_type=self.display.intern_atom("WM_CHANGE_STATE"), data=(32, [3, 0, 0, 0, 0])
        )
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self.display.screen().root.send_event(message, event_mask=mask)
        self.display.sync()

    def show(self) -> None:
        """Show it again."""
        self.window.map()
        wait_for(self._seen, "the window's return")

    def close(self) -> None:
        """Close it and wait until it is gone."""
        try:
            self.display.close()
        except error.ConnectionClosedError:
            return  # the test killed the X server


@contextmanager
def paper(
    title: str,
    place: tuple[int, int, int, int],
    colour: int = 0xFFFFFF,
    *,
    window_class: str = "Paper",
    loose: bool = False,
    dialog_of: Paper | None = None,
) -> Iterator[Paper]:
    """A window for the length of a block."""
    sheet = Paper(title, place, colour, window_class=window_class, loose=loose, dialog_of=dialog_of)
    try:
        yield sheet
    finally:
        sheet.close()
