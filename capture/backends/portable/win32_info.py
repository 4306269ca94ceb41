"""Win32Info: pointer and windows of a Windows desktop, by user32 and kernel32 through ctypes."""

from __future__ import annotations

import ctypes
import ntpath
from collections.abc import Callable
from ctypes import Structure, byref, c_int, c_long, c_uint, c_void_p, c_wchar
from typing import Any

from capture.desktop.display_server import make_dpi_aware
from capture.model import Region, Window

_GA_ROOT = 2
_QUERY_LIMITED = 0x1000
_CURSOR_SHOWING = 1
_DWMWA_EXTENDED_FRAME_BOUNDS, _DWMWA_CLOAKED = 9, 14
_LONGEST = 512
_PRODUCT_VERSION, _PRODUCT_VERSION_END = 4, 6  # words of VS_FIXEDFILEINFO
_SHELL = ("Progman", "WorkerW", "Shell_TrayWnd")
"""Window classes of the desktop and its task bar, which are no windows to their users."""


class _Point(Structure):
    _fields_ = (("x", c_long), ("y", c_long))


class _Rectangle(Structure):
    _fields_ = (("left", c_long), ("top", c_long), ("right", c_long), ("bottom", c_long))


class _CursorInfo(Structure):
    _fields_ = (("size", c_uint), ("flags", c_uint), ("cursor", c_void_p), ("place", _Point))


