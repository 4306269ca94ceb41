"""Reviews: the reviewer's side: what was handed to this user, its clip, remarks at its steps, signing off or once more.

Owns that nothing is opened that is too large, that a damaged file hides no other, and that what its learner took back
leaves this machine at the next look.
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Callable, Container, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from capture.files import write_bytes
from library.files import library_errors
from library.model import LibraryError, Unreachable
from library.practice.feedback.badge import made_badge
from library.practice.feedback.handing import is_for
from library.practice.feedback.model import (
    Feedback,
    FeedbackOutcome,
    OwnKey,
    ReceivedAttempt,
    Remark,
    SpokenRemark,
    UnreadableHandOver,
)
from library.practice.feedback.package import HAND_ID, LARGEST, MOST_SPOKEN, clean_remarks, unpack
from library.practice.feedback.people import People
from library.practice.feedback.preparing import VIDEO
from library.practice.feedback.seal import SealedForOthers, seal, unseal
from library.practice.feedback.spoken import OPENED
from library.practice.model import Attempt
from library.practice.store import PracticeStore
from library.records import NewerRecord
from library.storage.shelf import FileShelf

RECEIVED, UNREADABLE = "received", "unreadable_hand_over"
"""The kinds of these records in the PracticeStore."""
_HANDED = re.compile(rf"({HAND_ID.pattern})\.age")
_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700
_MOST = 500
"""Files that are opened in one look; more are not handed to one person but to fill a disk."""
_ANY_SIZE = -1
"""Of a file that is opened again at each look."""


class TakenBack(LibraryError):
    """Its learner took it back, or it was removed."""


class ReviewNews(msgspec.Struct, frozen=True, kw_only=True):
    """What a look found: all that lies there now, those that are new, those taken back since, troubles in a line.

    ``new_troubles`` are those that no look found before.
    """

    received: tuple[ReceivedAttempt, ...] = ()
    new: tuple[ReceivedAttempt, ...] = ()
    taken_back: tuple[ReceivedAttempt, ...] = ()
    troubles: tuple[str, ...] = ()
    new_troubles: tuple[str, ...] = ()


class Reviews:
    """What was handed to this user in one library. Every method may raise LibraryError."""

    def __init__(self, shelf: FileShelf, store: PracticeStore, people: People, library: str) -> None:
        self._shelf, self._store, self._people, self._library = shelf, store, people, library

    def look(self) -> ReviewNews:
        """Open what is new, and drop what was taken back. Nothing at all for a user who never joined."""
        if (key := self._people.own_key()) is None:
            return ReviewNews()
        sizes = self._shelf.sizes()
        there = {found[1]: size for name, size in sizes.items() if (found := _HANDED.fullmatch(name))}
        known = {one.hand_id: one for one in self._kept(there)}
        gone = [one for hand_id, one in known.items() if hand_id not in there]
        for one in gone:
            self._drop(one.hand_id)
        self._sweep()
        mine = [hand_id for hand_id in sorted(there) if hand_id not in known and is_for(hand_id, key.public_key)]
        unreadable = {one.hand_id: one for one in self._store.all(UNREADABLE, UnreadableHandOver)}
        new, troubles = self._opened(((hand_id, there[hand_id]) for hand_id in mine), key, unreadable)
        self._forget_troubles(there)
        kept = [one for hand_id, one in known.items() if hand_id in there]
        every = sorted((*kept, *new), key=lambda one: (one.handed.at_unix_ms, one.hand_id))
        before = {one.why for one in unreadable.values()}
        return ReviewNews(
            received=tuple(every), new=tuple(new), taken_back=tuple(gone), troubles=tuple(troubles),
            new_troubles=tuple(line for line in troubles if line not in before),
        )  # fmt: skip

    def _kept(self, there: Container[str]) -> list[ReceivedAttempt]:
        """What is kept of this library, and what lies ``there`` now and was found at another address before."""
        every = self._store.all(RECEIVED, ReceivedAttempt)
        moved = [one for one in every if one.library != self._library and one.hand_id in there]
        return [
            *(one for one in every if one.library == self._library),
            *(self._change(one, library=self._library) for one in moved),
        ]

    def _opened(
        self, files: Iterable[tuple[str, int]], key: OwnKey, unreadable: Mapping[str, UnreadableHandOver]
    ) -> tuple[list[ReceivedAttempt], list[str]]:  # fmt: skip
        """What is new, and troubles in a line each; the rest of very many is opened at the next look."""
        new, troubles, left = list[ReceivedAttempt](), list[str](), _MOST
        for hand_id, size in files:
            known = unreadable.get(hand_id)
            if known is not None and known.size == size:
                troubles += [known.why] if known.why else []
                continue
            if not left:
                continue
            left -= 1
            try:
                received = self._received(hand_id, size, key)
            except SealedForOthers:  # its name says otherwise; anybody can write such a name
                self._note_unreadable(hand_id, size, "")
                continue
            except Unreachable:
                raise
            except LibraryError as error:
                troubles.append(f"A try that was handed to you cannot be opened: {error.what}")
                newer = isinstance(error, NewerRecord)  # it can be opened once showhow was updated
                self._note_unreadable(hand_id, _ANY_SIZE if newer else size, troubles[-1])
                continue
            if received is not None:
                self._keep(received)
                new.append(received)
        return new, troubles

    def _received(self, hand_id: str, size: int, key: OwnKey) -> ReceivedAttempt | None:
        """What is in a file; None when it is gone again. Raises SealedForOthers, LibraryError."""
        if size > LARGEST:
            raise LibraryError(f"It has more than {LARGEST >> 20} MiB", "It was not opened.")
        data = self._shelf.read(f"{hand_id}.age", LARGEST)
        if data is None:
            return None
        handed, _ = unpack(unseal(data, key), hand_id)
        person = self._people.find_or_none(handed.learner.name)
        vouched = person is not None and person.public_key == handed.learner.public_key
        return ReceivedAttempt(handed=handed, library=self._library, vouched=vouched)

    def _note_unreadable(self, hand_id: str, size: int, why: str) -> None:
        """Remember not to open it again as it is; ``why`` is told each time it is listed."""
        now = round(time.time() * 1000)
        self._store.put(UNREADABLE, hand_id, UnreadableHandOver(hand_id=hand_id, size=size, why=why), at_unix_ms=now)

    def _forget_troubles(self, there: Iterable[str]) -> None:
        for one in self._store.all(UNREADABLE, UnreadableHandOver):
            if one.hand_id not in there:
                self._store.remove(UNREADABLE, one.hand_id)

    def find(self, name: str) -> ReceivedAttempt:
        """The one of an id or of the beginning of one, of those that lie there now. Raises LibraryError."""
        found = [one for one in self.look().received if name and one.hand_id.startswith(name)]
        if len(found) != 1:
            what = f"“{name}” could be {len(found)} tries" if found else f"No try “{name}” was handed to you"
            raise LibraryError(what, "See what waits: showhow feedback list")
        return found[0]

    def attempt(self, received: ReceivedAttempt) -> Attempt:
        """The attempt with its clip on this machine, where only this user may read it. Raises TakenBack.

        The clip is deleted with the attempt, once its learner took it back.
        """
        folder = self._store.folder / OPENED / received.hand_id
        video = folder / VIDEO
        if (data := self._shelf.read(f"{received.hand_id}.age", LARGEST)) is None:
            raise self._taken_back(received)
        if not video.is_file():
            key = self._people.own_key()
            if key is None:
                raise LibraryError("Your key is gone, and without it nothing can be opened", "Ask for the try again.")
            _, clip = unpack(unseal(data, key), received.hand_id)
            with library_errors(f"write {video}"):
                for made in (folder.parent, folder):
                    made.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
                write_bytes(video, clip, _PRIVATE)
        attempt = received.handed.attempt
        return replace(attempt, take=replace(attempt.take, path=str(folder)))

    def _taken_back(self, received: ReceivedAttempt) -> TakenBack:
        self._drop(received.hand_id)
        return TakenBack(f"{received.handed.learner.name} took this try back", "It is gone from here too.")

    def remark(self, received: ReceivedAttempt, step: int, text: str) -> ReceivedAttempt:
        """Write a remark down at a step (0: all of it), in the place of one of yours there; without a text none.

        What was said there by voice stays. It is sent with the decision. Raises LibraryError: no such step.
        """
        return self._put(received, step, lambda there: replace(there, text=text))

    def speak(self, received: ReceivedAttempt, step: int, spoken: SpokenRemark | None) -> ReceivedAttempt:
        """Keep a remark by voice at a step, in the place of one of yours there; None takes it away.

        What is written there stays. It is sent with the decision. Raises LibraryError: no such step, too many.
        """
        others = sum(one.spoken is not None and one.step != step for one in received.remarks)
        if spoken is not None and others >= MOST_SPOKEN:
            raise LibraryError(f"There are {MOST_SPOKEN} remarks by voice already", "Write this one, or send those.")
        return self._put(received, step, lambda there: replace(there, spoken=spoken))

    def put_words(self, received: ReceivedAttempt, step: int, spoken: SpokenRemark, words: str) -> ReceivedAttempt:
        """Keep the words that were heard in a remark by voice; nothing when that was replaced or sent meanwhile."""
        heard = replace(spoken, words=words)
        return self._put(
            received, step, lambda there: replace(there, spoken=heard) if there.spoken == spoken else there
        )

    def _put(self, received: ReceivedAttempt, step: int, change: Callable[[Remark], Remark]) -> ReceivedAttempt:
        """Change the remark at a step as it is by now."""
        steps = {one.number for one in received.handed.attempt.steps}
        if step and step not in steps:
            raise LibraryError(f"This try has no step {step}", f"It has {len(steps)}.")

        def put(now: ReceivedAttempt) -> ReceivedAttempt:
            there = next((one for one in now.remarks if one.step == step), Remark(step=step))
            others = (one for one in now.remarks if one.step != step)
            every = clean_remarks((*others, change(there)))
            return replace(now, remarks=tuple(sorted(every, key=lambda one: one.step)))

        return self._changed(received, put)

    def answer(
        self, received: ReceivedAttempt, outcome: FeedbackOutcome, text: str = "", *, badge: bool = True
    ) -> ReceivedAttempt:  # fmt: skip
        """Sign it off or ask for once more, with the remarks; sealed for the learner and this user.

        ``text``: of all of it. ``badge``: with a sign-off, sign the badge that the learner asks for. A second answer
        stands beside the first, and the last one counts. Raises TakenBack.
        """
        received = self.remark(received, 0, text) if text else self._changed(received, lambda now: now)
        key = self._people.own_key()
        if key is None:
            raise LibraryError("Your key is gone", "Make a new one: showhow feedback join --replace")
        there = self._shelf.sizes()
        if f"{received.hand_id}.age" not in there:
            raise self._taken_back(received)
        now = round(time.time() * 1000)
        signed = badge and outcome is FeedbackOutcome.SIGNED_OFF
        feedback = Feedback(
            hand_id=received.hand_id, secret=received.handed.secret, by=self._people.name, outcome=outcome,
            number=1 + max((_answers(received.hand_id, there), *(one.number for one in received.sent))),
            remarks=received.remarks, at_unix_ms=now, badge=self._badge(received, now) if signed else "",
        )  # fmt: skip
        keys = {received.handed.learner.public_key, key.public_key}
        sealed = seal(msgspec.json.encode(feedback), sorted(keys))
        self._shelf.write(f"{received.hand_id}.{secrets.token_hex(4)}.age", sealed)
        return self._change(received, sent=(*received.sent, feedback), remarks=())

    def _badge(self, received: ReceivedAttempt, now: int) -> str:
        """The badge that the learner asks for, under this user's own name; empty without a wish or a key for badges."""
        wish, key = received.handed.wish, self._people.own_signing_key()
        return made_badge(wish, self._people.name, key, now) if wish is not None and key is not None else ""

    def _keep(self, one: ReceivedAttempt) -> None:
        self._store.put(
            RECEIVED, one.hand_id, one, at_unix_ms=one.handed.at_unix_ms, demo_id=one.handed.attempt.demo_id
        )

    def _change(self, one: ReceivedAttempt, **values: object) -> ReceivedAttempt:
        return self._changed(one, lambda now: replace(now, **values))

    def _changed(
        self, one: ReceivedAttempt, change: Callable[[ReceivedAttempt], ReceivedAttempt]
    ) -> ReceivedAttempt:  # fmt: skip
        changed = self._store.update(RECEIVED, one.hand_id, ReceivedAttempt, change)
        if changed is None:
            raise TakenBack(f"{one.handed.learner.name} took this try back", "It is gone from here too.")
        return changed

    def _sweep(self) -> None:
        """Delete clips whose attempt is gone: on Windows a player that had one open kept it at the time."""
        opened = self._store.folder / OPENED
        kept = {one.hand_id for one in self._store.all(RECEIVED, ReceivedAttempt)}
        for folder in opened.iterdir() if opened.is_dir() else ():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _drop(self, hand_id: str) -> None:
        """Delete what is kept here of it, as far as no player has it open."""
        shutil.rmtree(self._store.folder / OPENED / hand_id, ignore_errors=True)
        self._store.remove(RECEIVED, hand_id)


def _answers(hand_id: str, names: Iterable[str]) -> int:
    """How many answers lie there: also those of which this machine does not know, such as after a lost folder."""
    return sum(name.startswith(f"{hand_id}.") and name != f"{hand_id}.age" for name in names)
