"""LookLog: how often the learner looked a demo up lately, so that she is asked once whether to practise it.

The looks lie in the learner's own folder; nothing of them counts views for others. Whoever was asked is not asked
again, and her looks at that demo are not kept any more.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from library.model import Demo, PracticeMode
from library.practice.prompts.log import PROMPT, now_ms
from library.practice.prompts.model import Looks, Prompt
from library.practice.store import PracticeStore

LOOKS = "looks"
"""The kind of these records in the store."""
OFTEN, WITHIN_DAYS = 4, 14
_DAY_MS = 24 * 3_600_000
_APART_MS = 3_600_000
"""Looks nearer to each other are one: somebody is at the task."""


class LookLog:
    """The looks of one user. Raises LibraryError."""

    def __init__(self, store: PracticeStore, *, clock: Callable[[], int] = now_ms) -> None:
        self.store, self.clock = store, clock

    def note(self, demo: Demo) -> None:
        """Note that a demo was looked up, where that may lead to a question."""
        if demo.practice.mode is PracticeMode.LOOK_UP or not demo.steps:
            return
        known = self._known(demo.demo_id) or Looks(demo_id=demo.demo_id, title=demo.title)
        if known.asked_unix_ms or any(one.demo_id == demo.demo_id for one in self.store.readable(PROMPT, Prompt)[0]):
            return
        now, lately = self.clock(), self._lately(known)
        if lately and now - lately[-1] < _APART_MS:
            return
        self._keep(replace(
            known, title=demo.title, at_unix_ms=(*lately, now)[-OFTEN:], takes_ms=2 * demo.clip.duration_ms
        ))  # fmt: skip
        self._forget_old()

    def question(self) -> Looks | None:
        """A demo that was looked up so often that the learner may want to practise it; None when there is none.

        A question stands for a fortnight after ``told``, and until it is answered.
        """
        now = self.clock()
        found = self.store.readable(LOOKS, Looks)[0]
        practised = {one.demo_id for one in self.store.readable(PROMPT, Prompt)[0]} if found else set()
        open_ = [one for one in found if not one.answered and one.demo_id not in practised]
        asked = [one for one in open_ if one.asked_unix_ms and now - one.asked_unix_ms < WITHIN_DAYS * _DAY_MS]
        often = [one for one in open_ if not one.asked_unix_ms and len(self._lately(one)) >= OFTEN]
        return next(iter([*asked, *often]), None)

    def told(self, looks: Looks) -> None:
        """The learner was asked: no look at that demo is kept from now on."""
        if not looks.asked_unix_ms:
            self._keep(replace(looks, at_unix_ms=(), asked_unix_ms=self.clock()))

    def answered(self, demo_id: str) -> None:
        """The learner said yes or no."""
        if (known := self._known(demo_id)) is not None:
            self._keep(replace(known, at_unix_ms=(), asked_unix_ms=known.asked_unix_ms or self.clock(), answered=True))

    def _lately(self, looks: Looks) -> tuple[int, ...]:
        """The looks of the last fortnight; those that lie ahead are by a clock that was wrong."""
        now = self.clock()
        return tuple(at for at in looks.at_unix_ms if now - WITHIN_DAYS * _DAY_MS < at <= now)

    def _known(self, demo_id: str) -> Looks | None:
        return next((one for one in self.store.readable(LOOKS, Looks)[0] if one.demo_id == demo_id), None)

    def _keep(self, looks: Looks) -> None:
        self.store.put(LOOKS, looks.demo_id, looks, at_unix_ms=self.clock(), demo_id=looks.demo_id)

    def _forget_old(self) -> None:
        for one in self.store.readable(LOOKS, Looks)[0]:
            if not one.asked_unix_ms and not self._lately(one):
                self.store.remove(LOOKS, one.demo_id)
