"""``showhow transcribe``: transcribe filed demos (again); ``showhow glossary``: names passed to the speech model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from transcribe.model import TranscribeError
from tui.commands import worker as work
from tui.commands.options import (
    CommandContext,
    Elsewhere,
    Json,
    Language,
    Model,
    Translate,
    Wait,
    demo_document,
    demo_lines,
)
from tui.console import print_json, progress_bar, say, warn
from tui.services.recognizers import RecognizerOverrides, intake_options

if TYPE_CHECKING:
    from library.connection.library import Library
    from library.intake.options import IntakeOptions
    from library.model import Demo

glossary = typer.Typer(
    help="Names your people say, told to the speech model beforehand.", no_args_is_help=True, rich_markup_mode=None
)
Terms = Annotated[list[str], typer.Argument(metavar="TERM...", help="A name as it is to be spelled.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(transcribe)
    app.add_typer(glossary, name="glossary")


def transcribe(
    context: typer.Context,
    demo: Annotated[
        str | None, typer.Argument(metavar="[DEMO]", help="Its id, the beginning of its id, or its title.")
    ] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Every demo that waits for its words.")] = False,
    model: Model = None,
    language: Language = None,
    translate: Translate = False,
    again: Annotated[
        bool, typer.Option("--again", help="Hear it once more with the same model; take only what is surer.")
    ] = False,
    elsewhere: Elsewhere = False,
    wait: Wait = True,
    json: Json = False,
) -> None:
    """Give a demo its words (again): for those filed without a model, or with a better one."""
    if (demo is None) == (not waiting):
        raise typer.BadParameter("name a demo, or give --waiting for all that wait", param_hint="DEMO")
    if again and waiting:
        raise typer.BadParameter("what waits has no words yet; leave one out", param_hint="--again")
    cli: CommandContext = context.obj
    library = cli.open_library()
    options = intake_options(cli.settings, overrides=RecognizerOverrides(model, language, translate))
    if demo is None:
        _transcribe_waiting(library, options, json=json)
        return
    found = library.catalog.resolve(demo)
    if elsewhere:
        work.words_elsewhere(cli, library, found.demo_id, again=again, wait=wait, json=json)
        return
    done = _complete(library, options, found.demo_id, again=again, json=json)
    if json:
        print_json(demo_document(done))
        return
    for line in demo_lines(done):
        say(line)


def _complete(library: Library, options: IntakeOptions, demo_id: str, *, again: bool = False, json: bool) -> Demo:
    from library.intake.late_words import complete, hear_clip_again

    with progress_bar(shown=not json) as progress:
        return (hear_clip_again if again else complete)(demo_id, library, options, progress)


def _transcribe_waiting(library: Library, options: IntakeOptions, *, json: bool) -> None:
    """Transcribe all waiting demos in turn. A failure does not stop the rest; the same failure twice does."""
    todo = [found for found in library.catalog.list() if found.waiting_for_words]
    done: list[Demo] = []
    failed: dict[str, str] = {}
    for found in todo:
        try:
            done.append(_complete(library, options, found.demo_id, json=json))
        except TranscribeError as error:
            same = str(error) in failed.values()
            failed[found.demo_id] = str(error)
            if same:
                break  # no model, or the endpoint does not answer: the others would fail alike
            warn(f"{found.title}: {error}")
    _report_waiting(done, failed, len(todo) - len(done), json=json)


def _report_waiting(done: list[Demo], failed: dict[str, str], left: int, *, json: bool) -> None:
    if json:
        print_json({"demos": [demo_document(one) for one in done], "failed": failed, "waiting": left})
        raise typer.Exit(1 if failed else 0)
    for demo in done:
        say(f"“{demo.title}” has its words now   [{demo.demo_id}]")
    if not done and not left:
        say("No demo waits for its words.")
    elif left:
        warn(f"{left} of {len(done) + left} still wait.")
    if failed:
        raise typer.Exit(1)


@glossary.command("list")
def list_them(context: typer.Context, json: Json = False) -> None:
    """List the names, oldest first."""
    from library.maintenance.glossary import FolderGlossary, glossary_of

    kept = glossary_of(context.obj.open_library())
    terms = kept.terms()
    if json:
        print_json({"terms": terms, "path": kept.path if isinstance(kept, FolderGlossary) else ""})
        return
    for term in terms:
        say(term)
    if not terms:
        say("No names yet. Add those a speech model cannot know: showhow glossary add Ariba “María López”")


@glossary.command()
def add(context: typer.Context, terms: Terms, json: Json = False) -> None:
    """Add names: products, colleagues, menu labels. The next demos are heard with them."""
    from library.maintenance.glossary import glossary_of

    new = glossary_of(context.obj.open_library()).add(terms)
    if json:
        print_json({"added": new})
    else:
        say(f"Added {', '.join(new)}. Demos there are: showhow transcribe DEMO" if new else "They are there already.")


@glossary.command()
def remove(context: typer.Context, terms: Terms, json: Json = False) -> None:
    """Take names out again."""
    from library.maintenance.glossary import glossary_of

    gone = glossary_of(context.obj.open_library()).remove(terms)
    print_json({"removed": gone}) if json else say(f"Removed {', '.join(gone)}.")


@glossary.command()
def phrases(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A file in TOML that replaces the word lists.")
    ] = None,
    json: Json = False,
) -> None:
    """Print the library's own word lists for titles and steps, or replace them by those in a file."""
    from library.files import library_errors, read_bounded
    from library.maintenance.custom_vocabulary import keep_lexicon, lexicon_text

    library = context.obj.open_library()
    if file is not None:
        with library_errors(f"read {file}"):
            text = read_bounded(file, 1 << 20).decode("utf-8-sig", "replace")
        keep_lexicon(library, text)
    text = lexicon_text(library)
    if json:
        print_json({"phrases": text})
    elif file is not None:
        say("The next demos are made with these word lists.")
    else:
        say(text.rstrip() or "No word lists yet. Give a file, as docs/lexicon.md says: showhow glossary phrases FILE")


@glossary.command()
def suggest(
    context: typer.Context,
    take: Annotated[bool, typer.Option("--add", help="Add all of them.")] = False,
    json: Json = False,
) -> None:
    """List names that people put right in the steps of filed demos and that are not in the glossary."""
    from library.maintenance.glossary import corrected_terms, glossary_of
    from library.model import STEPS_BY_HAND

    library = context.obj.open_library()
    kept, catalog = glossary_of(library), library.catalog
    known = kept.terms()
    touched = (catalog.get(demo.demo_id) for demo in catalog.list() if STEPS_BY_HAND in demo.by_hand)
    found = list(dict.fromkeys(term for demo in touched for term in corrected_terms(demo, known)))
    added = kept.add(found) if take else ()
    if json:
        print_json({"suggested": found, "added": added})
        return
    for term in found:
        say(term)
    if not found:
        say("Nothing was put right that is not in the glossary.")
    else:
        say("Added." if take else "Add those you want: showhow glossary add NAME..., or all of them: --add")
