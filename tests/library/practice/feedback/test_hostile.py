"""Keys that are swapped or lost, files that are damaged, huge or forged: one clear line each, and nothing is lost."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import msgspec
import pytest

from library.model import LibraryError
from library.practice.feedback.handing import KeyChanged, new_hand_id
from library.practice.feedback.model import Feedback, FeedbackOutcome, HandOver, OwnKey
from library.practice.feedback.package import LARGEST, unpack
from library.practice.feedback.people import KEY, KeyTaken, KeyTrust, NobodyNamed, file_of
from library.practice.feedback.seal import fingerprint, make_key, seal
from tests.library.practice.feedback.office import TITLE, Home, Office
from tests.support.mutations import mutated_record


def own_key(home: Home) -> OwnKey:
    key = home.people.own_key()
    assert key is not None
    return key


def lose_key(home: Home) -> None:
    home.log.store.remove(KEY, "own")


def test_a_key_that_was_swapped_is_noticed_before_anything_is_sealed_for_it(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    office.home("Priya", "eve-as-priya").people.join(replace=True)
    assert tom.people.trust(tom.people.find("Priya")) is KeyTrust.CHANGED
    with pytest.raises(KeyChanged, match="another one than before"):
        office.hand(tom, office.attempt(tom, "20261126-101600-cd34"))
    assert len(list(office.sealed.iterdir())) == 1
    office.hand(tom, tom.log.list()[-1], new_key=True)
    assert tom.people.trust(tom.people.find("Priya")) is KeyTrust.KNOWN


def test_the_first_key_is_new_and_its_fingerprint_is_its_own(office: Office, tom: Home, priya: Home) -> None:
    person = tom.people.find("Priya")
    assert tom.people.trust(person) is KeyTrust.NEW
    assert fingerprint(person.public_key) == fingerprint(own_key(priya).public_key)
    assert fingerprint(person.public_key) != fingerprint(make_key().public_key)
    office.hand(tom, office.attempt(tom))
    assert tom.people.trust(person) is KeyTrust.KNOWN


def test_nobody_s_entry_is_replaced_unasked(office: Office, priya: Home) -> None:
    namesake = office.home("Priya", "another-machine")
    with pytest.raises(KeyTaken, match="another key for “Priya”"):
        namesake.people.join()
    assert namesake.people.find("Priya").public_key == own_key(priya).public_key
    namesake.people.join(replace=True)
    with pytest.raises(KeyTaken):
        priya.people.join()


def test_a_reviewer_who_lost_the_key_is_told_of_and_nothing_of_the_learner_is_lost(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    lose_key(priya)
    assert priya.feedback.news() == []
    priya.people.join(replace=True)
    assert priya.feedback.news() == []
    assert tom.feedback.news() == [
        f"Priya has another key now and cannot open “{TITLE}”; take it back and hand it over again"
    ]
    assert tom.feedback.news() == []
    tom.handed.take_back(handed)
    office.hand(tom, tom.log.list()[0], new_key=True)
    assert priya.feedback.news() == [f"Tom handed you a try: {TITLE}"]


def test_a_reviewer_who_left_is_told_of(tom: Home, priya: Home, handed: HandOver) -> None:
    priya.people.leave()
    assert tom.feedback.news() == [f"Priya looks at no tries any more; take “{TITLE}” back: showhow mine take-back"]
    with pytest.raises(NobodyNamed, match="no key is known"):
        tom.people.find("Priya")


@pytest.mark.parametrize("name", ["", "Nobody", "../../etc/passwd", "CON", "a\x00b", "\u202egnp", "x" * 5_000, "Прия"])
def test_a_name_that_nobody_has_is_told_whatever_its_letters(tom: Home, name: str) -> None:
    with pytest.raises(NobodyNamed):
        tom.people.find(name)


@pytest.mark.parametrize("name", ["../../x", "CON", "A/B: C*", "Zoë", "zoe", "Прия", "王", "nul.json", "x" * 300])
def test_any_name_joins_as_a_plain_file_of_its_own(office: Office, tom: Home, name: str) -> None:
    office.home(name, "hostile").people.join()
    [file] = (office.library / "people").iterdir()
    assert file.name.isascii()
    assert len(file.name) < 64
    [person] = tom.people.every()
    assert tom.people.find(name) == person
    assert file_of("Zoë") != file_of("zoe")


def test_without_a_name_nobody_joins(office: Office) -> None:
    with pytest.raises(LibraryError, match="no name yet"):
        office.home("", "nameless").people.join()


def test_entries_that_are_none_hide_nobody(office: Office, tom: Home, priya: Home) -> None:
    people = office.library / "people"
    whole = (people / file_of("Priya")).read_text()
    (people / file_of("Eve")).write_text(whole)  # Priya's key under another name
    (people / file_of("Sam")).write_text(json.dumps({"name": "Sam", "public_key": "age1nothing"}))
    (people / file_of("Kim")).write_bytes(b"\xff" * 100)
    (people / file_of("Lee")).write_text(json.dumps({"name": "Lee", "public_key": "x" * 50_000}))
    (people / "folder.json").mkdir()
    assert [person.name for person in tom.people.every()] == ["Priya"]
    for name in ("Eve", "Sam", "Kim", "Lee"):
        with pytest.raises(NobodyNamed):
            tom.people.find(name)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "junk", "header"])
def test_a_damaged_file_is_told_in_a_line_and_hides_no_other(
    office: Office, tom: Home, priya: Home, handed: HandOver, damage: str
) -> None:
    whole = (office.sealed / f"{handed.hand_id}.age").read_bytes()
    other = office.hand(tom, office.attempt(tom, "20261126-101600-cd34"))
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    damaged = {"cut": whole[:-20], "flipped": bytes(changed), "empty": b"", "junk": b"junk", "header": whole[:50]}
    (office.sealed / f"{handed.hand_id}.age").write_bytes(damaged[damage])
    news = priya.reviews.look()
    assert [one.hand_id for one in news.received] == [other.hand_id]
    [line] = news.troubles
    assert "cannot be opened" in line
    assert "\n" not in line
    assert priya.feedback.news() == [], "it was told"
    assert priya.reviews.look().troubles == (line,)
    (office.sealed / f"{handed.hand_id}.age").write_bytes(whole)  # a program that syncs folders is done now
    if damage != "flipped":
        assert len(priya.reviews.look().received) == 2


def test_a_huge_file_is_not_opened(office: Office, priya: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_id = new_hand_id(own_key(priya).public_key)
    office.sealed.mkdir()
    with (office.sealed / f"{hand_id}.age").open("wb") as file:
        file.truncate(LARGEST + 1)
    monkeypatch.setattr("library.practice.feedback.receiving.unseal", pytest.fail)
    [line] = priya.reviews.look().troubles
    assert "more than 128 MiB" in line


def test_what_only_pretends_to_be_for_somebody_is_looked_at_once_and_never_told(
    office: Office, priya: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sealed.mkdir()
    file = office.sealed / f"{new_hand_id(own_key(priya).public_key)}.age"
    file.write_bytes(seal(b"not for her", [make_key().public_key]))
    assert priya.feedback.news() == []
    monkeypatch.setattr("library.practice.feedback.receiving.unseal", pytest.fail)
    assert priya.feedback.news() == []


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_package_that_would_grow_when_it_is_opened_is_refused(priya: Home, handed: HandOver, method: int) -> None:
    [received] = priya.reviews.look().received
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        package.writestr("handed.json", msgspec.json.encode(received.handed), zipfile.ZIP_STORED)
        package.writestr("clip.mp4", bytes(1 << 20))
    with pytest.raises(LibraryError, match="damaged"):
        unpack(buffer.getvalue(), handed.hand_id)


def test_records_with_anything_in_them_are_refused_or_harmless(office: Office, priya: Home, handed: HandOver) -> None:
    [received] = priya.reviews.look().received
    record = msgspec.json.encode(received.handed)
    for seed in range(40):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr("handed.json", mutated_record(record, seed))
            package.writestr("clip.mp4", b"clip")
        try:
            opened, _ = unpack(buffer.getvalue(), handed.hand_id)
        except LibraryError:
            continue
        assert opened.hand_id == handed.hand_id
        assert opened.attempt.take.path == ""
        assert len(opened.attempt.title) <= 200


def test_nobody_signs_off_what_they_could_not_open(office: Office, tom: Home, handed: HandOver) -> None:
    forged = Feedback(hand_id=handed.hand_id, secret="0" * 64, by="Priya", outcome=FeedbackOutcome.SIGNED_OFF)
    sealed = seal(msgspec.json.encode(forged), [own_key(tom).public_key])
    (office.sealed / f"{handed.hand_id}.00000000.age").write_bytes(sealed)
    (office.sealed / f"{handed.hand_id}.00000001.age").write_bytes(bytes(500))
    assert tom.feedback.news() == []
    assert not tom.handed.every()[0].signed_off


def test_somebody_who_gives_another_s_name_is_not_vouched_for(office: Office, tom: Home, priya: Home) -> None:
    tom.people.join()
    impostor = office.home("Tom", "impostor")
    impostor.people.join(replace=True)
    office.hand(impostor, office.attempt(impostor))
    tom.people.join(replace=True)
    [received] = priya.reviews.look().received
    assert not received.vouched


def test_links_in_the_library_are_not_followed(office: Office, priya: Home, tmp_path: Path) -> None:
    office.sealed.mkdir()
    target = tmp_path / "elsewhere.age"
    target.write_bytes(b"x")
    (office.sealed / f"{new_hand_id(own_key(priya).public_key)}.age").symlink_to(target)
    news = priya.reviews.look()
    assert (news.received, news.troubles) == ((), ())


def test_an_answer_that_was_copied_is_heard_once(office: Office, tom: Home, priya: Home, handed: HandOver) -> None:
    received = priya.reviews.answer(priya.reviews.look().received[0], FeedbackOutcome.ONCE_MORE)
    [answer] = (path for path in office.sealed.iterdir() if path.name != f"{handed.hand_id}.age")
    priya.reviews.answer(received, FeedbackOutcome.SIGNED_OFF)
    assert len(tom.feedback.news()) == 2
    (office.sealed / f"{handed.hand_id}.00000000.age").write_bytes(answer.read_bytes())
    assert tom.feedback.news() == []
    [one] = tom.handed.every()
    assert [said.outcome for said in one.feedback] == [FeedbackOutcome.ONCE_MORE, FeedbackOutcome.SIGNED_OFF]


def test_files_without_number_hide_no_try(
    office: Office, priya: Home, handed: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("library.practice.feedback.receiving._MOST", 3)
    names = [new_hand_id(own_key(priya).public_key) for _ in range(300)]
    for name in [name for name in names if name < handed.hand_id][:6]:
        (office.sealed / f"{name}.age").write_bytes(b"junk")
    looks = [priya.reviews.look().received for _ in range(3)]
    assert [one.hand_id for one in looks[-1]] == [handed.hand_id]


def test_an_answer_of_a_newer_showhow_waits_and_hides_nothing(
    office: Office, tom: Home, priya: Home, handed: HandOver
) -> None:
    newer = seal(json.dumps({"schema_version": 99, "outcome": "sung"}).encode(), [own_key(tom).public_key])
    file = office.sealed / f"{handed.hand_id}.00000000.age"
    file.write_bytes(newer)
    priya.reviews.answer(priya.reviews.look().received[0], FeedbackOutcome.SIGNED_OFF)
    assert tom.feedback.news() == [f"Priya signed off “{TITLE}” (answer 2)"]
    [one] = tom.handed.look()
    assert not any(file.name in entry for entry in one.seen), "it is opened once showhow was updated"
    tom.handed.take_back(one)
    assert list(office.sealed.iterdir()) == []


def test_a_try_of_a_newer_showhow_is_opened_once_showhow_was_updated(
    priya: Home, handed: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("library.records.SCHEMA_VERSION", 0)
        [line] = priya.feedback.news()
        assert "newer showhow" in line
        assert priya.feedback.news() == [], "it was told"
    assert priya.feedback.news() == [f"Tom handed you a try: {TITLE}"]
