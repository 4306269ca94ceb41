"""Words at the door: models, the glossary, an endpoint somewhere else; and that nothing is sent unasked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_bad_input import assert_one_line, showhow
from tests.support import asr_endpoint as bad
from tests.support.asr_endpoint import Served, serving
from tests.support.model_hub import hub, opened
from tests.support.model_hub import serving as serving_model
from tests.support.natural_voice import speak
from tests.support.windows import same_folder
from transcribe.models.known import KNOWN

# Runs the door with every connection refused and told; a Unix socket (the sound server's) is no network.
ALONE = """
import sys
def watch(event, arguments):
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple)):
        sys.stderr.write(f"NETWORK {event} {arguments[1:]}\\n")
        raise OSError("no network")
sys.addaudithook(watch)
from tui.cli import main
main()
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sentences over a test picture."""
    folder = tmp_path_factory.mktemp("film")
    [said] = speak(["Click the save button. Enter the name of the supplier."], folder)
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=320x240",
        "-i",
        said,
        "-t",
        "4",
    ]
    subprocess.run([*command, folder / "film.mp4"], check=True)
    return folder / "film.mp4"


@pytest.fixture
def served(tiny_en: Path) -> Iterator[Served]:
    with serving(tiny_en) as opened:
        yield opened


@pytest.fixture
def configured(served: Served, tmp_path: Path) -> dict[str, str]:
    """An environment whose settings name the endpoint."""
    file = tmp_path / "config.toml"
    file.write_text(f'[endpoint]\nurl = "{served.url}"\nmodel = "small"\ntimeout = 5\n', encoding="utf-8")
    return {"SHOWHOW_CONFIG": str(file), "SHOWHOW_MODEL": "", "SHOWHOW_ENDPOINT_KEY": "s3cret"}


def answered(*words: str | Path, env: dict[str, str] | None = None) -> dict[str, Any]:
    done = showhow(*words, "--json", env=env)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def assert_filed_with_one_reason(done: subprocess.CompletedProcess[str], reason: str) -> None:
    """One line says why there are no words; another may say that the same film is filed already."""
    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stderr.splitlines() if "is filed as" not in line]
    assert line.startswith("Filed without its words: ")
    assert reason in line


def test_with_a_model_on_this_machine_nothing_is_asked_of_any_network(
    film: Path, tiny_en: Path, tmp_path: Path, home: Path
) -> None:
    """By folder and by name; a name is not looked up anywhere but on this disk."""
    (home / "models").mkdir(parents=True, exist_ok=True)
    same_folder(home / "models" / "base", tiny_en)
    for model in (str(tiny_en), "base"):
        command = [sys.executable, "-c", ALONE, "add", film, "--model", model, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert "NETWORK" not in done.stderr
        assert done.returncode == 0, done.stderr
        assert "save button" in json.dumps(json.loads(done.stdout)["transcript"]).lower()


def test_a_configured_endpoint_hears_with_the_words_of_the_house(
    film: Path, served: Served, configured: dict[str, str]
) -> None:
    answered("glossary", "add", "Ariba", "María López", env=configured)
    demo = answered("add", film, "--language", "en", env=configured)
    assert demo["transcript"]["model"] == "small (endpoint)"
    assert "supplier" in demo["transcript"]["segments"][-1]["text"]
    assert {asked.fields["prompt"] for asked in served.asked} == {"Ariba. María López."}
    assert {asked.key for asked in served.asked} == {"Bearer s3cret"}


def test_an_endpoint_that_fails_leaves_a_demo_that_waits_and_is_mended_later(
    film: Path, served: Served, configured: dict[str, str]
) -> None:
    served.always = bad.answers(200, b"<html>Sign in</html>", "text/html")
    for title in ("One", "Two", "Three"):
        done = showhow("add", film, "--title", title, env=configured)
        assert_filed_with_one_reason(done, "answers with a web page")
    before = len(served.asked)
    failed = showhow("transcribe", "--waiting", env=configured)
    assert failed.returncode == 1
    assert "3 of 3 still wait" in failed.stderr
    assert len(served.asked) - before == 2  # the third would have met the same
    served.always = bad.listen
    assert len(answered("transcribe", "--waiting", env=configured)["demos"]) == 3
    assert "No demo waits" in showhow("transcribe", "--waiting", env=configured).stdout


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (bad.hangs, "does not answer within 1 s"),
        (bad.hangs_up, "failed"),
        (bad.answers(200, b'{"text": "x", "words": [{"word": "x", "start": -1e30, "end": NaN}]}'), "answer"),
        (bad.answers(503, b"<html>busy</html>", "text/html"), "503"),
    ],
    ids=["hangs", "hangs up", "lies", "has no time"],
)
def test_whatever_an_endpoint_does_the_demo_is_filed_and_mended(
    film: Path, served: Served, configured: dict[str, str], reply: bad.Reply, reason: str
) -> None:
    config = Path(configured["SHOWHOW_CONFIG"])
    config.write_text(config.read_text().replace("timeout = 5", "timeout = 1"))
    served.always = reply
    assert_filed_with_one_reason(showhow("add", film, env=configured), reason)
    served.always = bad.listen
    config.write_text(config.read_text().replace("timeout = 1", "timeout = 20"))
    [demo] = answered("transcribe", "--waiting", env=configured)["demos"]
    assert "supplier" in json.dumps(demo["transcript"])


def test_half_a_download_is_no_model_and_the_other_half_mends_what_waits(
    film: Path, tiny_en: Path, tmp_path: Path, home: Path
) -> None:
    env = {"HF_HOME": str(tmp_path / "hf"), "SHOWHOW_CONFIG": str(tmp_path / "c.toml"), "SHOWHOW_MODEL": "base"}
    env |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}  # there is only the hub
    with opened(serving_model(KNOWN["base"].repository, tiny_en)) as broken:
        broken.hang_up_in = "model.bin"
        online = env | {"HF_ENDPOINT": broken.address}
        assert_one_line(showhow("model", "download", "base", env=online), "cannot be downloaded")
        assert_filed_with_one_reason(showhow("add", film, env=env), "showhow model download")
        broken.hang_up_in = ""
        answered("model", "download", "base", env=online)
    assert answered("transcribe", "--waiting", env=env)["waiting"] == 0


def test_a_corrupt_model_and_a_language_nobody_speaks_leave_a_demo_that_waits(
    film: Path, tiny_en: Path, base: Path, tmp_path: Path
) -> None:
    corrupt = tmp_path / "model"
    corrupt.mkdir()
    for path in tiny_en.iterdir():
        if path.is_file():
            (corrupt / path.name).write_bytes(path.read_bytes()[: 100_000 if path.name == "model.bin" else None])
    done = showhow("add", film, "--title", "One", "--model", corrupt)
    assert_filed_with_one_reason(done, "cannot be loaded")
    done = showhow("add", film, "--title", "Two", "--model", base, "--language", "klingon")
    assert_filed_with_one_reason(done, "klingon")
    mended = answered("transcribe", "--waiting", "--model", tiny_en)
    assert {demo["title"] for demo in mended["demos"]} == {"One", "Two"}
    assert mended["waiting"] == 0


def test_names_put_right_are_suggested_and_added(film: Path, tiny_en: Path) -> None:
    demo = answered("add", film, "--model", tiny_en)
    heard = next(step for step in demo["steps"] if "supplier" in step["title"].lower())
    title = heard["title"].lower().replace("supplier", "SupplierOne")
    answered("edit", demo["demo_id"], "--step", str(heard["number"]), "--step-title", title)
    assert "SupplierOne" in showhow("glossary", "suggest").stdout
    assert answered("glossary", "suggest", "--add")["added"] == ["SupplierOne"]
    assert answered("glossary", "list")["terms"] == ["SupplierOne"]
    assert answered("glossary", "suggest")["suggested"] == []
    assert_one_line(showhow("glossary", "remove", "Nobody"), "“Nobody” is not in the glossary")


def test_a_model_is_fetched_listed_with_its_speed_used_and_removed(tiny_en: Path, tmp_path: Path, home: Path) -> None:
    with hub(KNOWN["tiny"].repository, tiny_en) as (address, _):
        env = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hf"), "SHOWHOW_CONFIG": str(tmp_path / "c.toml")}
        env["SHOWHOW_MODEL"] = ""
        answered("model", "download", "tiny", env=env)
    listed = answered("model", "list", env=env)
    tiny = next(model for model in listed["models"] if model["name"] == "tiny")
    assert tiny["installed"]
    assert tiny["speed"] > 0
    assert listed["used"] == "tiny"
    assert listed["suggested"] in KNOWN
    assert answered("model", "use", "tiny", env=env)["speed"] == tiny["speed"]  # measured once
    lines = showhow("model", "list", env=env).stdout
    assert f"● tiny                  78 MB   99 languages  {tiny['speed']:.1f}x here" in lines
    answered("model", "remove", "tiny", env=env)
    assert_one_line(showhow("model", "use", "tiny", env=env), "not on this machine")
    assert not (home / "models" / "tiny").exists()
