"""A local OpenAI-compatible transcription endpoint that transcribes with a Whisper model.

It responds like speaches (words with spaces and probabilities) or like OpenAI (bare words and the full text). It can
also simulate faults: hang, fail, send single bytes, send wrong data, or a web page.
"""

from __future__ import annotations

import email.parser
import email.policy
import io
import json
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from capture.span import Span
from transcribe.asr.whisper import Whisper
from transcribe.models.registry import find_model

Reply = Callable[["_Handler", "Asked"], None]


@dataclass
class Asked:
    """One request: path, key, form fields and sound."""

    path: str
    key: str
    fields: dict[str, str]
    wav: bytes
    sound_ms: int = 0


@dataclass
class Served:
    """A running server. Each request uses one of ``replies``; without any it transcribes."""

    model: Path
    replies: list[Reply] = field(default_factory=list)
    always: Reply | None = None
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)  # the client has closed the connection


class _Handler(BaseHTTPRequestHandler):
    served: Served

    def log_message(self, *_: object) -> None:
        """No log."""

    def do_POST(self) -> None:
        asked = _read(self)
        self.served.asked.append(asked)
        reply = self.served.replies.pop(0) if self.served.replies else self.served.always or listen
        with suppress(OSError):  # the client is gone
            reply(self, asked)

    def do_GET(self) -> None:
        self.send_error(405)

    def send(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


def _read(handler: _Handler) -> Asked:
    """Parse the form as a real server does."""
    body = handler.rfile.read(int(handler.headers["Content-Length"]))
    head = f"Content-Type: {handler.headers['Content-Type']}\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    fields, wav = {}, b""
    for part in form.iter_parts():
        name, payload = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if part.get_filename():
            wav = payload
        else:
            fields[str(name)] = payload.decode()
    return Asked(handler.path, handler.headers.get("Authorization", ""), fields, wav)


def listen(handler: _Handler, asked: Asked) -> None:
    """Transcribe and respond like speaches."""
    handler.send(200, json.dumps(_heard(handler, asked)).encode())


def listen_as_openai(handler: _Handler, asked: Asked) -> None:
    """The same like OpenAI: bare words without full stops or probabilities, and the name of the language."""
    found = _heard(handler, asked)
    words = [{"word": w["word"].strip(" .,?!"), "start": w["start"], "end": w["end"]} for w in found["words"]]
    handler.send(200, json.dumps({**found, "language": "english", "words": words}).encode())


def _heard(handler: _Handler, asked: Asked) -> dict[str, Any]:
    with wave.open(io.BytesIO(asked.wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    asked.sound_ms = len(sound) // 16
    heard = _whisper(handler.served.model).transcribe(sound, [Span(0, asked.sound_ms)])
    words = [
        {"word": f" {w.text}", "start": w.start_ms / 1000, "end": w.end_ms / 1000, "probability": w.confidence}
        for w in heard.words
    ]
    segments = [
        {"id": n, "start": s.start_ms / 1000, "end": s.end_ms / 1000, "text": f" {s.text}"}
        for n, s in enumerate(heard.segments)
    ]
    return {"task": "transcribe", "language": "en", "text": heard.text, "segments": segments, "words": words}


@lru_cache(maxsize=1)
def _whisper(model: Path) -> Whisper:
    """Loaded once: loading takes as long as many a request. The model hears English, whatever a request asks for."""
    return Whisper(find_model(model, model), "en")


def answers(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Reply:
    """A fixed response."""
    return lambda handler, _: handler.send(status, body, kind, **headers)


def hangs(handler: _Handler, asked: Asked) -> None:
    """Accept the sound and never respond."""
    handler.served.over.wait(60)


def waits_for_the_end(handler: _Handler, asked: Asked) -> None:
    """Do not respond until the client closes the connection."""
    if not handler.connection.recv(1):
        handler.served.left.set()


def drips(handler: _Handler, asked: Asked) -> None:
    """Send a byte every 50 ms, so that no read times out."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.served.over.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def floods(handler: _Handler, asked: Asked) -> None:
    """Send 64 MiB."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(64):
        handler.wfile.write(b" " * (1 << 20))


def hangs_up(handler: _Handler, asked: Asked) -> None:
    """Close the connection in the middle of a response."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"text": "half')


@contextmanager
def serving(model: Path) -> Iterator[Served]:
    """Serve until the end of the block."""
    served = Served(model)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"served": served}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield served
    finally:
        served.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
