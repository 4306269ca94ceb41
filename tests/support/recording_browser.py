"""Chromium in a real window on a private desktop, whose screen and microphone it may record without asking.

The profile lies in a folder, so what a killed browser kept is there for the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, sync_playwright

from tests.support.browser import arguments, program
from tests.support.desktop import Stage

SCREEN = "Entire screen"


@contextmanager
def recording_browser(stage: Stage, profile: Path, *more: str, spoken: Path | None = None) -> Iterator[BrowserContext]:
    """A browser with a window on the stage. ``spoken``: a WAV file that its microphone plays again and again."""
    sound = [f"--use-file-for-fake-audio-capture={spoken}", "--use-fake-device-for-media-stream"]
    chosen = [f"--auto-select-desktop-capture-source={SCREEN}", *(sound if spoken else [])]
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(profile),
            executable_path=program(),
            headless=False,
            env=dict(stage.env),
            args=[*arguments(), *chosen, *more],
            no_viewport=True,  # a smaller one would make the recorded screen smaller
            permissions=["microphone"],
        )
        try:
            yield context
        finally:
            with suppress(Error):  # a test may have killed it
                context.close()


def crash(page: Page) -> None:
    """Kill the process of a page at once, as the system does when memory is short."""
    with suppress(Error):
        page.goto("chrome://crash")
