"""What assistants may ask the library: search, a demo, a picture, help for a program, and to note whether it helped.

Owns the answers: each carries author, version, age and a link to the step. The words in them are what colleagues said
and what their screens showed, never instructions. Reads filed demos only: recordings, drafts and attempts of a learner
are not in a library and cannot be reached. Changes nothing but the record of what helped and what is asked for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from capture.model import Front
from capture.span import clock
from library.catalog.usage import Visit
from library.connection.library import Library
from library.export.documents.step_pictures import ShownStill, cropped_still
from library.format import age, day
from library.freshness.reasons import line_of, reasons_for
from library.learning.notes.model import NOTE_NAMES, NoteKind
from library.learning.now.help import help_for_front, hits_in_program
from library.learning.opening import open_learning
from library.links import link_to, parse_link, web_link_to
from library.model import Demo, DemoNotFound, Hit, LibraryError
from library.search.ask import ask
from library.storage.bucket import MediaMissing
from library.text import clean
from transcribe.corrections import full_text, step_text
from transcribe.model import Step

MOST_HITS = 20
_LONGEST_QUERY = 300
_LONGEST_TEXT = 2_000
"""Characters of one step or transcript in an answer."""
_NOTES_PER_HOUR = 60
_LONGEST_NAME = 200


class Answers:
    """Answers about one open library. ``reader_url``: the web reader that links lead to; empty: links of showhow.

    Thread-safe. Methods raise LibraryError and DemoNotFound, whose text is meant for the assistant.
    """

    def __init__(self, library: Library, reader_url: str = "") -> None:
        self._library, self._reader_url = library, reader_url
        self._visit, self._lock = Visit(), threading.Lock()
        self._noted_s: list[float] = []
        self._learning = open_learning(library)

    def search_steps(self, query: str, limit: int = 8) -> dict[str, Any]:
        """The steps that answer a question, best first; what is only near is told apart."""
        self._library.refresh()
        found = ask(self._library.catalog, self._library.meaning, query[:_LONGEST_QUERY], _limited(limit))
        return {
            "query": found.query,
            "answers": found.answers,
            "found": list(self._hits(found.hits)),
            "did_you_mean": found.suggestion,
            "note": "" if found.answers else "Nobody has shown this. What is found is only near.",
        }

    def get_demo(self, name: str) -> dict[str, Any]:
        """A demo with all its steps, by id, title or link."""
        demo, _ = self._demo(name)
        steps = [self._step(demo, step) for step in demo.steps]
        said = "" if steps else clean(full_text(demo.transcript), _LONGEST_TEXT)
        return {**self._facts(demo), "steps": steps, "said": said}

    def step_picture(self, name: str, step: int = 0, *, whole: bool = False) -> tuple[dict[str, Any], bytes]:
        """Where a step happens, as WebP, and what the step says. A link to a step may stand for both.

        ``whole``: all of the screen.
        """
        demo, linked = self._demo(name)
        shown = demo.step(step or linked or 1)
        if not shown.still:
            raise LibraryError(f"Step {shown.number} has no picture", "Its words are in get_demo.")
        unread = LibraryError(f"The picture of step {shown.number} cannot be read", "Its words are in get_demo.")
        try:
            local = self._library.store.fetch_local(demo, shown.still)
            still = ShownStill(shown, local.path / shown.still)
            picture = still.path.read_bytes() if whole else cropped_still(local, still)
        except (OSError, MediaMissing) as error:
            raise unread from error
        if picture is None:
            raise unread
        return {**self._facts(demo), "step": self._step(demo, shown)}, picture

    def help_for(self, app: str, title: str = "", question: str = "", limit: int = 3) -> dict[str, Any]:
        """The steps that help with the program in front: its own first, then those of other programs.

        ``app`` is the program's name or window class, ``title`` the title of its window.
        """
        self._library.refresh()
        catalog, most = self._library.catalog, _limited(limit)
        best = help_for_front(catalog, self._learning.notes.every(), Front(app[:_LONGEST_NAME], title), most)
        if wanted := question.strip():
            same = hits_in_program(catalog, best.names, wanted[:_LONGEST_QUERY], most)[:most]
        else:
            same, wanted = tuple(hit for hit in best.hits if hit.demo_id in best.same), " ".join(best.names.words)
        known = {(hit.demo_id, hit.step) for hit in same}
        found = self._search(wanted, most) if wanted else best.hits
        others = [hit for hit in found if (hit.demo_id, hit.step) not in known]
        return {
            "app": clean(app, 80),
            "in_this_program": list(self._hits(same)),
            "elsewhere": list(self._hits(others[:most])),
            "note": "" if same or others else "Nobody has shown anything for this program yet.",
        }

    def note_help(self, name: str, *, helped: bool, step: int = 0) -> dict[str, Any]:
        """Note that a demo or a step of it helped the user, or did not, unsigned. Raises LibraryError: too often.

        A link to a step may stand for both; step 0 is the whole demo.
        """
        demo, linked = self._demo(name)
        number = demo.step(step or linked).number if step or linked else 0
        visit = self._count_note()
        kind = NoteKind.HELPED if helped else NoteKind.STUCK
        self._learning.notes.add(demo.demo_id, kind, step=number, visit=visit)
        return {"demo_id": demo.demo_id, "step": number, "noted": NOTE_NAMES[kind]}

    def ask_for_demo(self, text: str, why: str = "", app: str = "") -> dict[str, Any]:
        """Ask colleagues for a demo that nobody has shown. Raises LibraryError: too often, or there are no words."""
        self._count_note()
        need = self._learning.needs.ask(text[:_LONGEST_QUERY], why=why, app=app)
        return {"asked": need.query, "people_who_ask": len(need.votes)}

    def _count_note(self) -> str:
        """Count what is noted; returns the visit. Raises LibraryError: too often."""
        with self._lock:
            now = time.monotonic()
            self._noted_s = [at for at in self._noted_s if now - at < 3_600]
            if len(self._noted_s) >= _NOTES_PER_HOUR:
                raise LibraryError("A lot was noted within this hour", "Note it later.")
            self._noted_s.append(now)
            return self._visit.opening()

    def _search(self, query: str, limit: int) -> tuple[Hit, ...]:
        hits = ask(self._library.catalog, self._library.meaning, query[:_LONGEST_QUERY], limit).hits
        return tuple(hit for hit in hits if not hit.nearest)

    def _demo(self, name: str) -> tuple[Demo, int]:
        """The filed demo of a name or link, and the step that the link leads to (0: none)."""
        link = parse_link(name[:_LONGEST_QUERY])
        self._library.refresh()
        try:
            demo_id = self._library.catalog.resolve(link.demo).demo_id
        except DemoNotFound as error:
            remedy = "Look for it with search_steps. Drafts, recordings and attempts cannot be read here."
            raise DemoNotFound(clean(error.what, 200), remedy) from error
        return self._library.catalog.get(demo_id), link.step

    def _hits(self, hits: Iterable[Hit]) -> Iterator[dict[str, Any]]:
        demos: dict[str, dict[str, Any]] = {}
        for hit in hits:
            if hit.demo_id not in demos:
                demos[hit.demo_id] = self._facts(self._library.catalog.get(hit.demo_id))
            yield {
                **demos[hit.demo_id],
                "step": hit.step,
                "step_title": hit.step_title,
                "at": clock(hit.start_ms),
                "said": hit.snippet,
                "link": self._link(hit.demo_id, hit.step),
                "only_near": hit.nearest,
            }

    def _facts(self, demo: Demo) -> dict[str, Any]:
        now = round(time.time() * 1000)
        reasons = reasons_for(demo, self._learning.notes.every(), now)
        return {
            "demo_id": demo.demo_id,
            "title": demo.title,
            "author": demo.author,
            "version": demo.version,
            "updated": day(demo.updated_unix_ms) if demo.updated_unix_ms else "",
            "age": age(demo.updated_unix_ms, now),
            "review_due": day(demo.review_unix_ms) if demo.review_unix_ms else "",
            "may_be_out_of_date": bool(reasons),
            "out_of_date_because": line_of(reasons),
            "tags": list(demo.tags),
            "link": self._link(demo.demo_id),
        }

    def _step(self, demo: Demo, step: Step) -> dict[str, Any]:
        return {
            "number": step.number,
            "title": step.title,
            "said": clean(step_text(step, demo.transcript), _LONGEST_TEXT) if step.text else "",
            "clicked": step.clicked,
            "at": clock(step.start_ms),
            "picture": bool(step.still),
            "link": self._link(demo.demo_id, step.number),
        }

    def _link(self, demo_id: str, step: int = 0) -> str:
        return web_link_to(self._reader_url, demo_id, step) if self._reader_url else link_to(demo_id, step)


def _limited(limit: int) -> int:
    return max(1, min(limit, MOST_HITS))
