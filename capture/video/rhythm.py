"""When a clip wants a picture that no new one brings: key frames that are due, blurs that turn, spans that run fast.

Pure arithmetic in ticks of the clip. Refuses to know pictures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from capture.model import Blur, Clip, Piece, Region
from capture.video.timeline import TICKS

KEY_EVERY_MS = 2_000
_FOLLOW_MS = 66  # a blur that moves does so fifteen times a second
_SWIFTEST = TICKS * 1000 // 30  # pictures of a span that runs fast lie no closer together: nobody would see each


class Rhythm:
    """The moments of a clip. ``moments_ms`` are those of its own key frames."""

    def __init__(self, clip: Clip, moments_ms: Iterable[int], blurs: Sequence[Blur]) -> None:
        self._clip, self._blurs = clip, blurs
        inside = (ms for ms in moments_ms if 0 < ms < clip.duration_ms)
        self._keys = deque(sorted({ms * TICKS for ms in inside}))
        self._turns = deque(sorted({clip.to_clip(ms) * TICKS for blur in blurs for ms in _turns(blur)}))
        self._last_key = -KEY_EVERY_MS * TICKS
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
        return at >= self._next_key

    @property
    def _next_key(self) -> int:
        due = self._last_key + KEY_EVERY_MS * TICKS
        return min(due, self._keys[0]) if self._keys else due

    def next_before(self, end: int) -> int | None:
        """The next moment before ``end`` at which the standing picture is wanted again."""
        wanted = [self._next_key, *([self._turns[0]] if self._turns else []), *([self._held] if self._held else [])]
        return at if (at := min(wanted)) < end else None

    def passed(self, at: int, *, key: bool) -> None:
        """A picture was shown from ``at`` on."""
        self._shown, self._held = at, None
        self._last_key = at if key else self._last_key
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
