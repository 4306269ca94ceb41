"""Share links: what is signed, what a changed address is worth, and that nobody brings a revoked one back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.connection.library import open_library
from library.connection.team import TeamState
from library.links import Link, embed_link_to, parse_link, share_link_to
from library.maintenance.copy_library import copy_library
from library.model import LibraryError
from library.sharing.code import KEY_BYTES, LENGTH, SignedLink, decode, encode
from library.sharing.model import MOST_DAYS, ShareState
from library.sharing.shares import Shares, shares_of
from library.sharing.shelf import FOLDER, FolderShelf, ShareShelf, TeamShelf
from tests.library.conftest import emptied

DAY_MS, NOW_MS = 86_400_000, 1_800_000_000_123
DEMO, OTHER = "raise-ab12", "print-cd34"
KEY = bytes(range(KEY_BYTES))


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["folder", "team"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ShareShelf]:
    """Each place where shares are kept, empty."""
    if request.param == "folder":
        yield FolderShelf(tmp_path)
        return
    catalog = emptied(request.getfixturevalue("team_database"), tmp_path / "demos")
    catalog._run(
        lambda session: session.connection.execute("DELETE FROM settings WHERE starts_with(name, 'shares/')"),
        write=True,
    )  # type: ignore[attr-defined]  # psycopg's own
    yield TeamShelf(TeamState(catalog))
    catalog.close()


@pytest.fixture
def shares(shelf: ShareShelf, clock: Clock) -> Shares:
    return Shares(shelf, clock)


def test_a_link_opens_its_demo_until_the_moment_it_expires(shares: Shares, clock: Clock) -> None:
    share = shares.create(DEMO, 3, by="Priya", days=7)
    code = shares.code(share)
    assert len(code) == LENGTH
    assert shares.check(DEMO, code).share == share
    assert shares.check(OTHER, code).state is ShareState.UNKNOWN
    clock.now_ms = share.expires_unix_ms - 1
    assert shares.check(DEMO, code).state is ShareState.LIVE
    clock.now_ms = share.expires_unix_ms
    assert shares.check(DEMO, code).state is ShareState.EXPIRED
    clock.now_ms = NOW_MS - 400 * DAY_MS  # a server whose clock is wrong by a year serves what is not expired there
    assert shares.check(DEMO, code).state is ShareState.LIVE


def test_a_lasting_link_never_expires_and_both_end_when_revoked(shares: Shares, clock: Clock) -> None:
    lasting, short = shares.create(DEMO, days=0), shares.create(DEMO, days=1)
    clock.now_ms = NOW_MS + 300 * 366 * DAY_MS
    assert [one.state(clock.now_ms) for one in (lasting, short)] == [ShareState.LIVE, ShareState.EXPIRED]
    assert shares.revoke(lasting.share_id[:5], by="Tom").revoked_by == "Tom"
    assert shares.check(DEMO, shares.code(lasting)).state is ShareState.REVOKED
    assert {one.share_id: one.revoked_by for one in shares.all()} == {lasting.share_id: "Tom", short.share_id: ""}
    assert shares.revoke(lasting.share_id, by="Ana").revoked_by == "Tom"  # once is enough


def test_every_other_letter_in_the_code_makes_it_no_link(shares: Shares) -> None:
    code = shares.code(shares.create(DEMO, 2))
    for at, letter in enumerate(code):
        for other in {"A", "B", "_", "-", "z"} - {letter}:
            assert shares.check(DEMO, code[:at] + other + code[at + 1 :]).state is ShareState.UNKNOWN, (at, other)
    for odd in ("", code[:-1], code + "A", code + "=", "é" * LENGTH, "\0" * LENGTH, "../" * 13 + "x", "A" * LENGTH):
        assert shares.check(DEMO, odd).state is ShareState.UNKNOWN, odd
    assert shares.check(f"{DEMO}\0", code).state is ShareState.UNKNOWN


def test_a_record_that_is_changed_by_hand_gives_a_link_no_more_time(tmp_path: Path, clock: Clock) -> None:
    shares = Shares(FolderShelf(tmp_path), clock)
    share = shares.create(DEMO, days=1)
    code, path = shares.code(share), tmp_path / FOLDER / f"share-{share.share_id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"expires_unix_ms": 0, "step": 9}))
    clock.now_ms += 2 * DAY_MS
    checked = shares.check(DEMO, code)
    assert checked.state is ShareState.EXPIRED
    assert checked.share is not None
    assert checked.share.step == 0
    path.write_text(json.dumps(json.loads(path.read_text()) | {"demo_id": OTHER}))
    assert shares.check(DEMO, code).state is ShareState.REVOKED
    assert shares.check(OTHER, code).state is ShareState.UNKNOWN
    path.unlink()
    assert shares.check(DEMO, code).state is ShareState.REVOKED


def test_what_a_syncing_program_makes_of_the_files_revives_nothing(tmp_path: Path, clock: Clock) -> None:
    shares = Shares(FolderShelf(tmp_path), clock)
    share, kept = shares.create(DEMO), shares.create(OTHER)
    shares.revoke(share.share_id)
    mark = tmp_path / FOLDER / f"revoked-{share.share_id}.json"
    mark.rename(mark.with_name(f"revoked-{share.share_id} (Tom's conflicted copy).json"))
    (tmp_path / FOLDER / f"revoked-{kept.share_id}.json").write_bytes(b"{ torn")
    (tmp_path / FOLDER / "share-zz.json").write_bytes(b"[" * 5_000)
    (tmp_path / FOLDER / "share-large.json").write_bytes(b"x" * 1_000_000)
    assert [one.state(clock.now_ms) for one in shares.all()] == [ShareState.REVOKED] * 2
    assert shares.check(DEMO, shares.code(share)).state is ShareState.REVOKED


def test_links_of_two_machines_that_began_at_once_both_work(shelf: ShareShelf, clock: Clock) -> None:
    first, second = Shares(shelf, clock), Shares(shelf, clock)
    codes = [one.code(one.create(DEMO)) for one in (first, second)]
    shelf.put("key-00000000.json", json.dumps({"key": KEY.hex()}).encode())  # sorts before the first one's
    codes.append(second.code(second.create(DEMO)))
    for shares in (first, second, Shares(shelf, clock)):
        assert [shares.check(DEMO, code).state for code in codes] == [ShareState.LIVE] * 3
    shelf.put("key-00000000.json", b"{}")  # written once, never over
    assert Shares(shelf, clock).check(DEMO, codes[2]).state is ShareState.LIVE


def test_a_link_is_used_again_while_half_of_its_time_is_left(shares: Shares, clock: Clock) -> None:
    first = shares.reuse(DEMO, 3, by="Priya", days=30)
    assert shares.reuse(DEMO, 3, by="Priya", days=30) == first
    others = [
        shares.reuse(DEMO, 2, by="Priya"),
        shares.reuse(DEMO, 3, by="Tom"),
        shares.reuse(DEMO, 3, by="Priya", days=0),
    ]
    assert first.share_id not in {one.share_id for one in others}
    clock.now_ms += 20 * DAY_MS
    later = shares.reuse(DEMO, 3, by="Priya", days=30)
    assert later.share_id != first.share_id
    shares.revoke(later.share_id)
    assert shares.reuse(DEMO, 3, by="Priya", days=30).share_id != later.share_id


def test_a_new_one_is_asked_for_once_and_only_for_what_does_not_work(shares: Shares, clock: Clock) -> None:
    share = shares.create(DEMO, days=1)
    code = shares.code(share)
    assert shares.ask_again(DEMO, code).state is ShareState.LIVE
    assert shares.ask_again(DEMO, "A" * LENGTH).state is ShareState.UNKNOWN
    assert [one.asked_unix_ms for one in shares.all()] == [0]
    clock.now_ms += 2 * DAY_MS
    for _ in range(3):
        shares.ask_again(DEMO, code)
        clock.now_ms += 1_000
    assert [one.asked_unix_ms for one in shares.all()] == [NOW_MS + 2 * DAY_MS]


@pytest.mark.parametrize("days", [-1, MOST_DAYS + 1, 10**12])
def test_times_that_make_no_sense_are_refused(shares: Shares, days: int) -> None:
    with pytest.raises(LibraryError, match="A link cannot work for"):
        shares.create(DEMO, days=days)
    assert shares.all() == []


def test_what_is_not_there_cannot_be_revoked_and_of_two_neither_is(shares: Shares) -> None:
    shares.create(DEMO)
    for odd in ("", "zz", "../../etc"):
        with pytest.raises(LibraryError, match="There is no share link"):
            shares.revoke(odd)


def test_names_are_one_line_and_bounded(shares: Shares) -> None:
    share = shares.create(DEMO, by="Pri\x1b[2Jya\n" + "x" * 500)
    assert share.by.startswith("Pri [2Jya x")
    assert len(share.by) <= 100


@given(st.binary(min_size=6, max_size=6), st.integers(0, 2**24 - 1), st.integers(0, 2**40 - 1), st.text(max_size=30))
def test_a_code_says_what_was_signed(share_id: bytes, step: int, expires_s: int, demo: str) -> None:
    link = SignedLink(share_id.hex(), step, expires_s)
    code = encode(link, demo, KEY)
    assert len(code) == LENGTH
    assert decode(code, demo, [KEY]) == link
    assert decode(code, demo, [bytes(KEY_BYTES)]) is None
    assert decode(code, f"{demo}x", [KEY]) is None


@given(st.text(max_size=60))
def test_no_text_that_nobody_signed_is_a_code(text: str) -> None:
    assert decode(text, DEMO, [KEY]) is None


def test_links_of_each_kind_lead_to_demo_and_step() -> None:
    assert parse_link(share_link_to("https://howto.example/", DEMO, "C" * LENGTH, 3)) == Link(DEMO, 3)
    assert parse_link(embed_link_to("https://howto.example", DEMO, "C" * LENGTH)) == Link(DEMO)
    assert parse_link(embed_link_to("https://howto.example", DEMO, step=2)) == Link(DEMO, 2)


def test_links_work_in_a_copy_of_the_library_and_revoked_ones_do_not(tmp_path: Path) -> None:
    with open_library(tmp_path / "one") as one, open_library(tmp_path / "other") as other:
        kept, gone = shares_of(one).create(DEMO), shares_of(one).create(DEMO)
        shares_of(one).revoke(gone.share_id)
        copy_library(one, other)
        states = [shares_of(other).check(DEMO, shares_of(one).code(share)).state for share in (kept, gone)]
        assert states == [ShareState.LIVE, ShareState.REVOKED]


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    shares = Shares(FolderShelf(tmp_path))
    (tmp_path / FOLDER).write_bytes(b"")  # refuses a test that runs as root, too
    with pytest.raises(LibraryError, match="Could not write the share link"):
        shares.create(DEMO)
