"""The window in front as its own program tells assistive technology: AT-SPI over D-Bus.

Works on any desktop where accessibility is on, for programs that take part (GTK 4 always). Owns the way to that bus and
the search for the active window. Which window lies behind is not known to programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from capture.backends.front import session_bus
from capture.backends.front.session_bus import BusObject, NoAnswerError, SessionBus, read_answers
from capture.model import Front

_BUS = BusObject("org.a11y.Bus", "/org/a11y/bus")
_ROOT = BusObject("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ACTIVE = 1 << 1
"""ATSPI_STATE_ACTIVE: the window that the user works in."""
_MOST_PROGRAMS, _MOST_WINDOWS = 60, 12


def front_of_accessibility(bus: SessionBus) -> Front:
    """The active window among those of all programs. Raises NoAnswerError where none says that it is."""
    (address,) = bus.call(_BUS, "org.a11y.Bus", "GetAddress")
    with SessionBus(str(address), until=bus.until, each=session_bus.PROGRAM_S) as accessibility:
        for program in _children(accessibility, _ROOT, _MOST_PROGRAMS):
            with suppress(NoAnswerError), read_answers():  # one that has just ended, hangs, or answers nonsense
                for window in _children(accessibility, program, _MOST_WINDOWS):
                    if _is_active(accessibility, window):
                        return Front(_name(accessibility, program), _name(accessibility, window))
    raise NoAnswerError("no program says that its window is active")


def _children(bus: SessionBus, parent: BusObject, most: int) -> Iterator[BusObject]:
    (found,) = bus.call(parent, _ACCESSIBLE, "GetChildren")
    return (BusObject(str(service), str(path)) for service, path in found[:most])


def _is_active(bus: SessionBus, window: BusObject) -> bool:
    (states,) = bus.call(window, _ACCESSIBLE, "GetState")
    return bool(states and states[0] & _ACTIVE)


def _name(bus: SessionBus, of: BusObject) -> str:
    return str(bus.get(of, _ACCESSIBLE, "Name"))
