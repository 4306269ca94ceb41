"""Links to a demo and a step in it: ``showhow://ID#3`` for showhow, ``http://HOST/demo/ID#step-3`` for browsers.

Pure. Owns how a place in the library is written down and read back. Refuses to open anything.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

SCHEME = "showhow"
_STEP = re.compile(r"(?:step-)?(\d{1,6})")
_PLAIN = re.compile(r"(.+)#(\d{1,6})")


class Link(NamedTuple):
    """A demo, by its id or whatever names it, and a step; 0 for the demo as a whole."""

    demo: str
    step: int = 0


def link_to(demo_id: str, step: int = 0) -> str:
    """What opens with ``showhow play``."""
    return f"{SCHEME}://{demo_id}#{step}" if step else f"{SCHEME}://{demo_id}"


def web_link_to(reader_url: str, demo_id: str, step: int = 0) -> str:
    """What opens in a browser, on the reader at ``reader_url``."""
    page = f"{reader_url.rstrip('/')}/demo/{demo_id}"
    return f"{page}#step-{step}" if step else page


def parse_link(text: str) -> Link:
    """A link of either kind, or ``DEMO#STEP``, or what names a demo alone. What is no link names a demo."""
    text = text.strip()
    parts = urlsplit(text) if "://" in text else None
    if parts is not None and parts.scheme == SCHEME:
        return Link(unquote(parts.netloc + parts.path).strip("/"), _step_of(parts.fragment))
    if parts is not None and parts.scheme in {"http", "https"} and "/demo/" in parts.path:
        demo = parts.path.partition("/demo/")[2].partition("/")[0]
        return Link(unquote(demo), _step_of(parts.fragment))
    if plain := _PLAIN.fullmatch(text):
        return Link(plain[1], int(plain[2]))
    return Link(text)


def _step_of(fragment: str) -> int:
    found = _STEP.fullmatch(fragment)
    return int(found[1]) if found else 0
