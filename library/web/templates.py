"""Jinja environment of the web pages, and the addresses of their static files.

Does not know the data that is rendered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from capture.span import clock

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""A language tag, as in BCP 47."""
HERE = Path(__file__).parent


def templates(*folders: Path, recordable: bool = False) -> Environment:
    """The environment for the pages' templates, with autoescaping. ``recordable``: a browser can record here.

    ``folders`` have templates of their own, which may include those of the pages.
    """
    environment = Environment(
        loader=FileSystemLoader([*folders, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # otherwise every request checks the template files
    )
    environment.globals["static"] = _static_address
    environment.globals["clock"] = clock
    environment.globals["recordable"] = recordable
    environment.globals["in_language"] = in_language
    return environment


def in_language(language: str | None) -> Markup:
    """Attributes of an element with text of a demo: its language, if known, and its direction, by its letters."""
    known = language and _LANGUAGE.fullmatch(language)
    return Markup(f' lang="{language}" dir="auto"' if known else ' dir="auto"')  # noqa: S704  checked above


@lru_cache
def _static_address(name: str) -> str:
    """Address of a static file, with a hash of its content."""
    return f"/static/{name}?h={sha256((HERE / name).read_bytes()).hexdigest()[:12]}"
