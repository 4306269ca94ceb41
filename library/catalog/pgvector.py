"""PgVectorTable: the stored sentence embeddings of a team, compared by the server where it has the extension pgvector.

Without the extension the codes are read and compared by the client. Owns the rows that the extension compares.
"""

from __future__ import annotations

from collections.abc import Sequence

from library.catalog.vectors import VectorRow, VectorTable
from library.index.model import Session, as_json


class PgVectorTable(VectorTable):
    """A VectorTable in PostgreSQL."""

    @property
    def compares(self) -> bool:
        """Whether the extension is there."""
        return bool(self._run(lambda session: session.fetch("has_pgvector"))[0][0])

    @property
    def how(self) -> str:
        """Who compares vectors."""
        if self.compares:
            return "compared by the database"
        return "compared on this machine, because the database has no pgvector"

    def nearest(self, model: str, code: bytes, most: int, among: Sequence[str] | None = None) -> Sequence[str]:
        """The demos of the ``most`` codes nearest to a code, exactly compared, of ``among`` only if given."""
        wanted = {"model": model, "code": _bits(code), "most": most}
        if among is None:
            rows = self._run(lambda session: session.fetch("nearest_bits", **wanted))
        else:
            ids = as_json(list(among))
            rows = self._run(lambda session: session.fetch("nearest_bits_among", **wanted, ids=ids))
        return [row[0] for row in rows]

    def _put_more(self, session: Session, model: str, rows: Sequence[VectorRow]) -> None:
        session.run_many("remove_bits", [{"model": model, "demo_id": row.demo_id} for row in rows])
        session.run_many("put_bits", [bits for row in rows for bits in _bit_rows(model, row)])

    def _remove_more(self, session: Session, demo_ids: Sequence[str]) -> None:
        session.run_many("remove_bits", [{"model": "", "demo_id": demo_id} for demo_id in demo_ids])

    def _keep_only_more(self, session: Session, model: str) -> None:
        session.run("remove_bits_of_others", model=model)


def _bit_rows(model: str, row: VectorRow) -> list[dict[str, object]]:
    width = len(row.codes) // row.entries
    codes = [row.codes[place * width : (place + 1) * width] for place in range(row.entries)]
    name = {"model": model, "demo_id": row.demo_id}
    return [name | {"place": place, "code": _bits(code)} for place, code in enumerate(codes)]


def _bits(code: bytes) -> str:
    return f"{int.from_bytes(code, 'big'):0{len(code) * 8}b}"
