"""The search bench runs on a machine without its optional peers, and says which it left out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benches.search_peers import optional
from tests.support.windows import WINDOWS


@pytest.mark.parametrize("python", ["", "/nowhere/python", sys.executable])
def test_peers_that_are_not_there_are_left_out_with_a_line(tmp_path: Path, python: str) -> None:
    has_ripgrep, tantivy, lines = optional({"PATH": str(tmp_path), "SHOWHOW_BENCH_TANTIVY": python})
    assert (has_ripgrep, tantivy) == (False, "")
    assert ["ripgrep" in lines[0], "tantivy" in lines[1]] == [True, True]


@pytest.mark.skipif(WINDOWS, reason="Windows runs no scripts of a shell as programs")
def test_a_peer_that_is_there_is_asked(tmp_path: Path) -> None:
    for name in ("rg", "python"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": str(tmp_path), "SHOWHOW_BENCH_TANTIVY": str(tmp_path / "python")}
    assert optional(environment) == (True, environment["SHOWHOW_BENCH_TANTIVY"], [])
