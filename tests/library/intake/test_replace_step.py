"""One step of a filed demo is recorded anew: it is new, and all the rest stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from msgspec.structs import replace

from capture.errors import Cancelled
from capture.model import Cut, CutReason, Take
from capture.render.h264_bitstream import with_lengths
from capture.span import Span
from capture.takes import list_takes, load_take
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from library.connection.library import Library, open_library
from library.draft import edits
from library.intake.refile import refile, reopen
from library.intake.replacing.new_take import replace_step, used
from library.intake.replacing.step_finding import step_wanted
from library.intake.replacing.step_wanted import StepWanted, note_wanted, wanted_by
from library.links import Link
from library.maintenance.check import check
from library.maintenance.edit import EditClash, edit_demo
from library.maintenance.revisions import history, restore_version
from library.model import Demo, DemoNotFound, Draft, LibraryError
from tests.support.replaced_steps import SAID, striped_take, three_steps
from tests.support.sample_videos import number_of, onsets
from tests.support.whole_sound import read_sound
from transcribe.model import Step


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with one demo and its take; each test has a copy."""
    folder = tmp_path_factory.mktemp("shelf")
    with open_library(folder / "library", cache=folder / "cache") as library:
        three_steps(library, folder / "takes")
    return folder


@pytest.fixture
def takes(tmp_path: Path, shelf: Path) -> Path:
    shutil.copytree(shelf / "takes", tmp_path / "takes")
    return tmp_path / "takes"


@pytest.fixture
def library(tmp_path: Path, shelf: Path) -> Iterator[Library]:
    shutil.copytree(shelf / "library", tmp_path / "library")
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        yield opened


@pytest.fixture
def demo(library: Library, takes: Path) -> Demo:
    (found,) = library.catalog.list()
    return library.catalog.get(found.demo_id)


@pytest.fixture
def anew(takes: Path) -> Take:
    return striped_take(takes / "20310418-090000-cd34", 40, 5_000, [2_000])


def spliced(library: Library, take: Take, step: int, demo: Demo, heard: str = "") -> Draft:
    wanted = step_wanted(library, Link(demo.demo_id, step))
    draft = replace_step(library, take.path, wanted, take.path.parent)
    used(take.path, draft)
    return edits.rewrite_step(draft, step, heard) if heard else draft


def packets(path: Path, kind: str, start: float, end: float) -> list[tuple[int, bytes]]:
    """Time from ``start`` (ms) and bytes of each packet; of a picture without the bytes with its number."""
    found = []
    with av.open(str(path)) as video:
        streams: Any = video.streams
        for packet in video.demux(getattr(streams, kind)[0]):
            at = float(packet.pts * packet.time_base * 1000) if packet.size else -1
            if start <= at < end:
                data = bytes(packet)
                if kind == "video":
                    data = b"".join(unit[8:] for unit in with_lengths(data) if unit[0] & 31 in {1, 5})
                found.append((round(at - start), data))
    return found


def told(step: Step) -> tuple[object, ...]:
    events = [replace(event, at_ms=event.at_ms - step.start_ms) for event in step.events]
    return step.title, step.text, step.duration_ms, step.at_ms - step.start_ms, events


