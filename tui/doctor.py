"""System checks for ``showhow doctor``: what works on this machine, what does not, and the command that fixes it.

Owns the list of checks; each tries the real device or library and returns a Finding. An unexpected exception in a check
becomes a Finding too, so one broken part never hides the others. Owns the names of packages, and never names one whose
installation removes what works: on a desktop with PipeWire that would be ``pulseaudio``.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable
from itertools import chain
from typing import Literal

import msgspec

from capture.backends.system_packages import Which, install, sound_tools
from capture.errors import ShowhowError
from capture.file_lock import FileLock
from library.format import count, join, size
from tui.config import Settings
from tui.terminal import ask_terminal, draws_pictures

_GET_SENTENCES = "showhow model download all-MiniLM-L6-v2"
_VISUAL_C = "https://aka.ms/vs/17/release/vc_redist.x64.exe"
_MPV = "https://mpv.io/installation"
State = Literal["ok", "limited", "broken"]
LOW_SPACE, NO_SPACE = 5_000_000_000, 500_000_000


class Finding(msgspec.Struct, frozen=True):
    """Result of one check. ``limited``: showhow works, but lacks something; ``broken``: recording or filing fails."""

    name: str
    state: State
    detail: str
    remedy: str = ""


Check = Callable[[Settings], Finding]


def examine(settings: Settings) -> list[Finding]:
    """Run all checks, in the order in which recording a demo needs them."""
    return [_guarded(name, check, settings) for name, check in CHECKS.items()]


def _guarded(name: str, check: Check, settings: Settings) -> Finding:
    try:
        return check(settings)
    except ShowhowError as error:
        return Finding(name, "broken", f"{error.what}.", error.remedy)
    except Exception as error:  # noqa: BLE001  any failure of a check must be reported, never raised
        return Finding(name, "broken", f"{type(error).__name__}: {error}", "Please report this line.")


def _libraries(_settings: Settings) -> Finding:
    broken = []
    for name, package in (("mss", ""), ("cv2", "libgl1 libglib2.0-0"), ("av", ""), ("sounddevice", "libportaudio2")):
        try:
            importlib.import_module(name)
        except (ImportError, OSError) as error:
            broken.append((name, str(error).splitlines()[0], package))
    if broken:
        packages = " ".join(package for *_, package in broken if package)
        detail = "; ".join(f"{name}: {why}" for name, why, _ in broken)
        return Finding("libraries", "broken", detail, _mend_libraries(packages))
    return Finding("libraries", "ok", "OpenCV, PyAV, mss and PortAudio load")


def _mend_libraries(packages: str, system: str = sys.platform) -> str:
    if system == "linux" and packages:
        return install(packages)
    if system == "win32":
        return f"Install Microsoft's Visual C++ runtime: {_VISUAL_C}; if it is there, install showhow anew."
    return "Install showhow anew, as in its README."


def _screen(_settings: Settings) -> Finding:
    from capture.backends.capabilities import check_screen

    return Finding("screen", "ok", check_screen())


def _no_screen() -> bool:
    from capture.backends.screen import list_monitors
    from capture.errors import CaptureError

    try:
        return not list_monitors()
    except CaptureError:
        return True


def _changes(_settings: Settings) -> Finding:
    if _no_screen():
        return Finding("changes", "limited", "not known without a screen")
    from capture.backends.capabilities import changes_from, why_slow

    if why := why_slow():
        return Finding("changes", "limited", f"{why} Pictures are compared, which costs more CPU.")
    return Finding("changes", "ok", f"reported by {changes_from()}")


def _events(_settings: Settings) -> Finding:
    if _no_screen():
        return Finding("clicks and keys", "limited", "not known without a screen")
    from capture.backends.capabilities import why_no_events

    if why := why_no_events():
        return Finding("clicks and keys", "limited", why, "Demos are recorded all the same, without click marks.")
    return Finding("clicks and keys", "ok", "are noted (never what is typed)")


def _hotkeys(settings: Settings) -> Finding:
    if _no_screen():
        return Finding("hotkeys", "limited", "not known without a screen")
    from capture.backends.capabilities import hotkey_problems
    from capture.errors import CaptureError

    wanted = {chord: name for name, chord in settings.hotkeys.items() if chord}
    try:
        problems = hotkey_problems(wanted)
    except CaptureError as none_here:
        return Finding("hotkeys", "limited", f"{none_here.what}.", none_here.remedy)
    if problems:
        return Finding("hotkeys", "limited", " ".join(problems), "Choose others under [hotkeys] in the settings file.")
    return Finding("hotkeys", "ok", ", ".join(f"{chord} {name}" for chord, name in wanted.items()) or "none wanted")


def _permissions(_settings: Settings) -> Finding:
    from capture.backends.capabilities import permissions

    asked = permissions()
    lacking = [one for one in asked if one.lacking]
    if not lacking:
        return Finding("permissions", "ok", f"{join(one.name for one in asked)}: given")
    detail = "; ".join(f"{one.name} is not given: {one.lacking}" for one in lacking)
    return Finding("permissions", "limited", detail, " ".join(one.remedy for one in lacking))


def _help_key(_settings: Settings) -> Finding:
    from tui.services.learning.autostart import help_at_login

    if help_at_login().installed:
        return Finding("help key", "ok", "“showhow watch” starts at login")
    detail = "works while “showhow watch” runs; from the login on: showhow integrate --watch"
    return Finding("help key", "ok", detail)


def _microphone(settings: Settings) -> Finding:
    from capture.backends.audio import find_microphone, list_microphones
    from capture.backends.capabilities import microphone_problem

    every = list_microphones()
    chosen = find_microphone(settings.microphone)
    if chosen is None:
        remedy = sound_tools() if sys.platform == "linux" and not every else "Plug one in."
        return Finding("microphone", "limited", "none; demos would be silent", remedy)
    if problem := microphone_problem(chosen):
        return Finding("microphone", "limited", f"{chosen.label}: {problem}", "Speak into it and run this again.")
    way = "through the sound server" if chosen.served else "through PortAudio"
    count_found = sum(not source.monitor for source in every) or 1
    return Finding("microphone", "ok", f"{chosen.label}, {way} ({count_found} found)")


def _system_sound(_settings: Settings) -> Finding:
    from capture.backends.audio import find_system_sound

    try:
        source = find_system_sound("default")
    except ShowhowError as error:
        remedy = sound_tools() if sys.platform == "linux" else error.remedy
        return Finding("system sound", "limited", "what the machine plays cannot be recorded", remedy)
    return Finding("system sound", "ok", source.label)


def _model(settings: Settings) -> Finding:
    from transcribe.models.registry import find_model

    try:
        model = find_model(settings.model, settings.models_folder)
    except ShowhowError as error:
        return Finding("speech model", "limited", f"{error.what}; demos wait for their words", error.remedy)
    return Finding("speech model", "ok", f"{model.name} ({model.path})")


def _second_hearing(settings: Settings) -> Finding:
    name = "second hearing"
    if settings.endpoint_url:
        return Finding(name, "ok", "none: speech is heard by a server, as a whole")
    if not settings.second_hearing:
        return Finding(name, "ok", "switched off by second_hearing in the settings")
    return Finding(name, "ok", "after filing, words heard while recording are heard once more as a whole")


def _sentence_model(settings: Settings) -> Finding:
    from library.connection.library import open_library
    from library.meaning.sentence_models import DEFAULT, MEGABYTES, NONE, ModelUnusable

    name, (model, trouble) = "search by meaning", settings.sentences
    if model is None:
        if settings.sentence_model.strip().casefold() == NONE:
            return Finding(name, "ok", "turned off; demos are found by their words")
        missing = f"the sentence model {DEFAULT} ({MEGABYTES} MB) is missing"
        return Finding(name, "limited", f"{trouble or missing}; demos are found by their words", _GET_SENTENCES)
    with open_library(
        settings.library_url, cache=settings.indexes_folder, media=settings.media, sentences=settings.sentences
    ) as library:
        try:
            unread, how = library.meaning.missing(), library.catalog.vectors.how
        except ModelUnusable as error:
            return Finding(name, "limited", f"{error.what}; demos are found by their words", error.remedy)
    if unread:
        detail = f"{count(unread, 'demo')} found by their words only until their vectors are made"
        return Finding(name, "limited", detail, "showhow library rebuild")
    return Finding(name, "ok", join([f"{model.name} ({model.path})", how]))


def _player(_settings: Settings) -> Finding:
    if shutil.which("mpv"):
        return Finding("player", "ok", "mpv, which begins at the step")
    return Finding("player", "limited", "mpv is missing; demos are replayed in the browser", get_mpv())


def _screen_text(_settings: Settings) -> Finding:
    import numpy as np

    from transcribe.ocr.rapidocr_reader import RapidOcrReader

    try:
        RapidOcrReader().lines(np.full((64, 64, 3), 255, np.uint8))
    except ShowhowError as error:
        return Finding("words on the screen", "limited", f"{error.what}.", error.remedy)
    return Finding("words on the screen", "ok", "labels of what is clicked can be read")


def _home(settings: Settings) -> Finding:
    home = settings.home
    home.mkdir(parents=True, exist_ok=True)
    probe = home / f".probe-{os.getpid()}"
    probe.write_bytes(b"x")
    lock = FileLock(probe)
    locked = lock.take()
    lock.release()
    probe.unlink()
    if not locked:
        return Finding(
            "disk", "broken", f"no file can be locked in {home}", "Set SHOWHOW_HOME to a folder on a local disk."
        )
    free = shutil.disk_usage(home).free
    if free < LOW_SPACE:
        state: State = "broken" if free < NO_SPACE else "limited"
        return Finding("disk", state, f"only {size(free)} free in {home}", "Free some space; takes: showhow takes")
    return Finding("disk", "ok", f"{size(free)} free in {home}")


def _library(settings: Settings) -> Finding:
    from library.connection.library import open_library
    from library.long_paths import long_path_faults
    from library.rights import rights_faults

    with open_library(settings.library_url, cache=settings.indexes_folder, media=settings.media) as library:
        demos = f"{count(len(library.catalog.list()), 'demo')} in {settings.library_url}"
        faults = (
            chain(rights_faults(library.folder), long_path_faults(library.folder)) if library.team is None else iter(())
        )
        what, _, remedy = next(faults, "").partition(". ")
    return Finding("library", "limited" if what else "ok", what or demos, remedy)


def _takes(settings: Settings) -> Finding:
    from capture.takes import is_live, list_takes

    takes = list_takes(settings.takes_folder)
    crashed = [t for t in takes if t.state == "recording" and not is_live(t.path)]
    if crashed:
        return Finding("takes", "limited", f"{len(crashed)} of {len(takes)} left by a crash", "showhow recover")
    return Finding("takes", "ok", f"{len(takes)} in {settings.takes_folder}")


def _fonts(_settings: Settings) -> Finding:
    from library.export.fonts import COMMON, font_remedy, missing_scripts

    if scripts := missing_scripts([COMMON]):
        detail = f"none for {', '.join(one.name for one in scripts)}; on paper such letters are left out"
        return Finding("fonts on paper", "limited", detail, font_remedy(scripts).removeprefix("Run: "))
    return Finding("fonts on paper", "ok", "of the scripts most people write in")


def _at_a_terminal() -> bool:
    return sys.platform == "win32" and sys.stdin is not None and sys.stdin.isatty()


def _terminal(_settings: Settings) -> Finding:
    query = ask_terminal(os.environ)
    if query is None:
        why = "Windows lets none be asked; stills are drawn in half-blocks" if _at_a_terminal() else "this is none"
        return Finding("terminal", "ok", f"not asked: {why}")
    if draws_pictures(query.answers(), os.environ):
        return Finding("terminal", "ok", "shows stills sharp")
    detail = f"{os.environ.get('TERM')}: stills are drawn in half-blocks"
    return Finding(
        "terminal", "limited", detail, "kitty 0.28 or newer, Ghostty, WezTerm, foot and others show them sharp."
    )


CHECKS: dict[str, Check] = {
    "libraries": _libraries,
    "screen": _screen,
    "changes": _changes,
    "clicks and keys": _events,
    "hotkeys": _hotkeys,
    "microphone": _microphone,
    "system sound": _system_sound,
    "speech model": _model,
    "second hearing": _second_hearing,
    "search by meaning": _sentence_model,
    "words on the screen": _screen_text,
    "player": _player,
    "disk": _home,
    "takes": _takes,
    "library": _library,
    "fonts on paper": _fonts,
    "terminal": _terminal,
}
if sys.platform == "darwin":
    CHECKS["permissions"] = _permissions
if sys.platform == "linux":
    CHECKS["help key"] = _help_key


def get_mpv(which: Which = shutil.which) -> str:
    """How to get mpv."""
    if which("brew"):
        return "brew install mpv"
    return install("mpv", which) if sys.platform == "linux" else _MPV
