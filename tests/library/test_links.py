"""What looks like an address and is none is said so in one line, wherever one can be given."""

from __future__ import annotations

import pytest

from library.catalog.postgres_catalog import without_password
from library.connection.address import folder_of
from library.links import Link, parse_link
from library.model import LibraryError

BROKEN = "://[a:secret@host/demo/x#step-2"


@pytest.mark.parametrize("scheme", ["http", "https", "showhow"])
def test_a_broken_link_names_a_demo_that_is_not_there(scheme: str) -> None:
    assert parse_link(f"{scheme}{BROKEN}") == Link(f"{scheme}{BROKEN}")


def test_a_broken_address_of_a_folder_is_one_line() -> None:
    with pytest.raises(LibraryError, match="no address of a library"):
        folder_of(f"file{BROKEN}")


def test_a_broken_address_of_a_database_is_shown_without_what_may_be_its_password() -> None:
    assert "secret" not in without_password(f"postgresql{BROKEN}")
