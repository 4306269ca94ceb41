"""DemoAddresses: the absolute addresses of a demo's page and files, on the reader's own page or below a share link.

Pure. Owns which files lie below a share link: those of one demo, by kind, and none that changes anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from library.links import embed_link_to, share_link_to, web_link_to
from library.model import Demo
from transcribe.model import Step

FILES = re.compile(
    r"download|preview/[0-9]{1,6}\.jpg|(?:[a-z]{1,20}/)?[a-z0-9][a-z0-9-]{0,40}\.(?:mp4|m4a|vtt|webp|png|jpg)"
)
"""Paths below a demo that a share link opens: its media."""


@dataclass(frozen=True)
class DemoAddresses:
    """Addresses of one demo. ``base``: of the reader, without a slash at its end. ``code``: of a share; empty: none."""

    base: str
    demo_id: str
    code: str = ""

    def page(self, step: int = 0) -> str:
        """Its page, at a step."""
        if self.code:
            return share_link_to(self.base, self.demo_id, self.code, step)
        return web_link_to(self.base, self.demo_id, step)

    def moment(self, at_ms: int, step: int) -> str:
        """Its page at a moment in a step."""
        page, _, anchor = self.page(step).partition("#")
        return f"{page}?at={at_ms}#{anchor}"

    def embed(self, step: int = 0) -> str:
        """Its player for frames."""
        return embed_link_to(self.base, self.demo_id, self.code, step)

    @property
    def own_path(self) -> str:
        """The path of its page on the reader; its files lie below."""
        return f"/demo/{self.demo_id}"

    @property
    def path(self) -> str:
        """The path of the page; the files are reached below."""
        return f"/s/{self.demo_id}/{self.code}" if self.code else self.own_path

    def moved(self, address: str) -> str:
        """An address of the demo on the reader, as it is reached here."""
        own = self.own_path
        below = address == own or address.startswith((f"{own}/", f"{own}?", f"{own}#"))
        return self.path + address[len(own) :] if self.code and below else address

    def clip(self, demo: Demo) -> str:
        """Its clip."""
        return f"{self.base}{self.path}/clip.mp4?v={demo.version}"

    def preview(self, demo: Demo, step: Step | None) -> str:
        """A JPEG of a step's still, else of the first one there is; empty when there is none."""
        shown = step if step is not None and step.still else next((one for one in demo.steps if one.still), None)
        return f"{self.base}{self.path}/preview/{shown.number}.jpg?v={demo.version}" if shown else ""


def is_local(base: str) -> bool:
    """Whether an address leads to this machine only, so that no phone can open it."""
    host = urlsplit(base).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")
