"""ScreenCast: asks the desktop's portal for screens. Does not read pixels: see ``pipewire_stream.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from capture.backends.wayland.portal_bus import INSTALL, PermissionRefused, PortalBus, PortalError
from capture.backends.wayland.restore_token import keep_token, read_token
from capture.desktop.consent import Consent
from capture.model import Target

_INTERFACE = "org.freedesktop.portal.ScreenCast"
_MONITOR, _WINDOW = 1, 2
_HIDDEN, _EMBEDDED, _METADATA = 1, 2, 4
_UNTIL_REVOKED = 2
_CURSOR_VERSION, _TOKEN_VERSION = 2, 4


@dataclass(frozen=True)
class GrantedStream:
    """A PipeWire node. ``remote`` is a descriptor of a connection to it, the caller's from then on; ``place`` the
    monitor's position in the desktop's units, None where it is not told."""

    node: int
    remote: int
    place: tuple[int, int] | None


@dataclass(frozen=True)
class Grant:
    """What the user granted. ``tells_pointer``: the pointer is told beside the pictures, not drawn into them."""

    streams: Sequence[GrantedStream]
    tells_pointer: bool


class ScreenCast:
    """One request for screens; what is granted ends with ``bus``. Raises PortalError when there is no such portal."""

    def __init__(self, bus: PortalBus) -> None:
        self._bus = bus
        self._version = bus.get(_INTERFACE, "version")
        if not self._version:
            raise PortalError("This desktop has no portal that gives its screen to other programs", INSTALL)

    def request(self, target: Target, consent: Consent) -> Grant:
        """Ask for what a target needs; returns at once where the desktop remembers a grant for it.

        Raises PermissionRefused, PortalError, and CaptureError when ``consent`` is withdrawn.
        """
        token = read_token(target)
        try:
            return self._request(target, token, consent)
        except PortalError as refusal:
            if not token or (isinstance(refusal, PermissionRefused) and refusal.by_user):
                raise
            keep_token(target, "")  # some portals fail at a token they do not know
            return self._request(target, "", consent)

    def _request(self, target: Target, token: str, consent: Consent) -> Grant:
        bus = self._bus
        handle = {"session_handle_token": ("s", bus.token())}
        session = bus.ask(_INTERFACE, "CreateSession", "a{sv}", options=handle, consent=Consent())["session_handle"]
        options, tells_pointer = self._source_options(target, token)
        # wlroots' portal asks its user here, GNOME's and KDE's at the start.
        bus.ask(_INTERFACE, "SelectSources", "oa{sv}", session, options=options, consent=consent)
        found = bus.ask(_INTERFACE, "Start", "osa{sv}", session, "", options={}, consent=consent)
        keep_token(target, str(found.get("restore_token", "")))
        granted = found.get("streams", ())
        if not granted:
            raise PortalError("The desktop granted no screen", "Try again, and choose what to share.")
        streams = [GrantedStream(node, self._remote(session), _place(told)) for node, told in granted]
        return Grant(streams, tells_pointer)

    def _remote(self, session: str) -> int:
        descriptor = self._bus.call(_INTERFACE, "OpenPipeWireRemote", "oa{sv}", session, {})
        return int(descriptor.to_raw_fd())

    def _source_options(self, target: Target, token: str) -> tuple[dict[str, Any], bool]:
        """The options of SelectSources, and whether the pointer is told beside the pictures."""
        modes = self._bus.get(_INTERFACE, "AvailableCursorModes") or _HIDDEN
        cursor = next((mode for mode in (_METADATA, _EMBEDDED) if mode & modes), _HIDDEN)
        kind = _WINDOW if target.is_window else _MONITOR
        if target.is_window and not self.offers_windows:
            raise PortalError(
                "This desktop lets no program record a single window",
                "Record a monitor or a region of the screen instead.",
            )
        options: dict[str, Any] = {"types": ("u", kind), "multiple": ("b", target.monitor == 0)}
        if self._version >= _CURSOR_VERSION:
            options["cursor_mode"] = ("u", cursor)
        if self._version >= _TOKEN_VERSION and not target.is_window:
            options["persist_mode"] = ("u", _UNTIL_REVOKED)
            options |= {"restore_token": ("s", token)} if token else {}
        return options, cursor == _METADATA and self._version >= _CURSOR_VERSION

    @property
    def offers_windows(self) -> bool:
        """Whether a single window can be granted."""
        return bool(self._bus.get(_INTERFACE, "AvailableSourceTypes") & _WINDOW)


def _place(told: Mapping[str, Any]) -> tuple[int, int] | None:
    if "position" not in told:
        return None
    x, y = told["position"][1]
    return int(x), int(y)
