"""Whether Windows or macOS lets this program hear microphones. Without it they give silence, and no error."""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable
from typing import Any

_DENIED = (1, 2)
"""AVAuthorizationStatusRestricted and Denied; 0: macOS asks when the microphone is opened."""
_STORE = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\microphone"
_WINDOWS = "Windows lets no desktop app hear the microphone. Allow it under Settings > Privacy & security > Microphone."
_MAC = (
    "macOS does not let this terminal hear the microphone. Allow it under System Settings > Privacy & Security > "
    "Microphone, then start the terminal again."
)


def why_silent() -> str:
    """Why every microphone gives silence, in one line with what to do; empty when it is allowed or not known."""
    system = platform.system()
    if system == "Windows":
        return why_silent_on_windows(_registry_value)
    if system == "Darwin":
        ctypes.CDLL("/System/Library/Frameworks/AVFoundation.framework/AVFoundation")
        return why_silent_on_mac(ctypes.CDLL("/usr/lib/libobjc.A.dylib"))
    return ""


def why_silent_on_windows(value_of: Callable[[str], str]) -> str:
    """``value_of`` reads the value “Value” of a key of the current user; empty when there is none."""
    return _WINDOWS if "Deny" in (value_of(_STORE), value_of(rf"{_STORE}\NonPackaged")) else ""


def _registry_value(key: str) -> str:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                return str(winreg.QueryValueEx(opened, "Value")[0])
        except OSError:
            pass
    return ""


def why_silent_on_mac(runtime: Any) -> str:
    """``runtime`` is the runtime of Objective-C, in a process that has loaded AVFoundation."""
    runtime.objc_getClass.restype = runtime.sel_registerName.restype = ctypes.c_void_p
    runtime.objc_getClass.argtypes = runtime.sel_registerName.argtypes = [ctypes.c_char_p]
    text_class, device_class = runtime.objc_getClass(b"NSString"), runtime.objc_getClass(b"AVCaptureDevice")
    if not text_class or not device_class:
        return ""
    send = runtime.objc_msgSend
    send.argtypes, send.restype = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p], ctypes.c_void_p
    sound = send(text_class, runtime.sel_registerName(b"stringWithUTF8String:"), b"soun")  # AVMediaTypeAudio
    send.argtypes, send.restype = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p], ctypes.c_long
    status = send(device_class, runtime.sel_registerName(b"authorizationStatusForMediaType:"), sound)
    return _MAC if status in _DENIED else ""
