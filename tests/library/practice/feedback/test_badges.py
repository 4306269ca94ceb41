"""A badge is asked for with a try, signed with the sign-off, checked before it is kept, and says no more than asked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from openbadgeslib.ob3 import OB3Verifier

from library.model import RecordNotFound
from library.practice.feedback.badge import made_badge, read_badge
from library.practice.feedback.handing import KeyChanged, NoSigningKey
from library.practice.feedback.model import BadgeWish, Feedback, FeedbackOutcome, HandOver, OwnSigningKey, Person
from library.practice.feedback.people import file_of
from library.practice.feedback.seal import fingerprint, seal
from library.practice.feedback.signing import is_signing_key, make_signing_key, signed_jwt
from library.practice.pathways.badges import NoBadge, kept_badge, wish_for
from library.practice.pathways.model import Pathway, Point, PointKind
from tests.library.practice.feedback.office import TITLE, Home, Office
from tests.library.practice.pathways.attempts import attempt

ONCE_MORE, SIGNED_OFF = FeedbackOutcome.ONCE_MORE, FeedbackOutcome.SIGNED_OFF
WISH = BadgeWish(name="Tomás", pathway_id="orders-1", pathway="Orders", what=f"Signed off by Shift lead: {TITLE}")
PATHWAY = Pathway(
    pathway_id="orders-1", title="Orders",
    points=(
        Point(kind=PointKind.WATCH, demo_id="split-1"),
        Point(kind=PointKind.SIGN_OFF, role="Shift lead", by=("Priya", "Ana")),
    ),
)  # fmt: skip
PRIYA = Person(name="priya", public_key="age1")


@pytest.fixture
def asked(office: Office, tom: Home, priya: Home) -> HandOver:
    """Tom's try, handed to Priya with the wish for a badge."""
    return office.hand(tom, office.attempt(tom), wish=WISH)


def sign_off(home: Home, *, badge: bool = True) -> str:
    """The badge that somebody's program made, or none."""
    return home.reviews.answer(home.reviews.look().received[0], SIGNED_OFF, badge=badge).sent[-1].badge


def signing_key(home: Home) -> OwnSigningKey:
    key = home.people.own_signing_key()
    assert key is not None
    return key


def publish(office: Office, name: str, **values: str) -> Person:
    """Change somebody's entry in the library, as whoever may write there can."""
    file = office.library / "people" / file_of(name)
    person = replace(msgspec.json.decode(file.read_bytes(), type=Person), **values)
    file.write_bytes(msgspec.json.encode(person))
    return person


def answer_with(office: Office, priya: Home, badge: str) -> None:
    """An answer of Priya with another badge than her program makes."""
    [received] = priya.reviews.look().received
    handed = received.handed
    feedback = Feedback(hand_id=handed.hand_id, secret=handed.secret, by="Priya", outcome=SIGNED_OFF, badge=badge)
    sealed = seal(msgspec.json.encode(feedback), [handed.learner.public_key])
    (office.sealed / f"{handed.hand_id}.0123abcd.age").write_bytes(sealed)


