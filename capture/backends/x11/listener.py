"""X11Listener: one thread that waits for keys and buttons (RECORD), hotkeys and window changes."""

from __future__ import annotations

import os
import selectors
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from Xlib import X

from capture.backends.x11.connection import X11Connection, connect, disconnect, server_errors
from capture.backends.x11.hotkeys import Hotkeys, KeyEvent
from capture.backends.x11.input_record import InputRecord, Press
from capture.backends.x11.keyboard import Keyboard, KeyKind
from capture.backends.x11.raw_connection import RawConnection
from capture.backends.x11.windows import active_window, window_at
from capture.desktop.input_events import POINTER_EVERY_MS, EventAggregator
from capture.errors import CaptureError

_WHEEL = {4: (0, -1), 5: (0, 1), 6: (-1, 0), 7: (1, 0)}
"""The buttons of wheel notches: dx, dy."""


class X11Listener:
    """Listens from construction on. Raises CaptureError when there is no X server.

    Without RECORD, hotkeys, window changes and pointer samples still work; ``why_not`` says what does not.
    """

    def __init__(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> None:
        self._inputs = inputs
        self.why_not = ""
        self._record: InputRecord | None = None
        self._stopping = self._closed = False
        self._wake, self._waker = os.pipe()
        with ExitStack() as undo, server_errors():
            undo.callback(os.close, self._wake)
            undo.callback(os.close, self._waker)
            display = connect()
            undo.callback(disconnect, display)
            self._raw = RawConnection()
            undo.callback(self._raw.close)
            self._begin(X11Connection(display), hotkeys, undo)
            self._closing = undo.pop_all()
        self._thread = threading.Thread(target=self._run, name="input-listener", daemon=True)
        self._thread.start()

    def _begin(self, connection: X11Connection, hotkeys: Mapping[str, Callable[[], None]], undo: ExitStack) -> None:
        self._connection, self._keyboard = connection, Keyboard(connection.display)
        self._hotkeys = Hotkeys(connection, self._keyboard, hotkeys)
        self._active_atom = connection.atom("_NET_ACTIVE_WINDOW")
        connection.root.change_attributes(event_mask=X.PropertyChangeMask)
        try:
            self._record = InputRecord(connection.display)
            undo.callback(self._record.close)
        except CaptureError as problem:
            self.why_not = f"Clicks and keys are not noted: {problem}"
        self._inputs.starts_in(*active_window(connection))
        connection.display.sync()

    def notices(self) -> list[str]:
        """The hotkeys that do not work, since the last call."""
        notices, self._hotkeys.notices = self._hotkeys.notices, []
        return notices

    def close(self) -> None:
        """Stop listening; open bursts are put first. Called from a hotkey's action it only requests the stop."""
        if self._closed:
            return
        if not self._stopping:
            self._stopping = True
            os.write(self._waker, b"x")
        if threading.current_thread() is not self._thread:
            self._thread.join()
            self._closing.close()
            self._closed = True

    def _run(self) -> None:
        try:
            with server_errors():
                self._listen()
        except CaptureError as problem:
            self.why_not = f"Clicks and keys are no longer noted: {problem}"
        self._inputs.finish()

    def _listen(self) -> None:
        ready = self._closing.enter_context(selectors.DefaultSelector())
        ready.register(self._wake, selectors.EVENT_READ)
        ready.register(self._connection.display.fileno(), selectors.EVENT_READ)
        if self._record is not None:
            ready.register(self._record.fileno(), selectors.EVENT_READ)
        while True:
            found = {key.fd for key, _ in ready.select(POINTER_EVERY_MS / 1000)}
            if self._wake in found:
                return
            self._read_events()  # first, so that a key is read with the layout in which it was pressed
            if self._record is not None and self._record.fileno() in found:
                for press in self._record.read():
                    self._pressed(press)
            place = self._raw.query_pointer()
            if place is not None and place.here:
                self._inputs.moved(place.x, place.y)
            self._inputs.tick()

    def _read_events(self) -> None:
        display = self._connection.display
        while display.pending_events():
            self._handle_event(display.next_event())

    def _handle_event(self, event: Any) -> None:
        kind = event.type & 0x7F
        if kind in (X.KeyPress, X.KeyRelease):
            if self._record is None:
                self._hotkeys.handle(KeyEvent(kind == X.KeyPress, event.detail, event.state, event.time))
        elif kind == X.MappingNotify:
            self._keyboard.refresh(event)
            self._hotkeys.refresh()
        elif kind == X.PropertyNotify and event.atom == self._active_atom:
            self._inputs.window(*active_window(self._connection))

    def _pressed(self, press: Press) -> None:
        if press.is_key:
            self._hotkeys.handle(KeyEvent(press.pressed, press.detail, press.state, press.time))
            if press.pressed:
                self._key(press)
        elif press.detail in _WHEEL:
            self._inputs.scroll(press.x, press.y, *_WHEEL[press.detail])
        else:
            self._inputs.click(press.x, press.y, press.detail, window_at(self._connection, press.x, press.y))

    def _key(self, press: Press) -> None:
        if self._hotkeys.owns(press.detail, press.state):
            return
        meaning = self._keyboard.meaning(press.detail, press.state)
        if meaning.kind is KeyKind.CHARACTER:
            self._inputs.typed()
        elif meaning.kind is KeyKind.CHORD:
            self._inputs.chord(meaning.name)
        elif meaning.kind is KeyKind.CORRECTION:
            self._inputs.corrected(meaning.name)
