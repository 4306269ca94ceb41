"""``showhow export``: write a demo in another format, or a library or collection as pages."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from library.export.documents.markdown import Flavour
from library.export.exporter import FORMS, ExportOptions, Paper
from tui.commands.options import CommandContext, Json
from tui.console import print_json, progress_bar, say, warn


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(export)


Format = StrEnum("Format", {name: name for name in FORMS})  # type: ignore[misc]  # its members come from FORMS
_DEFAULT = Format(next(iter(FORMS)))
_LARGE = 200_000_000
"""Bytes of one HTML file; browsers and mail are slow with more."""


def export(
    context: typer.Context,
    demo: Annotated[
        str | None, typer.Argument(metavar="DEMO", help="Its id, the beginning of its id, or its title.")
    ] = None,
    kind: Annotated[Format, typer.Option("--format", "-f", help="What to make of it.")] = _DEFAULT,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="PATH", help="Write here, stills beside it; OUT/ is a folder."),
    ] = None,
    step: Annotated[int, typer.Option(min=1, help="The step, for webp and gif.")] = 1,
    paper: Annotated[Paper, typer.Option(help="The paper, for pdf, checklist, docx.", case_sensitive=False)] = Paper.A4,
    flavour: Annotated[Flavour, typer.Option(help="The dialect of Markdown.")] = Flavour.PLAIN,
    png: Annotated[bool, typer.Option("--png", help="Stills as PNG beside Markdown, where WebP is not shown.")] = False,
    captions: Annotated[bool, typer.Option("--captions", help="The words in the picture, for mp4.")] = False,
    site: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="No DEMO: write all demos as pages that need no server.")
    ] = None,
    collection: Annotated[
        str, typer.Option(metavar="NAME", help="No DEMO: its demos, with --site as pages, else as one HTML file.")
    ] = "",
    json: Json = False,
) -> None:
    """Take a demo elsewhere: text, one HTML file, PDF, captions, sound, or a step that moves.

    Text without --output is printed; all else goes into this folder, named after the demo.
    """
    cli: CommandContext = context.obj
    if demo is None:
        _export_several(cli, site, collection, output, json=json)
        return
    if site is not None or collection:
        raise typer.BadParameter("a demo is no site; leave DEMO or --site and --collection out", param_hint="DEMO")
    options = ExportOptions(step, paper, cli.settings.reader_url, flavour, png, captions)
    _export_one(cli, demo, kind.value, output, options, json=json)


def _export_one(
    cli: CommandContext, name: str, form: str, output: str | None, options: ExportOptions, *, json: bool
) -> None:
    from library.export.exporter import export as render
    from library.export.exporter import export_to, notices

    library = cli.open_library()
    found = library.store.fetch_local(library.catalog.resolve(name))
    if output is not None or options.png or FORMS[form].text is None:
        written = export_to(
            found, form, output or "", step=options.step, paper=options.paper, reader_url=options.reader_url,
            flavour=options.flavour, png=options.png, captions=options.captions,
        )  # fmt: skip
        left_out = notices(found, form)
        for line in left_out:
            warn(line)
        document = {"demo_id": found.demo_id, "format": form, "path": written.absolute(), "notices": left_out}
        print_json(document) if json else say(f"Wrote {written}")
        return
    text = render(found, form, options)
    if json:
        print_json({"demo_id": found.demo_id, "format": form, "text": text})
    else:
        say(text.rstrip("\n"))


def _export_several(cli: CommandContext, site: Path | None, collection: str, output: str | None, *, json: bool) -> None:
    from library.export.site.export_site import export_one_file, export_site, one_file_name

    if site is None and not collection:
        raise typer.BadParameter("say which, or --site FOLDER for all", param_hint="DEMO")
    if site is not None and output is not None:
        raise typer.BadParameter("--site names the folder already", param_hint="--output")
    with cli.open_library() as library, progress_bar(shown=not json) as progress:
        if site is not None:
            written = export_site(library, site, collection, progress)
        else:
            target = Path(output) if output else Path(one_file_name(collection))
            written = export_one_file(library, target, collection, progress)
    if site is None and (size := written.stat().st_size) > _LARGE:
        warn(f"It has {size / 1e6:.0f} MB; with --site FOLDER browsers are faster.")
    print_json({"path": written.absolute(), "collection": collection}) if json else say(f"Wrote {written}")
