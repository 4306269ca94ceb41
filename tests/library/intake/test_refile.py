"""A filed demo is opened again and filed as its next version: from its take, or from its clip when that is gone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.errors import Cancelled
from capture.model import Blur, Region, Take, TakeState
from capture.span import Span
from capture.takes import write_take
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from library.connection.library import Library, open_library
from library.draft import edits
from library.draft.blurs import add_blur
from library.intake.pipeline import file, propose
from library.intake.refile import refile, reopen
from library.intake.screen_text import as_seen
from library.maintenance.check import check
from library.maintenance.edit import EditClash, edit_demo
from library.maintenance.revisions import amend, history, restore_version
from library.model import Demo, DemoNotFound, Draft, LibraryError
from tests.library.factories import transcript
from tests.support.narrated_video import film

BLUR = Blur(0, 12_000, region=Region(0, 100, 320, 60))


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film"))[0]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", cache=tmp_path / "cache") as opened:
        yield opened


@pytest.fixture
def take(tmp_path: Path, video: Path) -> Take:
    path = tmp_path / "takes" / "20310417-140500-ab12"
    path.mkdir(parents=True)
    shutil.copy(video, path / "take.mp4")
    length = probe(video).duration_ms
    made = Take(
        take_id=path.name, started_unix_ms=1_000, width=320, height=240, duration_ms=length,
        state=TakeState.FINISHED, path=path,
    )  # fmt: skip
    write_take(made)
    return made


def reviewed(take: Take) -> Draft:
    """As the review keeps it beside the take."""
    draft = propose(take.path)
    said = transcript("Click the new order button", "Enter the name")
    steps = (
        replace(draft.steps[0], title="Click New order", text="Click the new order button"),
        replace(draft.steps[-1], title="Enter the name"),
    )
    steps = tuple(
        replace(step, start_ms=at, end_ms=at + 2_500, at_ms=at + 500, number=n, events=())
        for n, (step, at) in enumerate(zip(steps, (0, 5_500), strict=True), 1)  # while somebody speaks
    )
    draft = replace(draft, title="Raise an order", transcript=said, steps=steps, waiting_for_words=False)
    edits.save_draft(draft, take.path)
    return draft


def hidden(demo: Demo, at_ms: int = 1_500) -> bool:
    """Whether the strip in which a box moves is blurred."""
    strip = grab_frame(demo.path / demo.clip.path, at_ms)[105:155].astype(int)
    return bool(abs(strip[:, 1:] - strip[:, :-1]).max() < 60)


def test_words_put_right_in_review_are_the_next_version_with_the_very_same_clip(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)
    draft = reopen(library, first.demo_id, take.path.parent)
    assert (draft.source, draft.cuts, draft.title) == (str(take.path), first.cuts, first.title)
    draft = edits.rewrite_step(draft, 1, "Begin an order", "Click the new voucher button")
    now = refile(draft, library, by="Tom")
    assert (now.demo_id, now.version, now.edited_by) == (first.demo_id, 2, "Tom")
    assert (now.path / "clip.mp4").read_bytes() == (first.path / "clip.mp4").read_bytes()
    assert "new voucher button" in (now.path / "captions.vtt").read_text()
    assert [past.what for past in history(library.store, now.demo_id)] == ["changed words, steps", "filed"]
    assert not check(library)
    assert refile(reopen(library, now.demo_id, take.path.parent), library).version == 2


def test_a_cut_from_the_take_can_be_taken_back_and_the_clip_is_longer(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)
    draft = reopen(library, first.demo_id, take.path.parent)
    now = refile(edits.toggle_cut(draft, draft.cuts[0].start_ms), library)
    assert now.version == 2
    assert probe(now.path / "clip.mp4").duration_ms == pytest.approx(
        first.clip.duration_ms + first.cuts[0].duration_ms, abs=150
    )
    assert not check(library)


def test_a_blur_is_kept_through_every_version_and_never_opened_without_it(library: Library, take: Take) -> None:
    takes = take.path.parent
    first = file(reviewed(take), library)
    assert not hidden(first)
    draft = reopen(library, first.demo_id, takes)
    second = refile(add_blur(draft, BLUR), library)
    assert hidden(second)
    assert second.blurs == 1
    again = reopen(library, first.demo_id, takes)  # the take knows where it is
    assert (again.source, again.blurs) == (str(take.path), (BLUR,))
    third = refile(edits.add_cut(again, Span(4_000, 4_500)), library)
    assert hidden(third)
    edits.save_draft(replace(edits.load_draft(take.path), blurs=()), take.path)
    from_clip = reopen(library, first.demo_id, takes)  # it does not know any more
    assert Path(from_clip.source).name == "clip.mp4"
    assert from_clip.blurs == ()
    assert hidden(refile(edits.add_cut(from_clip, Span(0, 300)), library))


def test_a_blur_of_a_revision_deletes_the_versions_that_show_what_it_hides(library: Library, take: Take) -> None:
    takes = take.path.parent
    first = file(reviewed(take), library)
    edit_demo(library, first.demo_id, title="Begin an order")
    hiding = refile(add_blur(reopen(library, first.demo_id, takes), BLUR), library)
    assert library.store.versions(first.demo_id) == [3]
    assert not first.path.exists()
    (past,) = history(library.store, first.demo_id)
    assert past.what == "changed; older versions are deleted, because they showed what it blurs"
    with pytest.raises(DemoNotFound, match="no version 1"):
        restore_version(library, first.demo_id, 1)
    again = reopen(library, first.demo_id, takes)
    later = refile(edits.toggle_cut(again, again.cuts[0].start_ms), library)
    assert hidden(later)
    assert (later.oldest, library.store.versions(first.demo_id)) == (hiding.version, [4, 3])
    assert not check(library)


def test_a_blur_that_takes_the_place_of_another_deletes_older_versions_at_the_second_try_too(
    library: Library, take: Take
) -> None:
    takes = take.path.parent
    first = file(reviewed(take), library)
    refile(add_blur(reopen(library, first.demo_id, takes), BLUR), library)
    draft = reopen(library, first.demo_id, takes)
    draft = replace(draft, blurs=(Blur(0, 12_000, region=Region(0, 90, 320, 90)),))

    def give_up(*_: object) -> None:
        raise Cancelled("No")

    with pytest.raises(Cancelled):
        refile(draft, library, give_up)
    assert refile(draft, library).blurs == 1
    assert library.store.versions(first.demo_id) == [3]


def test_a_draft_opened_before_the_stills_were_read_makes_no_version_without_a_change(
    library: Library, take: Take
) -> None:
    first = file(reviewed(take), library)
    draft = reopen(library, first.demo_id, take.path.parent)

    def seen(now: Demo) -> Demo:
        steps = tuple(replace(step, screen_text="orber button") for step in now.steps)
        return as_seen(replace(now, steps=steps))

    read = amend(library, first.demo_id, seen)
    assert read.transcript.segments[0].corrections
    assert refile(draft, library) == read


def test_what_was_corrected_by_text_that_may_be_blurred_now_is_as_it_was_heard(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)

    def seen(now: Demo) -> Demo:
        steps = tuple(replace(step, screen_text="orber button") for step in now.steps)
        return as_seen(replace(now, steps=steps))

    assert amend(library, first.demo_id, seen).transcript.segments[0].corrections
    hiding = refile(add_blur(reopen(library, first.demo_id, take.path.parent), BLUR), library)
    assert b"orber" not in (hiding.path / "demo.json").read_bytes()


def test_a_blur_over_the_clip_deletes_older_versions_too(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)
    shutil.rmtree(take.path)
    refile(add_blur(reopen(library, first.demo_id, take.path.parent), BLUR), library)
    assert library.store.versions(first.demo_id) == [2]
    refile(edits.add_cut(reopen(library, first.demo_id, take.path.parent), Span(0, 300)), library)
    assert library.store.versions(first.demo_id) == [3, 2]


def test_versions_that_could_not_be_deleted_are_deleted_with_the_next_change(
    library: Library, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = file(reviewed(take), library)

    def refused(_demo_id: str, _before: int) -> None:
        raise LibraryError("the drive is read-only", "Wait.")

    with monkeypatch.context() as broken:
        broken.setattr(library.store, "forget", refused)
        with pytest.raises(LibraryError, match="is filed, but older versions still show what it blurs: the drive"):
            refile(add_blur(reopen(library, first.demo_id, take.path.parent), BLUR), library)
    assert library.store.versions(first.demo_id) == [2, 1]
    with pytest.raises(DemoNotFound, match="no version 1"):
        restore_version(library, first.demo_id, 1)
    edit_demo(library, first.demo_id, title="Begin an order")
    assert library.store.versions(first.demo_id) == [3, 2]


def test_an_older_version_taken_back_has_the_blurs_of_that_version(library: Library, take: Take) -> None:
    first = file(add_blur(reviewed(take), BLUR), library)
    edits.save_draft(add_blur(edits.load_draft(take.path), BLUR), take.path)
    draft = reopen(library, first.demo_id, take.path.parent)
    refile(replace(draft, blurs=()), library)
    restored = restore_version(library, first.demo_id, 1)
    assert hidden(restored)
    draft = reopen(library, first.demo_id, take.path.parent)
    assert hidden(refile(edits.add_cut(draft, Span(0, 300)), library))


def test_without_the_take_it_opens_from_the_clip(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)
    shutil.rmtree(take.path)
    draft = reopen(library, first.demo_id, take.path.parent)
    assert draft.source == str(first.path / "clip.mp4")
    draft = edits.add_cut(add_blur(draft, BLUR), Span(0, 1_000))
    now = refile(draft, library)
    assert hidden(now, 500)
    assert now.clip.duration_ms == pytest.approx(first.clip.duration_ms - 1_000, abs=150)
    assert sum(cut.duration_ms for cut in now.cuts) == sum(cut.duration_ms for cut in first.cuts) + 1_000
    assert not check(library)


def test_a_take_of_another_recording_under_the_same_name_is_not_used(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)
    with take.video.open("ab") as video:
        video.write(b"\0" * 64)
    assert Path(reopen(library, first.demo_id, take.path.parent).source).name == "clip.mp4"


def test_what_others_changed_meanwhile_is_not_written_over(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)
    draft = reopen(library, first.demo_id, take.path.parent)
    edit_demo(library, first.demo_id, step_titles={1: "Theirs"}, by="Ann")
    with pytest.raises(EditClash, match=r"Ann changed .* the list of steps is now another"):
        refile(edits.delete_step(draft, 1), library)
    assert library.store.versions(first.demo_id) == [2, 1]
    now = refile(edits.with_title(draft, "Raise a voucher"), library)  # another thing: both stand
    assert (now.title, now.steps[0].title) == ("Raise a voucher", "Theirs")


def test_cancelled_or_without_a_clip_nothing_is_filed(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)
    draft = edits.toggle_cut(reopen(library, first.demo_id, take.path.parent), 0)

    def stop(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        refile(edits.add_cut(draft, Span(0, 500)), library, stop)
    assert library.store.versions(first.demo_id) == [1]
    shutil.rmtree(take.path)
    (first.path / "clip.mp4").unlink()
    with pytest.raises(LibraryError, match="The clip of “Raise an order” is not there"):
        reopen(library, first.demo_id, take.path.parent)


def test_a_change_that_replaces_what_others_did_brings_its_own_clip_and_steps(library: Library, take: Take) -> None:
    first = file(reviewed(take), library)
    takes = take.path.parent
    mine = edits.delete_step(reopen(library, first.demo_id, takes), 1)
    theirs = refile(edits.add_cut(reopen(library, first.demo_id, takes), Span(0, 1_000)), library, by="Ann")
    with pytest.raises(EditClash) as clash:
        refile(mine, library)
    assert clash.value.theirs.version == theirs.version
    now = refile(mine, library, over=theirs.version)
    assert (now.version, now.cuts, len(now.steps)) == (3, first.cuts, 1)
    assert now.clip.duration_ms == first.clip.duration_ms
    assert not check(library)
