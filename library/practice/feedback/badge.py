"""A badge: an Open Badges 3.0 credential (1EdTech) that a reviewer signs with a sign-off, as a VC-JWT.

Owns what stands in it: the name that the learner chose, the pathway, what was signed off, when and by whom. One that
came back is believed only when it is letter by letter what was asked for, by the key that was published.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from library.practice.feedback.model import Badge, BadgeWish, OwnSigningKey
from library.practice.feedback.signing import opened_jwt, signed_jwt
from library.text import TITLE_LENGTH, clean

LARGEST_BADGE = 16 << 10
"""Letters of a badge; one with the longest names has about half of it."""
WHAT_LENGTH = 400
_NAME_LENGTH = 100
_CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
_SPACE = uuid.UUID("b1f0a6c2-9d35-4c0e-8a57-2f4f5f0c7b11")
_RANDOM = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LAST_S = 253_370_764_800


def clean_wish(wish: BadgeWish) -> BadgeWish:
    """A wish as it may stand on a badge: one printable line each."""
    return BadgeWish(
        name=clean(wish.name, _NAME_LENGTH), pathway_id=clean(wish.pathway_id, TITLE_LENGTH),
        pathway=clean(wish.pathway, TITLE_LENGTH), what=clean(wish.what, WHAT_LENGTH),
    )  # fmt: skip


def made_badge(wish: BadgeWish, by: str, key: OwnSigningKey, at_unix_ms: int) -> str:
    """The badge that was asked for, signed by the reviewer ``by``. Raises LibraryError: the key is damaged."""
    new_id, subject = (f"urn:uuid:{uuid.uuid4()}" for _ in range(2))
    return signed_jwt(_payload(wish, by, key.public_key, (new_id, subject), at_unix_ms // 1000), key)


def read_badge(token: str, wish: BadgeWish, by: str, public_key: str) -> Badge | None:
    """A badge that the reviewer ``by`` signed with this did:key and that says what was asked for; else None."""
    payload = opened_jwt(token, public_key) if len(token) <= LARGEST_BADGE else None
    if payload is None:
        return None
    new_id, subject, at_s = (payload.get(name) for name in ("jti", "sub", "nbf"))
    ids = (str(new_id), str(subject))
    if not all(map(_RANDOM.fullmatch, ids)) or type(at_s) is not int or not 0 <= at_s <= _LAST_S:
        return None
    if payload != _payload(wish, by, public_key, ids, at_s):
        return None
    return Badge(token=token, wish=wish, by=by, public_key=public_key, at_unix_ms=at_s * 1000)


def _payload(wish: BadgeWish, by: str, public_key: str, ids: tuple[str, str], at_s: int) -> dict[str, Any]:
    """The credential with the claims of section 8.2.4 of Open Badges 3.0. ``ids``: of the badge, of who has it.

    The subject has a random id, because the claim ``sub`` needs one; who it is says the name alone.
    """
    new_id, subject = ids
    return {
        "@context": _CONTEXTS,
        "id": new_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": wish.pathway,
        "issuer": {"id": public_key, "type": ["Profile"], "name": by},
        "validFrom": datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": wish.name}
            ],
            "achievement": {
                "id": f"urn:uuid:{uuid.uuid5(_SPACE, f'{wish.pathway_id} {wish.what}')}",
                "type": ["Achievement"],
                "name": wish.pathway,
                "description": wish.what,
                "criteria": {"narrative": "A recorded try was signed off by a colleague."},
            },
        },
        "iss": public_key,
        "jti": new_id,
        "nbf": at_s,
        "sub": subject,
    }
