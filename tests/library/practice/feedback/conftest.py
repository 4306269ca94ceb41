"""The office of these tests: Tom learns, Priya reviews, Eve has a home too."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.practice.feedback.model import HandOver
from tests.library.practice.feedback.office import Home, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def tom(office: Office) -> Home:
    return office.home("Tom")


@pytest.fixture
def priya(office: Office) -> Home:
    priya = office.home("Priya")
    priya.people.join()
    return priya


@pytest.fixture
def handed(office: Office, tom: Home, priya: Home) -> HandOver:
    """Tom's attempt, handed to Priya."""
    return office.hand(tom, office.attempt(tom))
