"""A library or a collection as one HTML file that works offline: the list, the search and every demo's page inside it.

Owns putting it together. The page of each demo is the one of the single-page export, shown in a frame. The content
security policy forbids all addresses except those of the file itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from markupsafe import Markup

from capture.files import write_bytes
from capture.progress import Progress, silent
from library.export.site.list_page import list_page
from library.export.site.view_data import SiteDemo, as_script_text, site_demo
from library.model import Demo, LibraryError
from library.web.browse import telling_step
from library.web.single_page import data_address, embedded, one_page
from library.web.templates import HERE as WEB
from library.web.thumbnails import thumbnail_of

HERE = Path(__file__).parent


def write_one_file(
    name: str, demos: Sequence[Demo], fetch: Callable[[Demo], Demo], output: Path,
    progress: Progress = silent,
) -> Path:  # fmt: skip
    """Write the file, atomically; returns it. ``demos`` are in the order of the list; ``fetch`` makes one local.

    Raises LibraryError when a clip cannot be read, OSError, Cancelled.
    """
    listed, pages = [], []
    for number, record in enumerate(demos):
        progress(number, len(demos), "Putting demos together")
        demo = fetch(record)
        listed.append(site_demo(demo, f"#demo={demo.demo_id}", _thumbnail(demo)))
        pages.append((demo.demo_id, as_script_text(msgspec.json.encode(one_page(demo)).decode())))
    write_bytes(output, _page(name, listed, pages).encode())
    return output


def _page(name: str, listed: Sequence[SiteDemo], pages: Sequence[tuple[str, Markup]]) -> str:
    styles = [embedded(WEB / "reader.css"), embedded(HERE / "site.css")]
    script = embedded(HERE / "site.js")
    # A frame may do what this page may, and no more: the style and script of a demo's page are named here too.
    scripts = (script, embedded(WEB / "demo.js"), embedded(WEB / "zoom.js"))
    policy = (
        "default-src 'none'; img-src data:; media-src data:; frame-src blob:; "
        f"style-src {' '.join(one.hash for one in styles)}; script-src {' '.join(one.hash for one in scripts)}"
    )
    icon = data_address("image/svg+xml", (WEB / "icon.svg").read_bytes())
    texts = [one.text for one in styles]
    return list_page(name, listed, pages=pages, policy=policy, icon=icon, styles=texts, script=script.text)


def _thumbnail(demo: Demo) -> str:
    step = telling_step(demo)
    try:
        return data_address("image/webp", thumbnail_of(demo.path / step.still)) if step else ""
    except LibraryError:
        return ""
