"""Records as JSON: what is written of a demo, whatever fields it has and in whatever order."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec.structs import replace

from library.model import Demo
from library.records import decode_record, encode_record
from tests.library.factories import demo


class _WithMore(Demo, frozen=True, kw_only=True):
    """A demo of a later showhow: one more field, after ``path``."""

    practised: bool = False


class _OtherOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A demo whose ``path`` is not the last of its fields."""

    path: Path = Path()
    demo_id: str
    title: str


def test_a_field_that_follows_the_path_goes_there_and_back() -> None:
    plain = demo("pasta", "Cook pasta", "Boil the water.", "Add the pasta.")
    fields = {name: getattr(plain, name) for name in plain.__struct_fields__}
    one = _WithMore(**fields | {"path": Path("/somewhere/pasta/v1"), "practised": True})
    assert decode_record(encode_record(one), _WithMore, "The demo") == replace(one, path=Path())


def test_where_a_demo_lies_is_not_written_wherever_the_field_stands() -> None:
    one = demo("pasta", "Cook pasta", "Boil the water.")
    there, elsewhere = (encode_record(replace(one, path=Path(place))) for place in ("/somewhere", "/elsewhere"))
    assert there == elsewhere
    assert "path" not in msgspec.json.decode(there)
    moved = _OtherOrder(path=Path("/somewhere"), demo_id="pasta", title="Cook pasta")
    assert msgspec.json.decode(encode_record(moved)) == {"demo_id": "pasta", "title": "Cook pasta"}  # type: ignore[arg-type]  # as if Demo had been written so
