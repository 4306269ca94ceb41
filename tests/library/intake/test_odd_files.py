"""Files as phones, meetings and bad people make them go through the whole corridor, or are refused in one line.

Whatever comes of them, no other file and no address is ever opened because a file says so.
"""

from __future__ import annotations

import struct
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from capture.errors import ShowhowError
from capture.video.media_info import probe
from capture.video.reader import grab_frame
from library.connection.library import Library
from library.intake.options import IntakeOptions
from library.intake.pipeline import file, propose
from tests.library.storage.stores import folder_library
from tests.support.sample_videos import beep, film, number_of, numbered, onsets
from tests.support.whole_sound import read_sound


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library in a folder."""
    with folder_library(tmp_path / "library") as opened:
        yield opened


MOMENTS = [0, 433, 500, 1_717, 2_900]
BEEPS = [433, 1_717, 2_900]
END = 4_000


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def filed(source: Path, library: Library) -> Path:
    """The clip of a file that was filed whole."""
    demo = file(propose(source, IntakeOptions(keep_all=True)), library)
    return demo.path / demo.clip.path


def numbers(clip: Path, turn: int = 0) -> list[int]:
    """What stands at each of the moments."""
    return [number_of(np.rot90(grab_frame(clip, at + 2), turn)) for at in MOMENTS]


def ordinary(path: Path, **making: Any) -> Path:
    pictures = [(at, numbered(n + 1)) for n, at in enumerate(MOMENTS)]
    return film(path, pictures, END, [beep(BEEPS, END)], **making)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_phone_film(tmp_path: Path, library: Library, turn: int) -> None:
    """HEVC in ten bits, pictures at uneven times, held sideways, AAC with the edit list that hides its run-up."""
    quiet = {"x265-params": "log-level=error"}
    source = ordinary(tmp_path / "phone.mov", codec="libx265", pix_fmt="yuv420p10le", rotation=turn, options=quiet)
    clip = filed(source, library)
    assert numbers(clip, -turn // 90) == [1, 2, 3, 4, 5]
    assert onsets(read_sound(clip), 16_000) == [pytest.approx(at, abs=10) for at in BEEPS]
    facts = probe(clip)
    assert (facts.width, facts.height) == ((180, 320) if turn % 180 else (320, 180))


def test_a_meeting(tmp_path: Path, library: Library) -> None:
    """25 pictures a second by name, fewer in truth; sound that begins later; a window shared in another size."""
    for name, colour, size in (("a.h264", "red", "640x360"), ("b.h264", "blue", "320x240")):
        picture = f"color=c={colour}:size={size}:rate=25"
        run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", picture, "-frames:v", "40", "-bf", "0", tmp_path / name)
    both = tmp_path / "both.h264"
    both.write_bytes((tmp_path / "a.h264").read_bytes() + (tmp_path / "b.h264").read_bytes())
    sound = ["-itsoffset", "1.2", "-f", "lavfi", "-t", "1.5", "-i", "sine"]
    source = tmp_path / "meeting.mp4"
    run("ffmpeg", "-v", "error", "-r", "25", "-f", "h264", "-i", both, *sound, "-c:v", "copy", "-c:a", "aac", source)
    clip = filed(source, library)
    assert grab_frame(clip, 1_000)[180, 320].argmax() == 2  # red
    assert grab_frame(clip, 2_500)[180, 320].argmax() == 0  # blue, fitted into the first size
    assert probe(clip).width == 640
    assert onsets(read_sound(clip), 16_000)[0] == pytest.approx(1_200, abs=15)


@pytest.mark.parametrize(("seen_s", "heard_s"), [(2, 5), (5, 2)])
def test_sound_and_picture_of_different_length(tmp_path: Path, library: Library, seen_s: int, heard_s: int) -> None:
    pictures = [(at, numbered(at // 500 % 64)) for at in range(0, seen_s * 1000, 500)]
    source = film(tmp_path / "a.mp4", pictures, seen_s * 1000, [beep([heard_s * 1000 - 500], heard_s * 1000)])
    clip = filed(source, library)
    assert probe(clip).duration_ms == pytest.approx(max(seen_s, heard_s) * 1000, abs=40)
    assert number_of(grab_frame(clip, max(seen_s, heard_s) * 1000 - 100)) == seen_s * 2 - 1
    assert onsets(read_sound(clip), 16_000) == [pytest.approx(heard_s * 1000 - 500, abs=10)]


def test_of_several_sound_tracks_without_a_word_the_first_is_kept(tmp_path: Path, library: Library) -> None:
    source = film(tmp_path / "a.mkv", [(0, numbered(1))], 3_000, [beep([500], 3_000), beep([1_500], 3_000)])
    assert onsets(read_sound(filed(source, library)), 16_000) == [pytest.approx(500, abs=10)]


def test_times_that_step_back(tmp_path: Path, library: Library) -> None:
    """Two recordings of a camera glued together: the second begins at zero again."""
    one = ordinary(tmp_path / "one.ts", options={"bf": "0"})
    (tmp_path / "two.ts").write_bytes(one.read_bytes() * 2)
    clip = filed(tmp_path / "two.ts", library)
    assert numbers(clip) == [1, 2, 3, 4, 5]
    assert onsets(read_sound(clip), 16_000)[:3] == [pytest.approx(at, abs=15) for at in BEEPS]


def test_pictures_without_times(tmp_path: Path, library: Library) -> None:
    """An AVI says no picture's time, only how many come in a second."""
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=rate=10", "-t", "3", "-c:v", "mpeg4", tmp_path / "a.avi")
    clip = filed(tmp_path / "a.avi", library)
    assert probe(clip).duration_ms == pytest.approx(3_000, abs=20)
    assert np.abs(grab_frame(clip, 2_550).astype(int) - grab_frame(tmp_path / "a.avi", 2_550)).mean() < 6


