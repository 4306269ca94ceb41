"""Takes with microphones as people have them, on a real sound server: none, moved, wired wrongly, muted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from capture.backends.audio import find_microphone
from capture.backends.portaudio.backend import PortAudioBackend
from tests.capture.backends.test_audio import beep
from tests.capture.recorder.fakes import InThread, wait_until
from tests.capture.recorder.test_handle import loud
from tests.support.desktop import SINK, Stage
from tests.support.scripted_task import RATE

pytestmark = pytest.mark.sound


@pytest.fixture
def server(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    """The sound server without what the stage's environment names; what a test loads goes again."""
    monkeypatch.delenv("PULSE_SOURCE")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # locks of these tests are nobody else's
    monkeypatch.setenv("DISPLAY", ":fake")
    before = set(stage.run(["pactl", "list", "short", "modules"]).stdout.splitlines())
    yield stage
    after = stage.run(["pactl", "list", "short", "modules"]).stdout.splitlines()
    for line in reversed([line for line in after if line not in before]):
        stage.run(["pactl", "unload-module", line.split()[0]], check=False)
    stage.run(["pactl", "set-default-sink", SINK])


def microphone(stage: Stage, name: str, channels: int = 1) -> str:
    """A new microphone, and the sink that is played into to be heard by it."""
    stage.run(
        ["pactl", "load-module", "module-null-sink", f"sink_name={name}-voice", f"channels={channels}", "norewinds=1"]
    )
    options = [f"source_name={name}", f"master={name}-voice.monitor", f"source_properties=device.description={name}"]
    stage.run(["pactl", "load-module", "module-remap-source", f"channels={channels}", "remix=no", *options])
    return f"{name}-voice"


def play(stage: Stage, sink: str, wav: Path) -> None:
    stage.spawn(["paplay", "--latency-msec=100", f"--device={sink}", str(wav)]).wait(20)


