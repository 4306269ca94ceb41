"""The signed code in a share link: 40 letters that say which share it is, for which step and until when.

Pure. The signature (HMAC-SHA256 over a purpose, the demo and the rest of the code, 128 bits of it) covers the demo's
id, which stands beside the code in the address: a code with another demo before it is no code.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from typing import NamedTuple

ID_BYTES, KEY_BYTES = 6, 32
_EXPIRY_BYTES, _STEP_BYTES, _MAC_BYTES = 5, 3, 16
_BYTES = ID_BYTES + _EXPIRY_BYTES + _STEP_BYTES + _MAC_BYTES
LENGTH = _BYTES * 8 // 6
_PURPOSE = b"showhow share link 1\0"


class SignedLink(NamedTuple):
    """What a valid code says. ``expires_s``: Unix time in seconds; 0 for never."""

    share_id: str
    step: int
    expires_s: int


def encode(link: SignedLink, demo_id: str, key: bytes) -> str:
    """The code for a demo's link, signed with ``key``. Raises OverflowError, ValueError on values out of range."""
    body = (
        bytes.fromhex(link.share_id)
        + link.expires_s.to_bytes(_EXPIRY_BYTES, "big")
        + link.step.to_bytes(_STEP_BYTES, "big")
    )
    return base64.urlsafe_b64encode(body + _mac(body, demo_id, key)).decode()


def decode(code: str, demo_id: str, keys: Iterable[bytes]) -> SignedLink | None:
    """What a code says, if one of ``keys`` signed it for this demo; None otherwise."""
    if len(code) != LENGTH or not code.isascii():
        return None
    try:
        data = base64.b64decode(code, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, mac = data[:-_MAC_BYTES], data[-_MAC_BYTES:]
    if not any(hmac.compare_digest(_mac(body, demo_id, key), mac) for key in keys):
        return None
    expiry = body[ID_BYTES : ID_BYTES + _EXPIRY_BYTES]
    return SignedLink(body[:ID_BYTES].hex(), int.from_bytes(body[-_STEP_BYTES:], "big"), int.from_bytes(expiry, "big"))


def _mac(body: bytes, demo_id: str, key: bytes) -> bytes:
    message = _PURPOSE + demo_id.encode("utf-8", "replace") + b"\0" + body
    return hmac.digest(key, message, hashlib.sha256)[:_MAC_BYTES]
