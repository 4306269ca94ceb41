"""The page with the list of demos, the same for a folder of pages and for one file.

Owns what its template needs. Where its style, script and picture come from, and what the browser may load, is said by
whoever writes the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from library.export.site.view_data import SiteDemo, script_data, tags_of, today
from library.format import count
from library.web.templates import templates


def list_page(
    name: str,
    listed: Sequence[SiteDemo],
    *,
    policy: str,
    icon: str,
    pages: Sequence[tuple[str, Markup]] = (),
    styles: Sequence[Markup] = (),
    script: Markup | str = "",
) -> str:
    """The page as HTML. ``pages``, ``styles`` and ``script`` are embedded; without them it loads files beside it."""
    template = templates(Path(__file__).parent).get_template("site.html")
    return template.render(
        name=name,
        tally=count(len(listed), "demo"),
        demos=listed,
        tags=tags_of(listed),
        data=script_data(listed),
        pages=pages,
        today=today(),
        policy=policy,
        icon=icon,
        styles=styles,
        script=script,
    )
