"""Microphones by name on a real sound server; and sound that goes on when the server is killed and started again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from capture.audio.block import Block
from capture.audio.source import AudioSource
from capture.backends.audio import find_microphone, find_system_sound, list_microphones, open_audio_source, open_meter
from capture.backends.portaudio.backend import PortAudioBackend
from capture.backends.portaudio.block_header import Header
from capture.backends.portaudio.portaudio_source import PortAudioSource
from capture.backends.pulse.pulse_source import PulseSource
from capture.errors import CaptureError
from capture.model import Microphone
from tests.capture.recorder.fakes import wait_until
from tests.support.desktop import SINK, Stage
from tests.support.scripted_task import RATE, write_track

pytestmark = pytest.mark.sound
MONITOR = f"{SINK}.monitor"


def beep(folder: Path, seconds: float = 3.0) -> Path:
    """A WAV file of a tone."""
    path = folder / "beep.wav"
    tone = (12_000 * np.sin(np.arange(int(seconds * RATE)) / 9)).astype(np.int16)
    write_track(path, seconds, [(0.0, tone)])
    return path


def test_sources_are_listed_with_the_default_first(stage: Stage) -> None:
    stage.run(["pactl", "load-module", "module-null-sink", "sink_name=other", "norewinds=1"])
    found = list_microphones()
    assert found[0].name == MONITOR
    assert found[0].default
    assert found[0].monitor
    assert "other.monitor" in {m.name for m in found}


def test_a_microphone_is_found_by_name_label_or_part(stage: Stage) -> None:
    assert find_microphone(None).name == MONITOR  # type: ignore[union-attr]  # there is one
    assert find_microphone(MONITOR.upper()).name == MONITOR  # type: ignore[union-attr]
    assert find_microphone("of stage").name == MONITOR  # type: ignore[union-attr]
    assert find_microphone("none") is None


def test_an_unknown_microphone_is_one_line_that_names_those_there_are(stage: Stage) -> None:
    with pytest.raises(CaptureError, match=f"no microphone “laptop”.*{MONITOR}") as caught:
        find_microphone("laptop")
    assert "\n" not in str(caught.value)
    with pytest.raises(CaptureError, match="no microphone"):
        open_meter("laptop")


def test_system_sound_is_what_the_default_output_plays(stage: Stage) -> None:
    stage.run(["pactl", "set-default-sink", SINK])
    assert find_system_sound("default").name == MONITOR
    with pytest.raises(CaptureError, match="no microphone “nothing”"):
        find_system_sound("nothing")


def test_without_pactl_portaudio_names_them(stage: Stage) -> None:
    assert {"pulse"} <= {m.name for m in PortAudioBackend().list_microphones()}


def test_a_machine_without_any_is_told_apart_from_a_wrong_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capture.backends.audio.list_microphones", list)
    assert find_microphone(None) is None
    with pytest.raises(CaptureError, match="nor any other"):
        find_microphone("usb")
    with pytest.raises(CaptureError, match="no microphone to listen to"):
        open_meter(None)
    with pytest.raises(CaptureError, match="cannot be recorded here"):
        find_system_sound("default")


def test_a_meter_moves_when_somebody_speaks(stage: Stage, tmp_path: Path) -> None:
    with open_meter(MONITOR) as meter:
        wait_until(lambda: meter.level().peak_db < -80)
        stage.play(beep(tmp_path))
        wait_until(lambda: meter.level().rms_db > -20)
        assert not meter.level().clipping


@pytest.mark.parametrize("listen", [PulseSource, PortAudioSource])
@pytest.mark.parametrize("channels", [1, 2])
def test_blocks_come_stamped_one_after_the_other(
    stage: Stage, listen: Callable[[str, int], AudioSource], channels: int
) -> None:
    feed, blocks = listen(MONITOR, channels), list[Block]()

    def steady() -> bool:
        """A busy machine loses sound now and then; ms between the end of each block and the start of the next."""
        blocks.extend(feed.drain())
        late = [(after.start_ns - before.end_ns) / 1e6 for before, after in pairwise(blocks[-8:])]
        return len(blocks) > 16 and bool(np.median(np.abs(late)) < 25)

    try:
        wait_until(steady)
    finally:
        feed.close()
    assert all(len(block.samples) > RATE // 100 and block.samples.shape[1] == channels for block in blocks)


def test_a_sound_server_s_own_source_is_heard_without_a_process(stage: Stage) -> None:
    served = find_microphone(MONITOR)
    assert served is not None
    for source, kind in ((served, PulseSource), (Microphone("pulse", "pulse"), PortAudioSource)):
        feed = open_audio_source(source, 1)
        feed.close()
        assert isinstance(feed, kind)


@pytest.mark.parametrize("listen", [PulseSource, pytest.param(PortAudioSource, marks=pytest.mark.long)])
def test_a_killed_sound_server_is_noticed_and_picked_up_again(
    own_stage: Stage, listen: Callable[[str], AudioSource]
) -> None:
    feed = listen(MONITOR)
    try:
        assert feed.wait(10)
        assert own_stage.sound_server is not None
        own_stage.sound_server.kill()
        wait_until(lambda: feed.drain() is not None and not feed.live)
        own_stage.stop_sound()
        own_stage.start_sound()
        blocks: list[Block] = []
        wait_until(lambda: blocks.extend(feed.drain()) or (blocks and feed.live))
        assert blocks[0].gap, "what was missed is known"
    finally:
        feed.close()


def test_the_child_says_in_one_line_what_is_missing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    feed = PortAudioSource(None)
    try:
        wait_until(lambda: feed.failure)
        assert "finds no microphone" in feed.failure
        assert not feed.live
    finally:
        feed.close()


def test_a_folder_named_capture_where_the_user_stands_is_not_run(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "capture").mkdir()
    (tmp_path / "capture" / "__init__.py").write_text("raise SystemExit('not me')")
    code = "from capture.backends.portaudio.backend import PortAudioBackend as Backend; "
    code += "print(len(Backend().list_microphones()))"
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0


def test_a_torn_or_foreign_header_is_refused() -> None:
    header = Header(1, 2**40, 48_000, 1, 0, 9600)
    assert Header.unpack(header.pack()) == header
    for data in (b"", header.pack()[:-1], b"x" * len(header.pack())):
        with pytest.raises(ValueError, match="header"):
            Header.unpack(data)
