"""Markdown in each dialect reads as it was written, in the parser that it is for, and leads back to the demo."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace
from PIL import Image

from capture.model import Region
from library.export.documents.markdown import Flavour, markdown
from library.export.exporter import export_to
from library.model import Demo
from library.text import clean
from tests.library.factories import demo, put_bundle
from transcribe.model import Annotation, AnnotationKind

READER = "https://howto.example.com/"
HOSTILE = "<script>alert(1)</script> @octocat #12 &lt;b&gt; [x](javascript:alert(1)) GH-7 www.evil.example"


@pytest.fixture
def filed(tmp_path: Path) -> Demo:
    (tmp_path / "demos").mkdir()
    put = put_bundle(tmp_path / "demos", demo("odd-ab12", HOSTILE, "Open it.", "Save it.", titles=[HOSTILE, "Save"]))
    for step in put.steps:
        Image.new("RGB", (64, 36), (9, 9, step.number)).save(put.path / step.still, lossless=True)
    return put


def read(text: str) -> tuple[list[str], list[str], list[str]]:
    """What a parser of CommonMark finds: texts, addresses of links, and of pictures."""
    texts, links, pictures = [], [], []
    for block in MarkdownIt("commonmark").parse(text):
        for token in block.children or ():
            texts += [token.content] if token.type in {"text", "code_inline", "text_special"} else []
            links += [str(token.attrs["href"])] if token.type == "link_open" else []
            pictures += [str(token.attrs["src"])] if token.type == "image" else []
    return texts, links, pictures


@pytest.mark.parametrize("flavour", Flavour)
def test_titles_are_read_as_written_and_link_back(filed: Demo, tmp_path: Path, flavour: Flavour) -> None:
    file = export_to(filed, "markdown", tmp_path / "a (b) c.md", flavour=flavour, reader_url=READER)
    texts, links, pictures = read(file.read_text())
    assert HOSTILE in "".join(texts)
    page = "https://howto.example.com/demo/odd-ab12"
    assert links == [f"{page}#step-1", f"{page}#step-2", page]
    assert [
        (file.parent / name.replace("%20", " ").replace("%28", "(").replace("%29", ")")).is_file() for name in pictures
    ] == [True] * 2


@given(text=st.text(min_size=1), flavour=st.sampled_from(list(Flavour)))
def test_any_title_is_read_as_written(text: str, flavour: Flavour) -> None:
    wanted = clean(f"Open {text} now")
    one = replace(demo("odd-ab12", wanted, "Open it."), author="", updated_unix_ms=0)
    texts, links, _ = read(markdown(one, {}, flavour))
    assert wanted in clean("".join(texts))
    assert links == []


def test_nobody_is_mentioned_on_github(filed: Demo, tmp_path: Path) -> None:
    text = export_to(filed, "markdown", tmp_path / "x.md", flavour="github").read_text()
    for mention in ("@octocat", "#12", "GH-7", "www.evil"):
        assert mention not in text


def test_pictures_are_png_on_wish_and_where_webp_is_not_shown(filed: Demo, tmp_path: Path) -> None:
    for name, wish in (("png", {"png": True}), ("confluence", {"flavour": "confluence"})):
        file = export_to(filed, "markdown", tmp_path / f"{name}.md", **wish)  # type: ignore[arg-type]  # options of it
        pictures = [file.parent / address for address in read(file.read_text())[2]]
        assert [path.suffix for path in pictures] == [".png", ".png"]
        assert [Image.open(path).getpixel((1, 1)) for path in pictures] == [(9, 9, 1), (9, 9, 2)]


def test_pictures_show_what_matters_with_what_was_put_on_them(filed: Demo, tmp_path: Path) -> None:
    frame = Annotation(kind=AnnotationKind.FRAME, region=Region(20, 10, 8, 8))
    steps = (replace(filed.steps[0], focus=Region(10, 5, 40, 22), annotations=(frame,)), filed.steps[1])
    one = replace(filed, steps=steps, clip=replace(filed.clip, width=64, height=36))
    file = export_to(one, "markdown", tmp_path / "x.md", png=True)
    with Image.open(file.parent / "x-steps/01.png") as first, Image.open(file.parent / "x-steps/02.png") as second:
        assert (first.size, second.size) == ((40, 22), (64, 36))
        assert len(first.getcolors() or ()) > 1  # the frame
        assert len(second.getcolors() or ()) == 1
    folder = export_to(one, "skill", tmp_path)
    with Image.open(folder / "references/01.webp") as shown:
        assert shown.size == (40, 22)


def test_a_still_that_is_no_picture_is_left_out(filed: Demo, tmp_path: Path) -> None:
    (filed.path / filed.steps[0].still).write_bytes(b"no picture")
    file = export_to(filed, "markdown", tmp_path / "x.md", png=True)
    assert read(file.read_text())[2] == ["x-steps/02.png"]


def test_without_a_reader_the_end_says_how_to_replay_it(filed: Demo) -> None:
    assert "`showhow play odd-ab12`" in markdown(filed, {}, Flavour.NOTION)