def test_the_step_is_new_and_the_other_steps_are_byte_for_byte_what_they_were(
    library: Library, demo: Demo, anew: Take
) -> None:
    now = refile(spliced(library, anew, 2, demo, "Click Create order"), library, by="Tom")
    assert (now.version, now.edited_by, now.title, now.tags) == (2, "Tom", "Raise an order", ("orders",))
    assert [step.title for step in now.steps] == ["Open the orders", "Click Create order", "Enter the name"]
    assert [told(now.steps[n]) for n in (0, 2)] == [told(demo.steps[n]) for n in (0, 2)]
    assert [s.text for s in now.transcript.segments] == [SAID[0], SAID[2]]
    old, new = demo.steps[2], now.steps[2]
    assert now.transcript.segments[-1].start_ms - new.start_ms == demo.transcript.segments[-1].start_ms - old.start_ms
    for number in (1, 3):
        still = f"steps/{number:02}.webp"
        assert (now.path / still).read_bytes() == (demo.path / still).read_bytes()
    before, after = demo.path / demo.clip.path, now.path / now.clip.path
    assert packets(after, "video", 0, 3_000) == packets(before, "video", 0, 3_000)
    assert packets(after, "video", new.start_ms, new.end_ms) == packets(before, "video", old.start_ms, old.end_ms)
    near = 130  # frames of sound that a joint touches
    heard = packets(after, "audio", new.start_ms + near, new.end_ms - near)
    assert heard == packets(before, "audio", old.start_ms + near, old.end_ms - near)
    assert len(heard) > 80
    assert not check(library)


def test_the_new_step_is_seen_and_heard_in_its_place(library: Library, demo: Demo, anew: Take) -> None:
    now = refile(spliced(library, anew, 2, demo), library)
    clip, step = now.path / now.clip.path, now.steps[1]
    shown = [number_of(grab_frame(clip, at)) for at in (step.start_ms - 100, step.start_ms + 10, step.end_ms + 10)]
    assert (shown[0], shown[2]) == (11, 24)
    assert 40 <= shown[1] < 60
    last = now.steps[2].start_ms + 1_000
    cut_ms = 5_000 - step.duration_ms
    assert onsets(read_sound(clip), 16_000) == pytest.approx([1_000, 5_000 - cut_ms, last], abs=60)
    assert (now.path / "captions.vtt").read_text("utf-8").count("Enter the name") == 1
    assert next(past.what for past in history(library.store, demo.demo_id)) == "changed words, steps, clip"


@pytest.mark.parametrize("number", [1, 3])
def test_the_first_and_the_last_step_can_be_recorded_anew(
    library: Library, demo: Demo, anew: Take, number: int
) -> None:
    now = refile(spliced(library, anew, number, demo), library)
    kept = [n for n in (1, 2, 3) if n != number]
    assert [told(now.step(n)) for n in kept] == [told(demo.step(n)) for n in kept]
    for n in kept:
        assert (now.path / f"steps/{n:02}.webp").read_bytes() == (demo.path / f"steps/{n:02}.webp").read_bytes()
    assert 40 <= number_of(grab_frame(now.path / now.clip.path, now.step(number).start_ms + 10)) < 60


def test_a_demo_whose_take_is_gone_can_have_a_step_recorded_anew_and_it_can_be_cut_later(
    library: Library, demo: Demo, anew: Take, takes: Path
) -> None:
    (takes / "20310417-140500-ab12" / "take.mp4").unlink()
    draft = spliced(library, anew, 2, demo)
    now = refile(edits.add_cut(draft, Span(3_000, 4_000)), library)
    again = reopen(library, demo.demo_id, takes)
    assert again.source == draft.source
    assert Cut(3_000, 4_000, reason=CutReason.BY_HAND) in again.cuts
    longer = refile(edits.toggle_cut(again, 3_500), library)
    assert longer.clip.duration_ms > now.clip.duration_ms
    assert restore_version(library, demo.demo_id, 1).steps == demo.steps


def test_the_recording_is_kept_and_counts_as_filed(library: Library, demo: Demo, anew: Take) -> None:
    draft = spliced(library, anew, 2, demo)
    assert load_take(anew.path).filed_as == demo.demo_id
    assert probe(anew.video).duration_ms == pytest.approx(5_000, abs=60)
    assert load_take(Path(draft.source)).filed_as is None  # tidying would delete it before it is filed
    refile(draft, library)
    assert all(take.filed_as == demo.demo_id for take in list_takes(anew.path.parent))


