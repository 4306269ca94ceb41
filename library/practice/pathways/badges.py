"""Badges of pathways: which badge a learner may ask whom for, and the one that came back.

Owns that a badge is for a sign-off point, by somebody who may sign there, and that only the last word counts. The
credential itself is ``feedback/badge.py``.
"""

from __future__ import annotations

from library.format import join
from library.model import LibraryError, RecordNotFound
from library.practice.feedback.badge import read_badge
from library.practice.feedback.handing import kept_hand_overs
from library.practice.feedback.model import Badge, BadgeWish, FeedbackOutcome, HandOver, HandOverState, Person
from library.practice.model import Attempt
from library.practice.pathways.model import Pathway, Point, PointKind, demo_ids
from library.practice.pathways.progress import may_sign
from library.practice.pathways.words import point_title
from library.practice.store import PracticeStore
from library.text import clean, title_key


class NoBadge(LibraryError):
    """There is no badge, or none may be asked for."""


def wish_for(pathway: Pathway, attempt: Attempt, person: Person, name: str) -> BadgeWish:
    """The badge that a person is asked for with an attempt; ``name`` stands on it. Raises NoBadge."""
    points = [point for point in pathway.points if _is_for(point, pathway, attempt)]
    if not points:
        what = f"“{pathway.title}” has no sign-off of “{attempt.title}”"
        raise NoBadge(what, f"See its points: showhow pathway show {pathway.pathway_id}")
    point = next((one for one in points if may_sign(one, person.name)), None)
    if point is None:
        named = join(dict.fromkeys(one for point in points for one in point.by), ", ")
        raise NoBadge(f"{person.name} does not sign off in “{pathway.title}”", f"Hand it to: {named}")
    if not clean(name):
        raise NoBadge("A badge needs a name on it", "Give one: --name NAME")
    return BadgeWish(
        name=name, pathway_id=pathway.pathway_id, pathway=pathway.title, what=f"{point_title(point)}: {attempt.title}"
    )


def _is_for(point: Point, pathway: Pathway, attempt: Attempt) -> bool:
    demos = [point.demo_id] if point.demo_id else demo_ids(pathway.points)
    return point.kind is PointKind.SIGN_OFF and attempt.demo_id in demos


def kept_badge(store: PracticeStore, pathway: str, by: str = "") -> Badge:
    """The newest badge of a pathway, by its id, the beginning of it or its title; the pathway may be gone.

    ``by``: signed by this person. Raises NoBadge, and says why; RecordNotFound: several pathways have such a name.
    """
    asked = _asked(store, pathway, by)
    found = [badge for one in asked if (badge := _badge(one)) is not None]
    if found:
        return max(found, key=lambda one: one.at_unix_ms)
    if not asked:
        what = f"No badge of “{clean(pathway, 80)}” was asked for{f' from {clean(by, 80)}' if by else ''}"
        raise NoBadge(what, "Ask for one: showhow mine hand TRY --to NAME --badge PATHWAY")
    raise NoBadge(*_why_none(asked[-1]))


def _asked(store: PracticeStore, pathway: str, by: str) -> list[HandOver]:
    """The hand-overs with a wish for a badge of that pathway, oldest first."""
    wishes = {one.hand_id: one.wish for one in kept_hand_overs(store) if one.wish is not None}
    every = {wish.pathway_id for wish in wishes.values()}
    same = {wish.pathway_id for wish in wishes.values() if title_key(wish.pathway) == title_key(pathway)}
    begun = {one for one in every if pathway and one.startswith(pathway)}
    ids = every & {pathway} or same or begun
    if len(ids) > 1:
        raise RecordNotFound(
            f"“{clean(pathway, 80)}” could be {len(ids)} pathways", "Give its id: showhow pathway list"
        )
    return [
        one
        for one in kept_hand_overs(store)
        if one.wish is not None and one.wish.pathway_id in ids and by.casefold() in {"", one.to.casefold()}
    ]


def _badge(one: HandOver) -> Badge | None:
    """The badge of the last word, if that signs it off."""
    if one.wish is None or not one.signed_off:
        return None
    return read_badge(one.feedback[-1].badge, one.wish, one.to, one.to_signing_key)


def _why_none(one: HandOver) -> tuple[str, str]:
    """Why there is no badge, and what to do."""
    again = "Hand a try over again with --badge: showhow mine hand"
    if one.signed_off:
        return f"{one.to} signed “{one.title}” off, but no badge came that is theirs", again
    if one.feedback:
        before = any(said.outcome is FeedbackOutcome.SIGNED_OFF for said in one.feedback)
        what = "took the sign-off of" if before else "asks you to do"
        return f"{one.to} {what} “{one.title}” {'back' if before else 'once more'}", again
    if one.state is HandOverState.WAITING:
        return f"{one.to} has not signed “{one.title}” off yet", "Look again later: showhow mine handed"
    gone = "was taken back" if one.state is HandOverState.TAKEN_BACK else "was removed from the library"
    return f"“{one.title}” {gone} before it was signed off", again