# What bad people make. Each leaves the file it is about at the path it is given.


def png_of(width: int, height: int) -> bytes:
    """A black picture of hardly any bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, row = zlib.compressobj(1), bytes(1 + width * 3)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _bomb(path: Path, _address: str) -> None:
    picture = path.with_name("bomb.png")
    picture.write_bytes(png_of(9_000, 9_000))
    run("ffmpeg", "-v", "error", "-f", "image2", "-framerate", "1", "-i", picture, "-c", "copy", "-f", "mov", path)


def _grown_bomb(path: Path, _address: str) -> None:
    """It says that its pictures are small."""
    _bomb(path, _address)
    path.write_bytes(path.read_bytes().replace(struct.pack(">HH", 9_000, 9_000), struct.pack(">HH", 320, 180)))


def _a_year(path: Path, _address: str) -> None:
    late = ["-vf", "setpts='if(gt(N,10),PTS+31536000/TB,PTS)'", "-fps_mode", "passthrough"]
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-t", "1", "-i", "testsrc", *late, "-f", "matroska", path)


def _atoms(*patches: tuple[bytes, int, bytes]) -> Callable[[Path, str], None]:
    """An MP4 with bytes changed at an offset after the name of an atom."""

    def make(path: Path, _address: str) -> None:
        data = bytearray(ordinary(path.with_name("whole.mp4")).read_bytes())
        for name, offset, new in patches:
            at = data.index(name) + offset
            data[at : at + len(new)] = new
        path.write_bytes(data)

    return make


def _text(text: str) -> Callable[[Path, str], None]:
    def make(path: Path, address: str) -> None:
        ordinary(path.with_name("secret.mp4"))
        path.write_text(text.format(address=address, folder=path.parent, secret=path.with_name("secret.mp4")))

    return make


def _reference(path: Path, address: str) -> None:
    """A QuickTime movie that says where the true one is."""

    def atom(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data) + 8) + kind + data

    url = f"{address}/a.mp4".encode() + b"\0"
    reference = atom(b"rdrf", bytes(4) + b"url " + struct.pack(">I", len(url)) + url)
    path.write_bytes(atom(b"ftyp", b"qt  " + bytes(8)) + atom(b"moov", atom(b"rmra", atom(b"rmda", reference))))


HUGE = b"\x7f\xff\xff\xff"
REFUSED: dict[str, Callable[[Path, str], None]] = {
    "a picture that unpacks to hundreds of megabytes": _bomb,
    "a year": _a_year,
    "HLS to a server": _text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}/a.ts\n#EXT-X-ENDLIST\n"),
    "HLS to a file": _text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://{secret}\n#EXT-X-ENDLIST\n"),
    "HLS to a neighbour": _text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nsecret.mp4\n#EXT-X-ENDLIST\n"),
    "concat": _text("ffconcat version 1.0\nfile '{secret}'\n"),
    "DASH": _text(
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
        '<Representation id="1" bandwidth="1"><BaseURL>{address}/a.mp4</BaseURL></Representation>'
        "</AdaptationSet></Period></MPD>"
    ),
    "SDP": _text("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"),
    "a reference movie": _reference,
}
BEARABLE: dict[str, Callable[[Path, str], None]] = {
    "a picture larger than it says": _grown_bomb,
    "an index larger than any file": _atoms((b"moov", -4, HUGE)),
    "a track of 65535 x 65535": _atoms((b"tkhd", 80, b"\xff\xff\0\0\xff\xff\0\0")),
    "samples of 65535 x 65535": _atoms((b"avc1", 28, b"\xff\xff\xff\xff")),
    "two thousand million samples": _atoms((b"stsz", 12, HUGE)),
    "two thousand million times": _atoms((b"stts", 8, HUGE)),
    "two thousand million chunks": _atoms((b"stco", 8, HUGE)),
    "samples of two gigabytes": _atoms((b"stsz", 16, HUGE * 8)),
    "chunks beyond the end": _atoms((b"stco", 12, HUGE)),
    "an edit of a century": _atoms((b"elst", 12, HUGE)),
    "a clock without ticks": _atoms((b"mdhd", 16, bytes(4))),
}


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server's address, and what it was asked for."""
    wishes: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wishes.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", wishes
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("what", "ending"),
    [*((what, ".mp4") for what in REFUSED), *((what, ".m3u8") for what in REFUSED if what.startswith("HLS"))],
)
def test_a_hostile_file_is_refused_in_one_line_and_leads_nowhere(
    tmp_path: Path, library: Library, asked: tuple[str, list[str]], what: str, ending: str
) -> None:
    path = tmp_path / f"film{ending}"
    REFUSED[what](path, asked[0])
    before = path.read_bytes()
    with pytest.raises(ShowhowError) as told:
        file(propose(path), library)
    assert "\n" not in str(told.value)
    assert path.name in str(told.value)
    assert path.read_bytes() == before
    assert not asked[1]
    assert not library.catalog.list()


@pytest.mark.parametrize("what", BEARABLE)
def test_a_file_that_lies_about_itself_is_filed_as_far_as_it_can_be_read_or_refused_in_one_line(
    tmp_path: Path, library: Library, what: str
) -> None:
    path = tmp_path / "film.mp4"
    BEARABLE[what](path, "")
    try:
        demo = file(propose(path), library)
    except ShowhowError as error:
        complaint = str(error)
    else:
        assert probe(demo.path / demo.clip.path).duration_ms > 0
        return
    assert "\n" not in complaint
    assert path.name in complaint
    assert not library.catalog.list()
