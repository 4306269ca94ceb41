"""A draft edited by keys in a real terminal, killed in mid-edit, taken up again and filed: what is found is what was
edited, what was blurred cannot be read, and the clip plays in a browser and in mpv."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest

from capture.model import Change, Click, Region, Take, TakeState
from capture.takes import write_take
from capture.video.reader import grab_frame
from library.draft.edits import load_draft
from library.model import Draft
from tests.support.browser import chromium, page_of
from tests.support.command import SHOWHOW, run_command
from tests.support.desktop import wait_for
from tests.support.sample_videos import film, numbered
from tests.support.scripted_task import RATE
from tests.support.speech import say
from tests.support.terminal import Terminal

LINES = ("Click the new order button.", "Enter the name of the supplier.", "Submit the order and confirm.")
SECRET = Region(260, 190, 120, 28)
WIDTH, HEIGHT, IDLE_S = 640, 360, 3.0


def screens(starts: list[int], end_ms: int) -> list[tuple[int, np.ndarray]]:
    """A number that must not be read stands still in the middle; something moves at the top while somebody speaks."""
    found = []
    moving = [at for start in starts for at in range(start, start + 2_000, 200)]
    for n, at in enumerate([0, *moving, end_ms - 300]):
        picture = numbered(n % 60, WIDTH, HEIGHT)
        picture[:60] = 200
        picture[10:50, 10 + 20 * (n % 25) : 50 + 20 * (n % 25)] = (30, 60, 200)
        picture[SECRET.y : SECRET.bottom, SECRET.x : SECRET.right] = 255
        place = (SECRET.x + 4, SECRET.y + 21)
        cv2.putText(picture, "4711 0815", place, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 2)
        found.append((at, picture))
    return found


def make_take(home: Path) -> Path:
    """As the recorder leaves it: three sentences, a click with each, and idle time between them."""
    path = home / "takes" / "20310417-140500-ab12"
    path.mkdir(parents=True)
    spoken = [say(line, RATE) for line in LINES]
    starts, at = [], 1.0
    for sound in spoken:
        starts.append(round(at * 1000))
        at += len(sound) / RATE + IDLE_S
    end_ms = round(at * 1000)
    track = np.random.default_rng(1).normal(0, 0.0003, end_ms * RATE // 1000).astype(np.float32)
    for start, sound in zip(starts, spoken, strict=True):
        track[start * RATE // 1000 :][: len(sound)] += sound
    shown = screens(starts, end_ms)
    film(path / "take.mp4", shown, end_ms, [track], options={"bf": "0"})
    known = {"take_id": path.name, "started_unix_ms": 1_900_000_000_000, "duration_ms": end_ms}
    write_take(Take(**known, width=WIDTH, height=HEIGHT, state=TakeState.FINISHED, path=path))  # type: ignore[arg-type]  # a mapping of mixed values
    middle = (SECRET.x + SECRET.width // 2, SECRET.y + SECRET.height // 2)
    places = [(30, 30), middle, (600, 340)]
    clicks = [Click(start + 900, x, y, window="Orders") for start, (x, y) in zip(starts, places, strict=True)]
    changes = [Change(at, 0, 0, WIDTH, 60, checksum=n) for n, (at, _) in enumerate(shown)]
    for name, records in (("events.jsonl", clicks), ("changes.jsonl", changes)):
        (path / name).write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    return path


@dataclass
class Desk:
    """One user's home with a take in it, and the keys to it."""

    home: Path
    take: Path
    env: dict[str, str]

    def open(self) -> Terminal:
        return Terminal([str(SHOWHOW)], self.env, columns=120, rows=36)

    def run(self, *words: str) -> dict[str, Any]:
        done = run_command(*words, "--json", env=self.env, check=True)
        return json.loads(done.stdout)  # type: ignore[no-any-return]  # a document of the door

    def draft(self) -> Draft:
        return load_draft(self.take)

    def saved(self, what: str, condition: Any) -> Draft:
        """The draft on disk, once it is so."""
        wait_for(lambda: (self.take / "draft.json").exists() and condition(self.draft()), what)
        return self.draft()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, tiny_en: Path) -> Iterator[Desk]:
    """The home in which everything below happens, in order."""
    home = tmp_path_factory.mktemp("review")
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    env |= {"SHOWHOW_HOME": str(home), "SHOWHOW_MODEL": str(tiny_en), "SHOWHOW_CONFIG": str(home / "config.toml")}
    yield Desk(home, make_take(home), env)
    shutil.rmtree(home, ignore_errors=True)


