"""Fixtures for every room: a private desktop, and homes that are nobody's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.cache import Unavailable
from tests.support.desktop import Stage
from tests.support.model_files import made_model
from tests.support.speech_models import model
from tests.support.windows import skip_where_programs_are_missing

skip_where_programs_are_missing()
settings.register_profile("showhow", deadline=None)  # no test depends on the speed of the machine
settings.load_profile("showhow")
os.environ["SHOWHOW_SECOND_HEARING"] = "false"  # it would change the demos of a test behind its back
pytest.register_assert_rewrite("tests.support.same_words")  # so that a failure there shows what differs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """One line instead of a traceback where a model or the voice cannot be had."""
    report = yield
    if call.excinfo is not None and call.excinfo.errisinstance(Unavailable):
        report.longrepr = str(call.excinfo.value)
    return report


@pytest.fixture(scope="module")
def shared_stage() -> Iterator[Stage]:
    """One private desktop for a module's tests; starting it costs about a second."""
    with Stage() as stage:
        yield stage


def _live_on(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for key in (
        "DISPLAY",
        "XDG_RUNTIME_DIR",
        "PULSE_SERVER",
        "PULSE_SOURCE",
        "PULSE_SINK",
        "PULSE_RUNTIME_PATH",
        "PULSE_STATE_PATH",
    ):
        if key in stage.env:
            monkeypatch.setenv(key, stage.env[key])
        else:
            monkeypatch.delenv(key, raising=False)


@pytest.fixture
def stage(shared_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The module's private desktop, with this process's environment pointed at it."""
    _live_on(shared_stage, monkeypatch)
    return shared_stage


@pytest.fixture
def own_stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A private desktop for one test alone: for those that kill the screen or the sound server."""
    with Stage() as stage:
        _live_on(stage, monkeypatch)
        yield stage


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh SHOWHOW_HOME, so that no test reads or writes what belongs to the person running it."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SHOWHOW_HOME", str(folder))
    monkeypatch.setenv("SHOWHOW_CONFIG", str(folder / "config.toml"))
    for key in ("SHOWHOW_MODEL", "SHOWHOW_LIBRARY"):
        monkeypatch.delenv(key, raising=False)
    return folder


@pytest.fixture
def quick_turns() -> Iterator[None]:
    """Threads take turns after every few instructions, so that what needs a lock and has none soon fails."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture(scope="session")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that passes for a small speech model as long as nobody loads it; not to be changed."""
    return made_model(tmp_path_factory.mktemp("models") / "official")


@pytest.fixture(scope="session")
def tiny_en() -> Path:
    """The folder of Whisper tiny.en, for tests that hear."""
    return model("tiny.en")


@pytest.fixture(scope="session")
def base() -> Path:
    """The folder of Whisper base, for a few acceptance tests."""
    return model("base")
