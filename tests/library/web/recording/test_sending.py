"""Recordings that a browser sends: whole whatever is sent twice, cut off or killed; refused in one line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest

from capture.model import Marker, Pause, TakeState
from capture.recorder.disk_space import Space
from capture.recorder.recovery import recover
from capture.takes import is_live, load_take, read_events
from capture.video.media_info import probe
from library.connection.library import open_library
from library.web.recording.options import RecordingOptions
from library.web.recording.uploads import BeginRequest, Uploads
from library.web.server import ServeOptions
from tests.support.desktop import wait_for
from tests.support.sample_videos import number_of
from tests.support.sent_recording import LENGTH_MS, Place, Sender, browser_film, chunks_of, line_of
from tests.support.web_library import ask, served
from tests.support.windows import WINDOWS


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return browser_film(tmp_path_factory.mktemp("film"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_library(tmp_path / "library") as library:
        yield Place(library, tmp_path / "takes")


def is_whole(folder: Path) -> bool:
    from capture.video.reader import grab_frames

    take = load_take(folder)
    assert abs(take.duration_ms - LENGTH_MS) < 100
    times = range(250, LENGTH_MS, 500)
    return [number_of(frame) for frame in grab_frames(take.video, list(times))] == [at // 500 for at in times]


def test_chunks_become_a_take_of_its_own_with_what_is_known_of_it(place: Place, film: bytes) -> None:
    with place.served() as running:
        sender, chunks = Sender(running), chunks_of(film)
        assert sender.begin().status == 200
        assert is_live(place.take)
        sender.send(chunks)
        assert sender.stop(len(chunks)).status == 200
        take = load_take(place.take)
    assert (take.state, take.width, take.height) == (TakeState.FINISHED, 320, 180)
    assert (take.recording_of, take.microphone) == ("Browser: a window", "Headset")
    assert probe(take.video).has_sound
    assert is_whole(place.take)
    assert take.video.read_bytes()[4:8] == b"ftyp"  # an ordinary MP4, which seeks
    assert not is_live(place.take)
    assert WINDOWS or place.take.stat().st_mode & 0o077 == 0  # there the folder of its user is private


def test_what_is_sent_twice_is_there_once_and_what_is_missing_is_asked_for(place: Place, film: bytes) -> None:
    with place.served() as running:
        sender, chunks = Sender(running), chunks_of(film)
        sender.begin()
        mark, pause = {"kind": "marker", "at_ms": 400}, {"kind": "pause", "at_ms": 700, "paused_ms": 5_000}
        for _ in range(3):
            assert json.loads(sender.chunk(0, chunks[0], [mark, pause]).text) == {"expected": 1}
        gap = sender.chunk(2, chunks[2])
        assert (gap.status, json.loads(gap.text)["expected"]) == (409, 1)
        sender.send(chunks)
        early = sender.stop(len(chunks) + 1)
        assert (early.status, json.loads(early.text)["expected"]) == (409, len(chunks))
        for _ in range(2):
            assert sender.stop(len(chunks)).status == 200
    assert is_whole(place.take)
    assert read_events(load_take(place.take)) == [Marker(400), Pause(700, 5_000)]


def test_a_killed_server_goes_on_with_the_key_and_loses_nothing(place: Place, film: bytes) -> None:
    chunks = chunks_of(film)
    with place.served() as running:
        sender = Sender(running)
        sender.begin()
        for number in range(4):
            sender.chunk(number, chunks[number], [{"kind": "marker", "at_ms": number}])
    with (place.take / "take.mp4").open("ab") as file:
        file.write(chunks[4][:100])  # it was killed while it wrote
    with (place.take / "chunks.jsonl").open("ab") as file:
        file.write(b'{"number":4,"en')
    with (place.take / "events.jsonl").open("ab") as file:
        file.write(b'{"kind":"mar')
    with place.served() as again:
        sender.running = again
        assert sender.chunk(4, chunks[4], [{"kind": "marker", "at_ms": 4}]).status == 200
    with place.served() as again:
        sender.running = again
        assert json.loads(sender.post("alive").text) == {"expected": 5}
        for number in range(3, len(chunks)):
            assert sender.chunk(number, chunks[number], [{"kind": "marker", "at_ms": number}]).status == 200
        assert (place.take / "take.mp4").read_bytes() == film
        assert sender.stop(len(chunks)).status == 200
    assert is_whole(place.take)
    assert [event.at_ms for event in read_events(load_take(place.take))] == list(range(len(chunks)))
    assert any("goes on" in line for line in place.told)


def test_two_colleagues_at_once_lose_nothing(place: Place, film: bytes) -> None:
    chunks = chunks_of(film, 40)
    with place.served() as running:
        senders = [Sender(running), Sender(running)]
        for sender in senders:
            sender.begin()
        threads = [Thread(target=sender.send, args=(chunks,)) for sender in senders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(sender.stop(len(chunks)).status == 200 for sender in senders)
    takes = list(place.takes.iterdir())
    assert len(takes) == 2
    assert all(is_whole(take) for take in takes)


def test_who_leaves_the_page_ends_it_and_the_take_is_recovered_like_others(place: Place, film: bytes) -> None:
    with place.served() as running:
        sender, chunks = Sender(running), chunks_of(film)
        sender.begin()
        for number in range(4):
            sender.chunk(number, chunks[number])
        assert sender.post("leave").status == 200
        assert not is_live(place.take)
        assert load_take(place.take).state is TakeState.RECORDING
        take = recover(place.take)
        assert take.state is TakeState.RECOVERED
        assert 1_000 < take.duration_ms < LENGTH_MS
        late = sender.chunk(4, chunks[4])
        assert (late.status, json.loads(late.text)["over"]) == (410, True)
        assert "closed meanwhile" in line_of(late)
        assert sender.stop(4).status == 200  # its steps can be made all the same
        assert sender.until("ready")["page"]


def test_one_that_is_silent_for_long_is_cut_off_and_its_owner_sees_it(place: Place, film: bytes) -> None:
    with place.served(idle_s=0.0) as running:
        sender, chunks = Sender(running), chunks_of(film)
        sender.begin()
        sender.chunk(0, chunks[0])
        wait_for(lambda: not is_live(place.take), "the end of what is idle")
        assert any("sends nothing any more" in line and str(place.take) in line for line in place.told)


def test_the_owner_sees_who_records_and_that_it_ended(place: Place, film: bytes) -> None:
    with place.served() as running:
        sender, chunks = Sender(running), chunks_of(film)
        sender.begin(author="Priya\x1b[2J\nEvil", recording_of="a tab\x07")
        assert place.told == [f"● Priya [2J Evil at 127.0.0.1 records a tab: {place.take}"]
        sender.send(chunks)
        sender.stop(len(chunks))
        assert place.told[-1] == f"■ Priya [2J Evil at 127.0.0.1 ended after 0:08: {place.take}"


def test_what_is_thrown_away_is_gone(place: Place, film: bytes) -> None:
    with place.served() as running:
        sender, chunks = Sender(running), chunks_of(film)
        sender.begin()
        sender.chunk(0, chunks[0])
        assert sender.post("discard").status == 200
        assert not list(place.takes.iterdir())
        gone = sender.chunk(1, chunks[1])
        assert gone.status == 404
        assert "not here any more" in line_of(gone)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "http://evil.example", "Sec_Fetch_Site": ""},
        {"Origin": "null", "Sec_Fetch_Site": ""},
        {"Origin": "", "Sec_Fetch_Site": "none"},
        {"Origin": "", "Sec_Fetch_Site": ""},
    ],
)
def test_other_pages_and_programs_cannot_record(place: Place, film: bytes, headers: dict[str, str]) -> None:
    with place.served() as running:
        sender = Sender(running, headers=headers)
        assert sender.post("begin", {"media_type": "video/webm"}).status == 403
        sender.key = "20260101-000000-0000.aaaaaaaaaaaaaaaaaaaaaaaa"
        for path in ("chunk?number=0&at=0", "stop?chunks=1", "file", "edit", "discard", "leave"):
            assert sender.post(path, film).status == 403
        assert not place.takes.exists()


def test_without_the_owner_s_leave_there_is_no_such_page(place: Place) -> None:
    with served(place.library, ServeOptions(port=0)) as running:
        assert ask(running, "/record").status == 404
        assert "/record" not in ask(running, "/").text
        assert Sender(running).post("begin", {"media_type": "video/webm"}).status == 405
    with place.served() as running:
        assert '<a href="/record">Record</a>' in ask(running, "/").text
        assert "Choose what to record" in ask(running, "/record").text


def test_a_token_is_needed_where_there_is_one(place: Place) -> None:
    with place.served(token="secret-token") as running:  # noqa: S106  a test's own
        sender = Sender(running)
        assert sender.post("begin", {"media_type": "video/webm"}).status == 401
        assert ask(running, "/record").status == 401
        sender.headers = {"Cookie": f"showhow_token_{running.port}=secret-token"}
        assert sender.begin().status == 200


def test_behind_a_proxy_without_a_token_nobody_records(place: Place) -> None:
    options = ServeOptions(port=0, names=("howto.example",), recording=place.pages())
    with served(place.library, options) as running:
        there = {"Host": "howto.example", "Origin": "https://howto.example"}
        refused = Sender(running, headers=there).post("begin", {"media_type": "video/webm"})
        assert refused.status == 403
        assert "needs a token" in line_of(refused)
        assert "needs a token" in ask(running, "/record", Host="howto.example").text


def test_of_two_who_begin_at_once_one_is_written_down_as_it_comes(tmp_path: Path) -> None:
    heard: list[Path] = []
    another = Event()

    class Hearing:
        def wait(self, timeout_s: float | None = None) -> bool:
            return timeout_s is None or timeout_s >= 0

        def close(self) -> None:
            """Nothing runs."""

    def listen(take: Path) -> Hearing:
        heard.append(take)
        if len(heard) > 1:
            another.set()
        another.wait(0.3)  # as long as a program needs to start
        return Hearing()

    uploads = Uploads(RecordingOptions(tmp_path / "takes", listen=listen))
    request = BeginRequest(media_type="video/webm", microphone="Desk")
    with ThreadPoolExecutor(2) as pool:
        keys = list(pool.map(lambda who: uploads.begin(request, who), ("10.0.0.1", "10.0.0.2")))
    uploads.close()
    assert len({uploads.folder_of(key) for key in keys}) == 2
    assert len(heard) == 1


def test_limits_of_size_time_number_and_disk_each_say_so_in_one_line(place: Place, film: bytes) -> None:
    chunks = chunks_of(film)
    with place.served(largest_bytes=len(chunks[0]) + 10, longest_ms=60_000, at_once=1) as running:
        sender = Sender(running)
        sender.begin()
        second = Sender(running).post("begin", {"media_type": "video/webm"})
        assert second.status == 429
        assert "Try again" in line_of(second)
        assert sender.chunk(0, chunks[0]).status == 200
        large = sender.chunk(1, chunks[1])
        assert (large.status, json.loads(large.text)["over"]) == (413, True)
        long = sender.chunk(1, b"x", at_ms=70_000)
        assert long.status == 413
        assert "1:00" in line_of(long)
        assert sender.stop(1).status == 200  # what has come so far is kept
    assert load_take(place.take).state is TakeState.FINISHED
    with place.served(space=lambda _: Space(10 << 30, 400 << 20)) as running:
        full = Sender(running).post("begin", {"media_type": "video/webm"})
        assert full.status == 507
        assert "nearly full" in line_of(full)


def test_what_is_no_recording_is_refused(place: Place, film: bytes) -> None:
    with place.served() as running:
        sender = Sender(running)
        assert sender.post("begin", {"media_type": "text/html"}).status == 415
        assert sender.post("begin", b"{").status == 400
        sender.begin()
        assert sender.chunk(0, b"<!doctype html>").status == 415
        for query in ("number=-1&at=0", "number=0&at=x", "number=0&at=0&marks=[", "number=99999999999&at=0", ""):
            assert sender.post(f"chunk?{query}", film).status == 400
        typed = '[{"kind":"typed","at_ms":0,"count":3,"end_ms":9}]'  # a page knows no keys
        assert sender.post(f"chunk?number=0&at=0&marks={typed}", film).status == 400
        assert sender.stop(0).status == 422


def test_nobody_adds_to_the_recording_of_another(place: Place, film: bytes) -> None:
    with place.served() as running:
        sender = Sender(running)
        sender.begin()
        name = sender.key.partition(".")[0]
        for key in ("", name, f"{name}.", f"{name}.{'a' * 32}", f"../{name}.{'a' * 32}", f"{sender.key}x"):
            other = Sender(running, key)
            for path in ("chunk?number=0&at=0", "stop?chunks=0", "draft", "edit", "file", "discard", "alive", "leave"):
                assert other.post(path, b"{}").status == 404, path
            assert ask(running, f"/record/video?key={key}").status == 404
        assert sender.chunk(0, chunks_of(film)[0]).status == 200
