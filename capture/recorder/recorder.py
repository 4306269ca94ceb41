"""Recorder: the screen, the sound and what the expert does, on one clock, into one take folder.

Owns the tick and its order: look, convert what changed, write it with its true time, write the sound that has come.
One thread ticks; commands come from any other. Whatever happens (a screen that goes, a disk that fills, a fault of our
own) it ends the take in order and keeps what was shown until then. Refuses to know who asked: processes, terminals and
signals are the business of ``capture/recorder/process.py``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event as Flag

from msgspec.structs import replace

from capture.backends.input import open_input_listener
from capture.backends.screen import open_source
from capture.desktop.input_listener import InputListener, NullListener
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError, ShowhowError
from capture.model import (
    Chord,
    Click,
    Event,
    Marker,
    Pause,
    RecordingStats,
    Scrap,
    Take,
    TakeState,
    Target,
    WindowChange,
)
from capture.recorder.audio_tracks import open_tracks
from capture.recorder.clock import NS_PER_MS, ActivePeriods, Clock
from capture.recorder.disk_space import space_of
from capture.recorder.frame_scheduler import FrameScheduler
from capture.recorder.options import HOTKEYS, SCRAP_MS, RecorderCommand, RecordOptions, Status
from capture.recorder.ticker import Ticker
from capture.recorder.workspace import Ask, TakeWorkspace
from capture.takes import VIDEO, write_take
from capture.video.take_writer import TakeWriter

_LAST_SOUND_S = 0.8
"""How long the end waits for the sound of the last moment; a driver hands it over within 0.1 to 0.6 s."""
_PAUSED_LOOK_NS = 500 * NS_PER_MS
_ASK_EVERY = 15  # ticks between asking the devices for news
NOTHING_RECORDED = "It was stopped before its first picture; nothing was recorded"

Look = Callable[[Target], ScreenSource]


class Recorder:
    """Everything is open and sound is coming when the constructor returns; ``run`` records until somebody stops it.

    ``look`` opens a ScreenSource, ``space`` asks how full the disk is: for tests. Raises CaptureError or TakeError, and
    then leaves nothing behind.
    """

    def __init__(self, options: RecordOptions, *, look: Look | None = None, space: Ask = space_of) -> None:
        self.options, self.clock = options, Clock()
        self._muted = ActivePeriods()
        self._ending, self._ended_ns = Flag(), 0
        self._state = TakeState.RECORDING
        self._phase = "starting"
        self._looked_ns = 0
        self._half_tick_ns = 500 * NS_PER_MS // options.fps
        self._pace = Ticker(options.fps)
        with ExitStack() as undo:
            self._room = TakeWorkspace(options, space)
            undo.callback(self._room.abort)
            self._open(undo, look or (lambda target: open_source(target, rings=options.rings)))
            self._undo = undo.pop_all()

    def _open(self, undo: ExitStack, look: Look) -> None:
        self._tracks, told = open_tracks(self.options, self.clock, self._muted)
        undo.callback(self._tracks.close)
        self._source = look(self.options.target)
        undo.callback(self._source.close)
        video, channels = self._room.folder / VIDEO, self._tracks.channels
        width, height = self._source.width, self._source.height
        self._writer = TakeWriter(video, width, height, fps=self.options.fps, channels=channels)
        undo.callback(self._writer.close, 0)
        self._camera = FrameScheduler(self._source, self._writer, silent=not channels)
        self._tracks.wake()
        for text in told:
            self.notify(text)
        names = {track.what: track.source.name for track in self._tracks.tracks}
        self._take = Take(
            take_id=self._room.folder.name,
            started_unix_ms=time.time_ns() // NS_PER_MS,  # the one look at the wall clock
            width=width,
            height=height,
            recording_of=self._source.label,
            microphone=names.get("microphone"),
            system_sound=names.get("system sound"),
            path=self._room.folder,
        )
        write_take(self._take)

    @property
    def folder(self) -> Path:
        """The take's."""
        return self._room.folder

    # Commands: from any thread.

    def obey(self, command: RecorderCommand, argument: str = "") -> None:
        """Do what a line, a signal or a hotkey asks for."""
        does: dict[RecorderCommand, Callable[[], None]] = {
            RecorderCommand.STOP: self.stop,
            RecorderCommand.ABANDON: self.abandon,
            RecorderCommand.PAUSE: self.pause,
            RecorderCommand.RESUME: self.resume,
            RecorderCommand.TOGGLE_PAUSE: self.resume if self.clock.paused else self.pause,
            RecorderCommand.MARK: lambda: self.mark(argument),
            RecorderCommand.SCRAP: lambda: self.scrap(int(argument) if argument.isdecimal() else SCRAP_MS),
            RecorderCommand.MUTE: lambda: self.mute(on=True),
            RecorderCommand.UNMUTE: lambda: self.mute(on=False),
            RecorderCommand.TOGGLE_MUTE: lambda: self.mute(on=not self._muted.on),
        }
        does[command]()

    def stop(self) -> None:
        """End the take at this moment; ``run`` returns soon after."""
        if not self._ending.is_set():
            self.clock.pause()
            self._ended_ns = self.clock.now()
            self._ending.set()

    def finish_orphaned(self) -> None:
        """Whoever asked for the take has gone; it is finished for them to find."""
        if not self._ending.is_set():
            self.notify("The program that started this recording went away; the take was finished.")
            self.stop()

    def abandon(self) -> None:
        """End it; it is not wanted. Its folder stays, marked so, until somebody deletes it."""
        self._state = TakeState.ABANDONED
        self.stop()

    def pause(self) -> None:
        """Stand still."""
        if not self._ending.is_set():
            self.clock.pause()

    def resume(self) -> None:
        """Go on."""
        if not self._ending.is_set() and (paused_ms := self.clock.resume()) is not None:
            self._room.notes.add(Pause(self.clock.now_ms, paused_ms))
            self._camera.want_key()

    def mark(self, note: str = "") -> None:
        """A step begins here."""
        self._room.notes.add(Marker(self.clock.now_ms, note))
        self._camera.want_key()

    def scrap(self, last_ms: int) -> None:
        """Take the last stretch back; its pictures stay, trimming leaves them out."""
        now_ms = self.clock.now_ms
        self._room.notes.add(Scrap(now_ms, max(0, now_ms - max(0, last_ms))))

    def mute(self, on: bool) -> None:
        """Silence the narration from this moment on, or hear it again."""
        (self._muted.begin if on else self._muted.end)(self.clock.now())

    def notify(self, text: str) -> None:
        """Something the user should know; also a Notice in the events."""
        self._room.notes.notify(text, self.clock.now_ms)

    def watch_disk(self) -> None:
        """Ask how much room is left; warn, or end the take. To be called every second or so."""
        text, must_end = self._room.running_out()
        if text:
            self.notify(text)
        if must_end:
            self.stop()

    @property
    def status(self) -> Status:
        """How things stand."""
        return Status(
            state=self._standing(),
            elapsed_ms=self.clock.now_ms,
            fps=self._pace.fps,
            ticks=self._pace.ticks,
            late_ticks=self._pace.late,
            frames=self._writer.frames,
            level=self._tracks.level,
            muted=self._muted.on,
            bytes_written=self._writer.bytes_written,
            free_bytes=self._room.disk.free,
            dropped_audio_ms=self._tracks.lost_ms,
            notices=self._room.notes.notices,
            microphone=self._take.microphone,
            system_sound=self._take.system_sound,
            take_path=str(self._room.folder),
        )

    def _standing(self) -> str:
        if self._phase == "recording":
            return "finishing" if self._ending.is_set() else "paused" if self.clock.paused else "recording"
        return self._phase

    # What follows runs in one thread.

    def run(self) -> Take:
        """Record until stopped; the finished take. A fault of our own ends the take in order, and is raised then.

        Raises CaptureError, with nothing left behind, when it was stopped before its first picture.
        """
        watcher = self._listen()
        if self._ending.is_set():
            watcher.close()
            self.discard()
            raise CaptureError(NOTHING_RECORDED)
        fault: Exception | None = None
        try:
            self._begin()
            while not self._ending.is_set():
                self._tick(watcher)
                self._pace.wait()
        except ShowhowError as error:
            self.notify(f"The take ends here: {error}")
        except Exception as error:  # noqa: BLE001  it is told, and raised again once the take is safe
            self.notify(f"The recorder failed ({type(error).__name__}: {error}); the take ends here.")
            fault = error
        self.stop()
        watcher.close()
        take = self._finish()
        if fault is not None:
            raise fault
        return take

    def discard(self) -> None:
        """Close everything and leave nothing behind; in place of ``run``."""
        self._undo.close()

    def _listen(self) -> InputListener:
        given = self.options.hotkeys.items()
        hotkeys = {chord: partial(self.obey, HOTKEYS[name]) for name, chord in given if chord and name in HOTKEYS}
        if not hotkeys and not self.options.events:
            return NullListener("")
        put = self._put if self.options.events else _ignore
        watcher = open_input_listener(lambda: self._source.region, lambda: self.clock.now_ms, put, hotkeys)
        if watcher.why_not and self.options.events:
            self.notify(watcher.why_not)
        return watcher

    def _put(self, event: Event) -> None:
        stands = self.clock.paused and not self._ending.is_set()
        first = isinstance(event, WindowChange) and not event.at_ms  # what stands there before the first picture
        if not first and (stands or self._phase != "recording"):
            return
        if isinstance(event, Click):
            self._source.show_click(event.x, event.y)
        elif isinstance(event, Chord) and self.options.chords:
            self._source.show_keys(event.keys)
        self._room.notes.add(event)

    def _begin(self) -> None:
        for _ in self._tracks.read(0):
            pass  # what was heard before the first picture steers the alignment and is not recorded
        self._pace = Ticker(self.options.fps)
        self.clock.start()
        self._camera.open()
        self._phase = "recording"

    def _tick(self, watcher: InputListener) -> None:
        at_ns = self.clock.take_ns()
        # What is seen now came up since the last tick, half a tick ago on average.
        seen_ns = max(0, at_ns - self._half_tick_ns)
        if self.clock.paused:
            self._look_while_paused()
        elif changes := self._camera.tick(seen_ns):
            self._room.notes.changed(changes, seen_ns // NS_PER_MS)
        self._hear(at_ns)
        if self._pace.ticks % _ASK_EVERY == 0:
            for text in (*self._source.notices(), *self._tracks.notices(), *watcher.notices()):
                self.notify(text)
        if self._writer.failure is not None:
            self.notify(f"The disk took no more ({self._writer.failure.strerror}); the take ends here.")
            self.stop()
        if self.options.max_ms is not None and at_ns >= self.options.max_ms * NS_PER_MS:
            self.stop()

    def _look_while_paused(self) -> None:
        """Now and then, so that a screen that goes away in a pause ends the take."""
        if self.clock.now() - self._looked_ns >= _PAUSED_LOOK_NS:
            self._looked_ns = self.clock.now()
            self._camera.refresh()

    def _hear(self, at_ns: int) -> None:
        for track, samples in self._tracks.read(at_ns):
            self._writer.write_sound(track, samples)

    def _finish(self) -> Take:
        self._phase = "finishing"
        end_ns = self.clock.take_ns()
        self._source.close()
        whole = self._video_closed(end_ns)
        for text in self._tracks.notices():
            self.notify(text)
        state = TakeState.FINISHED if whole and self._state is TakeState.RECORDING else self._state
        duration_ms = round(end_ns / NS_PER_MS)
        notices = self._room.notes.notices
        self._take = replace(self._take, state=state, duration_ms=duration_ms, figures=self._figures(), notices=notices)
        self._room.finish(self._take)
        self._phase = "abandoned" if state is TakeState.ABANDONED else "finished"
        return self._take

    def _video_closed(self, end_ns: int) -> bool:
        try:
            self._close_video(end_ns)
        except Exception as error:  # noqa: BLE001  whatever FFmpeg says: what it wrote until then can be mended
            self.notify(f"The video was not closed in order ({error}); showhow recover mends it.")
            return False
        return True

    def _close_video(self, end_ns: int) -> None:
        deadline = time.monotonic() + _LAST_SOUND_S
        self._hear(end_ns)
        while not self._tracks.caught_up(self._ended_ns) and time.monotonic() < deadline:
            time.sleep(0.02)
            self._hear(end_ns)
        for track, samples in self._tracks.end(end_ns):
            self._writer.write_sound(track, samples)
        self._writer.close(end_ns)

    def _figures(self) -> RecordingStats:
        spent = os.times()  # the children are those that listened; they have ended
        return RecordingStats(
            ticks=self._pace.ticks,
            late_ticks=self._pace.late,
            frames=self._writer.frames,
            dropped_audio_ms=self._tracks.lost_ms,
            bytes_written=self._writer.bytes_written,
            cpu_ms=round(1000 * (spent.user + spent.system + spent.children_user + spent.children_system)),
        )


def _ignore(_event: Event) -> None:
    """Nothing the expert does is to be noted; the hotkeys work all the same."""
