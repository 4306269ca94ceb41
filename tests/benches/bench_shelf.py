"""A shared folder of 10,000 demos seen by one machine more, and many writers at once; git does the same beside it.

Run: ``pytest -m bench tests/benches/bench_shelf.py -s``. git, too, keeps an index beside a folder and finds out by
scanning what changed; it reads names and checksums where showhow reads records and makes every word findable.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from library.connection import address as places
from library.connection.library import open_library
from library.maintenance.check import check
from library.maintenance.edit import collect
from library.records import encode_record
from tests.benches.corpus import STEPS, Corpus
from tests.library.factories import demo, put_bundle, store_in

COUNT = 10_000
WRITERS = 16


def make_share(folder: Path, count: int = COUNT) -> None:
    """A library of many demos as it lies on a share: filed long ago, never seen by this machine."""
    (folder / "demos").mkdir(parents=True)
    (folder / "library.json").write_text("{}")
    old = time.time() - 86_400
    for one in Corpus().demos(count * STEPS):
        home = folder / "demos" / one.demo_id / "v1"
        home.mkdir(parents=True)
        (home / "demo.json").write_bytes(encode_record(one))
        (home / "clip.mp4").write_bytes(b"clip")
        for path in (home / "demo.json", home, home.parent):
            os.utime(path, (old, old))
    os.utime(folder / "demos", (old, old))


def milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def git(folder: Path, *words: str) -> None:
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *words]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.bench
@pytest.mark.timeout(900)
def test_a_shared_folder_is_indexed_once_and_then_followed_at_a_glance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "is_shared", lambda _: True)  # the index stays on this machine
    share = tmp_path / "share"
    make_share(share)
    rows = dict(measured(share, tmp_path / "index"))
    with capsys.disabled():
        sys.stdout.write(f"\n{COUNT:,} demos of {STEPS} steps\n" + "".join(told(*row) for row in rows.items()))
    shutil.rmtree(share)
    assert rows["one changed, open"][0] < 5 * rows["one changed, open"][1]


def told(name: str, times: tuple[float, float]) -> str:
    """A row of the table."""
    ours, theirs = times
    return f"{name:<30} showhow {ours:8.1f} ms   git {theirs:8.1f} ms   ratio {theirs / ours:.1f}\n"


def measured(share: Path, cache: Path) -> Iterator[tuple[str, tuple[float, float]]]:
    """Milliseconds of showhow and of git for each row, as they are found."""
    git(share, "init", "-q")
    before = processor_s()
    own = milliseconds(lambda: open_library(share, cache=cache).close())
    between = processor_s()
    yield "first index", (own, milliseconds(lambda: git(share, "add", ".")))
    yield "first index, CPU of all cores", ((between - before) * 1000, (processor_s() - between) * 1000)
    git(share, "commit", "-qm", "all")

    def opened() -> None:
        open_library(share, cache=cache).close()

    def status() -> None:
        git(share, "status", "--porcelain")

    yield "nothing changed, opened anew", (middle(opened), middle(status))
    with open_library(share, cache=cache) as library:
        yield "nothing changed, open", (middle(library.refresh), middle(status))
        own_ms, theirs = [], []
        for number in range(5):
            edit(share, f"demo-{number}")
            own_ms.append(milliseconds(library.refresh))
            theirs.append(milliseconds(status))
            assert library.catalog.get(f"demo-{number}").version > 1
        yield "one changed, open", (statistics.median(own_ms), statistics.median(theirs))


def processor_s() -> float:
    """Seconds of CPU this process and those it started have used."""
    return sum(os.times()[:4])


def middle(work: Callable[[], object]) -> float:
    return statistics.median(milliseconds(work) for _ in range(7))


def edit(share: Path, demo_id: str) -> None:
    """What a colleague's machine does to the share."""
    from library.maintenance.revisions import write_version
    from library.storage.bundle import newest_bundle

    one = newest_bundle(share / "demos" / demo_id)
    write_version(one, replace(one, title=f"{one.title} again"), store_in(share / "demos"))


def write(folder: Path, cache: Path, number: int, until: float, answers: multiprocessing.SimpleQueue[object]) -> None:
    """File demos and put one demo, which all writers want, into collections, until the time is up."""
    done, failed = 0, ""
    try:
        with open_library(folder, cache=cache) as library:
            while time.time() < until:
                one = put_bundle(
                    library.store, demo(f"w{number}-{done}", f"Writer {number} demo {done}", "Open the menu")
                )
                library.catalog.insert(one)
                done += 1
                if done % 10 == 0:
                    collect(library, "everybodys-1", f"{number} {done}", put=True, by=str(number))
    except Exception as error:  # noqa: BLE001  whatever it is, it is what this counts
        failed = f"{type(error).__name__}: {error}"
    answers.put((number, done, failed))


@pytest.mark.bench
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seconds", [int(os.environ.get("WRITING_S", "60"))])
def test_sixteen_writers_on_one_machine_lose_nothing(
    tmp_path: Path, seconds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, cache = tmp_path / "library", tmp_path / "cache"
    with open_library(folder, cache=cache) as library:
        library.catalog.insert(put_bundle(library.store, demo("everybodys-1", "Everybody's", "Open the menu")))
        context = multiprocessing.get_context("spawn")
        answers: multiprocessing.SimpleQueue[object] = context.SimpleQueue()
        until = time.time() + seconds
        writers = [context.Process(target=write, args=(folder, cache, n, until, answers)) for n in range(WRITERS)]
        for one in writers:
            one.start()
        told = [answers.get() for _ in writers]
        for one in writers:
            one.join()
        filed = {f"w{number}-{n}" for number, done, _ in told for n in range(done)}  # type: ignore[misc]  # as put above
        errors = [failed for _, _, failed in told if failed]  # type: ignore[misc]  # as put above
        wanted = {f"{number} {n}" for number, done, _ in told for n in range(10, done + 1, 10)}  # type: ignore[misc]  # too
        library.refresh()
        lost = filed - {one.demo_id for one in library.catalog.list()}
        missing = wanted - set(library.catalog.get("everybodys-1").collections)
        faults = [fault for fault in check(library, quick=True) if fault.kind != "duplicate"]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{WRITERS} writers, {seconds} s: {len(filed)} demos filed, {len(wanted)} edits of one demo, "
            f"{len(errors)} errors, {len(lost)} demos and {len(missing)} edits lost\n{errors[:3]}\n"
        )
    assert (errors, lost, missing, faults) == ([], set(), set(), [])
