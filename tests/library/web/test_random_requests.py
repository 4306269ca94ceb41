"""Whatever is asked of the reader: an answer, never a fault of its own (500), and it goes on answering."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from random import Random

import pytest
from msgspec.structs import replace

from library.connection.library import open_library
from library.web.server import Running, ServeOptions
from tests.library.factories import demo, put_bundle
from tests.support.web_library import ask, served

PATHS = (
    "/", "/browse", "/demo/order-ab12", "/demo/order", "/demo/none-ab12", "/demo/order-ab12/clip.mp4",
    "/demo/order-ab12/sound.m4a", "/demo/order-ab12/captions.vtt", "/demo/order-ab12/steps/1.webp",
    "/demo/order-ab12/thumbnails/2.webp", "/static/reader.css", "/static/demo.js", "/robots.txt",
    "/favicon.ico", "/needs", "/notes",
)  # fmt: skip
FIELDS = ("q", "part", "asked", "at", "view", "tag", "collection", "by", "sort", "page", "token", "v", "h", "x")
VALUES = (
    "", "order", "new order", '"menu file', "author:priya", "tag:", "since:9999999d", "results", "typing", "yes",
    "read", "listen", "-1", "0", "2", "99999999999999999999", "1e9", "NaN", "%00", "%ff%fe", "%ed%a0%80", "発注書",
    "*", "a" * 5_000,
    "((((", "%27%22--", "../../etc/passwd", "%2e%2e%2f", "newest", "title", "\\", "&", "=", "\u202e", "\U0001f4a9",
)  # fmt: skip
MANY_RANGES = f"bytes={'0-1,' * 300}"
HEADERS = {
    "Range": ("bytes=0-", "bytes=-5", "bytes=9-2", "bytes=0-1,3-4,2-9", "bytes=x", "lines=1-2", MANY_RANGES),
    "Accept": ("text/html", "*/*", "application/json", "", "image/webp", ";;;"),
    "Host": ("localhost", "evil.example", "", "[::1]:1", "[", "127.0.0.1:99999"),
    "Cookie": ("showhow_token=x", "=", ";;;", "a" * 2_000, 'showhow_token="\\"'),
    "Origin": ("null", "http://127.0.0.1", "http://evil.example", "::::", "http://["),
    "Sec-Fetch-Site": ("same-origin", "cross-site", ""),
    "Content-Type": ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", ""),
    "If-None-Match": ('"x"', "*", ""),
    "If-Modified-Since": ("yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "If-Range": ("x", "Thu, 01 Jan 1970 00:00:00 GMT"),
}
METHODS = (*["GET"] * 20, "HEAD", "HEAD", *["POST"] * 4, "PUT", "DELETE", "OPTIONS", "PROPFIND")


@pytest.fixture(scope="module", params=["", "a-token-of-this-test"], ids=["open", "with a token"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with open_library(tmp_path_factory.mktemp("random") / "library") as library:
        put_bundle(library.demos, demo("order-ab12", "Raise an order", "Open the menu.", "Save it.", author="Priya"))
        silent = demo("empty-ab12", "", tags=("",))
        put_bundle(library.demos, replace(silent, transcript=replace(silent.transcript, segments=())))
        library.refresh()
        with served(library, ServeOptions(port=0, token=request.param)) as found:
            yield found


def mangled(random: Random, path: str) -> str:
    """The path, now and then with a part left out, doubled, or replaced by anything."""
    if random.random() < 0.75:
        return path
    parts = path.split("/")
    at = random.randrange(len(parts))
    parts[at] = random.choice(("", "..", "%2f", "%00", "%zz", "-1", "9" * 30, random.choice(VALUES)))
    return "/".join(parts) if random.random() < 0.9 else f"//{path}"


def sent(text: str) -> str:
    """As it goes over the line: what HTTP/1.1 has no place for is percent-encoded."""
    kept = (chr(byte) if 33 <= byte < 127 else f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
    return "".join(kept)


def random_request(random: Random) -> tuple[str, str, dict[str, str], bytes]:
    """Method, address, headers and body."""
    fields = (f"{random.choice(FIELDS)}={random.choice(VALUES)}" for _ in range(random.choice((0, 0, 1, 1, 2, 6))))
    query = "&".join(fields)
    address = sent(mangled(random, random.choice(PATHS)) + (f"?{query}" if query else ""))
    names = random.sample(sorted(HEADERS), random.choice((0, 0, 0, 1, 1, 3)))
    headers = {name.replace("-", "_"): random.choice(HEADERS[name]) for name in names}
    method = random.choice(METHODS)
    body = sent(f"q={random.choice(VALUES)}").encode() if method == "POST" and random.random() < 0.7 else b""
    return method, address if address.startswith("/") else f"/{address}", headers, body


def check(running: Running, seed: int, number: int) -> None:
    random = Random(seed)  # noqa: S311  the same requests each time
    for _ in range(number):
        method, address, headers, body = random_request(random)
        try:
            answer = ask(running, address, method, body=body, **headers)
        except (http.client.HTTPException, ConnectionError):
            continue  # a server may hang up on what is no request
        assert answer.status != 500, (method, address, headers, body)
        assert answer.status == 400 or "content-security-policy" in answer.headers, (method, address, headers)
    assert ask(running, "/static/reader.css").status == 200


def test_no_request_is_too_odd(running: Running) -> None:
    check(running, 1, 150)


@pytest.mark.long
def test_none_of_three_thousand_requests_is_too_odd(running: Running) -> None:
    check(running, 2, 3_000)


@pytest.mark.long
def test_bytes_that_are_no_request_end_that_connection_only(running: Running) -> None:
    random = Random(3)  # noqa: S311  the same bytes each time
    for _ in range(300):
        with closing(socket.create_connection(("127.0.0.1", running.port))) as line:
            line.settimeout(20)
            noise = random.randbytes(random.randrange(1, 400))
            line.sendall(random.choice((b"", b"GET / HTTP/1.1\r\n", b"POST /notes HTTP/1.1\r\n")) + noise + b"\r\n\r\n")
            line.shutdown(socket.SHUT_WR)
            got = b""
            try:
                while part := line.recv(65_536):
                    got += part
            except ConnectionError:
                continue
            assert b" 500 " not in got.partition(b"\r\n")[0]
    assert ask(running, "/static/reader.css").status == 200
