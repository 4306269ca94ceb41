"""A colleague without showhow records in Chromium: a real screen, a spoken file as the microphone, the whole way.

The tab, the server and the network are lost in the middle; what cannot be recorded is said in one line.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from capture.model import Marker, Pause, TakeState
from capture.takes import is_live, load_take, read_events
from capture.video.media_file import VideoFile
from library.connection.library import open_library
from library.intake.options import IntakeOptions
from tests.support.browser import chromium, page_of
from tests.support.desktop import Stage, wait_for
from tests.support.recording_browser import crash, recording_browser
from tests.support.sent_recording import Place
from tests.support.speech import speak
from transcribe.asr.whisper import Whisper
from transcribe.models.known import ModelRef

pytestmark = [pytest.mark.x11, pytest.mark.alone]

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SENTENCES = ("Open the finance menu.", "Click the new order button.")
LONG_MS = 60_000


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage(sound=False) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Long limits for what is waited for: the machine may be busy."""
    expect.set_options(timeout=LONG_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound, _ = speak(SENTENCES, pause_ms=1_000)
    path = tmp_path_factory.mktemp("spoken") / "spoken.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.clip(sound, -1, 1) * 32_767).astype(np.int16).tobytes())
    return path


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_library(tmp_path / "library") as library:
        yield Place(library, tmp_path / "takes")


@contextmanager
def tab(stage: Stage, profile: Path, spoken: Path | None) -> Iterator[Page]:
    """A tab whose errors fail at the end of the block."""
    with recording_browser(stage, profile, spoken=spoken) as context:
        page = context.pages[0]
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.set_default_timeout(60_000)
        yield page
    assert not complaints


def no_countdown(page: Page) -> None:
    page.locator("#countdown").select_option("0")


def record(page: Page, address: str) -> None:
    """Begin to record the screen and the microphone."""
    page.goto(f"{address}record")
    no_countdown(page)
    page.get_by_role("button", name="Choose what to record").click()
    expect(page.locator("#ready")).to_be_visible()
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator("#recording")).to_be_visible()


def elapsed_s(page: Page) -> int:
    minutes, seconds = page.locator("#elapsed").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def until_recorded(page: Page, seconds: int) -> None:
    wait_for(lambda: elapsed_s(page) >= seconds, f"{seconds} s of recording", LONG_MS / 1_000)


def until_sent(place: Place, chunks: int) -> None:
    wait_for(lambda: place.chunks >= chunks, f"{chunks} chunks", LONG_MS / 1_000)


def clean(page: Page) -> None:
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


def tiny(tiny_en: Path) -> IntakeOptions:
    return IntakeOptions(recognizer=partial(Whisper, ModelRef("tiny.en", tiny_en), "en"))


def test_from_choosing_to_filed_with_what_was_said_as_steps(
    stage: Stage, place: Place, spoken: Path, tiny_en: Path, tmp_path: Path
) -> None:
    with place.served(intake=tiny(tiny_en)) as running, tab(stage, tmp_path / "profile", spoken) as page:
        page.goto(f"{running.url}record")
        clean(page)
        page.get_by_label("Your name").fill("Priya")
        no_countdown(page)
        page.get_by_role("button", name="Choose what to record").click()
        expect(page.locator("#what")).to_have_text("It will be the screen, 1280 × 720, with your voice.")
        wait_for(lambda: page.evaluate("document.getElementById('meter').value > 6"), "the level to move")
        clean(page)
        assert not place.takes.exists()  # nothing is recorded yet
        page.keyboard.press("Enter")
        expect(page.locator("#recording")).to_be_visible()
        wait_for(lambda: page.title().endswith("recording"), "a title that says so")
        assert any("Priya" in line and "records" in line for line in place.told)
        clean(page)
        until_recorded(page, 2)
        page.keyboard.press("k")
        page.keyboard.press("p")
        expect(page.locator("#sign")).to_have_text("Paused")
        page.keyboard.press("p")
        expect(page.locator("#sign")).to_have_text("Recording")
        until_recorded(page, 9)
        page.keyboard.press("Enter")
        expect(page.locator("#file")).to_be_visible()
        clean(page)
        assert any("ended" in line for line in place.told)
        take = load_take(place.take)
        assert (take.state, take.width, take.height) == (TakeState.FINISHED, 1280, 720)
        mark, pause = read_events(take)
        assert isinstance(mark, Marker)
        assert isinstance(pause, Pause)
        titles = page.locator("[data-field=step]").evaluate_all("all => all.map((one) => one.value)")
        assert any("finance" in title.casefold() for title in titles)
        page.locator("#title").fill("Raise a purchase order")
        page.get_by_role("button", name="File it").click()
        page.get_by_role("link", name="Open it").click()
        page.wait_for_url("**/demo/*")
        expect(page.locator("h1")).to_have_text("Raise a purchase order")
        expect(page.locator("#step-1")).to_be_visible()
    [demo] = place.library.catalog.list()
    assert (demo.author, demo.title) == ("Priya", "Raise a purchase order")


def test_whatever_format_a_browser_has_becomes_a_take_that_is_filed(
    stage: Stage, place: Place, spoken: Path, tmp_path: Path
) -> None:
    formats = {
        "video/mp4;codecs=avc1.640028,opus": "h264",
        "video/webm;codecs=vp9,opus": "vp9",
        "video/webm;codecs=vp8,opus": "vp8",
    }
    with place.served() as running, tab(stage, tmp_path / "profile", spoken) as first:
        for number, (kind, codec) in enumerate(formats.items(), 1):
            page = first.context.new_page()
            page.add_init_script(f"MediaRecorder.isTypeSupported = (kind) => kind === '{kind}'")
            sent = place.chunks
            record(page, running.url)
            wait_for(partial(lambda most: place.chunks >= most, sent + 2), "two chunks", LONG_MS / 1_000)
            page.keyboard.press("Enter")
            page.get_by_role("button", name="File it").click()
            expect(page.locator("#filed")).to_be_visible()
            page.close()
            assert place.library.catalog.count() == number
            take = max(place.takes.iterdir(), key=lambda path: load_take(path).started_unix_ms)
            with VideoFile(take / "take.mp4") as video:
                assert video.picture is not None
                assert video.picture.codec_context.name == codec
                assert video.sounds


