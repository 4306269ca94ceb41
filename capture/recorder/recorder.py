"""``Recorder``: records screen, sound and input events on one clock into one take folder.

Owns the tick and its order: grab, convert what changed, write it with its true time, write the sound received. One
thread ticks; commands come from any thread. On any failure (a lost screen, a full disk, a bug) it closes the take
properly and keeps what was recorded. Does not deal with processes, terminals and signals: see
``capture/recorder/process.py``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import chain
from pathlib import Path

from msgspec.structs import replace

from capture.backends.input import open_input_listener
from capture.backends.screen import open_source
from capture.desktop.input_listener import HotkeyAction, InputListener, NullListener
from capture.desktop.screen_source import ScreenSource
from capture.errors import CaptureError, ShowhowError, TakeError
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
from capture.recorder.options import HOTKEYS, SCRAP_MS, RecorderCommand, RecordOptions, Status, note_and_ms
from capture.recorder.ticker import Ticker
from capture.recorder.workspace import Ask, TakeWorkspace
from capture.takes import VIDEO, write_take
from capture.video.repair import decodes
from capture.video.take_writer import TakeWriter

_LAST_SOUND_S = 0.8
"""Time to wait for the last sound at the end; drivers deliver it within 0.1 to 0.6 s."""
_NOTICES_EVERY = 15  # ticks between polls of the devices' notices
NOTHING_RECORDED = "It was stopped before its first picture; nothing was recorded"

OpenScreen = Callable[[Target], ScreenSource]


class Recorder:
    """The constructor opens screen and sound; ``run`` records until ``stop``.

    ``open_screen`` opens a ScreenSource, ``space`` measures the disk: for tests. Raises CaptureError or TakeError, and
    then leaves nothing on disk.
    """

    def __init__(self, options: RecordOptions, *, open_screen: OpenScreen | None = None, space: Ask = space_of) -> None:
        self.options, self.clock = options, Clock()
        self._muted = ActivePeriods()
        self._state, self._phase, self._cut_short = TakeState.RECORDING, "starting", False
        self._half_tick_ns = 500 * NS_PER_MS // options.fps
        self._ticker = Ticker(options.fps)
        with ExitStack() as undo:
            self._workspace = TakeWorkspace(options, space)
            undo.callback(self._workspace.abort)
            self._open(undo, open_screen or (lambda target: open_source(target, rings=options.rings)))
            self._undo = undo.pop_all()

    def _open(self, undo: ExitStack, open_screen: OpenScreen) -> None:
        self._tracks, notices = open_tracks(self.options, self.clock, self._muted)
        undo.callback(self._tracks.close)
        self._source = open_screen(self.options.target)
        undo.callback(self._source.close)
        video, channels = self._workspace.folder / VIDEO, self._tracks.channels
        width, height = self._source.width, self._source.height
        self._writer = TakeWriter(video, width, height, fps=self.options.fps, channels=channels)
        undo.callback(self._writer.close, 0)
        self._frames = FrameScheduler(self._source, self._writer, silent=not channels)
        self._tracks.wake()
        for text in notices:
            self.notify(text)
        names = {track.what: track.source.name for track in self._tracks.tracks}
        self._take = Take(
            take_id=self._workspace.folder.name,
            started_unix_ms=time.time_ns() // NS_PER_MS,  # the only use of the wall clock
            width=width,
            height=height,
            recording_of=self._source.label,
            microphone=names.get("microphone"),
            system_sound=names.get("system sound"),
            path=self._workspace.folder,
        )
        write_take(self._take)

    @property
    def folder(self) -> Path:
        """Folder of this take."""
        return self._workspace.folder

    # Commands: from any thread.

    def obey(self, command: RecorderCommand, argument: str = "") -> None:
        """Execute a command of the parent process, a signal or a hotkey."""
        actions: dict[RecorderCommand, Callable[[], None]] = {
            RecorderCommand.STOP: self.stop,
            RecorderCommand.ABANDON: self.abandon,
            RecorderCommand.PAUSE: self.pause,
            RecorderCommand.RESUME: self.resume,
            RecorderCommand.TOGGLE_PAUSE: self.resume if self.clock.paused else self.pause,
            RecorderCommand.MARK: lambda: self.mark(argument),
            RecorderCommand.MARK_AGO: lambda: self.mark(*note_and_ms(argument)),
            RecorderCommand.SCRAP: lambda: self.scrap(int(argument) if argument.isdecimal() else SCRAP_MS),
            RecorderCommand.MUTE: lambda: self.mute(on=True),
            RecorderCommand.UNMUTE: lambda: self.mute(on=False),
            RecorderCommand.TOGGLE_MUTE: lambda: self.mute(on=not self._muted.on),
        }
        actions[command]()

    def stop(self) -> None:
        """End the take now; ``run`` returns soon after."""
        self.clock.stop()

    def finish_orphaned(self) -> None:
        """Stop because the parent process is gone; the take is finished and kept."""
        if not self.clock.stopped:
            self.notify("The program that started this recording went away; the take was finished.")
            self.stop()

    def abandon(self) -> None:
        """Stop, and mark the take as abandoned. Its folder stays until it is deleted."""
        self._state = TakeState.ABANDONED
        self.stop()

    def pause(self) -> None:
        """Pause the recording."""
        self.clock.pause()

    def resume(self) -> None:
        """Resume it."""
        if (paused_ms := self.clock.resume()) is not None:
            self._workspace.notes.add(Pause(self.clock.now_ms, paused_ms))
            self._frames.want_key()

    def mark(self, note: str = "", ago_ms: int = 0) -> None:
        """Mark the start of a step."""
        self._workspace.notes.add(Marker(max(0, self.clock.now_ms - ago_ms), note))
        self._frames.want_key()

    def scrap(self, last_ms: int) -> None:
        """Scrap the last ``last_ms``; the video keeps them, trimming cuts them."""
        now_ms = self.clock.now_ms
        self._workspace.notes.add(Scrap(now_ms, max(0, now_ms - max(0, last_ms))))

    def mute(self, on: bool) -> None:
        """Mute the narration from now on, or unmute it."""
        (self._muted.begin if on else self._muted.end)(self.clock.now())

    def notify(self, text: str) -> None:
        """Add a notice for the user; also a Notice event."""
        self._workspace.notes.notify(text, self.clock.now_ms)

    def watch_disk(self) -> None:
        """Check the free disk space; warn, or stop. Call it about once a second."""
        text, must_end = self._workspace.running_out()
        if text:
            (self._end_early if must_end else self.notify)(text)

    def _end_early(self, why: str) -> None:
        """Stop because recording cannot go on."""
        self._cut_short = True
        self.notify(why)
        self.stop()

    @property
    def status(self) -> Status:
        """Current status."""
        return Status(
            state=self._state_name(),
            elapsed_ms=self.clock.now_ms,
            fps=self._ticker.fps,
            ticks=self._ticker.ticks,
            late_ticks=self._ticker.late,
            frames=self._writer.frames,
            level=self._tracks.level,
            muted=self._muted.on,
            bytes_written=self._writer.bytes_written,
            free_bytes=self._workspace.disk.free,
            dropped_audio_ms=self._tracks.lost_ms,
            notices=self._workspace.notes.notices,
            microphone=self._take.microphone,
            system_sound=self._take.system_sound,
            take_path=str(self._workspace.folder),
            cut_short=self._cut_short,
        )

    def _state_name(self) -> str:
        if self._phase == "recording":
            return "finishing" if self.clock.stopped else "paused" if self.clock.paused else "recording"
        return self._phase

    # What follows runs in one thread.

    def run(self) -> Take:
        """Record until stopped; returns the finished take. An unexpected exception is raised after the take is closed.

        Raises CaptureError, with nothing left on disk, when it was stopped before its first picture.
        """
        listener = self._listen()
        fault: Exception | None = None
        try:
            self._begin()
            while not self.clock.stopped:
                self._tick(listener)
                self._ticker.wait()
        except ShowhowError as error:
            self._end_early(f"The take ends here: {error}")
        except Exception as error:  # noqa: BLE001  notified, and raised again once the take is closed
            self.notify(f"The recorder failed ({type(error).__name__}: {error}); the take ends here.")
            fault = error
        self.stop()
        listener.close()
        if self.clock.started_ns is None:
            self.discard()
            raise fault or CaptureError(NOTHING_RECORDED)
        take = self._finish()
        if fault is not None:
            raise fault
        return take

    def discard(self) -> None:
        """Close everything and delete the take, instead of ``run``."""
        self._undo.close()

    def _listen(self) -> InputListener:
        wanted = self.options.wanted_hotkeys
        hotkeys = {chord: HotkeyAction(name, partial(self.obey, HOTKEYS[name])) for name, chord in wanted.items()}
        if not hotkeys and not self.options.events:
            return NullListener("")
        put = self._put if self.options.events else lambda _event: None  # only the hotkeys are used
        shown, scale, pointer = (
            lambda: self._source.region, lambda: self._source.scale,
            # A place told while nothing is logged would not be told again.
            lambda: self._source.pointer if self._phase == "recording" and not self.clock.paused else None,
        )  # fmt: skip
        listener = open_input_listener(shown, lambda: self.clock.now_ms, put, hotkeys, scale=scale, pointer=pointer)
        for text in filter(None, [listener.why_not if self.options.events else "", *listener.notices()]):
            self.notify(text)
        return listener

    def _put(self, event: Event) -> None:
        first = isinstance(event, WindowChange) and not event.at_ms  # the window shown by the first picture
        if not first and (self.clock.paused or self._phase != "recording"):
            return
        if isinstance(event, Click):
            self._source.show_click(event.x, event.y)
        elif isinstance(event, Chord) and self.options.chords:
            self._source.show_keys(event.keys)
        self._workspace.notes.add(event)

    def _begin(self) -> None:
        list(self._tracks.read(0))  # sound before the first picture is used for alignment, not recorded
        self._ticker = Ticker(self.options.fps)
        if self.clock.start():
            self._frames.open()
            self._phase = "recording"

    def _tick(self, listener: InputListener) -> None:
        at_ns = self.clock.take_ns()
        # A change seen now happened since the last tick, half a tick ago on average.
        seen_ns = max(0, at_ns - self._half_tick_ns)
        if self.clock.paused or self.clock.stopped:
            self._frames.refresh_paused(self.clock.now())
        elif changes := self._frames.tick(seen_ns):
            self._workspace.notes.changed(changes, seen_ns // NS_PER_MS)
        self._write_sound(at_ns)
        if self._ticker.ticks % _NOTICES_EVERY == 0:
            for text in chain(*(part.notices() for part in (self._source, self._tracks, listener, self._ticker))):
                self.notify(text)
        if self._writer.failure is not None:
            self._end_early(f"The disk took no more ({self._writer.failure.strerror}); the take ends here.")
        if self.options.max_ms is not None and at_ns >= self.options.max_ms * NS_PER_MS:
            self.stop()

    def _write_sound(self, at_ns: int) -> None:
        for track, samples in self._tracks.read(at_ns):
            self._writer.write_sound(track, samples)

    def _finish(self) -> Take:
        self._phase = "finishing"
        end_ns = self.clock.take_ns()
        self._source.close()
        whole = self._try_close_video(end_ns)
        if self._writer.failure is not None and not decodes(self._workspace.folder / VIDEO):
            self._workspace.abort()
            self._phase = "abandoned"
            raise TakeError("The disk took not even the first picture; nothing was recorded", "Free some space.")
        for text in self._tracks.notices():
            self.notify(text)
        state = TakeState.FINISHED if whole and self._state is TakeState.RECORDING else self._state
        duration_ms, notices = round(end_ns / NS_PER_MS), self._workspace.notes.notices
        self._take = replace(self._take, state=state, duration_ms=duration_ms, figures=self._stats(), notices=notices)
        self._workspace.finish(self._take)
        self._phase = "abandoned" if state is TakeState.ABANDONED else "finished"
        return self._take

    def _try_close_video(self, end_ns: int) -> bool:
        try:
            self._close_video(end_ns)
        except Exception as error:  # noqa: BLE001  any FFmpeg error: the file can be repaired
            self.notify(f"The video was not closed in order ({error}); showhow recover mends it.")
            return False
        return True

    def _close_video(self, end_ns: int) -> None:
        deadline = time.monotonic() + _LAST_SOUND_S
        self._write_sound(end_ns)
        while not self._tracks.caught_up(self.clock.stopped_ns or 0) and time.monotonic() < deadline:
            time.sleep(0.02)
            self._write_sound(end_ns)
        for track, samples in self._tracks.end(end_ns):
            self._writer.write_sound(track, samples)
        self._writer.close(end_ns)

    def _stats(self) -> RecordingStats:
        spent = os.times()  # children: the input listeners, which have ended
        return RecordingStats(
            ticks=self._ticker.ticks,
            late_ticks=self._ticker.late,
            frames=self._writer.frames,
            dropped_audio_ms=self._tracks.lost_ms,
            bytes_written=self._writer.bytes_written,
            narration_peak_db=self._tracks.peak_db,
            cpu_ms=round(1000 * (spent.user + spent.system + spent.children_user + spent.children_system)),
        )
