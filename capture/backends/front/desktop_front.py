"""Which window is in front, from the first service on the session bus that tells it."""

from __future__ import annotations

from collections.abc import Callable

from capture.backends.front.accessibility import front_of_accessibility
from capture.backends.front.gnome import front_of_gnome
from capture.backends.front.kwin import front_of_kwin
from capture.backends.front.session_bus import NoAnswerError, SessionBus, read_answers
from capture.errors import CaptureError
from capture.model import Front

REMEDY = (
    "On GNOME install the extension “Focused Window D-Bus”, or turn accessibility on; then showhow can ask. "
    "Else name the program: showhow now --app PROGRAM"
)


def front_of_desktop(*, behind: bool = False) -> Front:
    """The window in front, or with ``behind`` the next one; asks GNOME Shell, KWin, then the programs themselves.

    Raises CaptureError where none of them tells.
    """
    for ask in _ways(behind=behind):
        try:
            with read_answers(), SessionBus() as bus:
                return ask(bus)
        except NoAnswerError:
            continue
    raise CaptureError("This desktop tells no program which window is in front", REMEDY)


def _ways(*, behind: bool) -> list[Callable[[SessionBus], Front]]:
    """In the order of how much each is told; programs themselves do not know which lies behind."""
    ways: list[Callable[[SessionBus], Front]] = [
        lambda bus: front_of_gnome(bus, behind=behind),
        lambda bus: front_of_kwin(bus, behind=behind),
    ]
    return ways if behind else [*ways, front_of_accessibility]