def test_a_killed_tab_loses_little_and_what_was_kept_goes_on_in_the_next(
    stage: Stage, place: Place, spoken: Path, tmp_path: Path
) -> None:
    with place.served() as running, tab(stage, tmp_path / "profile", spoken) as page:
        record(page, running.url)
        until_sent(place, 3)
        crash(page)
        other = page.context.new_page()
        other.goto(f"{running.url}record")
        expect(other.locator("#left-what")).to_contain_text("of it are kept")
        clean(other)
        other.get_by_role("button", name="Make its steps").click()
        expect(other.locator("#file")).to_be_visible()
    take = load_take(place.take)
    assert take.state is TakeState.FINISHED
    assert take.duration_ms >= 1_000


def test_leaving_the_page_ends_the_recording(stage: Stage, place: Place, spoken: Path, tmp_path: Path) -> None:
    with place.served() as running, tab(stage, tmp_path / "profile", spoken) as page:
        record(page, running.url)
        until_sent(place, 1)
        page.evaluate("onbeforeunload = null")
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(running.url)
        wait_for(lambda: not is_live(place.take), "the end of the recording")
        assert any("left the page" in line for line in place.told)


def test_a_killed_server_and_a_lost_network_lose_nothing(
    stage: Stage, place: Place, spoken: Path, tmp_path: Path
) -> None:
    with tab(stage, tmp_path / "profile", spoken) as page, ExitStack() as first:
        running = first.enter_context(place.served())
        port, address = running.port, running.url
        record(page, address)
        until_sent(place, 2)
        first.close()
        gone = elapsed_s(page)
        until_recorded(page, gone + 3)
        expect(page.locator("#trouble")).to_contain_text("does not answer")
        with place.served(port=port):
            until_sent(place, 4)
            expect(page.locator("#trouble")).to_be_hidden()
            page.context.set_offline(True)
            sent, lost = place.chunks, elapsed_s(page)
            until_recorded(page, lost + 3)
            page.keyboard.press("Enter")
            expect(page.locator("#doing")).to_have_text("Sending the rest")
            page.context.set_offline(False)
            expect(page.locator("#file")).to_be_visible()
    # What the page has made and the library lacks would have been asked for before the take was closed.
    assert load_take(place.take).state is TakeState.FINISHED
    assert place.chunks > sent


def test_without_a_microphone_one_line_says_so_and_it_records_without_sound(
    stage: Stage, place: Place, tmp_path: Path
) -> None:
    with place.served() as running, tab(stage, tmp_path / "profile", None) as page:
        page.goto(f"{running.url}record")
        no_countdown(page)
        page.get_by_role("button", name="Choose what to record").click()
        expect(page.locator("#trouble")).to_have_text(
            "There is no microphone. Connect one, or choose to record without sound."
        )
        page.locator("#microphone").select_option("none")
        page.get_by_role("button", name="Choose what to record").click()
        expect(page.locator("#what")).to_contain_text("without sound")
        page.get_by_role("button", name="Start recording").click()
        until_sent(place, 2)
        page.get_by_role("button", name="Throw it away").click()
        wait_for(lambda: not list(place.takes.iterdir()), "the take to be gone")


REFUSALS: list[tuple[str, str]] = [
    ("Object.defineProperty(window, 'isSecureContext', { value: false })", "open http://localhost:"),
    ("delete MediaDevices.prototype.getDisplayMedia", "as on phones and tablets"),
    ("delete window.MediaRecorder", "cannot record a video"),
]


@pytest.mark.parametrize(("lacks", "line"), REFUSALS)
def test_a_browser_that_cannot_record_says_so_in_one_line(
    browser: Browser, place: Place, lacks: str, line: str
) -> None:
    with place.served() as running, page_of(browser, viewport={"width": 390, "height": 780}) as page:
        page.add_init_script(lacks)
        page.goto(f"{running.url}record")
        expect(page.locator("#trouble")).to_contain_text(line)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(page.locator("#setup")).to_be_hidden()
        clean(page)


DENIALS: list[tuple[str, str, str]] = [
    ("getDisplayMedia", "NotAllowedError", "Nothing was chosen"),
    ("getUserMedia", "NotAllowedError", "may not use the microphone"),
    ("getUserMedia", "NotReadableError", "used by another program"),
]


@pytest.mark.parametrize(("asked", "error", "line"), DENIALS)
def test_what_the_browser_or_the_system_forbids_is_one_line(
    browser: Browser, place: Place, asked: str, error: str, line: str
) -> None:
    with place.served() as running, page_of(browser) as page:
        canvas = "document.createElement('canvas').captureStream(1)"
        fake = f"navigator.mediaDevices.getDisplayMedia = async () => {canvas};"
        deny = f"navigator.mediaDevices.{asked} = async () => {{ throw new DOMException('no', '{error}'); }};"
        page.add_init_script(fake + deny)
        page.goto(f"{running.url}record")
        page.get_by_role("button", name="Choose what to record").click()
        expect(page.locator("#trouble")).to_contain_text(line)
        expect(page.locator("#setup")).to_be_visible()
        assert not place.takes.exists()
