"""Debian's Chromium, controlled by Playwright: it downloads nothing and connects only to this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.desktop import wait_for
from tests.support.windows import skip_on_windows

_QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
_QUIET += ["--disable-component-update", "--autoplay-policy=no-user-gesture-required", "--mute-audio"]

_PATIENCE_MS = 100_000
"""A page may take this long to load on a machine that is busy with other things."""


def program() -> str:
    """The path of Chromium."""
    skip_on_windows("Chromium of Debian")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise RuntimeError("no Chromium found; on Debian: apt-get install chromium")
    return found


def arguments() -> list[str]:
    """Arguments for every Chromium of the tests. Its sandbox does not work for root."""
    return [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    path = program()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=arguments())
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_of(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in its own context. Errors in its console fail at the end of the block."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        yield page
    finally:
        context.close()
    assert not complaints, complaints


def until(page: Page, condition: str) -> None:
    """Wait for a condition in JavaScript, evaluated from outside because the policy of the page forbids it inside."""
    wait_for(lambda: page.evaluate(condition), condition)
