"""Remarks by voice from the command line: with the level in a terminal, or for some seconds without one."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import typer

from capture.errors import CaptureError

if TYPE_CHECKING:
    from library.practice.feedback.model import ReceivedAttempt
    from tui.screens.practice.voice_dialog import Answer
    from tui.services.practice.feedback import LocalFeedbackService
    from tui.services.practice.feedback_protocol import Listening

_LOOK_S, _LATE_S = 0.2, 15.0
"""Between looks at the microphone; how long it may take on top of what is to be said."""


def remark_by_voice(
    service: LocalFeedbackService, received: ReceivedAttempt, step: int, seconds: float | None
) -> ReceivedAttempt | None:
    """Listen, keep what was said at a step, and write it down; None when it was let go. Raises CaptureError."""
    there = next((one.spoken for one in received.remarks if one.step == step), None)
    if seconds is not None:
        answer: Answer = _listened(service.listen(), seconds)
    else:
        answer = _asked(service, step, there.duration_ms if there is not None else 0)
    if answer is None:
        return None
    kept = service.speak(received, step, None if isinstance(answer, str) else answer)
    return service.write_down(kept, step)


def _asked(service: LocalFeedbackService, step: int, there_ms: int) -> Answer:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise typer.BadParameter("it needs a terminal, or say for how long: --for SECONDS", param_hint="--voice")
    from tui.screens.practice.voice_dialog import VoiceApp, VoiceDialog
    from tui.terminal import ask_terminal

    query = ask_terminal(os.environ)
    light = query is not None and bool(query.answers().light)
    place = f"step {step}" if step else "all of it"
    return VoiceApp(VoiceDialog(f"Say something of {place}", service.listen, there_ms), light=light).run()


def _listened(said: Listening, seconds: float) -> Listening:
    """Listen for as long as is asked. Raises CaptureError when no sound comes."""
    ends, wanted = time.monotonic() + seconds + _LATE_S, min(seconds, said.longest_s)
    try:
        while said.seconds < wanted and time.monotonic() < ends:
            said.level()
            said.wait_next(_LOOK_S)
    except BaseException:
        said.close()
        raise
    if said.seconds:
        return said
    said.close()
    raise CaptureError("No sound comes from the microphone", said.failure or "Is it plugged in?")
