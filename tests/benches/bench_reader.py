"""The web reader: searches a second on one core, how soon a page opened at a step shows its picture, zooming.

Run: ``pytest -m bench tests/benches/bench_reader.py -s``. Peers in the same run: Python's own ``http.server`` sending
a page of the same size from a file; Chromium opening the same clip as a file, without any server or page.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote_plus

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from msgspec.structs import replace
from playwright.sync_api import Browser

from capture.model import Clip, Region
from capture.render.clip_renderer import render_clip
from library.connection.library import open_library
from library.model import ClipFacts, Demo
from tests.benches.corpus import NOUNS, VERBS
from tests.library.factories import demo as record
from tests.library.factories import put_bundle
from tests.support.browser import chromium, page_of, until
from tests.support.desktop import wait_for
from tests.support.web_library import served

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
DEMOS, REQUESTS, AT_ONCE, OPENINGS = 2_000, 1_500, 8, 7
OFTEN = 500  # beginnings that are asked for again and again, the n-th of them 1/n as often as the first
# When the clip first shows a picture at or after the moment asked for, in ms since the page was asked for.
WATCH = """window.shown = new Promise(done => { const look = () => { const v = document.querySelector('video');
if (!v) return requestAnimationFrame(look);
const frame = (now, facts) => facts.mediaTime * 1000 >= AT - 40
  ? done(performance.now()) : v.requestVideoFrameCallback(frame);
v.requestVideoFrameCallback(frame); }; look(); });"""


def library_of(folder: Path) -> None:
    """Two thousand demos of seven steps."""
    with open_library(folder) as library:
        for n in range(DEMOS):
            words = [f"{VERBS[(n + k) % len(VERBS)]} the {NOUNS[(n * 7 + k * 3) % len(NOUNS)]}" for k in range(7)]
            put_bundle(library.demos, record(f"demo-{n:05}", f"{words[0]} {n}", *words, age_days=n / 10))
        library.rebuild()


def cpu_s(pid: int) -> float:
    """CPU seconds a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _ask(port: int, paths: list[str], sizes: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while paths:
        writer.write(f"GET {paths.pop()} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert b" 200 " in head.split(b"\r\n")[0], head
        sizes.append(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]))
        await reader.readexactly(sizes[-1])
    writer.close()
    await writer.wait_closed()


async def _load(port: int, paths: list[str]) -> list[int]:
    sizes: list[int] = []
    await asyncio.gather(*(_ask(port, paths, sizes) for _ in range(AT_ONCE)))
    return sizes


def load(pid: int, port: int, paths: Sequence[str]) -> tuple[float, float]:
    """Requests for each CPU second of the server, and bytes of an answer, mean; the first 100 do not count."""
    asyncio.run(_load(port, list(paths[:100])))
    before = cpu_s(pid)
    sizes = asyncio.run(_load(port, list(paths[100:])))
    return len(sizes) / (cpu_s(pid) - before), statistics.mean(sizes)


def typed() -> list[str]:
    """What the search is asked on the way to “raise the order” and its like, a letter at a time; each once, mixed."""
    whole = [f"{verb} the {noun}" for verb in VERBS for noun in NOUNS]
    beginnings = list(dict.fromkeys(text[:end] for text in whole for end in range(1, len(text) + 1)))
    random.Random(7).shuffle(beginnings)  # noqa: S311  no secret: the same order every time
    return [f"/?q={quote_plus(text)}" for text in beginnings]


def often() -> list[str]:
    """The same as many visitors type it: some beginnings again and again, most of them seldom."""
    some, draw = typed()[:OFTEN], random.Random(7)  # noqa: S311  no secret: the same order every time
    return draw.choices(some, [1 / n for n in range(1, OFTEN + 1)], k=REQUESTS + 100)


