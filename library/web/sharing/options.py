"""SharingOptions, and which other sites may show demos in frames.

Pure. An origin is checked before it gets into a header: it is a scheme and a host, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from library.model import Demo, LibraryError
from library.text import clean

_ORIGIN = re.compile(
    r"https?://(?:(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])"
    r"(?::[0-9]{1,5})?"
)
_USUAL_PORT = re.compile(r"^(https://.*):443$|^(http://.*):80$")
"""Browsers leave it out of an origin."""
MOST_ORIGINS = 50


class ExportChoice(NamedTuple):
    """An export format that the reader offers: its name, the ending of its files, and what it is for."""

    name: str
    ending: str
    purpose: str


class DemoExports(Protocol):
    """Writes demos in other formats, as ``library/export`` does. Raises ShowhowError."""

    def choices(self, demo: Demo) -> Sequence[ExportChoice]:
        """The formats for a demo, in the order in which they are offered."""

    def write(self, demo: Demo, name: str, folder: Path) -> Path:
        """Write a demo, whose files are local, as one file in an empty folder. Raises KeyError on another name."""


@dataclass(frozen=True)
class SharingOptions:
    """How demos leave the reader.

    ``public_url``: the reader's address for others, such as that of a proxy; empty: the one a request came to.
    ``frame_origins``: checked origins of sites that may show demos in frames. ``exports``: None offers none.
    """

    public_url: str = ""
    frame_origins: tuple[str, ...] = ()
    exports: DemoExports | None = None


def checked_origins(given: Iterable[str]) -> tuple[str, ...]:
    """Origins such as ``https://wiki.example`` or ``https://*.example:8443``, in order. Raises LibraryError."""
    found: dict[str, None] = {}
    for text in given:
        origin = _USUAL_PORT.sub(r"\1\2", text.strip().rstrip("/").lower())
        if not _ORIGIN.fullmatch(origin) or len(origin) > 300:
            what = f"{clean(text, 80) or 'An empty text'} is no address of a site"
            raise LibraryError(what, "Write it like https://wiki.example, without a path.")
        found[origin] = None
    if len(found) > MOST_ORIGINS:
        raise LibraryError(f"More than {MOST_ORIGINS} sites may show demos", "Name fewer, or https://*.example.")
    return tuple(found)


def frame_ancestors(origins: Sequence[str]) -> str:
    """The value of ``frame-ancestors`` in a Content-Security-Policy."""
    return " ".join(origins) or "'none'"
