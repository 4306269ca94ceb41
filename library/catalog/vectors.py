"""VectorTable: the stored sentence embeddings of demos, by sentence model.

Owns the rows. Does not know how vectors are made, packed or compared. Both engines store the same rows; SQLite in a
file of its own. Vectors of several models may lie beside each other: people of a team need not use the same one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from library.catalog.usage import RunWork
from library.index.model import Row, Session, as_json

_STATE = "state"


class VectorRow(NamedTuple):
    """The ``entries`` vectors of a version of a demo, as bits and as bytes: of the whole demo and of each step."""

    demo_id: str
    version: int
    entries: int
    codes: bytes
    data: bytes


class VectorTable:
    """The stored vectors of a library. Every method may raise LibraryError."""

    def __init__(self, run: RunWork) -> None:
        self._run = run

    def versions(self, model: str) -> dict[str, int]:
        """The version of each demo that has vectors of the model."""
        return dict(self._run(lambda session: session.fetch("vector_versions", model=model)))

    def codes(self, model: str) -> Sequence[Row]:
        """Id and codes of each demo, ordered by id."""
        return self._run(lambda session: session.fetch("vector_codes", model=model))

    def data(self, model: str, demo_ids: Sequence[str]) -> Mapping[str, bytes]:
        """The packed vectors of demos, by id; of those that have some."""
        ids = as_json(list(demo_ids))
        rows = self._run(lambda session: session.fetch("vector_data", model=model, ids=ids))
        return {demo_id: bytes(data) for demo_id, data in rows}

    def put(self, model: str, rows: Sequence[VectorRow]) -> None:
        """Store the vectors of demos, in one transaction."""

        def write(session: Session) -> None:
            names = [{"model": model, "demo_id": row.demo_id} for row in rows]
            codes = [name | {"version": row.version, "codes": row.codes} for name, row in zip(names, rows, strict=True)]
            session.run_many("put_codes", codes)
            session.run_many(
                "put_vector_data", [name | {"data": row.data} for name, row in zip(names, rows, strict=True)]
            )
            self._put_more(session, model, rows)
            session.run("add_to_vector_fact", name=_STATE, value=1)

        self._run(write, write=True)

    def _put_more(self, session: Session, model: str, rows: Sequence[VectorRow]) -> None:
        """Store what only this engine has, in the same transaction."""

    def _remove_more(self, session: Session, demo_ids: Sequence[str]) -> None:
        """Remove what only this engine has."""

    def _keep_only_more(self, session: Session, model: str) -> None:
        """Remove what only this engine has of other models."""

    @property
    def compares(self) -> bool:
        """Whether the engine compares codes itself."""
        return False

    @property
    def how(self) -> str:
        """How vectors are compared, in a few words for users; empty where there is nothing to say."""
        return ""

    def nearest(self, model: str, code: bytes, most: int, among: Sequence[str] | None = None) -> Sequence[str]:
        """The demos of the ``most`` nearest codes, of ``among`` only if given. Only where the engine ``compares``."""
        raise NotImplementedError

    def remove(self, demo_ids: Sequence[str]) -> None:
        """Remove the vectors of demos."""

        def write(session: Session) -> None:
            names = [{"demo_id": demo_id} for demo_id in demo_ids]
            session.run_many("remove_codes", names)
            session.run_many("remove_vector_data", names)
            self._remove_more(session, demo_ids)
            session.run("add_to_vector_fact", name=_STATE, value=1)

        self._run(write, write=True)

    def keep_only(self, model: str) -> None:
        """Remove the vectors of other models."""

        def write(session: Session) -> None:
            session.run("remove_codes_of_others", model=model)
            session.run("remove_vector_data_of_others", model=model)
            self._keep_only_more(session, model)

        self._run(write, write=True)

    @property
    def state(self) -> int:
        """A number that grows with every change."""
        return self.fact(_STATE)

    def fact(self, name: str) -> int:
        """The number stored under a name; 0 when there is none."""
        rows = self._run(lambda session: session.fetch("vector_fact", name=name))
        return int(rows[0][0]) if rows else 0

    def keep_fact(self, name: str, value: int) -> None:
        """Store a number under a name."""
        self._run(lambda session: session.run("keep_vector_fact", name=name, value=value), write=True)
