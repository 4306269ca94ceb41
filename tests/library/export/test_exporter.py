"""A demo taken elsewhere reads as it was written, whatever its texts hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from library.export.documents.markdown import escaped
from library.export.exporter import export, export_to
from library.model import Demo, LibraryError
from tests.library.factories import demo, put_bundle


@pytest.fixture
def filed(tmp_path: Path) -> Demo:
    one = demo(
        "raise-k3f9", "Raise a purchase order", "Open the finance menu", "Click new order", "Submit",
        titles=["Open the menu", "Click new order"], tags=["finance"], author="Priya",
    )  # fmt: skip
    (tmp_path / "demos").mkdir()
    return put_bundle(tmp_path / "demos", one)


def test_markdown_has_title_facts_and_numbered_steps_with_moments_text_and_stills(filed: Demo) -> None:
    text = export(filed, "markdown")
    assert text.startswith("# Raise a purchase order\n\n0:")
    assert "Priya · finance · " in text
    assert "1. **Open the menu** (0:00)\n\n   Open the finance menu\n\n   ![Step 1](<" in text
    assert "2. **Click new order** (0:02)\n\n   ![Step 2]" in text  # a text that only repeats the title is left out
    for address in re.findall(r"\]\(<(.*?)>\)", text):
        assert Path(address).is_file()


def test_what_is_written_as_a_folder_is_made_and_each_form_gets_a_file_of_its_own(filed: Demo, tmp_path: Path) -> None:
    written = {export_to(filed, form, f"{tmp_path}/new/deeper/") for form in ("markdown", "srt", "vtt")}
    assert {path.name for path in written} == {f"{filed.demo_id}.{ending}" for ending in ("md", "srt", "vtt")}
    assert (tmp_path / "new/deeper").is_dir()
    assert export_to(filed, "srt", tmp_path / "new" / "one") == tmp_path / "new" / "one"


def test_to_a_file_the_stills_go_along_and_are_named_relative_to_it(filed: Demo, tmp_path: Path) -> None:
    file = tmp_path / "out" / "how to.md"
    assert export_to(filed, "markdown", file) == file
    assert sorted(p.name for p in file.parent.iterdir()) == ["how to-steps", "how to.md"]
    addresses = re.findall(r"\]\(<(.*?)>\)", file.read_text())
    assert addresses == [f"how to-steps/0{n}.webp" for n in (1, 2, 3)]
    assert [(file.parent / address).read_text() for address in addresses] == ["still 1", "still 2", "still 3"]


def test_a_folder_gets_a_file_named_after_the_demo(filed: Demo, tmp_path: Path) -> None:
    for form, ending in (("markdown", "md"), ("srt", "srt"), ("vtt", "vtt")):
        assert export_to(filed, form, tmp_path) == tmp_path / f"raise-k3f9.{ending}"


def test_captions_hold_every_word(filed: Demo) -> None:
    for form in ("srt", "vtt"):
        said = " ".join(export(filed, form).split())
        assert all(word.text.strip() in said for word in filed.words)
    assert export(filed, "vtt").startswith("WEBVTT")


def test_exporting_again_replaces_the_old_file(filed: Demo, tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    export_to(filed, "markdown", file)
    export_to(replace(filed, title="Order"), "markdown", file)
    assert file.read_text().startswith("# Order\n")


def test_a_missing_still_is_left_out(filed: Demo) -> None:
    (filed.path / "steps" / "02.webp").unlink()
    assert export(filed, "markdown").count("![") == 2


def test_another_form_is_one_line_that_names_those_there_are(filed: Demo, tmp_path: Path) -> None:
    for call in (lambda: export(filed, "pdf\n"), lambda: export_to(filed, "pdf\n", tmp_path)):
        with pytest.raises(LibraryError, match="markdown, html, pdf") as caught:
            call()
        assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_written_is_one_line_and_leaves_nothing(filed: Demo, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="Could not write") as caught:
        export_to(filed, "markdown", tmp_path / "file" / "x.md")
    assert "\n" not in str(caught.value)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["demos", "file"]


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ `c` ~~d~~",
        "[x](javascript:alert(1))",
        "![x](http://tracker/x.png)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a | b",
        "$x^2$",
        "&lt;b&gt;",
        "C:\\temp\\*",
        "a\n\n# heading",
        "# heading #",
        "1. one",
        "- one",
        "+ one",
        "===",
        "---",
        "> quote",
    ],
)
def test_texts_that_look_like_markup_stay_texts(text: str) -> None:
    marked = escaped(text)
    assert "\n" not in marked
    assert "<" not in marked
    assert ">" not in marked
    for sign in "*_`[]|~$#":
        assert not re.search(rf"(?<!\\)(?:\\\\)*{re.escape(sign)}", marked) or sign not in text
    assert not re.match(r"(\d+[.)]|[-+=])", marked)


@given(st.text())
def test_any_text_becomes_one_line_without_html(text: str) -> None:
    marked = escaped(text)
    assert not set("\n\r<>") & set(marked)
