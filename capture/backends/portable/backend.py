"""PortableBackend: for systems without a back end of their own; compares whole pictures, listens with pynput."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capture.desktop.backend import DesktopBackend
from capture.desktop.consent import Consent
from capture.desktop.frame_buffer import open_grabbed
from capture.desktop.input_events import EventAggregator
from capture.desktop.input_listener import InputListener
from capture.desktop.screen_grabber import Screen, fixed_frame
from capture.desktop.screen_source import ScreenSource
from capture.model import Target


class PortableBackend(DesktopBackend):
    """Windows, macOS and other systems that mss and pynput support. Does not list or pick windows."""

    def is_available(self) -> bool:
        """Always true."""
        return True

    def open_source(self, target: Target, *, rings: bool, consent: Consent) -> ScreenSource:  # noqa: ARG002  asks nobody
        """A source that grabs the whole region at each tick."""
        from capture.backends.portable.probe import PollingProbe

        def fixed(target: Target, screen: Screen) -> PollingProbe:
            return PollingProbe(*fixed_frame(target, screen))

        return open_grabbed(target, fixed, rings=rings)

    def open_listener(self, inputs: EventAggregator, hotkeys: Mapping[str, Callable[[], None]]) -> InputListener:
        """Raises ImportError when pynput is missing or may not listen."""
        from capture.backends.portable.pynput_listener import PynputListener

        return PynputListener(inputs, hotkeys)
