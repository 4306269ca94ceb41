"""The version of a program of macOS, from the Info.plist of its bundle. The program itself is never asked."""

from __future__ import annotations

import plistlib
from pathlib import Path
from xml.parsers.expat import ExpatError


def version_of_bundle(program: str) -> str:
    """The version that the bundle around a program's file says for people; empty where there is none."""
    bundle = next((one for one in Path(program).parents if one.suffix == ".app"), None)
    if bundle is None:
        return ""
    try:
        with (bundle / "Contents" / "Info.plist").open("rb") as file:
            told = plistlib.load(file).get("CFBundleShortVersionString", "")
    except (OSError, ValueError, AttributeError, ExpatError):  # not there, or damaged
        return ""
    return told if isinstance(told, str) else ""
