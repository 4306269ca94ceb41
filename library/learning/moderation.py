"""Moderator: takes notes and needs away that should not stand there, for everybody.

Owns who may: the writer; for a note of a demo, whoever owns that demo; the owner of the library. That is the owner
of its folder, or of its tables in a team's database; on Windows, whoever may write to the folder. Visitors of the
web reader cannot. What is taken away is hidden, not erased: a journal only grows, and its files keep the words.
"""

from __future__ import annotations

import os
import sys

from library.connection.library import Library
from library.learning.needs.model import Need
from library.learning.needs.needs import Needs
from library.learning.notes.model import Note
from library.learning.notes.notes import Notes
from library.model import DemoNotFound, LibraryError


class Moderator:
    """Who uses this machine, towards one library. ``author``: their name. Methods may raise LibraryError."""

    def __init__(self, library: Library, notes: Notes, needs: Needs, author: str) -> None:
        self._library, self._notes, self._needs, self._author = library, notes, needs, author

    def remove_note(self, note: Note) -> None:
        """Take a note away, with the answers to it. Raises LibraryError when it is not theirs to remove."""
        if not (self._notes.is_own(note) or self._owns_demo(note.demo_id) or owns(self._library)):
            raise LibraryError("This note is not yours", "Its writer, the demo's owner or the library's can remove it.")
        self._notes.take_away(note, self._author)

    def remove_need(self, need: Need) -> Need:
        """Take a need away; returns it as it was. Raises LibraryError when it is not theirs to remove."""
        if not (self._needs.is_own(need) or owns(self._library)):
            raise LibraryError(
                "Others ask for this too", "The library's owner can remove it; anybody can decline it, with a reason."
            )
        return self._needs.remove(need.need_id, self._author)

    def _owns_demo(self, demo_id: str) -> bool:
        try:
            demo = self._library.catalog.get(demo_id)
        except DemoNotFound:
            return False
        return bool(self._author) and self._author == (demo.owner or demo.author)


def owns(library: Library) -> bool:
    """Whether who uses this machine owns the library. Raises LibraryError."""
    if library.team is not None:
        return any(bool(mine) for (mine,) in library.team.fetch("owns_library"))
    try:
        facts = library.folder.stat()
    except OSError:
        return False
    if sys.platform == "win32":
        mine = os.access(library.folder, os.W_OK)
    else:
        mine = os.geteuid() == facts.st_uid
    return mine