@contextmanager
def server(*command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | env
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        digits = "".join(c if c.isdigit() else " " for c in line.partition("port")[2]).split()
        if digits:
            return int(digits[0])
    raise RuntimeError("the server did not say its port")


def say(line: str) -> None:
    sys.stdout.write(f"\n{line}")


def test_searches_a_second(tmp_path: Path) -> None:
    library_of(tmp_path / "library")
    env = {"SHOWHOW_LIBRARY": str(tmp_path / "library")}
    rates = {}
    for name, paths in (("all different", typed()[: REQUESTS + 100]), (f"{OFTEN} different, some often", often())):
        with server("-m", "tui.cli", "serve", "--port", "0", "--json", env=env) as process:
            rates[name], size = load(process.pid, port_of(process), paths)
        say(
            f"search page of {DEMOS} demos, {name}: {rates[name]:.0f} for each second of one core, {size / 1000:.1f} kB"
        )
    (tmp_path / "page.html").write_bytes(b"x" * round(size))
    plain = ("-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--protocol", "HTTP/1.1", "-d", str(tmp_path))
    with server(*plain, env={"PYTHONWARNINGS": "ignore"}) as process:
        peer, _ = load(process.pid, port_of(process), ["/page.html"] * (REQUESTS + 100))
    say(f"http.server, a file of that size: {peer:.0f}; ratio " + ", ".join(f"{r / peer:.2f}" for r in rates.values()))


def clip_of(folder: Path, minutes: int, step_ms: int, a_second: int = 2) -> Path:
    """A 720p clip as showhow renders it: a desktop on which something small changes twice a second, or more often."""
    raw, ready = folder / f"raw-{minutes}.mp4", folder / f"clip-{minutes}.mp4"
    rng = np.random.default_rng(7)
    desk = np.kron(rng.integers(60, 220, (18, 32, 3), np.uint8), np.ones((40, 40, 1), np.uint8))
    with av.open(str(raw), "w") as file:
        stream = file.add_stream("libx264", rate=30, options={"preset": "ultrafast", "qp": "20", "tune": "zerolatency"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for n in range(minutes * 60 * a_second):
            desk[300:320, (n * 8) % 1200 : (n * 8) % 1200 + 16] = rng.integers(0, 255, 3, np.uint8)
            frame = VideoFrame.from_ndarray(desk, format="bgr24").reformat(format="yuv420p")
            frame.pts, frame.time_base = n * 1_000 // a_second, Fraction(1, 1000)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    render_clip(raw, Clip(minutes * 60_000), ready, key_frames_ms=(step_ms,))
    return ready


def opened(browser: Browser, url: str, at_ms: int) -> float:
    """From asking for the page to the picture of the step, in ms."""
    with page_of(browser) as page:
        page.add_init_script(WATCH.replace("AT", str(at_ms)))
        page.goto(url, wait_until="commit")
        return float(page.evaluate("window.shown"))


def _filed(demos: Path, clip: Path, starts_ms: Sequence[int], focuses: Sequence[Region | None] = (None,) * 4) -> Demo:
    """A demo of this clip with steps that begin then, one second or more each."""
    minutes = int(clip.stem.rpartition("-")[2])
    filed = record(f"long-clip-{minutes}", "A long clip", *["Click the order."] * 4)
    lasting_ms = starts_ms[1] - starts_ms[0]
    steps = tuple(
        replace(step, start_ms=at_ms, end_ms=at_ms + lasting_ms, at_ms=at_ms, focus=focus)
        for step, focus, at_ms in zip(filed.steps, focuses, starts_ms, strict=True)
    )
    facts = ClipFacts(duration_ms=minutes * 60_000, width=1280, height=720)
    put = put_bundle(demos, replace(filed, steps=steps, clip=facts))
    (put.path / "clip.mp4").write_bytes(clip.read_bytes())
    return put


@pytest.mark.parametrize("minutes", [1, 20])
def test_a_page_opened_at_a_step(tmp_path: Path, minutes: int) -> None:
    step_ms = minutes * 60_000 * 2 // 3 + 700
    clip = clip_of(tmp_path, minutes, step_ms)
    with open_library(tmp_path / "library") as library:
        put = _filed(library.demos, clip, range(step_ms, step_ms + 4_000, 1_000))
        library.refresh()
        with served(library) as running, chromium() as browser:
            wait_for(lambda: running.url, "the server")
            ours, plain = [], []
            for _ in range(OPENINGS):
                ours.append(opened(browser, f"{running.url}demo/{put.demo_id}?at={step_ms}#step-1", step_ms))
                plain.append(opened(browser, f"{clip.as_uri()}#t={step_ms / 1000}", step_ms))
    mine, peer = statistics.median(ours), statistics.median(plain)
    spread = f"{min(ours):.0f} to {max(ours):.0f}"
    say(f"{minutes} min clip, page opened at a step to its picture: median {mine:.0f} ms ({spread})")
    say(f"Chromium opening the clip's file there: {peer:.0f} ms; ratio {mine / peer:.2f}")


def test_pictures_dropped_while_the_player_zooms(tmp_path: Path) -> None:
    clip = clip_of(tmp_path, 1, 700, a_second=15)
    corners = [Region(x, y, 480, 270) for x, y in ((0, 0), (800, 450), (800, 0), (0, 450))]
    with open_library(tmp_path / "library") as library:
        put = _filed(library.demos, clip, range(700, 28_700, 7_000), corners)
        library.refresh()
        with served(library) as running, chromium() as browser:
            for turn in range(4):
                with page_of(browser) as page:
                    page.goto(f"{running.url}demo/{put.demo_id}")
                    until(page, "document.querySelector('video').readyState >= 3")
                    if turn % 2:
                        page.keyboard.press("z")
                    page.evaluate("clip.muted = true; clip.play()")
                    wait_for(lambda at=page: at.evaluate("clip.currentTime > 28"), "the last step", 120)
                    seen, lost = page.evaluate(
                        "(q => [q.totalVideoFrames, q.droppedVideoFrames])(clip.getVideoPlaybackQuality())"
                    )
                say(f"{'zoomed' if turn % 2 else 'plain'}: {lost} of {seen} pictures dropped ({lost / seen:.2%})")
