"""Models on disk: found where they may be, never shadowed, and broken ones are told in one line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.windows import symbolic_link
from transcribe.model import ModelMissing, TranscribeError
from transcribe.models.hardware import Machine, suggested_model, this_machine
from transcribe.models.known import KNOWN
from transcribe.models.registry import faults, find_model, list_models, remove_model

SUGGESTED = suggested_model(this_machine())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's own cache, empty and nobody's."""
    cache = tmp_path / "hub"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    return cache


def install(model: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copytree(model, target))


def test_a_folder_is_a_model_by_its_path(model_files: Path, folder: Path) -> None:
    assert find_model(model_files, folder).path == model_files
    assert find_model(str(model_files), folder).name == "official"


def test_a_relative_folder_is_named_with_a_dot(
    model_files: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(model_files, tmp_path / "base")
    monkeypatch.chdir(tmp_path)
    assert find_model("./base", folder).path == tmp_path / "base"


def test_a_folder_merely_named_like_a_model_does_not_shadow_it(
    model_files: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(model_files, tmp_path / "base")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelMissing, match="showhow model download base"):
        find_model("base", folder)
    install(model_files, folder / "base")
    assert find_model("base", folder).path == folder / "base"


def test_the_hubs_cache_is_looked_into(model_files: Path, folder: Path, hub: Path) -> None:
    snapshots = hub / "models--Systran--faster-whisper-small" / "snapshots"
    install(model_files, snapshots / "older")
    with pytest.raises(ModelMissing):
        find_model("base", folder)
    current = install(model_files, snapshots / "zz-current")
    (snapshots.parent / "refs").mkdir()
    (snapshots.parent / "refs" / "main").write_text("zz-current\n")
    assert find_model("small", folder).path == current
    assert find_model("Systran/faster-whisper-small", folder).path == current
    assert find_model(None, folder).name == "small"


def test_half_a_model_in_the_hubs_cache_is_none(model_files: Path, folder: Path, hub: Path) -> None:
    part = install(model_files, hub / "models--Systran--faster-whisper-base" / "snapshots" / "abc")
    (part / "model.bin").unlink()
    with pytest.raises(ModelMissing):
        find_model("base", folder)


@pytest.mark.parametrize(
    ("machine", "model"),
    [
        (Machine(cores=1, memory=1 << 30), "tiny"),
        (Machine(cores=2, memory=25 << 30), "base"),
        (Machine(cores=8, memory=4 << 30), "base"),
        (Machine(cores=8, memory=16 << 30), "small"),
        (Machine(cores=4), "base"),
        (Machine(cores=4, memory=16 << 30, card=True), "turbo"),
    ],
)
def test_the_model_suggested_suits_the_machine(machine: Machine, model: str) -> None:
    assert suggested_model(machine) == model
    assert model in KNOWN


def test_unasked_the_best_that_is_no_heavier_than_suggested_is_taken(
    model_files: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcribe.models.registry.this_machine", lambda: Machine(cores=8, memory=16 << 30))
    for name in ("large-v3", "medium.en", "tiny", "base.en", "base", "small"):
        install(model_files, folder / name)
        assert find_model(None, folder).name == name


def test_a_model_is_removed_with_what_a_broken_off_download_left(model_files: Path, folder: Path) -> None:
    install(model_files, folder / "base")
    (folder / ".base.part").mkdir()
    assert remove_model("base", folder) == folder / "base"
    assert list(folder.iterdir()) == []
    with pytest.raises(ModelMissing, match="no speech model base"):
        remove_model("base", folder)


@pytest.mark.parametrize("name", ["..", ".", "", "../takes", "/etc", ".base.part"])
def test_only_models_are_removed(model_files: Path, folder: Path, tmp_path: Path, name: str) -> None:
    install(model_files, folder / "base")
    (tmp_path / "takes").mkdir()
    with pytest.raises(ModelMissing):
        remove_model(name, folder)
    assert (folder / "base").is_dir()
    assert (tmp_path / "takes").is_dir()


def test_what_other_programs_use_too_is_not_removed(model_files: Path, folder: Path, hub: Path) -> None:
    there = install(model_files, hub / "models--Systran--faster-whisper-small" / "snapshots" / "abc")
    with pytest.raises(TranscribeError, match="hub's cache"):
        remove_model("small", folder)
    assert there.is_dir()


def test_a_model_that_is_only_linked_stays_where_it_is(model_files: Path, folder: Path) -> None:
    folder.mkdir()
    symbolic_link(folder / "ours", model_files)
    remove_model("ours", folder)
    assert not (folder / "ours").exists()
    assert (model_files / "model.bin").is_file()


def test_unasked_the_default_is_preferred_then_the_smallest_then_any(model_files: Path, folder: Path) -> None:
    with pytest.raises(ModelMissing, match=f"showhow model download {SUGGESTED}"):
        find_model(None, folder)
    for name in ("my-own", "large-v3", "tiny", SUGGESTED):
        install(model_files, folder / name)
        assert find_model(None, folder).name == name
        assert find_model("", folder).name == name


def test_names_that_mean_the_same_find_the_same(model_files: Path, folder: Path) -> None:
    install(model_files, folder / "turbo")
    assert find_model("large-v3-turbo", folder) == find_model("turbo", folder)


def test_a_model_of_ones_own_in_the_models_folder_has_its_name(model_files: Path, folder: Path) -> None:
    install(model_files, folder / "our-voices")
    assert find_model("our-voices", folder).path == folder / "our-voices"


def test_an_unknown_name_is_told_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(ModelMissing, match=r"tiny, tiny\.en, base"):
        find_model("bass", folder)
    with pytest.raises(ModelMissing, match="no speech model at"):
        find_model("./nowhere", folder)


def _without(name: str) -> Callable[[Path], None]:
    return lambda model: (model / name).unlink()


def _emptied(name: str) -> Callable[[Path], None]:
    return lambda model: (model / name).write_bytes(b"")


def _damaged(name: str) -> Callable[[Path], None]:
    return lambda model: (model / name).write_bytes(b"\x00\xff not this" * 40)


BREAKS = [
    pytest.param(how(name), id=f"{how.__name__} {name}")
    for how in (_without, _emptied, _damaged)
    for name in ("model.bin", "config.json", "tokenizer.json")
]


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_model_is_told_in_one_line(
    model_files: Path, folder: Path, tmp_path: Path, broken: Callable[[Path], None]
) -> None:
    for where, named in ((tmp_path / "given", str(tmp_path / "given")), (folder / "base", "base")):
        model = install(model_files, where)
        assert faults(model) == ""
        broken(model)
        with pytest.raises(TranscribeError) as told:
            find_model(named, folder)
        assert "\n" not in str(told.value)
        assert "model" in str(told.value)


def test_a_model_without_a_vocabulary_is_none(model_files: Path, folder: Path) -> None:
    model = install(model_files, folder / "base")
    (model / "vocabulary.txt").write_bytes(b"")
    assert faults(model) == "it lacks vocabulary.txt"
    (model / "vocabulary.txt").rename(model / "vocabulary.json")
    assert faults(model) == "it lacks vocabulary.txt"
    (model / "vocabulary.json").write_text('["a"]')
    assert not faults(model)


def test_the_list_says_what_is_installed(model_files: Path, folder: Path) -> None:
    install(model_files, folder / "base")
    install(model_files, folder / "our-voices")
    (folder / ".tiny.part").mkdir()
    listed = {model.name: model for model in list_models(folder)}
    assert [name for name, model in listed.items() if model.installed] == ["base", "our-voices"]
    assert listed["small.en"].english_only
    assert not listed["small"].english_only
    assert all(model.megabytes > 0 for model in listed.values())


def test_every_known_model_is_where_faster_whisper_looks_for_it() -> None:
    from faster_whisper.utils import _MODELS

    assert {name: model.repository for name, model in KNOWN.items()} == {name: _MODELS[name] for name in KNOWN}
