"""SQL by name, from the files in ``library/sql``: what a catalog says to its database, apart from who says it.

Owns reading the files. ``catalog.sql`` holds what both engines understand; a file named like the engine adds the rest.
Values are ``:named``, always passed beside the text. Refuses to build SQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Protocol

import msgspec

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)

Row = tuple[Any, ...]
STATE = "state"
"""The fact that grows with every change of what can be found; what was read before is out of date then."""


class Session(Protocol):
    """One connection inside a transaction, or reading."""

    def ask(self, name: str, /, **values: Any) -> list[Row]:
        """The rows of a named question."""

    def run(self, name: str, /, **values: Any) -> None:
        """Run a named statement."""

    def run_many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a named statement for each of many."""


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
    folder = resources.files("library").joinpath("sql")
    names = sorted(f.name for f in folder.iterdir() if re.fullmatch(rf"{engine}-\d{{4}}-[\w-]+\.sql", f.name))
    return [(name.removeprefix(f"{engine}-").removesuffix(".sql"), _text(name)) for name in names]


def _text(name: str) -> str:
    return resources.files("library").joinpath("sql").joinpath(name).read_text(encoding="utf-8")


def as_json(value: object) -> str:
    """A list handed to a statement as one value, which both engines can unfold."""
    return msgspec.json.encode(value).decode()
