"""The focus on its way into the library: filed with both stills, moved without a new clip, read from older demos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from capture.model import Click, Cut, CutReason, Region
from library.connection.library import Library, open_library
from library.draft.edits import add_cut, look_at
from library.draft.to_demo import make_demo
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.intake.refile import refile, reopen
from library.model import Demo, Draft
from library.storage.bundle import read_bundle
from tests.library.factories import steps_of, transcript
from tests.support.sample_videos import film, number_of, numbered
from transcribe.model import Annotation, AnnotationKind, SecondStill

SIZE = (640, 360)
HERE = Region(0, 0, 480, 270)


def proposed(folder: Path) -> Draft:
    """A draft of a film whose pictures encode the number of half seconds; step 1 leads to something."""
    source = film(folder / "film.mp4", [(n * 500, numbered(n, *SIZE)) for n in range(24)], 12_000)
    draft = propose(source, IntakeOptions(keep_all=True, author="Priya"))
    spoken = transcript("Open the menu and choose it.", "Then save it, and that is it.")
    first, second = steps_of(spoken)
    then = SecondStill(at_ms=first.end_ms - 200, focus=HERE)
    first = replace(first, focus=HERE, then=then, events=(Click(first.at_ms + 40, 200, 120),))
    return replace(draft, title="Looked at", transcript=spoken, steps=(first, second), waiting_for_words=False)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as opened:
        yield opened


def number_on(demo: Demo, name: str) -> int:
    with Image.open(demo.path / name) as picture:
        return number_of(np.asarray(picture.convert("L")))


def test_both_stills_of_a_step_are_filed_listed_and_checked(library: Library, tmp_path: Path) -> None:
    draft = proposed(tmp_path)
    demo = file(draft, library)
    then = demo.steps[0].then
    assert then is not None
    assert demo.steps[0].stills == ("steps/01.webp", "steps/01-then.webp")
    assert number_on(demo, "steps/01-then.webp") == then.at_ms // 500
    assert set(demo.files) >= set(demo.steps[0].stills)
    assert list(library.store.faults(demo, quick=False)) == []
    (demo.path / "steps/01-then.webp").unlink()
    assert [fault.place for fault in library.store.faults(demo, quick=False)] == ["steps/01-then.webp"]


def test_a_second_still_whose_moment_is_cut_is_let_go(tmp_path: Path) -> None:
    draft = proposed(tmp_path)
    then = draft.steps[0].then
    assert then is not None
    cut = Cut(then.at_ms - 50, then.at_ms + 50, reason=CutReason.BY_HAND)
    assert make_demo(add_cut(draft, cut), "x-ab12", 0).steps[0].then is None


def test_a_moved_focus_is_a_new_version_with_the_same_clip_and_stills(library: Library, tmp_path: Path) -> None:
    demo = file(proposed(tmp_path), library)
    mark = Annotation(kind=AnnotationKind.NUMBER, region=Region(9, 9, 30, 20), number=1)
    opened = reopen(library, demo.demo_id, tmp_path / "takes")
    again = refile(look_at(opened, 1, Region(160, 90, 480, 270), [mark]), library)
    assert again.version == 2
    assert again.steps[0].focus == Region(160, 90, 480, 270)
    assert again.steps[0].annotations == (mark,)
    for name in (demo.clip.path, *demo.steps[0].stills):
        assert (again.path / name).read_bytes() == (demo.path / name).read_bytes()
    assert read_bundle(again.path).steps == again.steps
    assert refile(reopen(library, demo.demo_id, tmp_path / "takes"), library).version == 2


def test_a_film_without_events_gets_its_focus_from_its_pictures(tmp_path: Path) -> None:
    plain = np.full((720, 1_280, 3), 235, np.uint8)
    shown = plain.copy()
    shown[400:480, 900:1_100] = 30
    source = film(tmp_path / "film.mp4", [(0, plain), (3_000, shown), (6_000, plain), (9_000, plain)], 12_000)
    draft = propose(source, IntakeOptions(keep_all=True))
    looking = [step.focus for step in draft.steps if step.focus is not None]
    assert looking
    box = Region(900, 400, 200, 80)
    assert all(box.intersect(focus) == box for focus in looking)


def test_impossible_focuses_are_refused_and_odd_ones_shown_whole(library: Library, tmp_path: Path) -> None:
    demo = file(proposed(tmp_path), library)
    record = demo.path / "demo.json"
    data = record.read_bytes()
    for bad in (b'"x":-5', b'"x":99999999'):
        record.write_bytes(data.replace(b'"focus":{"x":0', b'"focus":{' + bad, 1))
        with pytest.raises(Exception, match="damaged"):
            read_bundle(demo.path)
    record.write_bytes(data)
    assert read_bundle(demo.path).steps == demo.steps