def speak(folder: Path, weights: list[float]) -> Path:
    """A WAV file of half a second of tone, so loud on each channel."""
    import wave

    tone = 12_000 * np.sin(np.arange(RATE // 2) / 9)
    samples = np.stack([tone * weight for weight in weights], axis=1).astype("<i2")
    path = folder / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(weights))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def told(running: InThread, part: str) -> None:
    """Wait until a notice with these words."""
    wait_until(lambda: any(part in line for line in running.recorder.status.notices))


def test_what_the_loudspeakers_play_is_not_the_microphone_unasked(server: Stage, tmp_path: Path) -> None:
    assert find_microphone(None) is None
    running = InThread(tmp_path / "takes", microphone=None)
    running.until(200)
    take = running.end()
    assert take.microphone is None
    (notice,) = take.notices
    assert notice.startswith("No microphone was found; the take has no narration. What the loudspeakers play")
    assert find_microphone(f"{SINK}.monitor") is not None, "asked for, it can be had"


def test_a_microphone_is_preferred_to_the_loudspeakers_though_those_are_the_server_s_default(server: Stage) -> None:
    microphone(server, "headset")
    server.run(["pactl", "set-default-source", f"{SINK}.monitor"])
    found = find_microphone(None)
    assert found is not None
    assert found.name == "headset"


def test_sound_goes_with_the_default_microphone_and_says_so(server: Stage, tmp_path: Path) -> None:
    one, other = microphone(server, "laptop"), microphone(server, "headset")
    server.run(["pactl", "set-default-source", "laptop"])
    running = InThread(tmp_path / "takes", microphone=None)
    running.until(200)
    play(server, one, beep(tmp_path, 0.5))
    server.run(["pactl", "set-default-source", "headset"])
    told(running, "The microphone is now headset.")
    wait_until(lambda: running.recorder._tracks.tracks[0]._audio_source.live)
    until = running.recorder.status.elapsed_ms
    wait_until(lambda: running.recorder.status.level.peak_db < -80)
    play(server, other, beep(tmp_path, 0.5))
    running.until(until + 1500)
    take = running.end()
    heard = loud(take.video)
    assert heard[: until // 10].sum() >= 30, "half a second of the first"
    assert heard[until // 10 :].sum() >= 30, "and of the second"
    assert not [line for line in take.notices if "went away" in line or "is back" in line]


def test_a_named_microphone_stays_when_the_default_moves(server: Stage, tmp_path: Path) -> None:
    microphone(server, "laptop"), microphone(server, "headset")
    running = InThread(tmp_path / "takes", microphone="laptop")
    running.until(200)
    server.run(["pactl", "set-default-source", "headset"])
    running.until(running.recorder.status.elapsed_ms + 2500)
    assert not [line for line in running.end().notices if "is now" in line]


def test_an_unplugged_default_microphone_is_followed_but_never_to_the_loudspeakers(
    server: Stage, tmp_path: Path
) -> None:
    microphone(server, "headset")
    server.run(["pactl", "set-default-source", "headset"])
    running = InThread(tmp_path / "takes", microphone=None)
    running.until(200)
    modules = server.run(["pactl", "list", "short", "modules"]).stdout.splitlines()
    server.run(["pactl", "unload-module", next(m.split()[0] for m in modules if "source_name=headset" in m)])
    told(running, "went away; silence until it returns")
    play(server, SINK, beep(tmp_path, 0.5))
    microphone(server, "desk")
    server.run(["pactl", "set-default-source", "desk"])
    told(running, "The microphone is now desk.")
    take = running.end()
    assert not loud(take.video).any(), "what the loudspeakers played is not in it"


def test_system_sound_goes_with_the_default_output(server: Stage, tmp_path: Path) -> None:
    server.run(["pactl", "load-module", "module-null-sink", "sink_name=phones", "channels=2", "norewinds=1"])
    running = InThread(tmp_path / "takes", microphone="none", system_sound="default")
    running.until(200)
    server.run(["pactl", "set-default-sink", "phones"])
    told(running, "The system sound is now ")
    wait_until(lambda: running.recorder._tracks.tracks[0]._audio_source.live)
    play(server, "phones", beep(tmp_path, 0.5))
    assert loud(running.end().video).sum() >= 30


@pytest.mark.parametrize(("weights", "cancels"), [([1, -1], True), ([0, 0, 0, 0, 0, 1, 0, 0], False), ([0, 1], False)])
def test_a_voice_is_heard_whole_whatever_channels_it_is_on(
    server: Stage, tmp_path: Path, weights: list[float], cancels: bool
) -> None:
    voice = microphone(server, "desk", len(weights))
    running = InThread(tmp_path / "takes", microphone="desk")
    running.until(200)
    play(server, voice, speak(tmp_path, weights))
    take = running.end()
    assert loud(take.video).sum() >= 30
    assert take.figures.narration_peak_db == pytest.approx(20 * np.log10(12_000 / 32_768), abs=1)
    assert bool([line for line in take.notices if "cancel each other out" in line]) is cancels


@pytest.mark.parametrize("how", [("set-source-mute", "desk", "1"), ("set-source-volume", "desk", "0")])
def test_a_muted_microphone_is_told_at_once_and_so_is_its_return(
    server: Stage, tmp_path: Path, how: tuple[str, ...]
) -> None:
    voice = microphone(server, "desk")
    server.run(["pactl", *how])
    running = InThread(tmp_path / "takes", microphone="desk")
    told(running, "The microphone desk is muted in the sound settings.")
    told(running, "Nothing is heard from the microphone desk: it may be muted or turned down.")
    server.run(["pactl", how[0], "desk", "0" if "mute" in how[0] else "100%"])
    play(server, voice, beep(tmp_path, 0.3))
    told(running, "The microphone desk is heard now.")
    running.end()


def without_pactl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.x11
@pytest.mark.parametrize("prepare", [lambda *_: None, without_pactl])
def test_portaudio_records_a_whole_take_with_and_without_pactl(
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[pytest.MonkeyPatch, Path], None],
) -> None:
    monkeypatch.setattr("capture.backends.audio.AUDIO", (PortAudioBackend(),))
    wav = beep(tmp_path, 0.5)
    prepare(monkeypatch, tmp_path)
    running = InThread(tmp_path / "takes", microphone=None, screen=None)
    running.until(300)
    stage.play(wav).wait(10)
    running.until(running.recorder.status.elapsed_ms + 300)
    take = running.end()
    assert loud(take.video).sum() >= 30
    assert (take.width, take.height) == stage.size


def test_a_sound_server_s_microphones_are_listed_without_pactl(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_pactl(monkeypatch, tmp_path)
    found = find_microphone(None)
    assert found is not None
    assert (found.name, found.served) == (f"{SINK}.monitor", True)
