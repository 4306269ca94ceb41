"""What chats, search engines and wikis read of a demo's page: Open Graph, JSON-LD (schema.org VideoObject), oEmbed.

Pure: makes values; the templates escape them.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import escape

from library.format import utc
from library.model import Demo
from library.web.sharing.addresses import DemoAddresses
from library.web.sharing.preview_image import preview_size
from transcribe.corrections import full_text
from transcribe.model import Step

EMBED_WIDTH, EMBED_HEIGHT, BAR = 960, 540, 44
"""Pixels of an embedded player, and how many of its height are the bar below the picture."""
LEAST_WIDTH, LEAST_HEIGHT = 200, 160
_LONGEST_TRANSCRIPT = 5_000


class Unfurl(NamedTuple):
    """The facts for a page's head. Addresses are absolute. ``data``: the JSON-LD document."""

    title: str
    description: str
    page: str
    image: str
    clip: str
    width: int
    height: int
    oembed: str
    data: dict[str, Any]


def unfurl(demo: Demo, at: DemoAddresses, library: str, summary: str, step: int = 0) -> Unfurl:
    """The facts for the page of a demo, or of one of its steps (0: none)."""
    shown = next((one for one in demo.steps if one.number == step), None)
    image = at.preview(demo, shown)
    return Unfurl(
        title=f"{shown.number}. {shown.title} · {demo.title}" if shown else demo.title,
        description=summary,
        page=at.page(step),
        image=image,
        clip=at.clip(demo),
        width=demo.clip.width,
        height=demo.clip.height,
        oembed=f"{at.base}/oembed?{urlencode({'format': 'json', 'url': at.page(step)})}",
        data=video_object(demo, at, library, summary),
    )


def video_object(demo: Demo, at: DemoAddresses, library: str, summary: str) -> dict[str, Any]:
    """A schema.org VideoObject with a Clip for each step."""
    facts = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": demo.title,
        "description": summary or demo.title,
        "uploadDate": _day(demo.updated_unix_ms or demo.created_unix_ms),
        "duration": _duration(demo.clip.duration_ms),
        "contentUrl": at.clip(demo),
        "thumbnailUrl": at.preview(demo, None),
        "embedUrl": at.embed(),
        "inLanguage": demo.transcript.language,
        "keywords": ", ".join(demo.tags),
        "publisher": {"@type": "Organization", "name": library},
        "author": {"@type": "Person", "name": demo.author} if demo.author else None,
        "transcript": full_text(demo.transcript)[:_LONGEST_TRANSCRIPT],
        "hasPart": [_clip(step, at) for step in demo.steps],
    }
    return {name: value for name, value in facts.items() if value}


def _clip(step: Step, at: DemoAddresses) -> dict[str, Any]:
    return {
        "@type": "Clip",
        "name": step.title,
        "startOffset": round(step.start_ms / 1000, 3),
        "endOffset": round(step.end_ms / 1000, 3),
        "url": at.moment(step.start_ms, step.number),
    }


def frame_code(address: str, title: str, size: tuple[int, int] = (EMBED_WIDTH, EMBED_HEIGHT + BAR)) -> str:
    """The HTML of a frame with the player at ``address``."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{size[0]}" height="{size[1]}" '
        'style="border:0;max-width:100%" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen '
        'loading="lazy"></iframe>'
    )


def frame_size(demo: Demo, most_width: int = 0, most_height: int = 0) -> tuple[int, int]:
    """Width and height of a frame for the clip's shape within these limits (0: none), the bar below it included."""
    shape = demo.clip.width / demo.clip.height if demo.clip.width and demo.clip.height else 16 / 9
    width = max(LEAST_WIDTH, min(EMBED_WIDTH, most_width or EMBED_WIDTH))
    height = round(width / shape) + BAR
    limit = max(LEAST_HEIGHT, most_height) if most_height else height
    if height > limit:
        width, height = max(LEAST_WIDTH, round((limit - BAR) * shape)), limit
    return min(width, most_width or width), min(height, most_height or height)


def oembed_document(
    demo: Demo, at: DemoAddresses, library: str, step: int, *, framed: bool, limits: tuple[int, int] = (0, 0)
) -> dict[str, Any]:
    """The oEmbed 1.0 answer: a video in a frame, or a link where no other site may show it. ``limits``: as asked."""
    width, height = frame_size(demo, *limits)
    facts: dict[str, Any] = {
        "version": "1.0",
        "type": "video" if framed else "link",
        "title": demo.title,
        "author_name": demo.author,
        "provider_name": library,
        "provider_url": f"{at.base}/",
        "thumbnail_url": at.preview(demo, next((one for one in demo.steps if one.number == step), None)),
    }
    if facts["thumbnail_url"] and demo.clip.width:
        thumbnail = preview_size(demo.clip.width, demo.clip.height)
        facts |= {"thumbnail_width": thumbnail[0], "thumbnail_height": thumbnail[1]}
    if framed:
        html = frame_code(at.embed(step), demo.title, (width, height))
        facts |= {"html": html, "width": width, "height": height}
    return {name: value for name, value in facts.items() if value}


def _day(unix_ms: int) -> str:
    return utc(unix_ms).isoformat(timespec="seconds") if unix_ms > 0 else ""


def _duration(ms: int) -> str:
    """ISO 8601, such as ``PT1M4.5S``."""
    minutes, rest = divmod(ms, 60_000)
    return f"PT{minutes}M{rest / 1000:g}S" if minutes else f"PT{rest / 1000:g}S"
