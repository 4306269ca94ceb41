"""What is sealed, as one file: a zip of the HandedAttempt and the clip, and what is believed of one that comes in.

Owns the limits. A handed attempt was written by somebody else: ids, times and texts are checked before they are used,
and files are never named by it.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import msgspec
from msgspec.structs import replace

from library.files import library_errors
from library.model import LibraryError, TakeFacts
from library.practice.feedback.badge import clean_wish
from library.practice.feedback.model import Feedback, HandedAttempt, Remark, SpokenRemark
from library.practice.feedback.people import NAME_LENGTH
from library.practice.model import Attempt, Comparison, Verdict
from library.records import decode_record
from library.text import TITLE_LENGTH, clean, is_demo_id
from transcribe.model import Step

LARGEST = 128 << 20
"""Bytes of a handed attempt: half an hour of a busy screen. It is opened in memory."""
LARGEST_ANSWER = 8 << 20
"""Bytes of an answer: as many remarks by voice as there may be, as they stand in JSON, and a MiB of words."""
REMARK_LENGTH, MOST_REMARKS = 2_000, 500
LARGEST_SOUND, LONGEST_MS, MOST_SPOKEN = 256 << 10, 61_000, 20
"""Bytes and milliseconds of a remark by voice (a minute has about 180 kB), and how many an answer has."""
HAND_ID = re.compile(r"[0-9a-f]{16}-[0-9a-f]{8}")
OGG = b"OggS"
"""How an Ogg file begins (RFC 3533); the sound of a remark is written to a file and played as one."""
_RECORD, _CLIP = "handed.json", "clip.mp4"
_LARGEST_RECORD, _MOST = 16 << 20, 10_000
_LAST_MS, _LAST_UNIX_MS = 1 << 40, 253_370_764_800_000
_SECRET = re.compile(r"[0-9a-f]{64}")


def pack(handed: HandedAttempt, clip: Path) -> bytes:
    """The file that is sealed. Raises LibraryError when it is too large or the clip cannot be read."""
    with library_errors(f"read {clip}"):
        if clip.stat().st_size > LARGEST - _LARGEST_RECORD:
            what = f"The recording has more than {LARGEST - _LARGEST_RECORD >> 20} MiB"
            raise LibraryError(what, "Leave out its beginning or end: --from, --until.")
        video = clip.read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, data in ((_RECORD, msgspec.json.encode(handed)), (_CLIP, video)):
            package.writestr(zipfile.ZipInfo(name), data)  # without the time of day and the rights of a file
    return buffer.getvalue()


def unpack(data: bytes, hand_id: str) -> tuple[HandedAttempt, bytes]:
    """The handed attempt of that id and the bytes of its clip. Raises LibraryError when it is not to be believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            record, video = (_member(package, name) for name in (_RECORD, _CLIP))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise LibraryError("What was handed over is damaged", "Ask for it once more.") from error
    handed = decode_record(record, HandedAttempt, "What was handed over")
    if not _believable(handed, hand_id):
        raise LibraryError("What was handed over is damaged: it is impossible", "Ask for it once more.")
    return _shortened(handed), video


def _member(package: zipfile.ZipFile, name: str) -> bytes:
    """A member that is stored as it is: then it is no larger than the file that was read."""
    info = package.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or info.file_size > LARGEST or info.flag_bits & 1:
        raise ValueError(name)
    return package.read(info)


