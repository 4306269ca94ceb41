"""Shares: makes, lists, checks and revokes the share links of a library.

Owns what the records mean and the keys that sign. Each machine makes a key when the library has none; all of them are
valid, so two machines that begin at once do not disturb each other. Whoever may read the library's folder or database
can read the keys: they can see every demo anyway. Records are not trusted: what is damaged is no share.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec

from capture.files import prepared
from library.connection.library import Library
from library.model import LibraryError
from library.sharing.code import ID_BYTES, KEY_BYTES, LENGTH, SignedLink, decode, encode
from library.sharing.model import DAYS, MOST_DAYS, CheckedShare, Share, ShareState, expiry
from library.sharing.shelf import FolderShelf, ShareShelf, TeamShelf
from library.text import clean, is_demo_id

_KEY, _SHARE, _REVOKED, _ASKED = "key-", "share-", "revoked-", "asked-"
_NAME_LENGTH = 100
_LAST_UNIX_MS = 250_000_000_000_000
"""In the year 9892, before the last that a calendar knows."""
_T = TypeVar("_T")


class _Key(msgspec.Struct, frozen=True):
    key: str


class _Mark(msgspec.Struct, frozen=True):
    """That somebody revoked a share, or asked for a new one."""

    at_unix_ms: int = 0
    by: str = ""


def _now_ms() -> int:
    return round(time.time() * 1_000)


class Shares:
    """The share links on a shelf. Thread-safe: it keeps nothing but the keys it has read."""

    def __init__(self, shelf: ShareShelf, now_ms: Callable[[], int] = _now_ms) -> None:
        self._shelf, self._now_ms = shelf, now_ms
        self._keys: tuple[bytes, ...] = ()

    def create(self, demo_id: str, step: int = 0, *, by: str = "", days: int = DAYS) -> Share:
        """Make a link to a demo, at a step of it; ``days`` 0 for one that never expires. Raises LibraryError."""
        if not 0 <= days <= MOST_DAYS:
            raise LibraryError(f"A link cannot work for {days} days", f"Give 1 to {MOST_DAYS}, or 0 for ever.")
        now = self._now_ms()
        share = Share(
            share_id=secrets.token_hex(ID_BYTES),
            demo_id=demo_id,
            step=step,
            by=clean(by, _NAME_LENGTH),
            created_unix_ms=now,
            expires_unix_ms=expiry(now, days),
        )
        self._signing_key()  # first: a record without a key would be a link that nobody can write
        self._shelf.put(f"{_SHARE}{share.share_id}.json", msgspec.json.encode(share))
        return share

    def reuse(self, demo_id: str, step: int = 0, *, by: str = "", days: int = DAYS) -> Share:
        """A link that this person made before and that works for half of ``days`` at least; else a new one."""
        now, named = self._now_ms(), clean(by, _NAME_LENGTH)
        for one in self.all():
            same = (one.demo_id, one.step, one.by) == (demo_id, step, named)
            lasting = bool(days) == bool(one.expires_unix_ms) and one.days_left(now) >= days / 2
            if same and lasting and one.state(now) is ShareState.LIVE:
                return one
        return self.create(demo_id, step, by=by, days=days)

    def all(self) -> list[Share]:
        """Every share, newest first."""
        names = self._shelf.names()
        revoked, asked = self._marks(names, _REVOKED), self._marks(names, _ASKED)
        found = [
            share
            for name in names
            if name.startswith(_SHARE) and (share := self._share(name.removeprefix(_SHARE).removesuffix(".json")))
        ]
        marked = [self._marked(share, revoked, asked) for share in found]
        return sorted(marked, key=lambda share: (-share.created_unix_ms, share.share_id))

    def revoke(self, share_id: str, *, by: str = "") -> Share:
        """Take a link back, by its id or the beginning of it. Raises LibraryError when there is no such one."""
        known = [one for one in self.all() if one.share_id.startswith(share_id.strip().lower() or "-")]
        if len(known) != 1:
            what = "There is no" if not known else "There is more than one"
            raise LibraryError(f"{what} share link {clean(share_id, 40)}", "See what is: showhow share list")
        (share,) = known
        if share.revoked_unix_ms:
            return share
        mark = _Mark(self._now_ms(), clean(by, _NAME_LENGTH))
        self._shelf.put(f"{_REVOKED}{share.share_id}.json", msgspec.json.encode(mark))
        return msgspec.structs.replace(share, revoked_unix_ms=mark.at_unix_ms, revoked_by=mark.by)

    def code(self, share: Share) -> str:
        """The signed code for a share's address. Raises LibraryError."""
        link = SignedLink(share.share_id, share.step, share.expires_unix_ms // 1_000)
        return encode(link, share.demo_id, self._signing_key())

    def check(self, demo_id: str, code: str) -> CheckedShare:
        """Whether a code opens this demo now. Raises LibraryError when the library cannot be read."""
        link = self._decoded(code, demo_id)
        if link is None:
            return CheckedShare(ShareState.UNKNOWN)
        names = self._shelf.names(f"{_REVOKED}{link.share_id}"), self._shelf.names(f"{_ASKED}{link.share_id}")
        share = self._share(link.share_id)
        if share is None or share.demo_id != demo_id:  # its record was deleted by hand
            return CheckedShare(ShareState.REVOKED, Share(share_id=link.share_id, demo_id=demo_id, step=link.step))
        shown = self._marked(share, self._marks(names[0], _REVOKED), self._marks(names[1], _ASKED))
        # What was signed counts, whatever the record says.
        shown = msgspec.structs.replace(shown, step=link.step, expires_unix_ms=link.expires_s * 1_000)
        return CheckedShare(shown.state(self._now_ms()), shown)

    def ask_again(self, demo_id: str, code: str) -> CheckedShare:
        """Note, once a link, that somebody wants a new one for one that does not work any more. Raises LibraryError."""
        checked = self.check(demo_id, code)
        if checked.state in {ShareState.EXPIRED, ShareState.REVOKED} and checked.share is not None:
            mark = msgspec.json.encode(_Mark(self._now_ms()))
            self._shelf.put(f"{_ASKED}{checked.share.share_id}.json", mark)
        return checked

    def copy_to(self, other: Shares) -> None:
        """Copy all records, so that links go on working in a copy of the library. Raises LibraryError."""
        for name in self._shelf.names():
            if data := self._shelf.read(name):
                other._shelf.put(name, data)

    def _decoded(self, code: str, demo_id: str) -> SignedLink | None:
        if len(code) != LENGTH or not is_demo_id(demo_id):
            return None
        if (link := decode(code, demo_id, self._keys)) is None:
            self._keys = self._read_keys()  # another machine may have made one since
            link = decode(code, demo_id, self._keys)
        return link

    def _signing_key(self) -> bytes:
        if not (keys := self._read_keys()):
            made = msgspec.json.encode(_Key(secrets.token_hex(KEY_BYTES)))
            self._shelf.put(f"{_KEY}{secrets.token_hex(4)}.json", made)
            keys = self._read_keys()
        if not keys:
            raise LibraryError("The key that signs share links cannot be read", "Check the library’s folder “shares”.")
        self._keys = keys
        return keys[0]

    def _read_keys(self) -> tuple[bytes, ...]:
        found = (self._record(name, _Key) for name in self._shelf.names(_KEY))
        return tuple(key for one in found if one and len(key := _from_hex(one.key)) == KEY_BYTES)

    def _share(self, share_id: str) -> Share | None:
        share = self._record(f"{_SHARE}{share_id}.json", Share)
        if share is None or share.share_id != share_id or not is_demo_id(share.demo_id) or share.step < 0:
            return None
        times = (share.created_unix_ms, share.expires_unix_ms)
        sane = all(0 <= at <= _LAST_UNIX_MS for at in times) and len(_from_hex(share_id)) == ID_BYTES
        return share if sane else None

    def _marks(self, names: list[str], kind: str) -> dict[str, _Mark]:
        """The marks of a kind by share. One that cannot be read counts: a revocation must not be undone by damage."""
        marked = [name for name in names if name.startswith(kind)]
        return {name.removeprefix(kind)[: ID_BYTES * 2]: self._mark(name) for name in marked}

    def _mark(self, name: str) -> _Mark:
        mark = self._record(name, _Mark)
        return mark if mark is not None and 0 < mark.at_unix_ms <= _LAST_UNIX_MS else _Mark(1)

    @staticmethod
    def _marked(share: Share, revoked: dict[str, _Mark], asked: dict[str, _Mark]) -> Share:
        taken, again = revoked.get(share.share_id), asked.get(share.share_id)
        return msgspec.structs.replace(
            share,
            by=clean(share.by, _NAME_LENGTH),
            revoked_unix_ms=taken.at_unix_ms if taken else 0,
            revoked_by=clean(taken.by, _NAME_LENGTH) if taken else "",
            asked_unix_ms=again.at_unix_ms if again else 0,
        )

    def _record(self, name: str, kind: type[_T]) -> _T | None:
        try:
            return msgspec.json.decode(self._shelf.read(name), type=prepared(kind))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None


def shares_of(library: Library) -> Shares:
    """The share links of an open library."""
    return Shares(TeamShelf(library.team) if library.team is not None else FolderShelf(library.folder))


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
