"""When a clip wants a picture that no new one brings: key frames that are due, blurs that turn, spans that run fast.

A key frame is due at each step, so that a player lands there at once, and where a player that lands elsewhere would
have too much to decode since the last one. That is counted in pictures, not seconds: a still screen sends one a second,
and ten of those cost a player nothing. Pure arithmetic in ticks of the clip. Refuses to know pictures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from capture.model import Blur, Clip, Piece, Region
from capture.video.media_file import TICKS

KEY_EVERY = 60
"""Pictures from one key frame to the next at most, where each is encoded: two seconds of a film, a minute of rest."""
KEY_EVERY_COPIED = 150
"""The same where they are copied from a take: a picture of which little changed costs a player a third."""
_STANDS_MS = 5_000  # a picture that stands comes again: players that look for one near a moment find it
_FOLLOW_MS = 66  # a blur that moves does so fifteen times a second
_SWIFTEST = TICKS * 1000 // 30  # pictures of a span that runs fast lie no closer together: nobody would see each


class KeyframeSchedule:
    """The moments of a clip. ``moments_ms`` are those of its own key frames, ``most`` pictures lie between two."""

    def __init__(self, clip: Clip, moments_ms: Iterable[int], blurs: Sequence[Blur], most: int = KEY_EVERY) -> None:
        self._clip, self._blurs = clip, blurs
        inside = (ms for ms in moments_ms if 0 < ms < clip.duration_ms)
        self._keys = deque(sorted({ms * TICKS for ms in inside}))
        self._turns = deque(sorted({clip.to_clip(ms) * TICKS for blur in blurs for ms in _turns(blur)}))
        self._most, self._since_key = most, most  # the first picture is a key frame
        self._held: int | None = None
        self._shown = 0

    def place(self, piece: Piece, take_ticks: int) -> int:
        """Where in the clip a moment of a piece lies."""
        return piece.clip_ms * TICKS + (take_ticks - piece.start_ms * TICKS) // piece.factor

    def shows(self, at: int, piece: Piece) -> bool:
        """Whether a picture that comes at ``at`` is shown now; one that comes too soon is shown a little later."""
        if piece.factor == 1 or at - self._shown >= _SWIFTEST:
            return True
        self._held = self._shown + _SWIFTEST
        return False

    def key_due(self, at: int) -> bool:
        """Whether the picture shown from ``at`` on must be a key frame."""
        return self._since_key >= self._most or bool(self._keys and self._keys[0] <= at)

    def next_before(self, end: int) -> int | None:
        """The next moment before ``end`` at which the standing picture is wanted again."""
        wanted = [self._shown + _STANDS_MS * TICKS, *(moments[0] for moments in (self._keys, self._turns) if moments)]
        wanted += [self._held] if self._held else []
        return at if (at := min(wanted)) < end else None

    def passed(self, at: int, *, key: bool, new: bool = True) -> None:
        """A picture was shown from ``at`` on; not a ``new`` one where the standing one stays as it is."""
        self._shown, self._held = at, None
        self._since_key = 1 if key else self._since_key + new
        for moments in (self._keys, self._turns):
            while moments and moments[0] <= at:
                moments.popleft()

    def veils(self, at: int) -> list[Region]:
        """The rectangles that are blurred in the picture shown from ``at`` on."""
        if not self._blurs:
            return []
        take_ms = self._clip.to_take(at // TICKS)
        return [blur.at(take_ms) for blur in self._blurs if blur.contains(take_ms)]


def _turns(blur: Blur) -> Iterable[int]:
    return (*range(blur.start_ms, blur.end_ms, _FOLLOW_MS if blur.until else blur.duration_ms or 1), blur.end_ms)
