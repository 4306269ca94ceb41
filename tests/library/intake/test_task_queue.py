"""A worker does for small machines what they ask for: followed by the asker, begun again when it dies, filed once."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from capture.errors import Cancelled
from library.connection.library import Library, make_library, open_library
from library.intake.options import IntakeOptions
from library.intake.task_queue import WorkerOptions, enqueuer, run_worker
from library.intake.tasks import (
    ask_for_demo,
    ask_for_words,
    cancel_task,
    find_task,
    tasks,
    team_of,
    wait_for_task,
    work_of,
)
from library.intake.worker import work_on
from library.maintenance.check import check
from library.maintenance.stats import Work
from library.model import Demo, LibraryError, Unreachable
from library.search.search import search
from tests.support.command import run_command
from tests.support.desktop import wait_for
from tests.support.narrated_video import film
from tests.support.postgres_server import PostgresServer
from tests.support.speech_models import model
from transcribe.surer import sureness

SHOWHOW = str(Path(sys.executable).with_name("showhow"))


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film"))[0]


@dataclass
class Team:
    """A team's library with its queue; ``run`` is a member's machine, ``worker`` a larger one."""

    address: str
    folder: Path
    library: Library
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, machine: str) -> dict[str, str]:
        own = {"SHOWHOW_HOME": str(self.folder / machine), "SHOWHOW_LIBRARY": self.address, "SHOWHOW_AUTHOR": machine}
        return {
            **os.environ,
            **own,
            "SHOWHOW_CONFIG": str(self.folder / "none.toml"),
            "SHOWHOW_MODEL": str(model("tiny.en")),
        }

    def start(self, machine: str, *words: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [SHOWHOW, *words], env=self.environment(machine), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.children.append(child)
        return child

    def run(self, machine: str, *words: str) -> Any:
        done = run_command(*words, "--json", env=self.environment(machine))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def team(postgres: PostgresServer, tmp_path: Path) -> Iterator[Team]:
    address = postgres.create(f"work_{secrets.token_hex(4)}")
    make_library(address, str(tmp_path / "share"), tmp_path / "mine")
    with open_library(address, cache=tmp_path / "mine") as library:
        made = Team(address, tmp_path, library)
        yield made
        for child in made.children:
            if child.poll() is None:
                child.kill()
            child.communicate()


def test_a_small_machine_sends_its_recording_and_gets_its_demo_though_the_first_worker_dies_in_mid_job(
    team: Team, video: Path
) -> None:
    asker = team.start("Priya", "add", str(video), "--elsewhere", "--tag", "finance", "--json")
    wait_for(lambda: tasks(team.library), "the task")
    assert team.run("Priya", "library", "info")["work"] == {"waiting": 1, "working": 0, "failed": 0}
    first = team.start("first", "worker", "--dead-after", "2")
    [task] = wait_for(lambda: [task for task in tasks(team.library) if task.stage], "the worker to be at it", 60)
    assert (task.state, task.asker, task.worker.split()[1]) == ("working", "Priya", str(first.pid))
    assert work_of(team.library) == Work(working=1)
    first.kill()
    team.start("second", "worker", "--dead-after", "2")
    out, error = asker.communicate(timeout=120)
    assert asker.returncode == 0, error
    demo = json.loads(out)
    assert (demo["author"], demo["tags"], demo["version"]) == ("Priya", ["finance"], 1)
    assert (
        [one.demo_id for one in team.library.catalog.list()] == [demo["demo_id"]] == list(team.library.store.demo_ids())
    )
    assert search(team.library.catalog, "supplier").hits
    last = find_task(team.library, task.task_id)
    assert last is not None
    assert (last.state, last.attempts >= 2, last.demo_id) == ("done", True, demo["demo_id"])
    assert not list((team.folder / "share" / ".inbox").iterdir())
    assert not check(team.library)


def proposing_again(team: Team, video: Path) -> str:
    return ask_for_demo(team.library, video, "Priya", enqueuer(team.address), title="Raise an order")


def test_two_workers_at_one_task_file_one_demo(team: Team, video: Path) -> None:
    task_id = proposing_again(team, video)
    done = []
    both = threading.Barrier(2)

    def work(name: str) -> None:
        both.wait()
        with open_library(team.address, cache=team.folder / name) as library:
            try:
                done.append(work_on(library, task_id, IntakeOptions(), name, team.folder / name))
            except Cancelled:  # it found out in time that the other has taken over
                done.append(None)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2
    assert [one.title for one in team.library.catalog.list()] == ["Raise an order"]
    assert len(list(team.library.store.demo_ids())) == 1
    assert wait_for_task(team.library, task_id).title == "Raise an order"
    assert proposing_again(team, video) == task_id  # asked again: it is there already
    assert len(tasks(team.library)) == 1


def test_a_worker_that_dies_before_it_could_tell_is_followed_by_one_that_finds_the_demo_filed(
    team: Team, video: Path
) -> None:
    task_id = proposing_again(team, video)

    def work(name: str, dies: bool) -> Demo | None:
        with open_library(team.address, cache=team.folder / name) as library, pytest.MonkeyPatch.context() as patch:
            if dies:
                patch.setattr(team_of(library), "run", died)
            return work_on(library, task_id, IntakeOptions(), name, team.folder / name)

    with pytest.raises(Unreachable):
        work("first", dies=True)
    demo = work("second", dies=False)
    assert demo is not None
    assert [demo.demo_id] == list(team.library.store.demo_ids())
    assert demo.take.started_unix_ms == round(video.stat().st_mtime * 1000), (
        "when it was filmed, not when it was fetched"
    )


def test_captions_beside_a_recording_go_along_and_keep_their_language(team: Team, video: Path, tmp_path: Path) -> None:
    talk = shutil.copy(video, tmp_path / "talk.mp4")
    said = "1\n00:00:00,500 --> 00:00:02,000\nÖffnen Sie die Liste.\n"
    (tmp_path / "talk.de.srt").write_text(said, encoding="utf-8")
    task_id = ask_for_demo(team.library, Path(talk), "Priya", enqueuer(team.address))
    demo = work_on(team.library, task_id, IntakeOptions(), "w", team.folder / "w")
    assert demo is not None
    assert (demo.transcript.text, demo.transcript.language) == ("Öffnen Sie die Liste.", "de")


def died(*_: object, **__: object) -> None:
    raise Unreachable("The worker died", "Nothing can be done.")


def test_a_demo_without_words_gets_them_from_a_worker(team: Team, video: Path) -> None:
    made = team.run("Priya", "add", str(video), "--title", "Waits", "--model", "/no/such/model")
    assert made["waiting_for_words"]
    assert team.run("Priya", "transcribe", made["demo_id"], "--elsewhere", "--no-wait")["tasks"]
    team.run("worker", "worker", "--once")
    heard = team.library.catalog.get(made["demo_id"])
    assert (heard.version, heard.waiting_for_words, heard.edited_by) == (2, False, "Priya")
    assert "supplier" in heard.transcript.text.lower()


def test_a_demo_is_heard_once_more_by_a_worker_and_only_surer_words_are_filed(team: Team, video: Path) -> None:
    made = team.run("Priya", "add", str(video))
    [task_id] = team.run("Priya", "transcribe", made["demo_id"], "--again", "--elsewhere", "--no-wait")["tasks"]
    told = team.run("worker", "worker", "--once")["tasks"]
    assert [(task["task_id"], task["kind"], task["state"]) for task in told] == [(task_id, "again", "done")]
    heard = team.library.catalog.get(made["demo_id"])
    before = team.library.store.read(made["demo_id"], 1)
    assert heard.version == 1 or sureness(heard.transcript.words) > sureness(before.transcript.words)


def test_what_cannot_be_done_is_told_to_the_asker_in_one_line_and_can_be_asked_again(
    team: Team, video: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(video.read_bytes())
    task_id = ask_for_demo(team.library, broken, "Priya", enqueuer(team.address))
    (tmp_path / "share" / ".inbox" / task_id / "video.mp4").write_bytes(b"no video any more")
    run_worker(team.address, lambda one: work_on(team.library, one, IntakeOptions(), "w", tmp_path / "w"), once())
    with pytest.raises(LibraryError, match="could not do it") as told:
        wait_for_task(team.library, task_id)
    assert "\n" not in str(told.value)
    assert not team.library.catalog.count()
    assert ask_for_demo(team.library, broken, "Priya", enqueuer(team.address)) == task_id
    run_worker(team.address, lambda one: work_on(team.library, one, IntakeOptions(), "w", tmp_path / "w"), once())
    assert wait_for_task(team.library, task_id).version == 1


def once() -> WorkerOptions:
    return WorkerOptions("test", once=True, dead_s=5.0)


def test_a_place_that_does_not_answer_is_tried_again_and_a_cancelled_task_is_not_done(team: Team, video: Path) -> None:
    task_id = proposing_again(team, video)
    asked: list[str] = []

    def unreachable(one: str) -> None:
        asked.append(one)
        if len(asked) == 1:
            raise Unreachable("The media do not answer", "Try again")

    run_worker(team.address, unreachable, once())
    assert asked == [task_id]
    cancel_task(team.library, task_id)
    assert work_on(team.library, task_id, IntakeOptions(), "w", team.folder / "w") is None
    with pytest.raises(Cancelled):
        wait_for_task(team.library, task_id)
    assert not team.library.catalog.count()


def test_a_task_that_ends_every_worker_is_given_up(team: Team, video: Path) -> None:
    task_id = proposing_again(team, video)
    assert team.library.team is not None
    for _ in range(5):
        assert team.library.team.fetch("begin_task", task_id=task_id, worker="dies")
    assert work_on(team.library, task_id, IntakeOptions(), "w", team.folder / "w") is None
    with pytest.raises(LibraryError, match="ended its worker 5 times"):
        wait_for_task(team.library, task_id)


def test_a_folder_has_no_queue_and_says_so(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", cache=tmp_path) as library, pytest.raises(LibraryError, match="PostgreSQL"):
        ask_for_words(library, "raise-k3f9", "Priya", print)
