"""Remarks by voice: made of what was said, written down by a local speech model, found again, put into a file to hear.

Owns that nothing of them lies outside of the user's own folder and the sealed answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from capture.files import write_bytes
from library.files import library_errors
from library.model import LibraryError
from library.practice.feedback.model import Feedback, HandOver, ReceivedAttempt, SpokenRemark
from library.practice.store import PracticeStore
from transcribe.model import Recognizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OPENED = "opened"
"""The folder in the user's own folder for what is being looked at and listened to."""
YOU = "You"
"""Whose a remark is that this user said."""
_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700


class Heard(NamedTuple):
    """A remark by voice to be played: of which hand-over and step, and whose it is."""

    hand_id: str
    step: int
    by: str
    spoken: SpokenRemark


def spoken_remark(samples: NDArray[np.int16], rate: int) -> SpokenRemark:
    """What was said as a remark, without its words: samples [n] at ``rate`` Hz."""
    from capture.render.voice_file import voice_file

    return SpokenRemark(sound=voice_file(samples, rate), duration_ms=max(1, round(len(samples) * 1000 / rate)))


def words_of(spoken: SpokenRemark, recognizer: Callable[[], Recognizer], store: PracticeStore) -> str:
    """The words that are heard in it; empty when there are none, and without a speech model.

    The file that is listened to lies in the user's own folder and is deleted again. Raises LibraryError,
    TranscribeError, VideoError.
    """
    from capture.progress import silent
    from library.intake.transcription import transcribe_video
    from transcribe.model import ModelMissing

    with library_errors(f"write {store.folder}"), tempfile.TemporaryDirectory(prefix="hear-", dir=store.folder) as part:
        file = Path(part, "remark.ogg")
        file.write_bytes(spoken.sound)
        try:
            transcript = transcribe_video(file, spoken.duration_ms, recognizer, silent)
        except ModelMissing:
            return ""
    return transcript.text if transcript is not None else ""


def sound_file(heard: Heard, store: PracticeStore) -> Path:
    """The file of a remark, which only this user may read. Raises LibraryError."""
    folder = store.folder / OPENED / heard.hand_id
    file = folder / f"remark-{heard.step}.ogg"
    with library_errors(f"write {file}"):
        for made in (folder.parent, folder):
            made.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
        write_bytes(file, heard.spoken.sound, _PRIVATE)
    return file


def said_of(handed: Sequence[HandOver], step: int) -> Heard | None:
    """What reviewers said last by voice of a step; None when nobody did."""
    answers = sorted(((one, said) for one in handed for said in one.feedback), key=lambda pair: _order(*pair))
    found = [
        Heard(one.hand_id, step, one.to, remark.spoken)
        for one, said in answers
        for remark in said.remarks
        if remark.step == step and remark.spoken is not None
    ]
    return found[-1] if found else None


def _order(one: HandOver, said: Feedback) -> tuple[int, int]:
    return one.at_unix_ms, said.number


def own_words(received: ReceivedAttempt, step: int) -> Heard | None:
    """What this user said by voice of a step, sent or not; None when nothing."""
    sent = (remark for said in reversed(received.sent) for remark in said.remarks)
    every = (remark.spoken for remark in (*received.remarks, *sent) if remark.step == step)
    spoken = next((one for one in every if one is not None), None)
    return Heard(received.hand_id, step, YOU, spoken) if spoken is not None else None


def nothing_said(step: int) -> LibraryError:
    """The error of hearing where nothing was said by voice."""
    return LibraryError(f"Nothing was said by voice of {f'step {step}' if step else 'all of it'}", "Read the remarks.")