class Win32Info:
    """A DesktopInfo. ``load`` gives a system library by its name: 64-bit Windows has one way of calling.

    Places are real pixels.
    """

    def __init__(self, load: Callable[[str], Any] = ctypes.CDLL) -> None:
        make_dpi_aware()
        self._load = load
        self._user, self._kernel, self._dwm = load("user32"), load("kernel32"), load("dwmapi")
        # Handles are pointers: without a type ctypes would cut them to 32 bits.
        for function in ("WindowFromPoint", "GetAncestor", "GetForegroundWindow", "GetTopWindow", "GetWindow"):
            getattr(self._user, function).restype = c_void_p
        self._user.WindowFromPoint.argtypes = [_Point]
        self._user.GetAncestor.argtypes = [c_void_p, c_uint]
        self._user.GetWindow.argtypes = [c_void_p, c_uint]
        self._user.GetTopWindow.argtypes = [c_void_p]
        self._user.IsWindowVisible.argtypes = self._user.IsIconic.argtypes = [c_void_p]
        for function in ("GetWindowTextW", "GetClassNameW"):
            getattr(self._user, function).argtypes = [c_void_p, c_void_p, c_int]
        self._user.GetWindowRect.argtypes = [c_void_p, c_void_p]
        self._user.GetWindowThreadProcessId.argtypes = [c_void_p, c_void_p]
        self._dwm.DwmGetWindowAttribute.argtypes = [c_void_p, c_uint, c_void_p, c_uint]
        self._kernel.OpenProcess.restype = c_void_p
        self._kernel.QueryFullProcessImageNameW.argtypes = [c_void_p, c_uint, c_void_p, c_void_p]
        self._kernel.CloseHandle.argtypes = [c_void_p]
        self._programs: dict[int, str] = {}

    def pointer(self) -> tuple[int, int] | None:
        """Where the pointer is; None while it is hidden, as while somebody types, or the screen is locked."""
        found = _CursorInfo(size=ctypes.sizeof(_CursorInfo))
        if not self._user.GetCursorInfo(byref(found)) or not found.flags & _CURSOR_SHOWING:
            return None
        return found.place.x, found.place.y

    def windows(self) -> list[Window]:
        """The visible windows with a title, topmost first."""
        found, handle = [], self._user.GetTopWindow(None)
        while handle:
            window = self._described(handle)
            if window is not None and window.title:
                found.append(window)
            handle = self._user.GetWindow(handle, 2)  # GW_HWNDNEXT
        return found

    def _described(self, handle: int) -> Window | None:
        """A window's record; None when nobody sees it."""
        if not self._user.IsWindowVisible(handle) or self._user.IsIconic(handle) or self._is_cloaked(handle):
            return None
        title, program = self._named(handle)
        box = _Rectangle()
        # Without the invisible border that Windows 10 draws around windows; GetWindowRect has it.
        if self._dwm.DwmGetWindowAttribute(handle, _DWMWA_EXTENDED_FRAME_BOUNDS, byref(box), ctypes.sizeof(box)):
            self._user.GetWindowRect(handle, byref(box))
        region = Region(box.left, box.top, box.right - box.left, box.bottom - box.top)
        return None if region.empty or not (title or program) else Window(handle, title, program, region)

    def _is_cloaked(self, handle: int) -> bool:
        """On another virtual desktop, or of a suspended app."""
        cloaked = c_uint()
        self._dwm.DwmGetWindowAttribute(handle, _DWMWA_CLOAKED, byref(cloaked), ctypes.sizeof(cloaked))
        return bool(cloaked.value)

    def window_at(self, x: int, y: int) -> tuple[str, str]:
        """Title and program of the window at a place."""
        handle = self._user.WindowFromPoint(_Point(x, y))
        return self._named(self._user.GetAncestor(handle, _GA_ROOT) or handle) if handle else ("", "")

    def active_window(self) -> tuple[str, str, int]:
        """Title, program and handle of the foreground window."""
        handle = self._user.GetForegroundWindow()
        named = self._named(handle) if handle else ("", "")
        return (*named, int(handle)) if named != ("", "") else ("", "", 0)

    def _named(self, handle: int) -> tuple[str, str]:
        if self._text(self._user.GetClassNameW, handle) in _SHELL:
            return "", ""
        return self._text(self._user.GetWindowTextW, handle), self._program(handle)

    def _text(self, function: Any, handle: int) -> str:
        text = (c_wchar * _LONGEST)()
        function(handle, text, _LONGEST)
        return text.value

    def version_of(self, window_id: int) -> str:
        """The product version of the program's file."""
        return self.version_of_file(self._program_file(window_id))

    def version_of_file(self, path: str) -> str:
        """The product version that a file says, such as ``16.0.17231.20194``; empty where it says none."""
        library = self._load("version")
        size = library.GetFileVersionInfoSizeW(path, None) if path else 0
        data, found, length = ctypes.create_string_buffer(size), c_void_p(), c_uint()
        if not size or not library.GetFileVersionInfoW(path, 0, size, data):
            return ""
        if not library.VerQueryValueW(data, "\\", byref(found), byref(length)) or not found.value:
            return ""
        numbers = ctypes.cast(found.value, ctypes.POINTER(c_uint))  # VS_FIXEDFILEINFO
        parts = [
            half for word in numbers[_PRODUCT_VERSION:_PRODUCT_VERSION_END] for half in (word >> 16, word & 0xFFFF)
        ]
        return ".".join(map(str, parts)) if any(parts) else ""

    def _program(self, handle: int) -> str:
        """The name of the program's file without its ending; empty when it may not be known."""
        return ntpath.splitext(ntpath.basename(self._program_file(handle)))[0]

    def _program_file(self, handle: int) -> str:
        number = c_uint()
        self._user.GetWindowThreadProcessId(handle, byref(number))
        if number.value not in self._programs:
            self._programs[number.value] = self._image(number.value)
        return self._programs[number.value]

    def _image(self, process_id: int) -> str:
        process = self._kernel.OpenProcess(_QUERY_LIMITED, 0, process_id)
        if not process:  # it runs with more rights
            return ""
        path, length = (c_wchar * _LONGEST)(), c_uint(_LONGEST)
        self._kernel.QueryFullProcessImageNameW(process, 0, path, byref(length))
        self._kernel.CloseHandle(process)
        return path.value

    def close(self) -> None:
        """Nothing to release."""
