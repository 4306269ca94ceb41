"""KeyframeSchedule: when a clip needs an extra picture: key frames, moving blurs, spans that run fast.

A key frame is due at each step, so that a player can seek there at once, and where seeking elsewhere would have too
much to decode since the last one. That is counted in pictures, not seconds: a still screen sends one a second, and ten
of those are fast to decode. Pure arithmetic in ticks of the clip. Does not handle pictures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from capture.model import Blur, Clip, Piece, Region
from capture.video.media_file import TICKS

KEY_EVERY = 60
"""Most pictures between key frames where each is encoded: two seconds of motion, a minute of a still screen."""
KEY_EVERY_COPIED = 150
"""The same where they are copied from a take: a picture with few changes takes a third of the time to decode."""
_REPEAT_MS = 5_000  # an unchanged picture is repeated, so that players find one near any time
_BLUR_STEP_MS = 66  # a moving blur is updated fifteen times a second
_MIN_INTERVAL = TICKS * 1000 // 30  # least distance of pictures in a span that runs fast


class KeyframeSchedule:
    """Schedule of a clip. ``moments_ms`` are clip times that need a key frame, ``most`` pictures lie between two."""

    def __init__(self, clip: Clip, moments_ms: Iterable[int], blurs: Sequence[Blur], most: int = KEY_EVERY) -> None:
        self._clip, self._blurs = clip, blurs
        inside = (ms for ms in moments_ms if 0 < ms < clip.duration_ms)
        self._keys = deque(sorted({ms * TICKS for ms in inside}))
        self._moves = deque(sorted({clip.to_clip(ms) * TICKS for blur in blurs for ms in _moves(blur)}))
        self._most, self._since_key = most, most  # the first picture is a key frame
        self._delayed: int | None = None
        self._shown = 0

    def clip_ticks(self, piece: Piece, take_ticks: int) -> int:
        """Clip ticks of take ticks inside a piece."""
        return piece.clip_ms * TICKS + (take_ticks - piece.start_ms * TICKS) // piece.factor

    def shows(self, at: int, piece: Piece) -> bool:
        """Whether a picture that arrives at ``at`` is shown now; one that arrives too early is shown slightly later."""
        if piece.factor == 1 or at - self._shown >= _MIN_INTERVAL:
            return True
        self._delayed = self._shown + _MIN_INTERVAL
        return False

    def key_due(self, at: int) -> bool:
        """Whether the picture shown from ``at`` on must be a key frame."""
        return self._since_key >= self._most or bool(self._keys and self._keys[0] <= at)

    def next_before(self, end: int) -> int | None:
        """The next tick before ``end`` at which the current picture is needed again; None without one."""
        wanted = [self._shown + _REPEAT_MS * TICKS, *(moments[0] for moments in (self._keys, self._moves) if moments)]
        wanted += [self._delayed] if self._delayed else []
        return at if (at := min(wanted)) < end else None

    def record(self, at: int, *, key: bool, new: bool = True) -> None:
        """Note that a picture was shown from ``at`` on; ``new`` is false where the current one was not repeated."""
        self._shown, self._delayed = at, None
        self._since_key = 1 if key else self._since_key + new
        for moments in (self._keys, self._moves):
            while moments and moments[0] <= at:
                moments.popleft()

    def blurs(self, at: int) -> list[Region]:
        """The blurred regions of the picture shown from ``at`` on."""
        if not self._blurs:
            return []
        take_ms = self._clip.to_take(at // TICKS)
        return [blur.at(take_ms) for blur in self._blurs if blur.contains(take_ms)]


def _moves(blur: Blur) -> Iterable[int]:
    return (*range(blur.start_ms, blur.end_ms, _BLUR_STEP_MS if blur.until else blur.duration_ms or 1), blur.end_ms)
