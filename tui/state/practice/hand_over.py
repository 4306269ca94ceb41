"""``HandOverModel``: what of a recording is handed over: its beginning and end, and what is blurred. Pure.

Times are take time. Every change can be taken back.
"""

from __future__ import annotations

from capture.model import Blur
from capture.span import Span, clock
from library.draft import blurs
from library.format import count, join
from library.model import Draft
from library.practice.feedback.preparing import kept_between


class HandOverModel:
    """A recording before it is handed over. ``at_ms`` is the moment that is looked at."""

    def __init__(self, draft: Draft) -> None:
        self.whole, self.at_ms = draft, 0
        self.start_ms, self.end_ms = 0, draft.take.duration_ms
        self._before: list[tuple[Draft, int, int]] = []

    @property
    def duration_ms(self) -> int:
        """Length of the recording."""
        return self.whole.take.duration_ms

    @property
    def draft(self) -> Draft:
        """The recording without what is left out. Raises LibraryError when nothing is left."""
        return kept_between(self.whole, self.start_ms, self.end_ms)

    def go(self, by_ms: int) -> None:
        """Look at another moment, within the recording."""
        self.at_ms = max(0, min(self.at_ms + by_ms, max(0, self.duration_ms - 1)))

    def begin_here(self) -> bool:
        """Leave out what is before this moment; returns whether anything is left then."""
        return self._edge(self.at_ms, self.end_ms)

    def end_here(self) -> bool:
        """Leave out what is after this moment; returns whether anything is left then."""
        return self._edge(self.start_ms, self.at_ms + 1)

    def _edge(self, start_ms: int, end_ms: int) -> bool:
        if not start_ms < end_ms:
            return False
        self._remember()
        self.start_ms, self.end_ms = start_ms, end_ms
        return True

    @property
    def blur_here(self) -> Blur | None:
        """The blur at this moment, the one that was made last."""
        return next(reversed(blurs.blurs_at(self.whole, self.at_ms)), None)

    @property
    def blur_span(self) -> Span:
        """A new blur hides its place all the time: nobody watches whether a window opens once more."""
        return Span(0, self.duration_ms)

    def put_blur(self, old: Blur | None, new: Blur | None) -> None:
        """Add, replace (``old``) or remove (no ``new``) a blur. Raises LibraryError when it hides nothing."""
        draft = self.whole
        if new is not None:
            draft = blurs.add_blur(draft, new) if old is None else blurs.change_blur(draft, old, new)
        elif old is not None:
            draft = blurs.remove_blur(draft, old)
        self._remember()
        self.whole = draft

    def _remember(self) -> None:
        self._before.append((self.whole, self.start_ms, self.end_ms))

    def undo(self) -> bool:
        """Take the last change back; returns whether there was one."""
        if not self._before:
            return False
        self.whole, self.start_ms, self.end_ms = self._before.pop()
        return True

    def facts(self) -> str:
        """``0:52 of 0:58 · 1 place blurred``."""
        kept = self.end_ms - self.start_ms
        length = clock(kept) if kept == self.duration_ms else f"{clock(kept)} of {clock(self.duration_ms)}"
        return join([length, f"{count(len(self.whole.blurs), 'place')} blurred" if self.whole.blurs else ""])

    def bar(self, width: int) -> str:
        """The recording as a line of ``width`` characters: kept ``━``, left out ``·``, the moment ``●``."""
        cells = [self.duration_ms * n // width for n in range(width)]
        line = ["━" if self.start_ms <= at < self.end_ms else "·" for at in cells]
        line[min(width - 1, self.at_ms * width // max(1, self.duration_ms))] = "●"
        return "".join(line)
