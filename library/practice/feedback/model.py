"""Records of feedback: Person, HandOver, HandedAttempt, Remark, Feedback, Badge.

Frozen; field names are the JSON names. What is kept of a learner and of a reviewer lies in their own folders; only
Person lies open in a library.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from library.practice.model import Attempt


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to whom attempts may be handed: a name and the public key (age, X25519) to seal them for.

    ``signing_key``: a did:key (Ed25519) with which they sign badges; empty for who joined before there were any.
    """

    name: str
    public_key: str
    schema_version: int = 1
    signing_key: str = ""


class OwnKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key pair of this user; ``secret_key`` never leaves the user's folder but in its export."""

    secret_key: str
    public_key: str


class OwnSigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key pair with which this user signs badges: the secret one as hex digits, the public one as a did:key."""

    secret_key: str
    public_key: str


class KnownKey(msgspec.Struct, frozen=True, kw_only=True):
    """The public keys that a person had when this user first handed something to them."""

    name: str
    public_key: str
    signing_key: str = ""


class BadgeWish(msgspec.Struct, frozen=True, kw_only=True):
    """The badge that a learner asks for: ``name`` stands on it; ``what`` is signed off, in a line."""

    name: str
    pathway_id: str
    pathway: str
    what: str


class Badge(msgspec.Struct, frozen=True, kw_only=True):
    """A badge that was checked: ``token`` is the signed credential, ``public_key`` the reviewer's did:key."""

    token: str
    wish: BadgeWish
    by: str
    public_key: str
    at_unix_ms: int


class FeedbackOutcome(StrEnum):
    """What a reviewer decides: it is done as it should be, or it is to be tried again."""

    SIGNED_OFF = "signed_off"
    ONCE_MORE = "once_more"


class SpokenRemark(msgspec.Struct, frozen=True, kw_only=True):
    """A remark by voice: an Ogg file with Opus, at most a minute, and the words that were heard in it, if any were."""

    sound: bytes
    duration_ms: int
    words: str = ""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer says of a step of the demo, in writing, by voice or both; step 0 is all of the attempt."""

    text: str = ""
    step: int = 0
    spoken: SpokenRemark | None = None


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer says of a handed attempt.

    ``secret`` is that of the HandedAttempt: only who could open it can write this. ``number`` rises with each of one
    reviewer, so that their order does not depend on clocks. ``badge``: the signed badge, when one was asked for.
    """

    hand_id: str
    secret: str
    by: str
    outcome: FeedbackOutcome
    schema_version: int = 1
    number: int = 1
    remarks: tuple[Remark, ...] = ()
    at_unix_ms: int = 0
    badge: str = ""


class HandedAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed: the attempt as its learner handed it over, without events, and for whom.

    ``attempt.take.path`` is empty; its times are those of the clip that was sealed with it.
    """

    hand_id: str
    secret: str
    learner: Person
    reviewer: str
    attempt: Attempt
    schema_version: int = 1
    message: str = ""
    at_unix_ms: int = 0
    wish: BadgeWish | None = None


class HandOverState(StrEnum):
    """WAITING: nothing was said yet. ANSWERED: something was. GONE: somebody removed it from the library."""

    WAITING = "waiting"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"
    GONE = "gone"


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """The learner's record of a hand-over, with what came back, oldest first.

    ``library`` is the library's address. ``seen`` are names and sizes of answers that were opened, ``told`` the lines
    of which the learner knows already. ``to_signing_key``: with it a badge must be signed, if ``wish`` asks for one.
    """

    hand_id: str
    attempt_id: str
    demo_id: str
    title: str
    to: str
    to_key: str
    secret: str
    library: str
    schema_version: int = 1
    message: str = ""
    at_unix_ms: int = 0
    state: HandOverState = HandOverState.WAITING
    feedback: tuple[Feedback, ...] = ()
    seen: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    wish: BadgeWish | None = None
    to_signing_key: str = ""

    @property
    def lies_in_library(self) -> bool:
        """Whether its file is thought to lie in the library."""
        return self.state in {HandOverState.WAITING, HandOverState.ANSWERED}

    @property
    def signed_off(self) -> bool:
        """Whether the last that was said signs it off."""
        return bool(self.feedback) and self.feedback[-1].outcome is FeedbackOutcome.SIGNED_OFF


class ReceivedAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """The reviewer's record of an attempt that was handed to them.

    ``vouched``: the learner's name has that key in the library too. ``remarks`` are not sent yet.
    """

    handed: HandedAttempt
    library: str
    schema_version: int = 1
    vouched: bool = True
    remarks: tuple[Remark, ...] = ()
    sent: tuple[Feedback, ...] = ()

    @property
    def hand_id(self) -> str:
        """The id of the hand-over."""
        return self.handed.hand_id

    @property
    def waits(self) -> bool:
        """Whether nothing was said of it yet."""
        return not self.sent


class UnreadableHandOver(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is meant for this user and cannot be opened; one of another size is looked at again.

    ``why`` is a line for the user; empty for one that was sealed for somebody else.
    """

    hand_id: str
    size: int
    why: str
