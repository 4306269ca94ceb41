"""Signing with Ed25519 as a compact JWT: the only module that imports cryptography.

Owns the key pair for badges, its public part as a did:key (which holds the key itself, so that a signature can be
checked offline), and that only the expected header is accepted. Does not know what is signed.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from library.model import LibraryError
from library.practice.feedback.model import OwnSigningKey

_DID, _BASE58 = "did:key:z", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
"""How the did:key method marks an Ed25519 public key (multicodec 0xed as a varint)."""
_KEY_BYTES = 32


def make_signing_key() -> OwnSigningKey:
    """A new key pair."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    return OwnSigningKey(secret_key=key.private_bytes_raw().hex(), public_key=_did(key.public_key().public_bytes_raw()))


def is_signing_key(text: str) -> bool:
    """Whether a text is a did:key of an Ed25519 key, written in the one way there is."""
    return _public(text) is not None


def signed_jwt(payload: dict[str, Any], key: OwnSigningKey) -> str:
    """The payload as a compact JWS (RFC 7515, 8037). Raises LibraryError: the key is damaged."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        secret = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key.secret_key))
    except ValueError as error:
        raise LibraryError("Your key for badges is damaged", "Put a copy of your mine folder back.") from error
    parts = (msgspec.json.encode(_header(key.public_key)), msgspec.json.encode(payload))
    said = ".".join(map(_base64url, parts))
    return f"{said}.{_base64url(secret.sign(said.encode()))}"


def opened_jwt(token: str, public_key: str) -> dict[str, Any] | None:
    """The payload of a JWT that this did:key signed; None for all else."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    raw = _public(public_key)
    said, _, signature = token.rpartition(".")
    head, _, body = said.partition(".")
    if raw is None or not token.isascii():
        return None
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(_decoded(signature), said.encode())
        header, payload = (msgspec.json.decode(_decoded(part)) for part in (head, body))
    except (InvalidSignature, ValueError, msgspec.MsgspecError, RecursionError):
        return None
    return payload if header == _header(public_key) and isinstance(payload, dict) else None


def _header(public_key: str) -> dict[str, str]:
    return {"alg": "EdDSA", "kid": f"{public_key}#{public_key.removeprefix('did:key:')}", "typ": "JWT"}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """Raises ValueError."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError(text) from error
    if _base64url(data) != text:  # the decoder skips letters that are none
        raise ValueError(text)
    return data


def _did(public: bytes) -> str:
    number, letters = int.from_bytes(_ED25519 + public), ""
    while number:
        number, digit = divmod(number, len(_BASE58))
        letters = _BASE58[digit] + letters
    return _DID + letters


def _public(did: str) -> bytes | None:
    """The 32 bytes of the public key in a did:key; None for one that is none."""
    letters = did.removeprefix(_DID)
    if not did.startswith(_DID) or len(letters) > 2 * _KEY_BYTES or not set(letters) <= set(_BASE58):
        return None
    number = 0
    for letter in letters:
        number = number * len(_BASE58) + _BASE58.index(letter)
    data = number.to_bytes(2 * _KEY_BYTES).lstrip(b"\0")
    key = data.removeprefix(_ED25519)
    return key if data.startswith(_ED25519) and len(key) == _KEY_BYTES and _did(key) == did else None
