"""PortableBackend: for systems without a back end of their own; compares pictures, listens with pynput."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from contextlib import suppress

from capture.desktop.backend import DesktopBackend, Permission
from capture.desktop.consent import Consent
from capture.desktop.desktop_info import DesktopInfo
from capture.desktop.frame_buffer import open_grabbed
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener
from capture.desktop.screen_grabber import Screen, fixed_frame
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError
from capture.model import Front, Target, Window


def system_info() -> DesktopInfo | None:
    """What Windows or macOS tells of its desktop; None on other systems, and without PyObjC."""
    if platform.system() == "Windows":
        from capture.backends.portable.win32_info import Win32Info

        return Win32Info()
    if platform.system() == "Darwin":
        from capture.backends.portable.quartz_info import QuartzInfo

        with suppress(ImportError):
            return QuartzInfo()
    return None


class PortableBackend(DesktopBackend):
    """Windows, macOS and other systems that mss and pynput support. ``open_info`` tells of the desktop.

    Records monitors and regions; a single window would have to be followed and uncovered.
    """

    def __init__(self, open_info: Callable[[], DesktopInfo | None] = system_info) -> None:
        self._open_info = open_info

    def is_available(self) -> bool:
        """Always true."""
        return True

    def open_source(self, target: Target, *, rings: bool, consent: Consent) -> ScreenSource:  # noqa: ARG002  asks nobody
        """A source that grabs the whole region at each look. Raises CaptureError without the system's permission."""
        from capture.backends.portable.permissions import check_screen_allowed
        from capture.backends.portable.probe import PollingProbe

        def fixed(target: Target, screen: Screen) -> PollingProbe:
            label, frame = fixed_frame(target, screen)
            return PollingProbe(label, frame, self._open_info())

        check_screen_allowed()
        return open_grabbed(target, fixed, rings=rings)

    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """A listener in a process of its own. Raises CaptureError when it cannot be started, or is not permitted."""
        from capture.backends.portable.child_listener import ChildListener
        from capture.backends.portable.permissions import why_no_input

        if why := why_no_input():
            raise CaptureError(why)
        return ChildListener(inputs, hotkeys, self._open_info)

    def front(self, *, behind: bool = False) -> Front:
        """As Windows or macOS tells it."""
        if (info := self._open_info()) is None:
            return super().front(behind=behind)
        try:
            title, program, number = info.active_window()
            if not behind:
                return Front(program, title, info.version_of(number))
            below = next((one for one in info.windows() if one.window_id != number), None)
            if below is None:
                return Front()
            return Front(below.window_class, below.title, info.version_of(below.window_id))
        finally:
            info.close()

    def keep_front_above(self, wanted: Callable[[str, str], bool]) -> Callable[[], None] | None:
        """By Windows; macOS lets no program raise another's window for good."""
        if platform.system() != "Windows":
            return None
        from capture.backends.portable.win32_stacking import keep_front_above

        return keep_front_above(wanted)

    def check_screen(self) -> str:
        """Raises CaptureError also without the system's permission."""
        from capture.backends.portable.permissions import check_screen_allowed

        check_screen_allowed()
        return super().check_screen()

    def permissions(self) -> list[Permission]:
        """Those of macOS."""
        from capture.backends.portable.permissions import permissions

        return permissions()

    def list_windows(self) -> list[Window]:
        """Empty: no single window can be recorded here."""
        return []
