"""People: the public keys in a library, ``people/NAME.json``, and this user's own key.

Owns whose key is whose: nobody's entry is replaced unasked, and a key that is another one than before is noticed. The
private key lies in the learner's own folder only. Entries are written by anybody who may write into the library, so a
key is remembered from the first hand-over on.
"""

from __future__ import annotations

import hashlib
import re
import time
from enum import StrEnum

import msgspec
from msgspec.structs import replace as replaced

from library.model import LibraryError
from library.practice.feedback.model import KnownKey, OwnKey, OwnSigningKey, Person
from library.practice.feedback.seal import is_public_key, make_key
from library.practice.feedback.signing import is_signing_key, make_signing_key
from library.practice.store import PracticeStore
from library.records import decode_record
from library.storage.shelf import FileShelf
from library.text import clean, folded

FOLDER = "people"
KEY, SIGNING_KEY, KNOWN_KEY, OWN = "key", "signing_key", "known_key", "own"
"""The kinds of these records in the PracticeStore, and the key of the one of the first two kinds."""
NAME_LENGTH = 100
_LARGEST = 16 << 10
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


class KeyTaken(LibraryError):
    """The library has another key under this user's name."""


class NobodyNamed(LibraryError):
    """Nobody of that name can be handed anything."""


class KeyTrust(StrEnum):
    """NEW: never handed anything to. KNOWN: the key of then. CHANGED: another one."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"


class People:
    """The people of a library, for the user ``name``. Every method may raise LibraryError."""

    def __init__(self, shelf: FileShelf, store: PracticeStore, name: str) -> None:
        self._shelf, self._store, self.name = shelf, store, clean(name, NAME_LENGTH)

    def own_key(self) -> OwnKey | None:
        """This user's key; None when none was made."""
        return self._store.get(KEY, OWN, OwnKey)

    def own_signing_key(self) -> OwnSigningKey | None:
        """This user's key for badges; None when none was made."""
        return self._store.get(SIGNING_KEY, OWN, OwnSigningKey)

    def join(self, *, replace: bool = False) -> Person:
        """Put this user's public keys into the library; makes the keys first. ``replace``: also over another one.

        Raises KeyTaken when another key has the name: a namesake, another machine, or a folder that was lost.
        """
        if not self.name:
            raise LibraryError("You have no name yet", "Set author in the settings: it is what others see.")
        key = self.own_key() or self._make_key()
        signing = self.own_signing_key() or self._make_signing_key()
        me = Person(name=self.name, public_key=key.public_key, signing_key=signing.public_key)
        there = self._entry(file_of(self.name))
        if there is not None and _other_keys(there, me.public_key, me.signing_key) and not replace:
            what = f"The library has another key for “{self.name}”"
            remedy = (
                "If it is yours, from another machine or lost: showhow feedback join --replace. Else change author."
            )
            raise KeyTaken(what, remedy)
        if there != me:
            self._shelf.write(file_of(self.name), msgspec.json.format(msgspec.json.encode(me), indent=1) + b"\n")
        return me

    def _make_key(self) -> OwnKey:
        self._store.put_new(KEY, OWN, make_key(), at_unix_ms=round(time.time() * 1000))
        key = self.own_key()
        assert key is not None  # noqa: S101  it was just kept
        return key

    def _make_signing_key(self) -> OwnSigningKey:
        self._store.put_new(SIGNING_KEY, OWN, make_signing_key(), at_unix_ms=round(time.time() * 1000))
        key = self.own_signing_key()
        assert key is not None  # noqa: S101  it was just kept
        return key

    def leave(self) -> None:
        """Take this user's entry out of the library, so that nobody hands them anything. The key stays."""
        key, there = self.own_key(), self._entry(file_of(self.name))
        if key is not None and there is not None and there.public_key == key.public_key:
            self._shelf.remove(file_of(self.name))

    def find(self, name: str) -> Person:
        """The person of a name. Raises NobodyNamed: no entry, one that is damaged, or of a name that is none."""
        wanted = clean(name, NAME_LENGTH)
        person = self._entry(file_of(wanted)) if wanted else None
        if person is None:
            remedy = "They join once, on their machine: showhow feedback join"
            raise NobodyNamed(f"Nothing can be handed to “{wanted}” yet: no key is known", remedy)
        return person

    def find_or_none(self, name: str) -> Person | None:
        """The person of a name; None when there is none now."""
        return self._entry(file_of(name))

    def every(self) -> list[Person]:
        """Everybody who joined, by name; without this user."""
        found = (self._entry(name) for name in sorted(self._shelf.sizes()) if name.endswith(".json"))
        me = file_of(self.name)
        return sorted(
            (one for one in found if one is not None and file_of(one.name) != me), key=lambda one: one.name.casefold()
        )

    def trust(self, person: Person) -> KeyTrust:
        """Whether the keys are those this user knows. A key for badges that is new, or gone, is none that changed."""
        known = self.known(person.name)
        if known is None:
            return KeyTrust.NEW
        return KeyTrust.CHANGED if _other_keys(person, known.public_key, known.signing_key) else KeyTrust.KNOWN

    def known(self, name: str) -> KnownKey | None:
        """The keys that are remembered of a person."""
        return self._store.get(KNOWN_KEY, file_of(name), KnownKey)

    def remember(self, person: Person) -> None:
        """Remember a person's keys as those to expect."""
        before = self.known(person.name)
        signing_key = person.signing_key
        if not signing_key and before is not None and before.public_key == person.public_key:
            signing_key = before.signing_key  # taken out by somebody, it may not come back as another one
        known = KnownKey(name=person.name, public_key=person.public_key, signing_key=signing_key)
        self._store.put(KNOWN_KEY, file_of(person.name), known, at_unix_ms=round(time.time() * 1000))

    def _entry(self, file: str) -> Person | None:
        """An entry that is what its file's name says; None for all others."""
        try:
            data = self._shelf.read(file, _LARGEST)
            person = decode_record(data, Person, f"{FOLDER}/{file}") if data is not None else None
        except LibraryError as error:
            if type(error) is LibraryError:  # damaged, too large, a link; not what cannot be reached
                return None
            raise
        if person is None or len(person.name) > NAME_LENGTH or file_of(person.name) != file:
            return None
        if not is_public_key(person.public_key):
            return None
        return person if is_signing_key(person.signing_key) else replaced(person, signing_key="")


def _other_keys(person: Person, public_key: str, signing_key: str) -> bool:
    """Whether a person has another key than these; a key for badges counts only where there are two."""
    two = bool(person.signing_key and signing_key)
    return person.public_key != public_key or (two and person.signing_key != signing_key)


def file_of(name: str) -> str:
    """The name of a person's file: readable letters, and a checksum that keeps apart what those do not."""
    plain = _NOT_PLAIN.sub("-", folded(name)).strip("-")[:40].strip("-") or "person"
    return f"{plain}-{hashlib.sha256(clean(name).casefold().encode()).hexdigest()[:8]}.json"
