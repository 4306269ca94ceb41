"""docs/growing.md: the commands as they stand there, run against a real PostgreSQL and an S3 endpoint."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.narrated_video import film
from tests.support.postgres_server import PostgresServer
from tests.support.s3_server import S3
from tests.support.speech_models import model

PAGE = Path(__file__).parent.parent.parent / "docs" / "growing.md"


def commands() -> list[str]:
    """Every line of every block of the page."""
    blocks = re.findall(r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.CompletedProcess[str]]]:
    """What each command said. Only the names of the places are this machine's."""
    folder = tmp_path_factory.mktemp("growing")
    for number, name in enumerate(("first.mp4", "second.mp4")):
        film(folder, name, ("Click the new order button.", "Submit the order and confirm.")[number:])
    with S3() as s3, PostgresServer() as postgres:
        database = postgres.create(f"howtos_{secrets.token_hex(3)}")
        places = {
            "postgresql://showhow@db.example/howtos": f"'{database}'", "http://s3.example:9000": s3.endpoint,
            "/mnt/share/howtos": str(folder / "share" / "howtos"),
            "AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...": " ".join(f"{k}={v}" for k, v in s3.environment.items()),
        }  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SHOWHOW_"))}
        environment |= {
            "HOME": str(folder), "SHOWHOW_HOME": str(folder / "home"), "SHOWHOW_MODEL": str(model("tiny.en")),
            "SHOWHOW_CONFIG": str(folder / "none.toml"), "SHOWHOW_AUTHOR": "Priya",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **s3.environment,
        }  # fmt: skip
        answers = {}
        for command in commands():
            here = command
            for name, place in places.items():
                here = here.replace(name, place)
            answers[command] = subprocess.run(
                ["bash", "-c", here],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        assert not s3.refused
        answers["objects"] = subprocess.CompletedProcess([], 0, "\n".join(s3.objects()), "")
        yield answers


def test_every_command_of_the_page_does_what_it_says(told: dict[str, subprocess.CompletedProcess[str]]) -> None:
    failed = {command: done.stderr or done.stdout for command, done in told.items() if done.returncode}
    assert not failed


def test_the_demo_is_found_at_every_size_of_library(told: dict[str, subprocess.CompletedProcess[str]]) -> None:
    searches = [done.stdout for command, done in told.items() if "search purchase" in command]
    assert len(searches) == 3
    assert all("Raise a purchase order" in said for said in searches)


def test_the_media_lie_in_the_bucket_and_come_back_whole(told: dict[str, subprocess.CompletedProcess[str]]) -> None:
    assert "finance/demos/raise-a-purchase-order" in told["objects"].stdout
    [back] = [done.stdout for command, done in told.items() if command.endswith("~/howtos")]
    assert re.search(r"Copied 1 versions", back)
