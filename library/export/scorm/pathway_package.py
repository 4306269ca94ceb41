"""Exports a pathway as a SCORM 1.2 package: a page with its points, then each of its demos as a page that reports.

What is done in a real program (practice, assessment, sign-off) a learning platform cannot see: the first page says so,
and nothing of it is reported there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from library.export.scorm.package import (
    HERE,
    MANIFEST,
    PAGE,
    CourseItem,
    add_assets,
    add_demo,
    add_text,
    course_manifest,
    new_package,
)
from library.model import Demo, LibraryError
from library.practice.model import PracticeLevel
from library.practice.pathways.model import Pathway, keyed
from library.practice.pathways.words import KIND_NAMES, pathway_facts, point_asks, point_title
from library.web.templates import templates


def write_pathway_package(pathway: Pathway, demos: Sequence[Demo], output: Path) -> Path:
    """Write the package of a pathway with its ``demos``, whose files are local, atomically; returns the file.

    Raises LibraryError: no demo of the pathway is there, or a clip cannot be read; OSError.
    """
    if not demos:
        raise LibraryError(f"“{pathway.title}” has no demo that could be exported", "Add one: showhow pathway edit")
    with new_package(output) as package:
        add_text(package, PAGE, _overview(pathway, {demo.demo_id: demo.title for demo in demos}))
        items = [CourseItem(pathway.title, PAGE, (PAGE, *add_assets(package)), reports=False)]
        for number, demo in enumerate(demos, 1):
            page, *others = add_demo(package, demo, f"demos/{number}/", "../../")
            items.append(CourseItem(demo.title, page, (page, *others), reports=True))
        name = f"showhow-pathway-{pathway.pathway_id}-v{pathway.version}"
        add_text(package, MANIFEST, course_manifest(name, pathway.title, items))
    return output


def _overview(pathway: Pathway, titles: Mapping[str, str]) -> str:
    points = [
        (KIND_NAMES[one.point.kind], point_title(one.point, titles.get(one.point.demo_id, "")),
         point_asks(one.point, alone=one.level is PracticeLevel.ALONE),
         bool(one.point.demo_id) and one.point.demo_id not in titles)
        for one in keyed(pathway.points)
    ]  # fmt: skip
    page = templates(HERE).get_template("scorm_pathway.html")
    return page.render(pathway=pathway, facts=pathway_facts(pathway), points=points)
