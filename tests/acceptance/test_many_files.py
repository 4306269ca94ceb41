"""Several files and folders at once: what cannot be filed is told, and everything else is filed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.test_bad_input import make_video, showhow
from tests.support.command import SHOWHOW
from tests.support.desktop import wait_for


def bad(folder: Path) -> list[Path]:
    """A file in a codec nobody knows, an empty one, and a folder without a recording."""
    unknown, empty, nothing = folder / "a-unknown.mp4", folder / "b-empty.mp4", folder / "nothing"
    make_video(unknown, "testsrc=size=320x240")
    unknown.write_bytes(unknown.read_bytes().replace(b"avc1", b"xxxx"))
    empty.touch()
    nothing.mkdir()
    return [unknown, empty, nothing]


def test_of_several_files_the_good_ones_are_filed_and_each_bad_one_is_told(tmp_path: Path) -> None:
    [unknown, empty, nothing] = bad(tmp_path)
    good = [make_video(tmp_path / f"good {n}.mp4", f"testsrc=size=320x240:rate={n}") for n in (5, 10)]
    done = showhow("add", good[0], unknown, empty, nothing, good[1], "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [demo["title"] for demo in told["demos"]] == ["good 5", "good 10"]
    assert [Path(one["path"]) for one in told["failed"]] == [unknown, empty, nothing]
    assert all(one["error"] for one in told["failed"])
    assert len(done.stderr.strip().splitlines()) == 3


@pytest.mark.timeout(600)
def test_a_watched_folder_is_watched_on_after_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    bad(folder)
    with subprocess.Popen([SHOWHOW, "add", folder, "--watch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watch:
        assert watch.stderr is not None
        assert b"a-unknown.mp4" in watch.stderr.readline()
        make_video(folder / "c-good.mp4", "testsrc=size=320x240")
        wait_for(lambda: "c good" in showhow("list").stdout, "the good file", 400)
        assert watch.poll() is None
        watch.terminate()
        _, rest = watch.communicate()
    assert b"Traceback" not in rest
