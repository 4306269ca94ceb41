"""AttemptLog: the attempts of the learner in the PracticeStore: begin, keep, find, list, delete, export.

Owns that an attempt and its take come and go together. Does not record and does not compare.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from capture.files import remove_folder, write_bytes
from capture.takes import is_live, load_or_stand_in
from library.files import library_errors
from library.model import Demo, LibraryError, TakeFacts
from library.practice.model import Attempt, AttemptState, PracticeLevel
from library.practice.store import TAKES, KeptRecord, PracticeStore

ATTEMPT = "attempt"
"""The kind of these records in the store."""
PART = "hand-"
"""The beginning of the names of folders in which an attempt is prepared to be handed over; its id follows."""
_PRIVATE = 0o600


class AttemptNotFound(LibraryError):
    """No attempt has that id, or more than one begins with it."""


class ExportedPractice(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of ``mine`` as one document. ``takes`` are the folders of the recordings."""

    schema_version: int = 1
    records: Sequence[KeptRecord] = ()
    takes: Sequence[str] = ()


class AttemptLog:
    """The attempts of one user. Raises LibraryError."""

    def __init__(self, store: PracticeStore) -> None:
        self.store = store

    def begin(self, demo: Demo, level: PracticeLevel, take: Path) -> Attempt:
        """Keep a new attempt whose take is being recorded in the folder ``take``."""
        number = 1 + max((attempt.number for attempt in self.list()), default=0)
        attempt = Attempt(
            attempt_id=f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}", demo_id=demo.demo_id,
            title=demo.title, version=demo.version, level=level, steps=demo.steps, number=number,
            take=TakeFacts(take_id=take.name, path=str(take), started_unix_ms=round(time.time() * 1000)),
        )  # fmt: skip
        self.keep(attempt)
        return attempt

    def keep(self, attempt: Attempt) -> None:
        """Write an attempt, in the place of what was kept of it."""
        self.store.put(
            ATTEMPT, attempt.attempt_id, attempt, at_unix_ms=attempt.take.started_unix_ms, demo_id=attempt.demo_id
        )

    def list(self, demo_id: str = "") -> list[Attempt]:
        """Every attempt, oldest first; those at one demo when it is named."""
        return self.store.all(ATTEMPT, Attempt, demo_id=demo_id)

    def find(self, name: str) -> Attempt:
        """The attempt of an id or of the beginning of one. Raises AttemptNotFound."""
        if (exact := self.store.get(ATTEMPT, name, Attempt)) is not None:
            return exact
        found = [attempt for attempt in self.list() if name and attempt.attempt_id.startswith(name)]
        if len(found) != 1:
            what = f"“{name}” could be {len(found)} attempts" if found else f"There is no attempt “{name}”"
            raise AttemptNotFound(what, "See what there is: showhow mine list")
        return found[0]

    def dispute(self, attempt: Attempt, step: int) -> Attempt:
        """Mark the verdict on a step as wrong, or take the mark away again."""
        return self.change(attempt, lambda now: replace(now, disputed=tuple(sorted(set(now.disputed) ^ {step}))))

    def change(self, attempt: Attempt, change: Callable[[Attempt], Attempt]) -> Attempt:
        """Change what is kept of an attempt now, which may be more than the caller knows. Raises AttemptNotFound."""
        changed = self.store.update(ATTEMPT, attempt.attempt_id, Attempt, change)
        if changed is None:
            raise AttemptNotFound("That attempt was deleted", "See what there is: showhow mine list")
        return changed

    def forget(self, attempt: Attempt) -> None:
        """Delete an attempt with its recording, which may be one that a crash left. Not while it is being recorded."""
        # By its name: the learner's folder may have been moved, or be reached by another path than then.
        folder = next((take for take in self._takes() if take.name == Path(attempt.take.path).name), None)
        if folder is not None:
            if is_live(folder):
                raise LibraryError("That attempt is being recorded", "Stop it first: showhow stop")
            with library_errors(f"delete {folder}"):
                remove_folder(folder)
        for part in self.store.folder.glob(f"{PART}{attempt.attempt_id}-*"):  # a crash left it
            with library_errors(f"delete {part}"):
                remove_folder(part)
        self.store.remove(ATTEMPT, attempt.attempt_id)

    def forget_everything(self) -> None:
        """Delete all that is kept of the learner. Raises LibraryError while an attempt is being recorded."""
        if any(is_live(path) for path in self._takes()):
            raise LibraryError("An attempt is being recorded", "Stop it first: showhow stop")
        self.store.forget_everything()

    def export(self, target: Path, *, over: bool = False) -> ExportedPractice:
        """Write everything as one JSON file, which only the user may read, and name the recordings.

        The private key is in it. Raises LibraryError when there is such a file, unless it may be written ``over``.
        """
        if not over and os.path.lexists(target):
            raise LibraryError(f"{target} is there already", "Choose another name, or give --force.")
        document = ExportedPractice(records=self.store.everything(), takes=[str(path) for path in self._takes()])
        with library_errors(f"write {target}"):
            write_bytes(target, msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n", _PRIVATE)
        return document

    def _takes(self) -> Sequence[Path]:
        takes = self.store.folder / TAKES
        return sorted(path for path in takes.iterdir() if path.is_dir()) if takes.is_dir() else []


def cut_off(attempt: Attempt) -> bool:
    """Whether the recording of an attempt broke off and nothing is known of how it ended."""
    folder = Path(attempt.take.path)
    return attempt.state is AttemptState.RUNNING and not (folder.is_dir() and is_live(folder))


def take_facts(folder: Path) -> TakeFacts:
    """Facts of the take of an attempt; of one that broke off as far as they are known."""
    take = load_or_stand_in(folder)
    return TakeFacts(
        take_id=take.take_id, path=str(take.path), started_unix_ms=take.started_unix_ms, duration_ms=take.duration_ms
    )
