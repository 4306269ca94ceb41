"""The source of a target on a desktop that gives its screen through the portal: what was granted, and where it lies."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from capture.backends.pipewire.libpipewire import load_pipewire
from capture.backends.pipewire.pipewire_stream import PipeWireStream
from capture.backends.wayland.connection import WaylandConnection
from capture.backends.wayland.outputs import Outputs, monitors_of
from capture.backends.wayland.portal_bus import PortalBus, PortalError
from capture.backends.wayland.restore_token import keep_token, token_file
from capture.backends.wayland.screencast import Grant, GrantedStream, ScreenCast
from capture.backends.wayland.stream_probe import PlacedStream, StreamProbe, StreamScreen
from capture.desktop.consent import Consent
from capture.desktop.frame_buffer import FrameBuffer
from capture.desktop.frame_diff import Pixels
from capture.desktop.picture_stream import Shot, StreamPointer
from capture.desktop.screen_grabber import ScreenGone, check_inside, check_size, describe, monitor_label
from capture.errors import CaptureError
from capture.model import Monitor, Region, Target

_MOST_FPS = 60
"""Pictures a second that are asked for; the recorder fetches the newest at its own rate."""

_FIRST_S = 0.4
"""GNOME sends a first picture within 0.2 s; xdg-desktop-portal-wlr none before something changes on the screen."""


def open_portal(target: Target, *, rings: bool, consent: Consent) -> FrameBuffer:
    """A source of what the user grants. Its picture stays black until the desktop sends one. Raises CaptureError."""
    with ExitStack() as undo:
        bus = PortalBus()
        undo.callback(bus.close)
        grant = ScreenCast(bus).request(target, consent)
        placed = _monitors_by_place()
        parts = []
        for stream in grant.streams:
            opened = GrantedPictures(stream, bus, tells_pointer=grant.tells_pointer)
            undo.callback(opened.close)
            region = placed[stream.place].region if stream.place in placed else Region(0, 0, *opened.size)
            parts.append(PlacedStream(opened, region.x, region.y))
        screen = StreamScreen(parts)
        try:
            label, fixed = _what(target, grant, placed, screen.desktop)
        except CaptureError:
            keep_token(target, "")  # the user may have meant another monitor, and can choose it when asked again
            raise
        probe = StreamProbe(parts, label, fixed)
        probe.await_pictures(_FIRST_S)
        source = FrameBuffer(screen, probe, rings=rings)
        undo.pop_all()
    return source


def _monitors_by_place() -> dict[tuple[int, int] | None, Monitor]:
    """The monitors by their position in the desktop's units."""
    with suppress(CaptureError):
        connection = WaylandConnection()
        try:
            outputs = Outputs(connection).all()
            return {one.place: monitor for one, monitor in zip(outputs, monitors_of(outputs), strict=True)}
        finally:
            connection.close()
    return {}


def _what(
    target: Target, grant: Grant, placed: dict[tuple[int, int] | None, Monitor], desktop: Region
) -> tuple[str, Region | None]:
    """The target's label and its fixed region. Raises CaptureError when the region was not granted."""
    if target.region is not None:
        check_inside(target.region, desktop)
        return f"region of {describe(target.region)}", check_size(target.region)
    if target.is_window:
        return "window chosen in the desktop's dialogue", None
    first = grant.streams[0].place
    if len(grant.streams) == 1 and first in placed:
        return monitor_label(placed[first]), None
    return "screen chosen in the desktop's dialogue", None


class SharingEnded(CaptureError):
    """The desktop gives its pictures no more: its user stopped that, or it went away."""

    def __init__(self) -> None:
        super().__init__("The desktop stopped sharing its screen", "What was recorded until then is kept.")


class GrantedPictures:
    """A PictureStream that also ends when the user stops sharing, from the desktop's own indicator."""

    def __init__(self, stream: GrantedStream, bus: PortalBus, *, tells_pointer: bool) -> None:
        self._stream = PipeWireStream(stream.remote, stream.node, fps=_MOST_FPS, tells_pointer=tells_pointer)
        self._bus: PortalBus | None = bus
        self._ended = False
        self.shows = True

    @property
    def size(self) -> tuple[int, int]:
        """Size of the newest picture."""
        return self._stream.size

    @property
    def ready(self) -> bool:
        """Whether there is a picture to grab."""
        return self._stream.ready

    @property
    def pointer(self) -> StreamPointer | None:
        """The pointer, where it is told beside the pictures."""
        return self._stream.pointer

    def poll(self) -> Shot | None:
        """The newest picture. Raises SharingEnded."""
        if self._bus is not None:
            try:
                self._ended = self._ended or any(member == "Closed" for _, member, _ in self._bus.signals())
            except PortalError:  # the bus went away; the pictures tell whether they go on
                self._bus = None
        if self._ended:
            raise SharingEnded
        try:
            return self._stream.poll()
        except ScreenGone as error:
            raise SharingEnded from error

    def grab(self, box: Region) -> Pixels | None:
        """A copy of a box of the newest picture."""
        return self._stream.grab(box)

    def close(self) -> None:
        """Stop the pictures, and sharing."""
        self._stream.close()
        if self._bus is not None:
            self._bus.close()
            self._bus = None


def check_portal() -> str:
    """How the portal grants the screen, in one line; asks nobody. Raises CaptureError when something is missing."""
    load_pipewire()
    bus = PortalBus()
    try:
        ScreenCast(bus)
    finally:
        bus.close()
    kept = token_file(Target(monitor=1))
    if kept is not None and kept.exists():
        return f"the desktop remembers that it may (delete {kept} to be asked again)"
    return "the desktop asks first"


def offers_windows() -> bool:
    """Whether the portal lets its user choose a window."""
    with suppress(CaptureError):
        bus = PortalBus()
        try:
            return ScreenCast(bus).offers_windows
        finally:
            bus.close()
    return False
