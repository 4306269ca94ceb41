"""Filing a recording answers the need or the note that it was made for, and its asker is told."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from library.connection.library import open_library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.learning.answers import answers_need, answers_note, answers_of, give_answer, note_answers
from library.learning.needs.model import NeedState
from library.learning.notes.model import NoteKind
from library.learning.opening import open_learning
from tests.library.learning.conftest import SharedLibrary
from tests.support.sample_videos import beep, film, numbered


def test_filing_answers_a_need_and_its_asker_is_told(tmp_path: Path) -> None:
    video = film(tmp_path / "split.mp4", [(n * 250, numbered(n)) for n in range(8)], 2_000, [beep([0], 2_000)])
    with open_library(tmp_path / "library", cache=tmp_path / "indexes") as library:
        needs = open_learning(library).needs
        need = needs.ask("split an order")
        draft = propose(video, IntakeOptions(keep_all=True, author="Priya"))
        assert draft.answers == ""
        demo = file(replace(draft, title="Split an order", answers=answers_need(need.need_id)), library)
        [told] = needs.ended_for()
        assert (told.state, told.demo_ids) == (NeedState.ANSWERED, (demo.demo_id,))
        gone = file(replace(draft, draft_id="d2", title="Other", answers=answers_need("0" * 16)), library)
        assert library.catalog.get(gone.demo_id).title == "Other"


def test_what_a_take_answers_is_read_from_it_and_nothing_else_is(tmp_path: Path) -> None:
    note_answers(tmp_path, answers_need("0123456789abcdef"))
    assert answers_of(tmp_path) == "need:0123456789abcdef"
    (tmp_path / "answers.txt").write_text("need:../../etc\n")
    assert answers_of(tmp_path) == ""
    assert answers_of(tmp_path / "answers.txt") == answers_of(tmp_path / "none") == ""
    note_answers(tmp_path / "none", "")
    assert not (tmp_path / "none").exists()


def test_a_recording_that_answers_a_note_stands_below_it(shared: SharedLibrary) -> None:
    shared.file("order-1", "Raise an order")
    shared.file("answer-1", "Where Submit is")
    asked = shared.machine("ana").notes.add("order-1", NoteKind.STUCK, step=2, text="Where is Submit?")
    library = shared.library("filer")
    give_answer(library, answers_note(asked), library.catalog.get("answer-1"))
    [thread] = shared.machine("ana").notes.threads("order-1")
    assert [(reply.shows, reply.step) for reply in thread.replies] == [("answer-1", 2)]
