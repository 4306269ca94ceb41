"""A bucket is reached with the AWS profile's credentials: by boto3 where it is there, else by the keys in its files."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from library.model import Unreachable
from library.storage.bucket import Bucket
from tests.support.s3_server import BUCKET, KEY, REGION, S3, SECRET
from tests.support.windows import WINDOWS
from tui.aws_profile import media_options


@pytest.fixture
def s3() -> Iterator[S3]:
    with S3() as server:
        yield server
        assert not server.refused, "a request was not signed rightly"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the AWS tools' files, of a person who uses the profile ``team``; no other AWS_* variable is set."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("USERPROFILE" if WINDOWS else "HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PROFILE", "team")
    (tmp_path / ".aws").mkdir()
    return tmp_path / ".aws"


def configure(files: Path, s3: S3, *lines: str) -> None:
    always = ("[profile team]", f"region = {REGION}", f"endpoint_url = {s3.endpoint}")
    (files / "config").write_text("\n".join((*always, *lines)) + "\n", encoding="utf-8")


def write_keys(files: Path, profile: str = "team") -> None:
    keys = f"[{profile}]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
    (files / "credentials").write_text(keys, encoding="utf-8")


def process(files: Path, code: str) -> str:
    """The line that lets a program of our own give the credentials."""
    program = files / "give_credentials.py"
    program.write_text(code, encoding="utf-8")
    command = [sys.executable, str(program)]
    return f"credential_process = {subprocess.list2cmdline(command) if WINDOWS else shlex.join(command)}"


def bucket_works() -> bool:
    media = Bucket(f"s3://{BUCKET}/profile", media_options(os.environ))
    media.write("a.json", b"1")
    return media.read("a.json", 10) == b"1"


def test_credentials_come_from_the_program_the_profile_names(files: Path, s3: S3) -> None:
    given = {"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET}
    configure(files, s3, process(files, f"print({json.dumps(json.dumps(given))})"))
    assert bucket_works()


def test_a_role_is_assumed(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", endpoint)
        role = ("role_arn = arn:aws:iam::123456789012:role/howtos", "source_profile = own")
        lines = ("[profile team]", f"region = {REGION}", f"endpoint_url = {endpoint}", *role)
        (files / "config").write_text("\n".join(lines) + "\n", encoding="utf-8")
        write_keys(files, "own")
        own = boto3.Session(profile_name="own")
        own.client("s3", region_name=REGION, endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
        assert bucket_works()
    finally:
        server.stop()


@pytest.mark.parametrize("installed", [True, False])
def test_keys_in_the_profile_s_files_need_no_boto3(
    files: Path, s3: S3, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not installed:
        monkeypatch.setattr("tui.aws_profile.find_spec", lambda _: None)
    configure(files, s3)
    write_keys(files)
    assert bucket_works()
    assert bool(media_options(os.environ).access_key_id) != installed


def test_keys_in_the_environment_go_before_the_profile(files: Path, s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(files, s3, process(files, "raise SystemExit(1)"))
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    assert bucket_works()


def test_a_profile_that_gives_no_credentials_is_one_line_with_the_cause(files: Path, s3: S3) -> None:
    configure(files, s3, process(files, "raise SystemExit('your session has ended: log in again')"))
    with pytest.raises(Unreachable, match="your session has ended") as told:
        bucket_works()
    assert "\n" not in str(told.value)


def test_a_profile_that_is_not_there_is_named(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "ghost")
    monkeypatch.setenv("AWS_REGION", REGION)
    with pytest.raises(Unreachable, match="ghost"):
        bucket_works()
