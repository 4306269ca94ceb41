"""Links to a demo and a step in it: ``showhow://ID#3`` for showhow, ``http://HOST/demo/ID#step-3`` for browsers.

A share link, ``http://HOST/s/ID/CODE#step-3``, works without the reader's token (``library/sharing/``).
Pure. Owns writing and parsing of links. Does not open anything.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

SCHEME = "showhow"
SHARED, EMBEDDED = "/s/", "/embed/"
"""Paths of the reader below which a demo's id follows, as below ``/demo/``."""
_STEP = re.compile(r"(?:step-)?(\d{1,6})")
_PAGE = re.compile(r"/(?:demo|s|embed)/([^/]+)")
_PLAIN = re.compile(r"(.+)#(\d{1,6})")


class Link(NamedTuple):
    """A demo, named by its id or title, and a step number; 0 for the whole demo."""

    demo: str
    step: int = 0


def link_to(demo_id: str, step: int = 0) -> str:
    """Link that ``showhow play`` opens."""
    return f"{SCHEME}://{demo_id}#{step}" if step else f"{SCHEME}://{demo_id}"


def web_link_to(reader_url: str, demo_id: str, step: int = 0) -> str:
    """Link that a browser opens, on the web reader at ``reader_url``."""
    page = f"{reader_url.rstrip('/')}/demo/{demo_id}"
    return f"{page}#step-{step}" if step else page


def share_link_to(reader_url: str, demo_id: str, code: str, step: int = 0) -> str:
    """Link that a browser opens without the reader's token; ``code`` is the share's (``Shares.code``)."""
    page = f"{reader_url.rstrip('/')}{SHARED}{demo_id}/{code}"
    return f"{page}#step-{step}" if step else page


def embed_link_to(reader_url: str, demo_id: str, code: str = "", step: int = 0) -> str:
    """Address of the player for a frame on another site; with ``code`` it needs no token."""
    page = f"{reader_url.rstrip('/')}{EMBEDDED}{demo_id}" + (f"/{code}" if code else "")
    return f"{page}#step-{step}" if step else page


def parse_link(text: str) -> Link:
    """Parse a link of either kind, ``DEMO#STEP``, or the name of a demo. Text that is not a link names a demo."""
    text = text.strip()
    try:
        parts = urlsplit(text) if "://" in text else None
    except ValueError:  # no address, such as “http://[”
        parts = None
    if parts is not None and parts.scheme == SCHEME:
        return Link(unquote(parts.netloc + parts.path).strip("/"), _step_of(parts.fragment))
    if parts is not None and parts.scheme in {"http", "https"} and (page := _PAGE.search(parts.path)):
        return Link(unquote(page[1]), _step_of(parts.fragment))
    if plain := _PLAIN.fullmatch(text):
        return Link(plain[1], int(plain[2]))
    return Link(text)


def _step_of(fragment: str) -> int:
    found = _STEP.fullmatch(fragment)
    return int(found[1]) if found else 0
