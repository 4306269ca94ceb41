"""SQL by name, from the files in ``library/catalog/sql``: what a catalog says to its database, apart from who says it.

Owns reading the files. ``catalog.sql`` holds what both engines understand; a file named like the engine adds the rest.
Values are ``:named``, always passed beside the text. Refuses to build SQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def statements(engine: str) -> Mapping[str, str]:
    """The statements of an engine by name."""
    found: dict[str, str] = {}
    for file in ("catalog", "use", engine, *(["team"] if engine == "postgres" else [])):
        _, *parts = _NAME.split(_text(f"{file}.sql"))
        found |= {name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}
    return found


def migrations(engine: str) -> Sequence[tuple[str, str]]:
    """Name and text of an engine's migrations, in order; the first makes everything."""
    folder = resources.files("library.catalog").joinpath("sql")
    names = sorted(f.name for f in folder.iterdir() if re.fullmatch(rf"{engine}-\d{{4}}-[\w-]+\.sql", f.name))
    return [(name.removeprefix(f"{engine}-").removesuffix(".sql"), _text(name)) for name in names]


def _text(name: str) -> str:
    return resources.files("library.catalog").joinpath("sql").joinpath(name).read_text(encoding="utf-8")
