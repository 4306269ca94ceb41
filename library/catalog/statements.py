"""Loads the named SQL statements and the migrations of ``library/catalog/sql``.

``catalog.sql``, ``use.sql`` and ``vectors.sql`` hold what both engines understand, ``sqlite.sql`` and ``postgres.sql``
the rest, and ``team.sql`` what only a team's library has. Values are ``:named`` and passed beside the text. Does not
build SQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def statements(engine: str) -> Mapping[str, str]:
    """The statements of an engine by name."""
    found: dict[str, str] = {}
    for file in ("catalog", "use", "vectors", engine, *(["team"] if engine == "postgres" else [])):
        text = resources.files("library.catalog").joinpath("sql", f"{file}.sql").read_text("utf-8")
        _, *parts = _NAME.split(text)
        found |= {name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}
    return found


def migrations(form: str) -> Sequence[tuple[str, str]]:
    """Names (recorded in databases) and texts of the migrations of a form of database, in order.

    The forms: ``sqlite``, ``postgres``, ``use``, ``vectors``.
    """
    folder = resources.files("library.catalog").joinpath("sql/migrations")
    files = {file.name: file for file in folder.iterdir() if re.fullmatch(rf"{form}-\d{{4}}-[\w-]+\.sql", file.name)}
    return [(Path(name).stem.removeprefix(f"{form}-"), files[name].read_text("utf-8")) for name in sorted(files)]