def test_a_silent_recording_keeps_the_place_of_the_step(library: Library, demo: Demo, takes: Path) -> None:
    silent = striped_take(takes / "20310418-090000-ee00", 40, 4_000, [], sound=False)
    now = refile(spliced(library, silent, 2, demo), library)
    last = now.steps[2].start_ms + 1_000
    assert onsets(read_sound(now.path / now.clip.path), 16_000) == pytest.approx([1_000, last], abs=20)


def test_a_screen_of_another_size_is_refused_and_nothing_is_left(library: Library, demo: Demo, takes: Path) -> None:
    small = striped_take(takes / "20310418-090000-ff00", 40, 2_000, [], width=160, sound=False)
    before = sorted(takes.iterdir())
    with pytest.raises(LibraryError, match="160 x 180, that of the demo 320 x 180"):
        spliced(library, small, 2, demo)
    assert sorted(takes.iterdir()) == before
    assert load_take(small.path).filed_as is None
    assert library.store.versions(demo.demo_id) == [1]


def test_steps_and_demos_that_do_not_exist_are_said(library: Library, demo: Demo) -> None:
    with pytest.raises(DemoNotFound, match="no step 4"):
        step_wanted(library, Link(demo.demo_id, 4))
    with pytest.raises(LibraryError, match="Say which step"):
        step_wanted(library, Link(demo.demo_id))
    with pytest.raises(DemoNotFound):
        step_wanted(library, Link("nothing", 1))


def test_what_others_change_meanwhile_is_kept(library: Library, demo: Demo, anew: Take) -> None:
    wanted = step_wanted(library, Link(demo.demo_id, 2))
    edit_demo(library, demo.demo_id, title="Begin an order", step_titles={1: "Go to the orders"}, by="Ada")
    draft = replace_step(library, anew.path, wanted, anew.path.parent)
    edit_demo(library, demo.demo_id, tags=("finance",), by="Ada")
    now = refile(draft, library)
    assert (now.version, now.title, now.tags) == (4, "Begin an order", ("finance",))
    assert now.steps[0].title == "Go to the orders"


def test_a_step_that_somebody_else_changed_meanwhile_is_not_overwritten(
    library: Library, demo: Demo, anew: Take
) -> None:
    wanted = step_wanted(library, Link(demo.demo_id, 2))
    draft = replace_step(library, anew.path, wanted, anew.path.parent)
    edit_demo(library, demo.demo_id, step_titles={2: "Click Create order"}, by="Ada")
    with pytest.raises(EditClash, match="Ada changed"):
        refile(draft, library)
    with pytest.raises(LibraryError, match="Ada changed step 2 of “Raise an order” meanwhile"):
        replace_step(library, anew.path, wanted, anew.path.parent)
    assert library.store.versions(demo.demo_id) == [2, 1]


def test_what_is_stopped_leaves_no_take_behind(library: Library, demo: Demo, anew: Take) -> None:
    before = sorted(anew.path.parent.iterdir())

    def stop(done: int, _total: int, what: str) -> None:
        if "clip" in what and done > 1_000:
            raise Cancelled

    wanted = step_wanted(library, Link(demo.demo_id, 2))
    with pytest.raises(Cancelled):
        replace_step(library, anew.path, wanted, anew.path.parent, progress=stop)
    assert sorted(anew.path.parent.iterdir()) == before
    assert load_take(anew.path).filed_as is None


def test_a_take_knows_what_it_replaces_and_a_damaged_note_counts_for_nothing(library: Library, anew: Take) -> None:
    assert wanted_by(anew.path) is None
    wanted = StepWanted(demo_id="raise-an-order-1", version=3, step=2, width=320, height=180)
    note_wanted(anew.path, wanted)
    assert wanted_by(anew.path) == wanted
    (anew.path / "replaces.json").write_text('{"demo_id": "../x", "version": 1, "step": 1}')
    assert wanted_by(anew.path) is None
    (anew.path / "replaces.json").write_text("{")
    assert wanted_by(anew.path) is None
