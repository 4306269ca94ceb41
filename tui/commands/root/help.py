"""``SectionedGroup``: the list of commands in ``showhow --help``, in sections. Owns its layout.

Typer's own panels need Rich, which takes long to import and draws boxes; this is plain text.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import typer
from typer.core import TyperGroup


class _Formatter(Protocol):
    """What is used of Typer's formatter, whose class Typer does not export."""

    width: int
    section: Callable[[str], AbstractContextManager[None]]
    write_dl: Callable[[list[tuple[str, str]]], None]


class SectionedGroup(TyperGroup):
    """A group whose commands are listed under their help panels, in the order in which the panels were first used."""

    def format_commands(self, _ctx: typer.Context, formatter: _Formatter) -> None:  # type: ignore[override]  # see _Formatter
        """Write a section for each panel; the column of names is as wide in all."""
        column = max(map(len, self.commands))
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            short = command.get_short_help_str(formatter.width - 6 - column)
            panel = getattr(command, "rich_help_panel", None)
            sections.setdefault(panel or "Commands", []).append((name.ljust(column), short))
        for panel, rows in sections.items():
            with formatter.section(panel):
                formatter.write_dl(rows)
