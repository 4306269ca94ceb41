"""``edit``: edits a filed demo's details from the screens, and resolves conflicts with concurrent edits.

Never overwrites the changes of others without asking.
"""

from __future__ import annotations

import asyncio
from typing import Any

from capture.errors import ShowhowError
from library.format import day, start_of_day
from library.maintenance.edit import EditClash
from library.model import Demo
from library.text import clean_tags
from tui.model import DemoEdit, Names
from tui.screens.dialogs import ChoiceDialog, Field, FormDialog
from tui.workflows.base import Workflow


async def edit(workflow: Workflow, demo_id: str) -> Demo | None:
    """Ask for title, tags, owner, review date and collections, then file the changes; None without changes."""
    library = workflow.context.services.library
    demo = await workflow.ask(library.demo, demo_id)
    if demo is None:
        return None
    names = await workflow.ask(library.names) or Names()
    answer = await workflow.app.push_screen_wait(FormDialog("Edit the demo", *_fields(demo, names)))
    if answer is None:
        return None
    try:
        changes = changes_of(demo, answer)
    except ValueError:
        workflow.say(f"“{answer[3]}” is no day; write it like 2031-04-17. Nothing was changed.", "error")
        return None
    return await _file_changes(workflow, demo, changes)


def _fields(demo: Demo, names: Names) -> list[Field]:
    return [
        Field("Title", demo.title),
        Field("Tags", ", ".join(demo.tags), "finance, orders", names.tags),
        Field("Owner", demo.owner, "who keeps it right", names.people),
        Field("Review by", _day(demo.review_unix_ms), "2031-04-17; empty for never"),
        Field("Collections", ", ".join(demo.collections), "first week", names.collections),
    ]


def changes_of(demo: Demo, answer: tuple[str, ...]) -> DemoEdit:
    """Differences between a demo and the form's answers. Raises ValueError for an invalid date."""
    title, tags, owner, day, collections = answer
    given: dict[str, Any] = {"owner": owner, "tags": clean_tags([tags]), "collections": clean_tags([collections])}
    given = {name: value for name, value in given.items() if value != getattr(demo, name)}
    if title and title != demo.title:
        given["title"] = title
    if day != _day(demo.review_unix_ms):
        given["review_unix_ms"] = start_of_day(day) if day else 0
    return DemoEdit(**given)


def _day(unix_ms: int | None) -> str:
    return "" if unix_ms is None else day(unix_ms)


async def _file_changes(workflow: Workflow, seen: Demo, changes: DemoEdit) -> Demo | None:
    """File the changes. On a conflict with another user's edit, show theirs and ask which to keep."""
    library = workflow.context.services.library
    while True:
        try:
            return await asyncio.to_thread(library.edit, seen, changes)
        except EditClash as clash:
            seen = clash.theirs
            fields = ", ".join(clash.fields)
            options = [
                ("Keep theirs", "what you wrote is let go"),
                ("File mine", f"as the next version; theirs stays as version {seen.version}"),
            ]
            if await workflow.app.push_screen_wait(ChoiceDialog(f"{clash.what}", options, f"the {fields}")) != 1:
                workflow.say("Theirs was kept")
                workflow.reload(seen.demo_id)
                return None
        except ShowhowError as error:
            workflow.say(str(error), "error")
            return None
