"""Chooses the sound tracks of a video file that are heard and kept, by where something is said. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from capture.span import Span, merge

_AS_MUCH = 0.95
"""Of tracks with nearly the same speech the first is taken."""
_MORE_MS, _MORE_SHARE = 1_000, 0.1


class TrackSound(msgspec.Struct, frozen=True):
    """What is in a track: the spans of speech in it, and whether there is any sound."""

    speech: tuple[Span, ...]
    sounds: bool


def chosen_tracks(tracks: Sequence[TrackSound]) -> tuple[int, ...]:
    """The track in which most is said, with those in which something is said while it is silent.

    Recorders write a mix and its parts, or each speaker apart. Where nothing is said, the first with sound.
    """
    spoken = [sum(span.duration_ms for span in track.speech) for track in tracks]
    if not max(spoken, default=0):
        return (next((at for at, track in enumerate(tracks) if track.sounds), 0),)
    chosen = [next(at for at, ms in enumerate(spoken) if ms >= _AS_MUCH * max(spoken))]
    for at in sorted(range(len(tracks)), key=lambda at: -spoken[at]):
        heard = merge(span for one in chosen for span in tracks[one].speech)
        more_ms = sum(span.duration_ms - _covered_ms(span, heard) for span in tracks[at].speech)
        if at not in chosen and more_ms >= max(_MORE_MS, _MORE_SHARE * max(spoken)):
            chosen.append(at)
    return tuple(sorted(chosen))


def _covered_ms(span: Span, heard: Sequence[Span]) -> int:
    return sum(span.overlap_ms(one) for one in heard)


def tracks_note(count: int, chosen: Sequence[int]) -> str:
    """One line on which of ``count`` tracks are heard and kept."""
    names = " and ".join(str(track + 1) for track in chosen)
    which = f"track {names} is" if len(chosen) == 1 else f"tracks {names}, mixed, are"
    return f"The recording has {count} sound tracks; {which} heard and kept."
