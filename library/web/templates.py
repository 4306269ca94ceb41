"""The pages' templates and the files beside them.

Owns how a template is found and filled. Refuses to know what is put in.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from capture.span import clock

HERE = Path(__file__).parent


def templates() -> Environment:
    """The pages' templates. Every text put into them is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else each page looks at the files of its templates first
    )
    environment.globals["static"] = _static_address
    environment.globals["clock"] = clock
    return environment


@lru_cache
def _static_address(name: str) -> str:
    """The address of a static file, changed whenever the file is."""
    return f"/static/{name}?h={sha256((HERE / name).read_bytes()).hexdigest()[:12]}"
