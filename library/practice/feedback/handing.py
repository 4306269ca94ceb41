"""HandOvers: the learner's side: hand an attempt to one person, see what comes back, take it back.

Owns that nothing leaves the learner's folder before, that only a sealed file leaves it then, and that what was handed
over is known even after a crash in the middle. Answers are believed only from who could open the file.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from library.model import LibraryError, Unreachable
from library.practice.attempts import AttemptLog
from library.practice.feedback.badge import clean_wish, read_badge
from library.practice.feedback.model import (
    BadgeWish,
    Feedback,
    FeedbackOutcome,
    HandedAttempt,
    HandOver,
    HandOverState,
    OwnKey,
    Person,
)
from library.practice.feedback.package import HAND_ID, LARGEST_ANSWER, REMARK_LENGTH, believed, pack
from library.practice.feedback.people import KeyTrust, People
from library.practice.feedback.seal import seal, unseal
from library.practice.feedback.spoken import OPENED
from library.practice.model import Attempt, AttemptState
from library.practice.store import PracticeStore
from library.records import NewerRecord
from library.storage.shelf import FileShelf
from library.text import clean

FOLDER = "handed"
HAND_OVER = "hand_over"
"""The kind of these records in the PracticeStore."""
_ANSWER = re.compile(rf"({HAND_ID.pattern})\.[0-9a-f]{{8}}\.age")


class KeyChanged(LibraryError):
    """The person has another key in the library than when this user first handed them something."""


class NoSigningKey(LibraryError):
    """The person joined before there were badges."""


class HandOvers:
    """What a learner handed over in one library. Every method may raise LibraryError."""

    def __init__(self, shelf: FileShelf, log: AttemptLog, people: People, library: str) -> None:
        self._shelf, self._log, self._people, self._library = shelf, log, people, library

    @property
    def _store(self) -> PracticeStore:
        return self._log.store

    def every(self, attempt_id: str = "") -> list[HandOver]:
        """Every hand-over in this library, oldest first; those of one attempt when it is named."""
        return [one for one in kept_hand_overs(self._store, attempt_id) if one.library == self._library]

    def hand(
        self, attempt: Attempt, prepared: Attempt, clip: Path, person: Person, *, message: str = "",
        new_key: bool = False, wish: BadgeWish | None = None,
    ) -> HandOver:  # fmt: skip
        """Seal an attempt for a person and this user, and put it into the library.

        ``prepared`` and ``clip`` are what is sealed of it. ``new_key``: the user accepts that the person's key is
        another one than before. ``wish``: the badge that the person is to sign with a sign-off. Raises KeyChanged,
        KeyTaken, NoSigningKey; LibraryError when it cannot be written, and then the attempt is the learner's alone as
        before.
        """
        if wish is not None and not person.signing_key:
            what = f"{person.name} joined before there were badges, and can sign none"
            raise NoSigningKey(what, "They join anew, once: showhow feedback join. Or hand it over without --badge.")
        if self._people.trust(person) is KeyTrust.CHANGED and not new_key:
            what = f"The key of “{person.name}” in the library is another one than before"
            raise KeyChanged(what, "Ask them whether it is theirs; then hand it over with --new-key.")
        me, key = self._people.join(), self._own_key()
        if person.public_key == key.public_key:
            raise LibraryError("That is you", "Hand it to somebody else; you see it anyway.")
        made = _hand_over(attempt, person, self._library, message, wish)
        handed = HandedAttempt(
            hand_id=made.hand_id, secret=made.secret, learner=me, reviewer=person.name, attempt=prepared,
            message=made.message, at_unix_ms=made.at_unix_ms, wish=made.wish,
        )  # fmt: skip
        sealed = seal(pack(handed, clip), (person.public_key, key.public_key))
        self._keep(made)  # first: what lies in the library must be known, or it could not be taken back
        try:
            self._shelf.write(f"{made.hand_id}.age", sealed)
        except LibraryError:
            self._undo(made)
            raise
        self._people.remember(person)
        self._log.change(attempt, lambda now: replace(now, state=AttemptState.HANDED_OVER))
        return made

    def _undo(self, made: HandOver) -> None:
        """Forget what could not be written, unless it may lie there: a connection can break after the last byte."""
        with suppress(LibraryError):
            self._remove_files(made)
        with suppress(LibraryError):
            if f"{made.hand_id}.age" not in self._shelf.sizes():
                self._store.remove(HAND_OVER, made.hand_id)

    def _own_key(self) -> OwnKey:
        if (key := self._people.own_key()) is None:
            raise LibraryError("Your key is gone", "Make a new one: showhow feedback join --replace")
        return key

    def take_back(self, hand_over: HandOver) -> HandOver:
        """Remove it from the library, with what was answered there; what came back already stays the learner's."""
        self._remove_files(hand_over)
        taken = self._change(hand_over, state=HandOverState.TAKEN_BACK)
        self._settle(taken.attempt_id)
        return taken

    def _remove_files(self, hand_over: HandOver) -> None:
        self._shelf.remove(f"{hand_over.hand_id}.age")
        for name in self._answers(hand_over, self._shelf.sizes()):
            self._shelf.remove(name)

    def _settle(self, attempt_id: str) -> None:
        """The attempt is the learner's alone again once nobody else has it."""
        lies = any(one.lies_in_library for one in kept_hand_overs(self._store, attempt_id))
        state = AttemptState.HANDED_OVER if lies else AttemptState.MINE
        found = next((one for one in self._log.list() if one.attempt_id == attempt_id), None)
        if found is not None and found.state in {AttemptState.HANDED_OVER, AttemptState.MINE} - {state}:
            self._log.change(found, lambda now: replace(now, state=state))

    def look(self) -> list[HandOver]:
        """Fetch what was answered since, and notice what was removed; all hand-overs as they are now."""
        kept = kept_hand_overs(self._store)
        if not kept:
            return []
        there = self._shelf.sizes()
        for one in kept:
            if one.library != self._library and f"{one.hand_id}.age" in there:  # the library has another address now
                self._change(one, library=self._library)
        return [self._looked(one, there) for one in self.every()]

    def _looked(self, one: HandOver, there: dict[str, int]) -> HandOver:
        answers = self._answers(one, there)
        if one.state is HandOverState.TAKEN_BACK:
            for name in answers:  # written while it was taken back
                self._shelf.remove(name)
            return one
        new = [name for name in answers if _named(name, there) not in one.seen]
        lies = f"{one.hand_id}.age" in there
        if not new and lies == one.lies_in_library:
            return one
        opened = dict[str, Feedback | None]()
        for name in new:
            with suppress(NewerRecord):  # it is opened once showhow was updated
                opened[_named(name, there)] = self._opened(one, name)
        looked = self._update(one, lambda now: _with_answers(now, opened, lies=lies))
        if lies != one.lies_in_library:
            self._settle(one.attempt_id)
        return looked

    def _opened(self, one: HandOver, name: str) -> Feedback | None:
        """An answer that is one; None for what somebody else wrote, what is damaged, or what is gone again."""
        try:
            data = self._shelf.read(name, LARGEST_ANSWER)
            feedback = believed(unseal(data, self._own_key())) if data is not None else None
        except (Unreachable, NewerRecord):
            raise
        except LibraryError:
            return None
        if feedback is None or feedback.hand_id != one.hand_id:
            return None
        if not hmac.compare_digest(feedback.secret, one.secret):
            return None
        return replace(feedback, by=one.to, badge=_good_badge(one, feedback))

    def trouble(self, one: HandOver) -> str:
        """Why nobody will answer, in one line; empty when all is well."""
        if one.state is HandOverState.GONE:
            return f"“{one.title}”, handed to {one.to}, was removed from the library; hand it over again"
        if one.state is not HandOverState.WAITING:
            return ""
        person = self._people.find_or_none(one.to)
        if person is None:
            return f"{one.to} looks at no tries any more; take “{one.title}” back: showhow mine take-back"
        if person.public_key != one.to_key:
            return f"{one.to} has another key now and cannot open “{one.title}”; take it back and hand it over again"
        return ""

    def told(self, one: HandOver, line: str) -> None:
        """Remember that the learner knows a line."""
        digest = hashlib.sha256(line.encode()).hexdigest()[:16]
        if digest not in one.told:
            self._update(one, lambda now: replace(now, told=tuple(dict.fromkeys((*now.told, digest)))))

    def knows(self, one: HandOver, line: str) -> bool:
        """Whether the learner knows a line."""
        return hashlib.sha256(line.encode()).hexdigest()[:16] in one.told

    def forget(self, attempt_id: str = "") -> None:
        """Take everything back (of one attempt) and delete its records. Raises LibraryError where that fails."""
        for one in self.every(attempt_id):
            self._remove_files(one)
            self._store.remove(HAND_OVER, one.hand_id)
            shutil.rmtree(self._store.folder / OPENED / one.hand_id, ignore_errors=True)  # remarks that were played

    @property
    def address(self) -> str:
        """The library's address, as it stands in a HandOver."""
        return self._library

    @staticmethod
    def _answers(one: HandOver, there: dict[str, int]) -> list[str]:
        return sorted(name for name in there if (found := _ANSWER.fullmatch(name)) and found[1] == one.hand_id)

    def _keep(self, one: HandOver) -> None:
        self._store.put(HAND_OVER, one.hand_id, one, at_unix_ms=one.at_unix_ms, demo_id=one.demo_id)

    def _change(self, one: HandOver, **values: object) -> HandOver:
        return self._update(one, lambda now: replace(now, **values))

    def _update(self, one: HandOver, change: Callable[[HandOver], HandOver]) -> HandOver:
        """Change what is kept now, which another program may have changed since ``one`` was read."""
        changed = self._store.update(HAND_OVER, one.hand_id, HandOver, change)
        return changed if changed is not None else change(one)


