"""Of the needs that nobody has shown nearly all stand among the gaps, and of those that were met hardly one does.

Everything is searched and logged as the product does it, in a sample library of an office; only the clock is made up.
"""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path

import pytest

from library.catalog import usage
from library.catalog.catalog import Catalog
from library.catalog.usage import Use, Visit
from library.learning.journals.folder_journal import FolderJournal
from library.learning.journals.installation import Installation
from library.learning.needs.model import NeedEvent
from library.learning.needs.needs import Needs
from library.learning.signals.gaps import Gap, Reason, gaps
from library.meaning.meaning import MeaningSearch
from library.search.ask import ask
from library.search.search import search
from tests.library.factories import demo
from tests.support.sentence_model import made_sentence_model

SAMPLE = (
    demo("order", "Raise a purchase order", "Open the purchasing module", "Choose the supplier", "Press Submit"),
    demo("leave", "Request annual leave", "Open the portal and click Absences", "Choose the first and the last day"),
    demo("expense", "Claim travel expenses", "Take a photo of each receipt", "Choose the category hotel or taxi"),
    demo("printer", "Add a printer", "Open Settings and click Devices", "Pick the one on the label"),
    demo("password", "Reset your password", "Type your user name", "A code is sent to your phone"),
    demo("parcel", "Send a parcel to a customer", "Weigh the box", "Print the label and stick it on"),
    demo("invoice", "Send an invoice to a customer", "Check the payment terms", "Then click Send by email"),
    demo("stock", "Count the stock once a year", "Print the list for your aisle", "Write the number down"),
    demo("room", "Book a meeting room", "Make a new appointment", "If you need coffee tick Catering"),
    demo("vpn", "Connect to the company network from home", "Open the client in the task bar"),
    demo("contract", "Get a contract signed electronically", "Upload the document", "Watch the status"),
    demo("quote", "Write a quote for a customer", "Add the products and the discount", "Export it as a file"),
)
UNMET_AT_ONCE = ("kubernetes deployment", "set up a webhook", "translate brochures", "company car lease agreement")
"""Needs of which the library says itself that it has nothing, or nearly nothing."""
UNMET_AND_ASKED_OTHERWISE = {
    "print payslip": ("wage statement", "salary letter"),
    "customer complaint": ("angry client",),
    "photo competition": ("win a prize with a picture",),
}
"""Needs for which something was found, that did not look right, so that people asked again in other words."""
UNMET_AND_NO_HELP = {"parental leave": "leave", "guest password": "password", "printer cartridge": "printer"}
"""Needs for which a demo was opened that did not help."""
WISHES = ("order lunch for guests", "network drive mapping")
"""Needs that somebody asked a demo for."""
MET = {
    "purchase order": "order", "annual leave": "leave", "claim a taxi": "expense", "adding printers": "printer",
    "reset password": "password", "send parcels": "parcel", "invoice by email": "invoice", "counting stock": "stock",
    "meeting room coffee": "room", "network from home": "vpn", "sign a contract": "contract", "quote discount": "quote",
}  # fmt: skip
TYPED = ("purch", "purchase", "purchase order")


class People:
    """People who search, open and say whether it helped; each action comes some seconds after the one before."""

    def __init__(self, catalog: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._catalog, self._clock = catalog, count(1_800_000_000, 10)
        self.needs = Needs(catalog, FolderJournal(folder / "needs", Installation(folder), NeedEvent))
        self._visit = Visit()
        monkeypatch.setattr(usage.time, "time", lambda: float(next(self._clock)))

    def comes(self) -> None:
        """Somebody else, half an hour later."""
        self._visit = Visit()
        for _ in range(180):
            next(self._clock)

    def searches(self, query: str) -> None:
        self._catalog.use.note_search(query, search(self._catalog, query).answers, "", self._visit.searching())

    def asks(self, query: str) -> None:
        self.needs.ask(query)

    def opens(self, demo_id: str, use: Use = Use.HELPED) -> None:
        for one in (Use.REPLAY, use):
            self._catalog.use.note(demo_id, one, "", self._visit.opening())


@pytest.fixture
def people(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> People:
    catalog.put_all((one, 0) for one in SAMPLE)
    return People(catalog, tmp_path, monkeypatch)


def seek_what_nobody_has_shown(people: People) -> set[str]:
    for query in UNMET_AT_ONCE:
        people.comes()
        people.searches(query)
    for first, others in UNMET_AND_ASKED_OTHERWISE.items():
        people.comes()
        for query in (first, *others):
            people.searches(query)
    for query, opened in UNMET_AND_NO_HELP.items():
        people.comes()
        people.searches(query)
        people.opens(opened, Use.NO_HELP)
    for query in WISHES:
        people.comes()
        people.asks(query)
    return {*UNMET_AT_ONCE, *UNMET_AND_ASKED_OTHERWISE, *UNMET_AND_NO_HELP, *WISHES}


def seek_what_is_there(people: People) -> set[str]:
    for query, opened in MET.items():
        people.comes()
        people.searches(query)
        people.opens(opened)
    people.comes()
    for query in TYPED:
        people.searches(query)
    people.opens("order")
    return {*MET, *TYPED}


def told(catalog: Catalog, people: People) -> list[Gap]:
    return list(gaps(catalog, catalog.use, limit=100, needs=people.needs.every()))


def test_of_twelve_needs_nobody_has_shown_eleven_stand_among_the_gaps(catalog: Catalog, people: People) -> None:
    needs = seek_what_nobody_has_shown(people)
    met = seek_what_is_there(people)
    queries = {gap.query for gap in told(catalog, people)}
    assert len(needs) == 12
    assert len(needs & queries) >= 11, needs - queries
    assert len(met & queries) <= 1, met & queries


def test_each_gap_says_why_it_counts(catalog: Catalog, people: People) -> None:
    seek_what_nobody_has_shown(people)
    why = {gap.query: {reason for reason, _ in gap.why} for gap in told(catalog, people)}
    assert all(why[query] <= {Reason.NOTHING, Reason.WEAK} for query in UNMET_AT_ONCE)
    assert all(why[query] == {Reason.NO_HELP} for query in UNMET_AND_NO_HELP)
    assert all(why[query] == {Reason.ASKED} for query in WISHES)


def test_what_the_sentence_model_says_is_only_the_nearest_stays_a_gap(catalog: Catalog, tmp_path: Path) -> None:
    catalog.put_all((one, 0) for one in SAMPLE)
    meaning = MeaningSearch(catalog, made_sentence_model(tmp_path))
    meaning.fill()
    catalog.use.note_search("holiday parcel", 0)
    catalog.use.note_search("holiday", 0)
    found = gaps(catalog, catalog.use, answer=partial(ask, catalog, meaning))
    assert [gap.query for gap in found] == ["holiday parcel"]
    assert {gap.query for gap in gaps(catalog, catalog.use)} == {"holiday"}


def test_a_search_of_which_nothing_was_opened_counts_only_where_its_hits_lack_words(
    catalog: Catalog, people: People
) -> None:
    for query in ("purchase order zebra", "purchase order"):
        people.comes()
        people.searches(query)
    people.comes()
    people.searches("parcel zebra")
    people.opens("parcel")
    people.comes()
    why = {gap.query: [reason for reason, _ in gap.why] for gap in told(catalog, people)}
    assert why == {"purchase order zebra": [Reason.LEFT]}
