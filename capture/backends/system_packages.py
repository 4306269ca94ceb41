"""The commands that install or start what recording needs from the system, as remedies to show. Runs none of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable

Which = Callable[[str], str | None]
"""Finds a program, as ``shutil.which`` does."""


def install(packages: str, which: Which = shutil.which) -> str:
    """The command that installs Debian packages; elsewhere their names, to look for."""
    if which("apt-get"):
        return f"sudo apt-get install {packages}"
    return f"install {packages} with your package manager"


def sound_server(which: Which = shutil.which) -> str:
    """How to get a sound server that answers: start the one that is installed, else install one."""
    if which("pipewire-pulse"):
        return "systemctl --user start pipewire pipewire-pulse wireplumber"
    if which("pipewire"):
        return install("pipewire-pulse", which)
    if which("pulseaudio"):
        return "pulseaudio --start"
    return install("pipewire-pulse wireplumber", which)


def sound_tools(which: Which = shutil.which) -> str:
    """How to record through the sound server: its program ``pactl``, else the server itself."""
    return sound_server(which) if which("pactl") else install("pulseaudio-utils", which)