def _with_answers(now: HandOver, opened: dict[str, Feedback | None], *, lies: bool) -> HandOver:
    """With answers by their entries in ``seen``, each once; the same answer under a second name is no other one.

    ``lies``: whether the hand-over lies in the library. What was taken back meanwhile stays taken back.
    """
    said = [feedback for feedback in opened.values() if feedback is not None and feedback not in now.feedback]
    every = tuple(sorted((*now.feedback, *dict.fromkeys(said)), key=lambda one: one.number))
    here = HandOverState.ANSWERED if every else HandOverState.WAITING
    state = now.state if now.state is HandOverState.TAKEN_BACK else here if lies else HandOverState.GONE
    return replace(now, feedback=every, seen=tuple(dict.fromkeys((*now.seen, *opened))), state=state)


def _named(name: str, there: dict[str, int]) -> str:
    """An answer as it stands in ``seen``: with its size, since a program that syncs folders may not be done with it."""
    return f"{name} {there[name]}"


def kept_hand_overs(store: PracticeStore, attempt_id: str = "") -> list[HandOver]:
    """Every hand-over in whatever library; those of one attempt when it is named. Raises LibraryError."""
    return [one for one in store.all(HAND_OVER, HandOver) if attempt_id in {"", one.attempt_id}]


def lies_elsewhere(handed: Iterable[HandOver], here: str) -> str:
    """The address of a library other than ``here`` in which one of these lies; empty when there is none."""
    return min((one.library for one in handed if one.lies_in_library and one.library != here), default="")