def take_up(terminal: Terminal) -> None:
    """From the library to the review of the one take there is."""
    terminal.shows("Ctrl+D")
    terminal.keys("C-d")
    terminal.shows("Not filed yet")
    terminal.keys("Enter")
    terminal.shows("File it")
    terminal.hides("still being", 60)


def rewrite(terminal: Terminal, key: str, text: str, *, empty: bool = False) -> None:
    """Answer the question a key asks with another text; ``empty`` when nothing stands there yet."""
    terminal.keys(key)
    terminal.shows("Enter keep")
    if not empty:
        terminal.keys("C-u")
    # The field is emptied by a binding, which travels further through the application than a letter does.
    wait_for(lambda: re.search(r"\n *(Title|Tags) *\n", terminal.screen()), "an empty field")
    terminal.type(text)
    terminal.keys("Enter")
    terminal.hides("Enter keep")


@pytest.fixture(scope="module")
def edited(desk: Desk) -> Draft:
    """Edited by keys, killed with a half-written title, and as it lay on the disk then."""
    with desk.open() as terminal:
        take_up(terminal)
        first = desk.saved("the proposed draft", lambda draft: draft.transcript.words)
        assert len(first.steps) == 3
        rewrite(terminal, "t", "Pay a bill")
        rewrite(terminal, "g", "finance, bills", empty=True)
        rewrite(terminal, "e", "Open a new order")
        terminal.keys("Down")
        rewrite(terminal, "e", "Show the card number")
        terminal.keys("Right", "Left", "Right")  # a word on, back, and on
        terminal.keys("s")
        desk.saved("the split", lambda draft: len(draft.steps) == 4)
        terminal.keys("j")
        desk.saved("the join", lambda draft: len(draft.steps) == 3)
        terminal.keys("u")
        desk.saved("the undone join", lambda draft: len(draft.steps) == 4)
        terminal.keys("r")
        desk.saved("the join again", lambda draft: len(draft.steps) == 3)
        terminal.keys("]")
        terminal.shows("keeps it")
        terminal.keys("c")
        desk.saved("a cut taken back", lambda draft: draft.dropped)
        terminal.keys("Up", "Up", "Down", "b")
        terminal.shows("at its beginning")
        terminal.keys("S-Right", "S-Down")
        terminal.keys("Enter")
        terminal.shows("1 blurred")
        blurred = desk.saved("the blur", lambda draft: draft.blurs)
        terminal.keys("t")
        terminal.shows("Title of the demo")
        terminal.type(" half a tit")
        terminal.shows("half a tit")
        terminal.kill()
    return blurred


def test_after_a_kill_in_mid_edit_the_draft_is_as_it_was_and_its_edits_can_still_be_undone(
    desk: Desk, edited: Draft
) -> None:
    assert desk.draft() == edited
    with desk.open() as terminal:
        take_up(terminal)
        terminal.shows("Pay a bill")
        terminal.shows("1 blurred")
        terminal.keys("u")
        desk.saved("the undone blur", lambda draft: not draft.blurs)
        terminal.keys("u")
        desk.saved("the undone cut", lambda draft: not draft.dropped)
        terminal.keys("r", "r")
        terminal.shows("1 blurred")
        desk.saved("the draft as it was", lambda draft: draft == edited)
        terminal.keys("Escape")
        terminal.shows("waits for you")
        terminal.keys("C-q")
        assert terminal.ended()


@pytest.fixture(scope="module")
def demo(desk: Desk, edited: Draft) -> dict[str, Any]:
    """Filed by one Enter."""
    with desk.open() as terminal:
        take_up(terminal)
        terminal.keys("Enter")
        terminal.shows("1 demo", 60)
        terminal.keys("C-q")
        assert terminal.ended()
    [listed] = desk.run("list")["demos"]
    return desk.run("show", listed["demo_id"])


def test_exactly_the_edited_steps_are_filed_and_found(desk: Desk, edited: Draft, demo: dict[str, Any]) -> None:
    assert demo["title"] == "Pay a bill"
    assert demo["tags"] == ["finance", "bills"]
    titles = ["Open a new order", "Show the card number", edited.steps[2].title]
    assert [step["title"] for step in demo["steps"]] == titles
    assert [step["text"] for step in demo["steps"]] == [step.text for step in edited.steps]
    assert [step["start_ms"] for step in demo["steps"]] == [edited.clip.to_clip(step.start_ms) for step in edited.steps]
    assert demo["cuts"] == [json.loads(msgspec.json.encode(cut)) for cut in edited.cuts]
    for number, query in enumerate(("open a new order", "show the card number"), 1):
        best = desk.run("search", query)["hits"][0]
        assert (best["demo_id"], best["step"]) == (demo["demo_id"], number)
        step = demo["steps"][number - 1]
        assert step["start_ms"] <= best["start_ms"] < step["end_ms"]