def test_an_independent_verifier_believes_the_badge_and_it_says_no_more_than_was_asked_for(
    tom: Home, priya: Home, asked: HandOver
) -> None:
    sign_off(priya)
    assert tom.feedback.news() == [f"Priya signed off “{TITLE}”, with a badge"]
    badge = kept_badge(tom.log.store, "orders")
    assert (badge.wish, badge.by) == (WISH, "Priya")
    did = signing_key(priya).public_key
    assert OB3Verifier.for_issuer_did(did).verify(badge.token).issuer.name == "Priya"
    payload: dict[str, Any] = read_badge_payload(badge.token, did)
    subject = payload["credentialSubject"]
    assert payload["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert payload["@context"][1].startswith("https://purl.imsglobal.org/spec/ob/v3p0/context")
    assert {"id", "type", "name", "issuer", "validFrom"} <= payload.keys()
    assert {"id", "type", "name", "description", "criteria"} <= subject["achievement"].keys()
    assert (payload["iss"], payload["jti"], payload["sub"]) == (did, payload["id"], subject["id"])
    assert subject["identifier"][0]["identityHash"] == "Tomás"
    words = msgspec.json.encode(payload).decode()
    for private in ("Tom’s", tom.people.join().public_key, asked.attempt_id, asked.hand_id, asked.secret, "orders-1"):
        assert private not in words


def read_badge_payload(token: str, did: str) -> dict[str, Any]:
    """The payload as another library reads it, after it checked the signature."""
    import jwt
    from openbadgeslib.ob3.did import resolve_did

    payload: dict[str, Any] = jwt.decode(token, resolve_did(did).decode(), algorithms=["EdDSA"])
    return payload


def test_without_the_wish_or_the_reviewer_s_will_or_a_sign_off_there_is_no_badge(
    office: Office, tom: Home, priya: Home
) -> None:
    office.hand(tom, office.attempt(tom))
    assert sign_off(priya) == ""
    with pytest.raises(NoBadge, match="No badge of “Orders” was asked for"):
        kept_badge(tom.log.store, "Orders")
    one = office.hand(tom, office.attempt(tom, "20261126-101500-ab13"), wish=WISH)
    with pytest.raises(NoBadge, match="Priya has not signed"):
        kept_badge(tom.log.store, "Orders")
    received = next(found for found in priya.reviews.look().received if found.hand_id == one.hand_id)
    assert priya.reviews.answer(received, ONCE_MORE).sent[-1].badge == ""
    tom.handed.look()
    with pytest.raises(NoBadge, match="asks you to do"):
        kept_badge(tom.log.store, "Orders")
    assert priya.reviews.answer(received, SIGNED_OFF, badge=False).sent[-1].badge == ""
    assert f"Priya signed off “{TITLE}”, but without the badge (answer 2)" in tom.feedback.news()
    with pytest.raises(NoBadge, match="no badge came that is theirs"):
        kept_badge(tom.log.store, "Orders")


def test_a_sign_off_that_is_taken_back_takes_the_badge_back(tom: Home, priya: Home, asked: HandOver) -> None:
    sign_off(priya)
    tom.handed.look()
    assert kept_badge(tom.log.store, WISH.pathway_id, "Priya").wish == WISH
    priya.reviews.answer(priya.reviews.look().received[0], ONCE_MORE)
    tom.handed.look()
    with pytest.raises(NoBadge, match="took the sign-off of"):
        kept_badge(tom.log.store, WISH.pathway_id)


def test_a_try_that_the_learner_took_back_before_has_none_and_after_keeps_it(
    office: Office, tom: Home, priya: Home, asked: HandOver
) -> None:
    tom.handed.take_back(asked)
    with pytest.raises(NoBadge, match="was taken back before"):
        kept_badge(tom.log.store, "Orders")
    again = office.hand(tom, office.attempt(tom, "20261126-101500-ab13"), wish=WISH)
    sign_off(priya)
    tom.handed.look()
    tom.handed.take_back(again)
    assert kept_badge(tom.log.store, "Orders").by == "Priya"


@pytest.mark.parametrize(
    "forged",
    [
        "another key", "another name", "another reviewer", "another pathway", "altered", "not a badge", "no signature",
        "more than was asked for",
    ],
)  # fmt: skip
def test_a_badge_that_is_not_the_one_asked_for_by_the_published_key_is_not_kept(
    office: Office, tom: Home, priya: Home, asked: HandOver, forged: str
) -> None:
    key, now = signing_key(priya), 1_700_000_000_000
    good = made_badge(WISH, "Priya", key, now)
    head, body, signature = good.split(".")
    more = read_badge_payload(good, key.public_key) | {"email": "tom@example.com"}
    tokens = {
        "another key": made_badge(WISH, "Priya", make_signing_key(), now),
        "another name": made_badge(replace(WISH, name="Eve"), "Priya", key, now),
        "another reviewer": made_badge(WISH, "The board", key, now),
        "another pathway": made_badge(replace(WISH, pathway="Payroll"), "Priya", key, now),
        "altered": f"{head}.{body[:-2]}AA.{signature}",
        "not a badge": "…\x00",
        "no signature": f"{head}.{body}.",
        "more than was asked for": signed_jwt(more, key),
    }
    assert read_badge(good, WISH, "Priya", key.public_key) is not None
    answer_with(office, priya, tokens[forged])
    assert tom.feedback.news() == [f"Priya signed off “{TITLE}”, but without the badge"]
    assert tom.handed.every()[0].feedback[0].badge == ""
    with pytest.raises(NoBadge):
        kept_badge(tom.log.store, "Orders")


def test_a_reviewer_who_joined_before_there_were_badges_is_asked_to_join_anew(
    office: Office, tom: Home, priya: Home
) -> None:
    publish(office, "Priya", signing_key="")
    with pytest.raises(NoSigningKey, match="joined before there were badges") as raised:
        office.hand(tom, office.attempt(tom), wish=WISH)
    assert "feedback join" in raised.value.remedy
    assert not office.sealed.exists() or list(office.sealed.iterdir()) == []
    office.hand(tom, office.attempt(tom))
    priya.people.join()
    assert office.hand(tom, office.attempt(tom), wish=WISH).to_signing_key == signing_key(priya).public_key


def test_a_key_for_badges_that_changed_is_refused_like_the_other_key(
    office: Office, tom: Home, priya: Home, asked: HandOver
) -> None:
    before = tom.people.find("Priya")
    rogue = make_signing_key().public_key
    changed = publish(office, "Priya", signing_key=rogue)
    assert fingerprint(changed.public_key, rogue) != fingerprint(before.public_key, before.signing_key)
    with pytest.raises(KeyChanged):
        office.hand(tom, office.attempt(tom, "20261126-101500-ab13"), wish=WISH)
    publish(office, "Priya", signing_key="")  # also after it was away for a while
    office.hand(tom, office.attempt(tom, "20261126-101500-ab13"))
    publish(office, "Priya", signing_key=rogue)
    with pytest.raises(KeyChanged):
        office.hand(tom, office.attempt(tom, "20261126-101500-ab14"), wish=WISH)
    sign_off(priya)  # with her own key, which was the published one when the first was handed over
    tom.handed.look()
    assert kept_badge(tom.log.store, "Orders").public_key == before.signing_key


def test_hostile_names_stand_on_a_badge_as_one_short_printable_line(office: Office, tom: Home, priya: Home) -> None:
    nasty = "\u202eTom\n\x1b[31m" + "x" * 500
    office.hand(tom, office.attempt(tom), wish=BadgeWish(name=nasty, pathway_id="p", pathway=nasty, what=nasty * 9))
    sign_off(priya)
    tom.handed.look()
    wish = kept_badge(tom.log.store, "p").wish
    for line in (wish.name, wish.pathway, wish.what):
        assert line.isprintable()
        assert len(line) <= 400


def test_a_did_that_is_no_ed25519_key_is_no_key_for_badges() -> None:
    key = make_signing_key().public_key
    assert is_signing_key(key)
    # An Ed25519 key from the did:key specification, and a secp256k1 key from there.
    assert is_signing_key("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    assert not is_signing_key("did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme")
    for broken in (
        "",
        "did:key:z",
        key[:-1],
        f"{key}1",
        key.replace("z6Mk", "z16Mk"),
        f"{key} ",
        "did:web:example.com",
    ):
        assert not is_signing_key(broken)


def test_a_badge_is_asked_for_only_of_who_signs_off_that_demo_in_the_pathway() -> None:
    tried = attempt(1, 0)
    wish = wish_for(PATHWAY, tried, PRIYA, "Tom")
    assert wish == BadgeWish(
        name="Tom", pathway_id="orders-1", pathway="Orders", what="Signed off by Shift lead: Split an order"
    )
    with pytest.raises(NoBadge, match="Eve does not sign off in “Orders”") as raised:
        wish_for(PATHWAY, tried, replace(PRIYA, name="Eve"), "Tom")
    assert raised.value.remedy == "Hand it to: Priya, Ana"
    with pytest.raises(NoBadge, match="has no sign-off of"):
        wish_for(PATHWAY, attempt(1, 0, demo_id="payroll-1"), PRIYA, "Tom")
    with pytest.raises(NoBadge, match="needs a name"):
        wish_for(PATHWAY, tried, PRIYA, " \n")


def test_of_two_pathways_with_one_title_the_badge_is_taken_by_id(office: Office, tom: Home, priya: Home) -> None:
    for number, pathway_id in enumerate(("orders-1", "orders-2")):
        made = office.attempt(tom, f"20261126-101500-ab1{number}")
        office.hand(tom, made, wish=replace(WISH, pathway_id=pathway_id))
    for received in priya.reviews.look().received:
        priya.reviews.answer(received, SIGNED_OFF)
    tom.handed.look()
    with pytest.raises(RecordNotFound, match="2 pathways"):
        kept_badge(tom.log.store, "Orders")
    assert kept_badge(tom.log.store, "orders-2").wish.pathway_id == "orders-2"