def _good_badge(one: HandOver, feedback: Feedback) -> str:
    """The badge that came back, if it is the one that was asked for, signed with the key that was published then."""
    if one.wish is None or feedback.outcome is not FeedbackOutcome.SIGNED_OFF:
        return ""
    return feedback.badge if read_badge(feedback.badge, one.wish, one.to, one.to_signing_key) is not None else ""


def _hand_over(
    attempt: Attempt, person: Person, library: str, message: str, wish: BadgeWish | None
) -> HandOver:  # fmt: skip
    return HandOver(
        hand_id=new_hand_id(person.public_key), attempt_id=attempt.attempt_id, demo_id=attempt.demo_id,
        title=attempt.title, to=person.name, to_key=person.public_key, secret=secrets.token_hex(32), library=library,
        message=clean(message, REMARK_LENGTH), at_unix_ms=round(time.time() * 1000),
        wish=clean_wish(wish) if wish is not None else None, to_signing_key=person.signing_key,
    )  # fmt: skip


def new_hand_id(public_key: str) -> str:
    """A random id whose end fits one public key, so that nobody has to open files that are not for them."""
    random = secrets.token_hex(8)
    return f"{random}-{_mark(random, public_key)}"


def is_for(hand_id: str, public_key: str) -> bool:
    """Whether a hand-over is for that key, as its id says."""
    random, _, mark = hand_id.partition("-")
    return mark == _mark(random, public_key)


def _mark(random: str, public_key: str) -> str:
    return hashlib.sha256(f"{random} {public_key}".encode()).hexdigest()[:8]
