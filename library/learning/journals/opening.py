"""Opens a library's journals: files of a folder library, a table of a team."""

from __future__ import annotations

from library.connection.library import Library
from library.learning.journals.folder_journal import FolderJournal
from library.learning.journals.installation import Installation
from library.learning.journals.model import Record, SharedJournal
from library.learning.journals.team_journal import TeamJournal


def open_journal(library: Library, name: str, kind: type[Record]) -> SharedJournal[Record]:
    """The journal ``name`` of a library, for records of one kind."""
    machine = Installation(library.local)
    if library.team is not None:
        return TeamJournal(library.team, name, machine, kind)
    return FolderJournal(library.folder / name, machine, kind)
