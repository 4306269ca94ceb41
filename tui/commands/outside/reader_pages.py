"""The pages for assistants and agents that ``showhow serve`` adds to the web reader."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from tui.console import version

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.web.access_guard import GuardOptions
    from library.web.app import Extension


def plain_pages(library: Library, _guard: GuardOptions) -> Extension:
    """``/llms.txt`` and each demo as Markdown."""
    from library.assistant.plain_pages import PlainPages

    return PlainPages(library).extension()


class AssistantPages:
    """Makes the address ``/mcp``. ``token``: the reader's, or one of its own where the reader needs none.

    It is always needed: programs and pages on this machine could ask otherwise.
    """

    def __init__(self, reader_url: str, *, read_only: bool) -> None:
        self._reader_url, self._read_only = reader_url, read_only
        self.token = ""

    def __call__(self, library: Library, guard: GuardOptions) -> Extension:
        """The extension of a reader. Raises LibraryError when a package is missing."""
        from library.assistant.endpoint import AssistantEndpoint

        self.token = guard.token or secrets.token_urlsafe(16)
        endpoint = AssistantEndpoint(library, self._reader_url, self.token, version(), read_only=self._read_only)
        return endpoint.extension()
