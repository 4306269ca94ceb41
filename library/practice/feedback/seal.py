"""Sealing with age (X25519): the only module that imports pyrage. Its errors become LibraryErrors of one line.

Owns keys, fingerprints, and that a sealed file is opened whole or not at all. Does not know what is sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from library.model import LibraryError
from library.practice.feedback.model import OwnKey

_GROUPS, _GROUP = 6, 4


class SealedForOthers(LibraryError):
    """The key of this user does not open it."""


class SealBroken(LibraryError):
    """It is not a sealed file, or was changed or cut off."""


def make_key() -> OwnKey:
    """A new key pair."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    return OwnKey(secret_key=str(identity), public_key=str(identity.to_public()))


def is_public_key(text: str) -> bool:
    """Whether a text is a public key to which something can be sealed."""
    import pyrage

    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def seal(data: bytes, public_keys: Iterable[str]) -> bytes:
    """Seal bytes for these keys; about 0.2 s for 50 MB. Raises LibraryError for a key that is none."""
    import pyrage

    try:
        return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(key) for key in public_keys]))
    except (pyrage.RecipientError, pyrage.EncryptError) as error:
        raise LibraryError("A public key is damaged", "Nothing was handed over.") from error


def unseal(data: bytes, key: OwnKey) -> bytes:
    """What was sealed. Raises SealedForOthers, SealBroken."""
    import pyrage

    try:
        return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(key.secret_key)]))
    except pyrage.IdentityError as error:
        raise LibraryError("Your key is damaged", "Make a new one: showhow feedback join --replace") from error
    except pyrage.DecryptError as error:
        if "no matching keys" in str(error).lower():
            raise SealedForOthers("It is sealed for another key than yours", "Ask for it once more.") from error
        raise SealBroken("It is damaged or was cut off", "Ask for it once more.") from error


def fingerprint(*public_keys: str) -> str:
    """Six groups of four digits and letters, to be compared aloud: the start of the SHA-256 of a person's keys."""
    digits = hashlib.sha256(" ".join(filter(None, public_keys)).encode()).hexdigest().upper()
    return "-".join(digits[n * _GROUP : (n + 1) * _GROUP] for n in range(_GROUPS))
