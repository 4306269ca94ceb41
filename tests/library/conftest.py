"""What several files of the library's tests need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.connect import Library
from tests.library.s3 import S3
from tests.library.shops import bucket, bucket_library, folder_library


@pytest.fixture
def s3() -> Iterator[S3]:
    """A real HTTP S3 endpoint with an empty bucket."""
    with S3() as server:
        yield server
        assert not server.refused, "a request was not signed rightly"


@pytest.fixture(params=["folder", "bucket"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """An empty library over each kind of store."""
    if request.param == "folder":
        with folder_library(tmp_path / "library") as opened:
            yield opened
        return
    with bucket_library(bucket(request.getfixturevalue("s3")), tmp_path) as opened:
        yield opened