def _believable(handed: HandedAttempt, hand_id: str) -> bool:
    attempt, comparison = handed.attempt, handed.attempt.comparison or Comparison()
    verdicts = comparison.verdicts
    times = [
        *(attempt.take.duration_ms, comparison.took_ms, comparison.expert_ms),
        *(ms for one in verdicts for ms in (one.at_ms, one.took_ms, one.expert_ms)),
        *(ms for span in comparison.detours for ms in (span.start_ms, span.end_ms)),
        *(ms for step in attempt.steps for ms in (step.start_ms, step.end_ms, step.at_ms)),
    ]
    numbers = [attempt.version, *(one.step for one in verdicts), *(step.number for step in attempt.steps)]
    return (
        handed.hand_id == hand_id
        and _SECRET.fullmatch(handed.secret) is not None
        and is_demo_id(attempt.demo_id)
        and max(len(verdicts), len(attempt.steps), len(attempt.hints), len(comparison.detours)) <= _MOST
        and all(0 <= ms <= _LAST_MS for ms in times)
        and all(0 <= number <= 1_000_000 for number in numbers)
        and 0 <= handed.at_unix_ms <= _LAST_UNIX_MS
        and 0.0 <= comparison.score <= 1.0
    )


def _shortened(handed: HandedAttempt) -> HandedAttempt:
    attempt = handed.attempt
    comparison = attempt.comparison or Comparison()
    shown = replace(comparison, verdicts=tuple(map(_short_verdict, comparison.verdicts)))
    kept = Attempt(
        attempt_id=clean(attempt.attempt_id, 64), demo_id=attempt.demo_id, title=clean(attempt.title, TITLE_LENGTH),
        version=attempt.version, take=TakeFacts(duration_ms=attempt.take.duration_ms), level=attempt.level,
        steps=tuple(map(plain_step, attempt.steps)), hints=attempt.hints, comparison=shown, disputed=attempt.disputed,
        state=attempt.state,
    )  # fmt: skip
    learner = replace(handed.learner, name=clean(handed.learner.name, NAME_LENGTH))
    return replace(
        handed, attempt=kept, learner=learner, reviewer=clean(handed.reviewer, NAME_LENGTH),
        message=clean(handed.message, REMARK_LENGTH), wish=clean_wish(handed.wish) if handed.wish is not None else None,
    )  # fmt: skip


def _short_verdict(verdict: Verdict) -> Verdict:
    return replace(verdict, seen=clean(verdict.seen, TITLE_LENGTH), wanted=clean(verdict.wanted, TITLE_LENGTH))


def plain_step(step: Step) -> Step:
    """A step with its number, times and words only; the rest is the demo's, in the library."""
    return Step(
        step.start_ms, step.end_ms, number=step.number, title=clean(step.title, TITLE_LENGTH),
        text=clean(step.text, REMARK_LENGTH), at_ms=step.at_ms,
    )  # fmt: skip


def clean_remarks(remarks: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """Remarks as they are kept: one printable line each, none empty, no more than anybody writes or says."""
    cleaned, spoken = list[Remark](), 0
    for one in remarks:
        voice = _believable_voice(one.spoken) if spoken < MOST_SPOKEN else None
        spoken += voice is not None
        kept = replace(one, text=clean(one.text, REMARK_LENGTH), step=max(0, one.step), spoken=voice)
        cleaned += [kept] if kept.text or voice is not None else []
    return tuple(cleaned[:MOST_REMARKS])


def _believable_voice(spoken: SpokenRemark | None) -> SpokenRemark | None:
    """A remark by voice that can be one; None for all else."""
    if spoken is None or not spoken.sound.startswith(OGG) or len(spoken.sound) > LARGEST_SOUND:
        return None
    if not 0 < spoken.duration_ms <= LONGEST_MS:
        return None
    return replace(spoken, words=clean(spoken.words, REMARK_LENGTH))


def believed(data: bytes) -> Feedback:
    """Feedback that came in. Raises LibraryError when it is damaged."""
    feedback = decode_record(data, Feedback, "An answer")
    if not 1 <= feedback.number <= _LAST_MS or not 0 <= feedback.at_unix_ms <= _LAST_UNIX_MS:
        raise LibraryError("An answer is damaged: it is impossible", "Ask for it once more.")
    return replace(feedback, by=clean(feedback.by, NAME_LENGTH), remarks=clean_remarks(feedback.remarks))
