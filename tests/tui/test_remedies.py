"""What is told to install fits the desktop, and removes nothing that works."""

from __future__ import annotations

import pytest

from capture.backends.system_packages import install, sound_server, sound_tools
from tui.doctor import _mend_libraries

PIPEWIRE, PULSE = {"pipewire", "pipewire-pulse"}, {"pulseaudio"}


@pytest.mark.parametrize(
    ("programs", "told"),
    [
        (PIPEWIRE, "sudo apt-get install pulseaudio-utils"),
        (PIPEWIRE | {"pactl"}, "systemctl --user start pipewire pipewire-pulse wireplumber"),
        ({"pipewire", "pactl"}, "sudo apt-get install pipewire-pulse"),
        (PULSE, "sudo apt-get install pulseaudio-utils"),
        (PULSE | {"pactl"}, "pulseaudio --start"),
        ({"pactl"}, "sudo apt-get install pipewire-pulse wireplumber"),
    ],
)
def test_the_remedy_for_sound_fits_what_is_there(programs: set[str], told: str) -> None:
    def which(name: str) -> str | None:
        return f"/usr/bin/{name}" if name in programs | {"apt-get"} else None

    assert sound_tools(which) == told
    assert "pulseaudio" not in sound_server(which).replace("pulseaudio --start", "").split()


@pytest.mark.parametrize(
    ("system", "packages", "told"),
    [
        ("linux", "libgl1", "libgl1"),
        ("linux", "", "README"),
        ("darwin", "libgl1", "README"),
        ("win32", "libgl1", "C++"),
    ],
)
def test_the_remedy_for_a_library_that_does_not_load_is_one_of_the_system(
    system: str, packages: str, told: str
) -> None:
    remedy = _mend_libraries(packages, system)
    assert told in remedy
    assert ("apt" in remedy or "package manager" in remedy) == (system == "linux" and bool(packages))


def test_without_apt_packages_are_named() -> None:
    assert install("mpv", lambda _: None) == "install mpv with your package manager"