def test_nothing_rendered_for_the_review_is_left(desk: Desk, demo: dict[str, Any]) -> None:
    assert not list(desk.home.rglob("*.ready"))
    assert demo["clip"]["key"]


def detail(picture: np.ndarray) -> float:
    """How much fine detail there is where the number stands, as letters are made of; beside the ring of the click."""
    rows = slice(SECRET.y + 3, SECRET.bottom - 3)
    sides = [slice(SECRET.x + 3, SECRET.x + 38), slice(SECRET.right - 38, SECRET.right - 3)]
    return max(float(cv2.Laplacian(picture[rows, side].mean(axis=2), cv2.CV_64F).std()) for side in sides)


def test_what_was_blurred_can_be_read_neither_in_the_clip_nor_in_the_still(
    desk: Desk, edited: Draft, demo: dict[str, Any]
) -> None:
    [blur] = edited.blurs
    clip, step = Path(demo["clip"]["path"]), demo["steps"][1]
    span = edited.clip.span_to_clip(blur)
    moments = range(span.start_ms + 40, span.end_ms - 40, max(1, span.duration_ms // 8))
    hidden = [grab_frame(clip, at) for at in moments]
    hidden.append(cv2.imread(str(clip.parent / step["still"])))
    shown = grab_frame(desk.take / "take.mp4", blur.start_ms + 40)
    assert len(hidden) > 4
    assert max(detail(picture) for picture in hidden) < detail(shown) / 15
    before = grab_frame(clip, max(0, span.start_ms - 400))
    assert detail(before) > detail(shown) / 2  # and only then
    assert step["clicked"] == ""


PLAYED = """async (step) => {
    const video = document.createElement("video");
    const told = name => new Promise((done, no) => {
        video.addEventListener(name, done, {once: true});
        video.addEventListener("error", () => no(video.error.message), {once: true});
    });
    const loaded = told("loadeddata");
    video.src = URL.createObjectURL(await (await fetch("clip.mp4")).blob());
    document.body.append(video);
    await loaded;
    const sought = told("seeked");
    video.currentTime = step;
    await sought;
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    const pen = canvas.getContext("2d");
    const drawn = () => {  // nothing but transparency until the picture is decoded
        pen.drawImage(video, 0, 0);
        return pen.getImageData(0, 0, canvas.width, canvas.height).data;
    };
    let pixels = drawn();
    while (!pixels[3]) { await new Promise(requestAnimationFrame); pixels = drawn(); }
    await video.play();
    while (video.currentTime < step + 0.3) await told("timeupdate");
    return {duration: video.duration, width: canvas.width, height: canvas.height, pixels: Array.from(pixels),
            sound: video.webkitAudioDecodedByteCount};
}"""


def test_the_clip_loads_seeks_to_a_step_and_plays_in_chromium(demo: dict[str, Any]) -> None:
    clip, step = Path(demo["clip"]["path"]), demo["steps"][1]
    with chromium() as browser, page_of(browser) as page:
        page.route(
            "**/", lambda route: route.fulfill(body="<!doctype html><title>clip</title>", content_type="text/html")
        )
        page.route("**/clip.mp4", lambda route: route.fulfill(path=clip, content_type="video/mp4"))
        page.goto("http://clip.test/")
        played = page.evaluate(PLAYED, step["start_ms"] / 1000 + 0.02)
    assert (played["width"], played["height"]) == (WIDTH, HEIGHT)
    assert played["duration"] * 1000 == pytest.approx(demo["clip"]["duration_ms"], abs=60)
    assert played["sound"] > 0
    seen = np.array(played["pixels"], np.uint8).reshape(HEIGHT, WIDTH, 4)[..., 2::-1]
    truth = grab_frame(clip, step["start_ms"] + 20)
    assert np.abs(seen.astype(int) - truth).mean() < 8  # another decoder's colours, the same picture


def test_the_clip_plays_from_a_step_to_its_end_in_mpv(demo: dict[str, Any]) -> None:
    assert shutil.which("mpv"), "mpv is missing; scripts/setup.sh installs it"
    start = demo["steps"][1]["start_ms"] / 1000
    command = ["mpv", "--no-config", "--vo=null", "--ao=null", "--untimed", "--msg-level=all=warn", f"--start={start}"]
    report = ["--term-status-msg=at ${=time-pos} of ${=duration} ${video-codec} ${audio-codec}"]
    done = subprocess.run(
        [*command, *report, demo["clip"]["path"]], capture_output=True, text=True, check=False, timeout=60
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "rror" not in said, said
