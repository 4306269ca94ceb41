"""Finds the captions that a video file already has: beside it, by its name, or inside it.

Owns which file belongs to which video, and what is told of it. The forms are in ``transcribe/caption_files.py``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from capture.errors import VideoError
from library.files import library_errors, read_bounded
from library.model import LibraryError
from transcribe.caption_files import Cue, read_captions, tidied, transcript_of
from transcribe.model import Transcript

KINDS = (".vtt", ".srt", ".sbv")
_LARGEST = 16 << 20
_SIZE = re.compile(r"_\d{3,5}x\d{3,5}$")  # Zoom: GMT20260101-090000_Recording_1920x1080.mp4
_MORE = re.compile(r"\.(?:transcript|captions?|subtitles?|cc|sdh|forced|[a-z]{2,3}(?:[-_][a-z0-9]{2,4})?)$")
_TWO_LETTERS = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt",
    "nld": "nl", "dut": "nl", "pol": "pl", "swe": "sv", "dan": "da", "nor": "no", "fin": "fi", "ces": "cs", "cze": "cs",
    "rus": "ru", "ukr": "uk", "tur": "tr", "ara": "ar", "heb": "he", "hin": "hi", "jpn": "ja", "zho": "zh", "chi": "zh",
    "kor": "ko", "vie": "vi", "tha": "th",
}  # fmt: skip


class Captioned(NamedTuple):
    """The words from captions, and a line on where they are from."""

    transcript: Transcript
    note: str


def captions_beside(video: Path) -> list[Path]:
    """The caption files that belong to a video: of its name, also with a language; the likeliest first."""
    names = {video.stem.casefold(), _SIZE.sub("", video.stem).casefold()}
    try:
        near = [path for path in video.parent.iterdir() if path.suffix.lower() in KINDS]
    except OSError:  # a folder that may be passed through but not listed
        return []
    found = [path for path in near if not names.isdisjoint(_bare_names(path)) and path.is_file()]
    return sorted(found, key=lambda path: (len(path.name), KINDS.index(path.suffix.lower()), path.name))


def carried_captions(video: Path, name: str) -> dict[str, Path]:
    """The caption file that goes along when a video is sent as ``name.*``, by its name there; it keeps its language."""
    named = ((path, _named_language(path)) for path in captions_beside(video)[:1])
    return {f"{name}{f'.{code}' if code else ''}{path.suffix.lower()}": path for path, code in named}


def _bare_names(path: Path) -> set[str]:
    """The names of a video that a caption file may belong to: ``talk.en.vtt`` to ``talk``, ``talk.mp4.vtt`` too."""
    name = path.stem.casefold()
    names = {name, name.rpartition(".")[0] or name}
    while (shorter := _MORE.sub("", name)) != name:
        name = shorter
        names.add(name)
    return names


def captions_of(video: Path, duration_ms: int) -> tuple[Captioned | None, tuple[str, ...]]:
    """The words of the captions beside a video or in it; None without, and notes on captions that cannot be read."""
    notes: list[str] = []
    for path in captions_beside(video):
        try:
            with library_errors(f"read {path}"):
                cues, language = read_captions(read_bounded(path, _LARGEST))
        except LibraryError as error:
            notes.append(str(error))
            continue
        language = language or _named_language(path)
        if (found := _captioned(cues, duration_ms, language, path.name)) is not None:
            return found, tuple(notes)
        notes.append(f"{path.name} holds no captions that can be read; it was left out.")
    return _inside(video, duration_ms), tuple(notes)


def _inside(video: Path, duration_ms: int) -> Captioned | None:
    from capture.video.subtitles import text_track

    try:
        track = text_track(video)
    except VideoError:  # the recording itself is read elsewhere, which says what is wrong
        return None
    if track is None:
        return None
    cues = tidied(Cue(start, end, text=text) for start, end, text in track.lines)
    return _captioned(cues, duration_ms, track.language, "the captions in it")


def _captioned(cues: list[Cue], duration_ms: int, language: str, origin: str) -> Captioned | None:
    transcript = transcript_of(cues, duration_ms, _TWO_LETTERS.get(language, language))
    if not transcript.words:
        return None
    speakers = sorted({cue.speaker for cue in cues if cue.speaker})
    by = f", spoken by {', '.join(speakers[:6])}{', …' if len(speakers) > 6 else ''}" if speakers else ""
    return Captioned(transcript, f"Its words are from {origin}{by}. To hear it instead: showhow transcribe DEMO")


def _named_language(path: Path) -> str:
    """The language in a name like ``talk.de.vtt``."""
    code = path.stem.rpartition(".")[2].casefold().partition("-")[0] if "." in path.stem else ""
    return code if code in _TWO_LETTERS or code in _TWO_LETTERS.values() else ""
