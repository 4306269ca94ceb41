"""A library with clips whose pictures encode their number, and a web reader that serves it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from library.connection.library import Library, open_library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from library.model import Demo
from library.web.server import Running, ServeOptions
from tests.library.factories import steps_of, transcript
from tests.support.sample_videos import beep, film, numbered

SENTENCES = ("Open the finance menu.", "Click the new order button.", "Type the supplier.", "Submit the order.")
PICTURE_MS = 250
ANY_PORT = ServeOptions(port=0)


def filed(
    library: Library, folder: Path, title: str, sentences: Sequence[str] = SENTENCES, tags: Sequence[str] = ()
) -> Demo:
    """A filed demo of 12 s with a step for each sentence; its pictures encode the number of quarter seconds."""
    source = folder / f"film-{len(list(folder.iterdir()))}.mp4"
    pictures = [(n * PICTURE_MS, numbered(n)) for n in range(48)]
    film(source, pictures, 12_000, [beep(range(0, 12_000, 1_000), 12_000)])
    draft = propose(source, IntakeOptions(keep_all=True, author="Priya"))
    spoken = transcript(*sentences)
    return file(
        replace(
            draft, title=title, tags=tuple(tags), transcript=spoken, steps=steps_of(spoken), waiting_for_words=False
        ),
        library,
    )


@contextmanager
def served(library: Library, options: ServeOptions = ANY_PORT) -> Iterator[Running]:
    """The reader over a library, in a thread, until the block ends."""
    running = Running(library, options)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.stop()
        thread.join(20)


@contextmanager
def reading(folder: Path, *titles: str) -> Iterator[tuple[Running, list[Demo]]]:
    """A served library of one demo for each title."""
    with open_library(folder / "library") as library:
        (folder / "films").mkdir()
        demos = [filed(library, folder / "films", title) for title in titles]
        with served(library) as running:
            yield running, demos


@dataclass(frozen=True)
class Answer:
    """Response of a server."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


def ask(running: Running, path: str, method: str = "GET", *, body: bytes = b"", **headers: str) -> Answer:
    """Send one request with its path exactly as given; header names with ``_`` for ``-``."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()
