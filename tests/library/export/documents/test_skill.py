"""An Agent Skill that its reference validator accepts, whatever the texts of the demo hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from skills_ref import read_properties, validate

from capture.model import Typed
from library.export.documents.skill import skill_text
from library.export.exporter import export_to
from library.model import Demo
from tests.library.factories import demo, put_bundle

HOSTILE = '<b>x</b> "quoted": --- {{x}} \\ # no'


@pytest.fixture
def filed(tmp_path: Path) -> Demo:
    (tmp_path / "demos").mkdir()
    one = demo("raise-k3f9", HOSTILE, "Open it.", "Type the supplier.", "Save it.", titles=[HOSTILE], author=HOSTILE)
    typing = replace(one.steps[1], clicked="Supplier <name>", events=(Typed(2_000, count=7, end_ms=3_000),))
    return put_bundle(tmp_path / "demos", replace(one, steps=(one.steps[0], typing, one.steps[2])))


def test_the_validator_accepts_the_folder_and_reads_what_was_filed(filed: Demo, tmp_path: Path) -> None:
    folder = export_to(filed, "skill", tmp_path / "skills", reader_url="https://howto.example.com")
    assert folder == tmp_path / "skills" / "raise-k3f9"
    assert validate(folder) == []
    said = read_properties(folder)
    assert said.description.startswith(HOSTILE)
    assert said.metadata["author"] == HOSTILE
    assert said.metadata["version"] == "1"
    assert said.metadata["source"] == "https://howto.example.com/demo/raise-k3f9"


def test_each_step_names_a_picture_that_lies_in_the_folder(filed: Demo, tmp_path: Path) -> None:
    folder = export_to(filed, "skill", tmp_path)
    text = (folder / "SKILL.md").read_text()
    for step in filed.steps:
        assert f"[step {step.number}](references/0{step.number}.webp)" in text
        assert (folder / f"references/0{step.number}.webp").is_file()


def test_what_is_typed_is_asked_for_by_the_name_of_its_field(filed: Demo) -> None:
    text = skill_text(filed, {})
    assert "- `{{supplier_name}}`: typed in step 2" in text
    assert "Type `{{supplier_name}}`." in text


def test_exported_again_nothing_of_steps_that_are_gone_is_left(filed: Demo, tmp_path: Path) -> None:
    folder = export_to(filed, "skill", tmp_path)
    (folder / "references" / "mine.txt").write_text("kept")
    export_to(replace(filed, steps=filed.steps[:1]), "skill", tmp_path)
    assert sorted(path.name for path in (folder / "references").iterdir()) == ["01.webp", "mine.txt"]
    assert validate(folder) == []


@given(title=st.text(min_size=1), many=st.integers(1, 400))
def test_any_title_of_any_length_is_valid(tmp_path_factory: pytest.TempPathFactory, title: str, many: int) -> None:
    one = replace(demo("odd--ab12", f"x{title}" * many, "Open it."), author=title)
    folder = tmp_path_factory.mktemp("any") / "odd-ab12"
    folder.mkdir()
    (folder / "SKILL.md").write_text(skill_text(one, {}), encoding="utf-8")
    assert validate(folder) == []
