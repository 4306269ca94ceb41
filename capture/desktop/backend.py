"""DesktopBackend: the interface of a display server or operating system whose desktop can be recorded.

Each folder of ``capture/backends/`` implements it for one system; ``capture/backends/registry.py`` chooses. A module
with an implementation imports at its top only what every system has, because the registry loads all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from capture.desktop.consent import Consent
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError
from capture.model import Event, Front, Monitor, Region, Target, Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


NOT_NOTED = "Clicks and keys are not noted"


class Permission(NamedTuple):
    """Something that the system's user must allow. ``lacking``: what showhow cannot do without it; empty if allowed."""

    name: str
    lacking: str = ""
    remedy: str = ""


class DesktopBackend(ABC):
    """Screen, input and windows of one kind of desktop. The window methods are optional, the others are not.

    ``can_draw``: whether a region can be drawn, and a window clicked, with the pointer.
    """

    can_draw = False

    @abstractmethod
    def is_available(self) -> bool:
        """Whether this process runs on such a desktop. Reads the environment only."""

    @abstractmethod
    def open_source(self, target: Target, *, rings: bool, consent: Consent) -> ScreenSource:
        """Start capturing a target; the picture is filled when this returns, unless the desktop tells only changes.

        ``consent`` says meanwhile whether the desktop asks its user. Raises CaptureError when there is no screen, the
        user said no, the target is not on the screen, or its title matches several windows.
        """

    @abstractmethod
    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """Listen to mouse and keyboard. Raises CaptureError or ImportError when that is not possible."""

    def why_slow(self) -> str:
        """Why whole pictures must be compared, which costs more CPU, in one line; empty with damage events.

        Raises CaptureError when there is no screen.
        """
        return "This system does not tell what changed on the screen."

    def changes_from(self) -> str:
        """What tells where the screen changed, for users, where ``why_slow`` is empty."""
        return "the system"

    def list_monitors(self) -> list[Monitor]:
        """The monitors, numbered from 1. Raises CaptureError when there is no screen."""
        from capture.desktop.screen_grabber import list_monitors

        return list_monitors()

    def grab(self, region: Region) -> NDArray[np.uint8]:
        """A picture of one region, (height, width, 4) BGRA. Raises CaptureError when it cannot be had."""
        from capture.desktop.screen_grabber import grab

        return grab(region)

    def check_screen(self) -> str:
        """Try whether the screen can be recorded; says how, in one line. Raises CaptureError."""
        monitors = self.list_monitors()
        self.grab(monitors[0].region)
        return f"can be recorded ({sizes_of(monitors)})"

    def why_no_events(self) -> str:
        """Why clicks and keys are not recorded, in one line; empty when they are."""
        return self._try_listener(())[0]

    def hotkey_problems(self, hotkeys: Iterable[str]) -> list[str]:
        """Problems of hotkeys (``"ctrl+alt+p"``), one line each; empty when all of them work.

        Raises CaptureError, with what to do instead, where there are none.
        """
        why_not, notices = self._try_listener(hotkeys)
        return notices or ([why_not] if why_not else [])

    def _try_listener(self, hotkeys: Iterable[str]) -> tuple[str, list[str]]:
        inputs = EventAggregator(lambda: Region(0, 0, 1, 1), lambda: 0, _ignore)
        try:
            listener = self.open_listener(inputs, dict.fromkeys(hotkeys, _ignore))
        except (CaptureError, ImportError) as problem:
            return f"{NOT_NOTED}: {problem}", []
        try:
            return listener.why_not, listener.notices()
        finally:
            listener.close()

    def permissions(self) -> list[Permission]:
        """What the system's user must have allowed, and whether it is; empty where nothing must be."""
        return []

    def list_windows(self) -> list[Window]:
        """The windows that can be recorded, topmost first; empty where none can. Raises CaptureError."""
        return []

    def front(self, *, behind: bool = False) -> Front:  # noqa: ARG002  for desktops that tell it
        """The window in front now, or with ``behind`` the next one below it; empty where there is none.

        Raises CaptureError where the desktop does not tell.
        """
        raise CaptureError("This desktop tells no program which window is in front")

    def keep_front_above(
        self,
        wanted: Callable[[str, str], bool],  # noqa: ARG002  for back ends that can
    ) -> Callable[[], None] | None:
        """Keep the window in front above all others, if its title and class are ``wanted``; returns what ends it.

        None where that is not possible. Never raises.
        """
        return None

    def remember_front(self) -> Callable[[], None] | None:
        """Remember the window in front; returns what brings it to the front again. Never raises.

        None where that is not possible.
        """
        return None

    def pick_window(self, timeout_s: float) -> Window | None:  # noqa: ARG002  for back ends that know windows
        """The window that the user clicks; None when cancelled. Raises CaptureError."""
        raise CaptureError(
            "A single window cannot be recorded on this system", "Record a monitor or a region of the screen instead."
        )

    def pick_region(
        self,
        timeout_s: float,  # noqa: ARG002  for back ends that can grab the pointer
        given_up: Callable[[], bool],  # noqa: ARG002  likewise
    ) -> Region | None:
        """The box that the user draws, or the clicked window's region; None when cancelled. Raises CaptureError."""
        raise CaptureError("A region cannot be drawn on this system", "Write it: --region X,Y,W,H")


def sizes_of(monitors: Iterable[Monitor]) -> str:
    """The monitors' numbers and sizes, for users."""
    return ", ".join(f"{one.number}: {one.region.width}x{one.region.height}" for one in monitors)


def _ignore(_event: Event | None = None) -> None:
    """Discard an event or a hotkey."""
