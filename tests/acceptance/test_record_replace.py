"""``showhow record --replace`` on a real desktop; what cannot be replaced is said before it is recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_bad_input import assert_one_line, showhow
from tests.support.desktop import Stage

pytestmark = [pytest.mark.x11, pytest.mark.sound]


def answer(*words: str) -> Any:
    done = showhow(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_step_is_recorded_anew_and_what_cannot_be_replaced_is_said_in_one_line(stage: Stage, home: Path) -> None:
    record = ("record", "--no-words", "--microphone", "none", "--for", "1")
    first = answer(*record, "--file-it")["demo"]
    step = f"{first['demo_id']}#1"
    assert_one_line(showhow(*record, "--replace", f"{first['demo_id']}#9"), "no step 9")
    assert_one_line(showhow(*record, "--replace", first["demo_id"]), "Say which step")
    assert_one_line(showhow(*record, "--replace", ""), "Say which step")  # a variable that was not set
    assert_one_line(showhow(*record, "--region", "0,0,200,100", "--replace", step), "The picture is 200 x 100")
    assert len(list((home / "takes").iterdir())) == 1
    done = showhow(*record, "--replace", step)
    take = done.stdout.splitlines()[0].split()[-1]
    assert f"Put it in as step 1 of {first['demo_id']}: showhow add {take}" in done.stdout
    now = answer("add", take)
    assert (now["demo_id"], now["version"], len(now["steps"])) == (first["demo_id"], 2, len(first["steps"]))
