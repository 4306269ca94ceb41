"""The window in front as KWin tells it: by a script that it runs and that calls back.

KWin has no call that tells the window without asking its user (``queryWindowInfo`` makes the pointer a crosshair). Its
scripts may ask, and may call any name on the bus. Owns the script, its loading and its removal.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from capture.backends.front.session_bus import BusObject, NoAnswerError, SessionBus
from capture.model import Front

_SERVICE, _SCRIPTING = "org.kde.KWin", BusObject("org.kde.KWin", "/Scripting")
_SCRIPT = """
const active = workspace.activeWindow || workspace.activeClient;
const all = workspace.stackingOrder || workspace.clientList();
const normal = all.filter(one => one.normalWindow && !one.minimized && one !== active);
const asked = BEHIND ? normal[normal.length - 1] : active;
callDBus("NAME", "/showhow", "org.showhow.Front", "Tell",
         asked ? String(asked.resourceClass) : "", asked ? String(asked.caption) : "");
"""
"""Plasma 6, or 5 with its older names."""


def front_of_kwin(bus: SessionBus, *, behind: bool) -> Front:
    """The active window, or with ``behind`` the topmost other one. Raises NoAnswerError."""
    text = _SCRIPT.replace("NAME", bus.name).replace("BEHIND", "true" if behind else "false")
    with tempfile.TemporaryDirectory(prefix="showhow-") as folder:
        (script := Path(folder) / "front.js").write_text(text, encoding="utf-8")
        name = f"showhow-{Path(folder).name}"
        (number,) = bus.call(_SCRIPTING, "org.kde.kwin.Scripting", "loadScript", "ss", str(script), name)
        try:
            _run(bus, int(number))
            program, title = bus.called("Tell")
        finally:
            with suppress(NoAnswerError):
                bus.call(_SCRIPTING, "org.kde.kwin.Scripting", "unloadScript", "s", name)
    return Front(str(program), str(title))


def _run(bus: SessionBus, number: int) -> None:
    """Run a loaded script, which is another object in Plasma 5."""
    if number < 0:
        raise NoAnswerError("KWin did not load the script")
    try:
        bus.call(BusObject(_SERVICE, f"/Scripting/Script{number}"), "org.kde.kwin.Script", "run")
    except NoAnswerError:
        bus.call(BusObject(_SERVICE, f"/{number}"), "org.kde.kwin.Script", "run")
