"""Jinja environment of the web pages, and the addresses of their static files.

Does not know the data that is rendered.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from capture.span import clock

HERE = Path(__file__).parent


def templates() -> Environment:
    """The environment for the pages' templates, with autoescaping."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # otherwise every request checks the template files
    )
    environment.globals["static"] = _static_address
    environment.globals["clock"] = clock
    return environment


@lru_cache
def _static_address(name: str) -> str:
    """Address of a static file, with a hash of its content."""
    return f"/static/{name}?h={sha256((HERE / name).read_bytes()).hexdigest()[:12]}"
