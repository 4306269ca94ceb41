"""The windows of a Mac as Quartz tells them: front to back, with places in points."""

from __future__ import annotations

import plistlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from capture.backends.portable.quartz_info import QuartzInfo
from capture.model import Region, Window


class PlayedQuartz:
    """What is used of Quartz."""

    kCGWindowListOptionOnScreenOnly, kCGWindowListExcludeDesktopElements, kCGNullWindowID = 1, 16, 0  # noqa: N815  its names

    def __init__(self, *windows: dict[str, Any]) -> None:
        self.windows = list(windows)

    def CGWindowListCopyWindowInfo(self, options: int, _relative_to: int) -> list[dict[str, Any]]:  # noqa: N802  its name
        assert options == 17
        return self.windows

    def CGEventCreate(self, _source: None) -> str:  # noqa: N802  its name
        return "now"

    def CGEventGetLocation(self, event: str) -> SimpleNamespace:  # noqa: N802  its name
        assert event == "now"
        return SimpleNamespace(x=12.5, y=700.9)


def told(number: int, owner: str, title: str | None, place: tuple[float, ...], layer: int = 0) -> dict[str, Any]:
    bounds = dict(zip(("X", "Y", "Width", "Height"), place, strict=True))
    found = {"kCGWindowNumber": number, "kCGWindowOwnerName": owner, "kCGWindowBounds": bounds, "kCGWindowLayer": layer}
    return found | ({"kCGWindowName": title} if title is not None else {})


def test_the_window_under_a_click_is_the_frontmost_there_and_menus_are_none() -> None:
    info = QuartzInfo(
        PlayedQuartz(
            told(1, "Window Server", "Menubar", (0, 0, 1440, 24), layer=24),
            told(7, "Safari", "Orders", (100, 50, 600, 400)),
            told(9, "Finder", None, (0, 0, 1440, 900)),
        )
    )
    assert info.window_at(300, 100) == ("Orders", "Safari")
    assert info.window_at(20, 20) == ("", "Finder")
    assert info.window_at(2000, 20) == ("", "")
    assert info.active_window() == ("Orders", "Safari", 7)
    assert info.windows()[0] == Window(7, "Orders", "Safari", Region(100, 50, 600, 400))


def test_the_version_is_that_of_the_bundle(tmp_path: Path) -> None:
    contents = tmp_path / "Safari.app" / "Contents"
    contents.mkdir(parents=True)
    (contents / "Info.plist").write_bytes(
        plistlib.dumps({"CFBundleShortVersionString": "17.4", "CFBundleVersion": "9"})
    )
    window = told(7, "Safari", "Orders", (0, 0, 9, 9)) | {"kCGWindowOwnerPID": 42}
    files = {42: str(contents / "MacOS" / "Safari")}
    assert QuartzInfo(PlayedQuartz(window), files.__getitem__).version_of(7) == "17.4"
    assert QuartzInfo(PlayedQuartz(window), lambda _: "/usr/bin/perl").version_of(7) == ""
    assert QuartzInfo(PlayedQuartz(window), files.__getitem__).version_of(8) == ""
    (contents / "Info.plist").write_bytes(b"<plist")
    assert QuartzInfo(PlayedQuartz(window), files.__getitem__).version_of(7) == ""


def test_the_pointer_is_where_the_system_says() -> None:
    assert QuartzInfo(PlayedQuartz()).pointer() == (12, 700)


def test_without_windows_there_is_no_active_one() -> None:
    assert QuartzInfo(PlayedQuartz()).active_window() == ("", "", 0)
