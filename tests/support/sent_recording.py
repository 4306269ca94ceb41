"""A recording as a browser sends it to a web reader: begun, in chunks with its marks, stopped; and the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from capture.errors import ShowhowError
from library.connection.library import Library
from library.intake.options import IntakeOptions
from library.web.access_guard import GuardOptions
from library.web.app import Extension
from library.web.recording.options import RecordingOptions
from library.web.recording.pages import RecordingPages
from library.web.server import Running, ServeOptions
from tests.support.desktop import wait_for
from tests.support.sample_videos import beep, film, numbered
from tests.support.web_library import Answer, ask, served

LENGTH_MS = 8_000


def browser_film(folder: Path, length_ms: int = LENGTH_MS) -> bytes:
    """A Matroska file with H.264 and Opus, like Chrome's: a numbered picture each half second, a beep each second."""
    pictures = [(at, numbered(at // 500)) for at in range(0, length_ms, 500)]
    path = folder / "sent.mkv"
    sound, live = beep(range(0, length_ms, 1_000), length_ms), {"bf": "0", "g": "4"}
    film(path, pictures, length_ms, [sound], sound_codec="libopus", options=live, mux={"cluster_time_limit": "500"})
    return path.read_bytes()


def chunks_of(data: bytes, count: int = 8) -> list[bytes]:
    """A file in so many parts."""
    size = -(-len(data) // count)
    return [data[at : at + size] for at in range(0, len(data), size)]


@dataclass
class Sender:
    """A browser that records into a reader. ``key`` is there once it has begun."""

    running: Running
    key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def post(self, path: str, body: bytes | object = b"", **headers: str) -> Answer:
        """A request as the page sends it, unless ``headers`` say otherwise."""
        own = {"Origin": f"http://127.0.0.1:{self.running.port}", "Sec_Fetch_Site": "same-origin"}
        own |= {"Accept": "application/json", "Showhow_Recording": self.key}
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {name: value for name, value in (own | dict(self.headers) | headers).items() if value}
        return ask(self.running, f"/record/{path}", "POST", body=sent, **given)

    def begin(self, **wish: object) -> Answer:
        """Begin, and keep the key."""
        facts = {"media_type": "video/x-matroska;codecs=avc1,opus", "author": "Priya", "recording_of": "a window"}
        answer = self.post("begin", facts | {"microphone": "Headset", "width": 320, "height": 180} | wish)
        self.key = json.loads(answer.text).get("key", "")
        return answer

    def chunk(self, number: int, data: bytes, marks: Sequence[dict[str, Any]] = (), at_ms: int | None = None) -> Answer:
        """Send one chunk."""
        at = (number + 1) * 1_000 if at_ms is None else at_ms
        query = urlencode({"number": number, "at": at, "marks": json.dumps(list(marks))})
        return self.post(f"chunk?{query}", data)

    def send(self, chunks: Sequence[bytes]) -> None:
        """Send all chunks, each of which must be taken."""
        for number, data in enumerate(chunks):
            answer = self.chunk(number, data)
            assert answer.status == 200, answer.text

    def stop(self, count: int) -> Answer:
        """Say that it is over."""
        return self.post(f"stop?chunks={count}")

    def state(self) -> dict[str, Any]:
        """What has become of it. A page that can be filed comes with the state that ends the asking, and no other."""
        found: dict[str, Any] = json.loads(self.post("draft").text)
        assert ('id="file"' in found["page"]) is (found["phase"] == "ready")
        return found

    def until(self, phase: str) -> dict[str, Any]:
        """The state once it has this phase."""
        found: dict[str, Any] = wait_for(lambda: (now := self.state())["phase"] == phase and now, phase, 90)
        return found


@dataclass
class Place:
    """A library with a folder for takes, and the lines its owner sees."""

    library: Library
    takes: Path
    told: list[str] = field(default_factory=list)

    def pages(self, **options: Any) -> Callable[[Library, GuardOptions], Extension]:
        """The recording pages for ``ServeOptions``, with other limits."""
        chosen = {"takes_folder": self.takes, "told": self.told.append, "intake": IntakeOptions()} | options

        def made(library: Library, guard: GuardOptions) -> Extension:
            return RecordingPages(library, guard, RecordingOptions(**chosen)).extension()

        return made

    def served(self, port: int = 0, token: str = "", **options: Any) -> AbstractContextManager[Running]:
        """A reader in which browsers may record."""
        return served(self.library, ServeOptions(port=port, token=token, recording=self.pages(**options)))

    @property
    def chunks(self) -> int:
        """How many chunks of all takes have come."""
        return sum(len(path.read_text("utf-8").splitlines()) for path in self.takes.glob("*/chunks.jsonl"))

    @property
    def take(self) -> Path:
        """The folder of the only take."""
        [found] = self.takes.iterdir()
        return found


def line_of(answer: Answer) -> str:
    """The one line that a refusal says."""
    line: str = json.loads(answer.text)["line"]
    assert line
    assert "\n" not in line
    return line


def mended(folder: Path) -> int:
    """The length of a take in ms, after it was recovered as ``showhow recover`` does; 0 when nothing of it can be."""
    from capture.recorder.recovery import recover

    try:
        return recover(folder).duration_ms
    except ShowhowError:
        return 0
