"""``showhow export``: write a demo in another format."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from library.export.documents.markdown import Flavour
from library.export.exporter import FORMS, ExportOptions, Paper
from tui.commands.options import CommandContext, DemoName, Json
from tui.console import print_json, say, warn


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(export)


Format = StrEnum("Format", {name: name for name in FORMS})  # type: ignore[misc]  # its members come from FORMS
_DEFAULT = Format(next(iter(FORMS)))


def export(
    context: typer.Context,
    demo: DemoName,
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
    json: Json = False,
) -> None:
    """Take a demo elsewhere: text, one HTML file, PDF, captions, sound, or a step that moves.

    Text without --output is printed; all else goes into this folder, named after the demo.
    """
    from library.export.exporter import export as render
    from library.export.exporter import export_to, notices

    cli: CommandContext = context.obj
    library = cli.open_library()
    found = library.store.fetch_local(library.catalog.resolve(demo))
    reader_url = cli.settings.reader_url
    if output is not None or png or FORMS[kind.value].text is None:
        written = export_to(
            found, kind.value, output or "", step=step, paper=paper.value, reader_url=reader_url,
            flavour=flavour.value, png=png, captions=captions,
        )  # fmt: skip
        left_out = notices(found, kind.value)
        for line in left_out:
            warn(line)
        document = {"demo_id": found.demo_id, "format": kind.value, "path": written.absolute(), "notices": left_out}
        print_json(document) if json else say(f"Wrote {written}")
        return
    text = render(found, kind.value, ExportOptions(reader_url=reader_url, flavour=flavour))
    if json:
        print_json({"demo_id": found.demo_id, "format": kind.value, "text": text})
    else:
        say(text.rstrip("\n"))
