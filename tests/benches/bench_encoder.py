"""Which encoder a take should have: candidates over the same changed pictures of one recorded scene.

    python -m tests.benches.bench_encoder

Every candidate of PyAV's FFmpeg that could do gets the recorder's own pictures, at the recorder's own moments, in one
thread. CPU is the encoder's alone; SSIM is of every 37th picture after decoding. The choice is in docs/decisions/.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from unittest import mock

import av
import cv2
import numpy as np
import pytest
from av.video.frame import PictureType, VideoFrame

import capture.recorder.recorder as room
from capture.model import Region, Target
from capture.recorder.options import RecordOptions
from capture.video.h264.picture_encoder import H264
from capture.video.take_writer import TakeWriter, _rows
from tests.benches.bench_recorder import ssim
from tests.benches.stand import desk, table

SIZE = (1920, 1080)
EVERY = 37
_BASE = Fraction(1, 1000)  # MPEG-4 part 2 knows no finer one than 1:65,535
_X264 = H264["x264-params"]

CANDIDATES: dict[str, tuple[str, dict[str, str]]] = {
    "x264 ultrafast, zerolatency, qp 20 (chosen)": ("libx264", H264),
    "x264, tune stillimage": ("libx264", H264 | {"tune": "stillimage", "x264-params": f"{_X264}:rc-lookahead=0"}),
    "x264, crf 20": ("libx264", {k: v for k, v in H264.items() if k != "qp"} | {"crf": "20"}),
    "x264, qp 23": ("libx264", H264 | {"qp": "23"}),
    "x264, CABAC": ("libx264", H264 | {"x264-params": f"{_X264}:cabac=1"}),
    "x264, 4 slices": ("libx264", H264 | {"x264-params": f"{_X264}:slices=4"}),
    "x264 superfast": ("libx264", H264 | {"preset": "superfast"}),
    "x264 veryfast": ("libx264", H264 | {"preset": "veryfast"}),
    "VP8 realtime": ("libvpx", {"deadline": "realtime", "cpu-used": "16", "static-thresh": "100", "crf": "12"}),
    "VP9 realtime": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "static-thresh": "100", "crf": "20"}),
    "MPEG-4 part 2, q 3": ("mpeg4", {"qmin": "3", "qmax": "3"}),
    "FFV1 (lossless)": ("ffv1", {}),
}


@dataclass
class Shown:
    """A picture that was written: when, whether as a key frame, and the boxes (I420, flat) that changed before it."""

    at_ns: int
    key: bool
    boxes: list[tuple[Region, np.ndarray]] = field(default_factory=list)


def taped() -> list[Shown]:
    """The pictures our recorder writes of the scene."""
    shown, boxes = list[Shown](), list[tuple[Region, np.ndarray]]()

    class Tape(TakeWriter):
        def paint(self, picture: np.ndarray, box: Region) -> None:
            part = picture[box.y : box.bottom, box.x : box.right]
            boxes.append((box, cv2.cvtColor(part, cv2.COLOR_BGRA2YUV_I420).reshape(-1)))
            super().paint(picture, box)

        def show(self, at_ns: int, *, key: bool = False) -> None:
            shown.append(Shown(at_ns, key, list(boxes)))
            boxes.clear()
            super().show(at_ns, key=key)

    with tempfile.TemporaryDirectory() as place, desk(SIZE, Path(place)) as on, mock.patch.dict(os.environ, on.env):
        wish = RecordOptions(target=Target(monitor=1), takes_folder=Path(place) / "takes", microphone="none")
        with mock.patch.object(room, "TakeWriter", Tape):
            recorder = room.Recorder(wish)
        thread = threading.Thread(target=recorder.run)
        thread.start()
        on.play()
        recorder.stop()
        thread.join()
    return shown


class Canvas:
    """The standing picture."""

    def __init__(self) -> None:
        self.frame = VideoFrame(*SIZE, "yuv420p")
        self.planes = [_rows(plane) for plane in self.frame.planes]

    def paint(self, box: Region, flat: np.ndarray) -> None:
        """Take over a box."""
        sizes, at = [(1, box), (2, box), (2, box)], 0
        for plane, (by, _) in zip(self.planes, sizes, strict=True):
            h, w = box.height // by, box.width // by
            y, x = box.y // by, box.x // by
            plane[y : y + h, x : x + w] = flat[at : at + h * w].reshape(h, w)
            at += h * w

    @property
    def light(self) -> np.ndarray:
        """A copy of its lightness."""
        return self.planes[0][: SIZE[1], : SIZE[0]].copy()


def measure(codec: str, options: dict[str, str], pictures: list[Shown]) -> tuple[float, int, float, float]:
    """CPU in ms a picture, bytes in all, mean and worst SSIM."""
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = *SIZE, "yuv420p"
    context.time_base, context.framerate, context.thread_count = _BASE, Fraction(30), 1
    context.options = dict(options)
    canvas, packets, true, spent = Canvas(), [], dict[int, np.ndarray](), 0.0
    for number, picture in enumerate(pictures):
        for box, flat in picture.boxes:
            canvas.paint(box, flat)
        canvas.frame.pts, canvas.frame.time_base = round(picture.at_ns / 1e6), _BASE
        canvas.frame.pict_type = PictureType.I if picture.key or not number else PictureType.NONE
        begun = time.thread_time()
        packets += context.encode(canvas.frame)
        spent += time.thread_time() - begun
        if number % EVERY == 0:
            true[number] = canvas.light
    packets += context.encode(None)
    decoder = av.CodecContext.create(context.codec.canonical_name, "r")
    decoder.width, decoder.height = SIZE
    if context.extradata:
        decoder.extradata = context.extradata
    decoded = (frame for packet in [*packets, None] for frame in decoder.decode(packet))
    found = [
        ssim(*(cv2.cvtColor(light, cv2.COLOR_GRAY2BGR) for light in (true[n], frame.to_ndarray()[: SIZE[1]])))
        for n, frame in enumerate(decoded)
        if n in true
    ]
    return 1000 * spent / len(pictures), sum(p.size for p in packets), float(np.mean(found)), min(found)


def bench(rounds: int = 3) -> str:
    """The table; the least of some rounds, the candidates taking turns, so that a busy machine slows all alike."""
    pictures, best = taped(), dict[str, tuple[float, int, float, float]]()
    for _ in range(rounds):
        for name, (codec, options) in CANDIDATES.items():
            found = measure(codec, options, pictures)
            best[name] = min(best.get(name, found), found)
    rows = [
        [name, f"{ms:.2f} ms", f"{size / 1e6:.2f} MB", f"{mean:.4f} / {worst:.4f}"]
        for name, (ms, size, mean, worst) in best.items()
    ]
    return f"{len(pictures)} pictures of {SIZE[0]}x{SIZE[1]}\n\n" + table(
        rows, ["encoder", "CPU a picture", "pictures' bytes", "SSIM mean / worst"]
    )


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_the_chosen_encoder_is_the_cheapest_that_keeps_text_legible(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{bench()}\n")


if __name__ == "__main__":
    sys.stdout.write(bench(int(sys.argv[1]) if len(sys.argv) > 1 else 3) + "\n")
