"""``showhow search``: search the library, or find demos like a given one; ``showhow synonyms``: its own language."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from capture.span import clock
from library.format import age, count, join
from library.model import Found, Hit, LibraryError
from library.search.sections import headings, reason
from tui.commands.options import CommandContext, Json, terminal_visit
from tui.console import print_json, say, shell_word, warn

if TYPE_CHECKING:
    from library.catalog.catalog import Catalog
    from library.connection.library import Library


synonyms = typer.Typer(
    help="Words that mean the same in this library, for its search.", no_args_is_help=True, rich_markup_mode=None
)
Term = Annotated[str, typer.Argument(metavar="TERM", help="A word, an abbreviation or a short phrase in quotes.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("search")(search_demos)
    app.add_typer(synonyms, name="synonyms")


def search_demos(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(
            help='Words to look for, the last may be unfinished; "words together"; author: tag: app: since:'
        ),
    ] = None,
    like: Annotated[str, typer.Option(metavar="DEMO", help="Find demos that are like this one.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many hits at most.")] = 20,
    json: Json = False,
) -> None:
    """Search titles, steps, tags and what was said; best hit first, with the moment to replay from."""
    if not (query or like):
        raise typer.BadParameter("say what to look for, or --like a demo", param_hint="QUERY")
    cli: CommandContext = context.obj
    library = cli.open_library()
    if like:
        found = _like(library.catalog, like, limit)
    else:
        found = _search(library, " ".join(query or ()), limit, cli.settings.author)
    if json:
        print_json(found)
        return
    for line in _found_lines(found, like=bool(like)):
        say(line)


def _search(library: Library, query: str, limit: int, who: str) -> Found:
    from library.search.ask import ask

    found = ask(library.catalog, library.meaning, query, limit)
    if library.meaning.trouble:
        warn(library.meaning.trouble)
    with suppress(LibraryError):  # a read-only library is searched all the same
        library.catalog.use.note_search(query, found.answers, who, terminal_visit())
    return found


def _like(catalog: Catalog, name: str, limit: int) -> Found:
    from library.search.similar import more_like

    return more_like(catalog, catalog.resolve(name), limit)


def _found_lines(found: Found, *, like: bool = False) -> list[str]:
    if not found.hits:
        if like:
            return [f"Nothing is like “{found.query}”."]
        hint = f" Did you mean “{found.suggestion}”?" if found.suggestion else " Record it: showhow record"
        return [f"Nothing found for “{found.query}”.{hint}", *_asking(found)]
    lines = [f"Nothing found for “{found.query}”. This is for “{found.suggestion}”:"] if found.mended else []
    last = ""
    for heading, hit in headings(found.hits):
        if heading and not like:
            lines.append(heading)
        if hit.demo_id != last:
            lines.append(f"{hit.title}   [{hit.demo_id}]{_signature(hit)}")
        lines.extend([f"  {_place(hit):<10} {join([hit.step_title, reason(hit)])}", f"  {'':<10} {_marked(hit)}"])
        last = hit.demo_id
    best = found.hits[0]
    ref = f"{best.demo_id}#{best.step}" if best.step else best.demo_id
    if not like:
        lines += _asking(found)
    return [*lines, f"{count(len(found.hits), 'hit')} · {found.took_ms:.0f} ms · replay the first: showhow play {ref}"]


def _asking(found: Found) -> list[str]:
    """How to ask for what nobody has shown; nothing where there are answers."""
    from library.learning.needs.words import can_ask

    return [f"Ask for it: showhow ask {shell_word(found.query)}"] if can_ask(found) else []


def _signature(hit: Hit) -> str:
    due = "due for review" if hit.stale(round(time.time() * 1000)) else ""
    return "".join(f" · {part}" for part in (hit.author, ", ".join(hit.tags), age(hit.updated_unix_ms), due) if part)


def _place(hit: Hit) -> str:
    return f"#{hit.step} {clock(hit.start_ms)}" if hit.step else clock(hit.start_ms)


def _marked(hit: Hit) -> str:
    text, at, out = hit.snippet, 0, ""
    for match in sorted(hit.matches, key=lambda m: m.start):
        if match.start >= at:
            out += f"{text[at : match.start]}«{text[match.start : match.end]}»"
            at = match.end
    return out + text[at:]


@synonyms.command("list")
def list_them(context: typer.Context, json: Json = False) -> None:
    """List what means the same, oldest first."""
    from library.connection.synonyms import FolderSynonyms

    kept = context.obj.open_library().synonyms
    groups = kept.groups()
    if json:
        print_json({"synonyms": groups, "path": kept.path if isinstance(kept, FolderSynonyms) else ""})
        return
    for group in groups:
        say(" = ".join(group))
    if not groups:
        say("No synonyms yet. Add what your people call things: showhow synonyms add PO “purchase order”")


@synonyms.command()
def add(
    context: typer.Context,
    term: Term,
    meaning: Annotated[str, typer.Argument(metavar="MEANING", help="What means the same.")],
    json: Json = False,
) -> None:
    """Add a word or abbreviation and what it means; searches for one find the other too, both ways."""
    new = context.obj.open_library().synonyms.add(term, meaning)
    if json:
        print_json({"added": new})
    else:
        say(f"“{term}” and “{meaning}” find each other now." if new else "They are there already.")


@synonyms.command()
def remove(context: typer.Context, term: Term, json: Json = False) -> None:
    """Take a word or phrase out again, with what it means."""
    gone = context.obj.open_library().synonyms.remove(term)
    print_json({"removed": gone}) if json else say("Removed " + "; ".join(" = ".join(group) for group in gone) + ".")


@synonyms.command()
def suggest(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, help="Searches of so many days.")] = 365,
    json: Json = False,
) -> None:
    """Suggest synonyms: what people typed in vain, and what they found it with within a minute."""
    from library.learning.signals.synonym_suggestions import suggested
    from library.search.synonyms.office import office_terms

    opened = context.obj.open_library()
    log, since = opened.catalog.use, round(time.time() * 1000) - days * 86_400_000
    known = (*opened.catalog.synonyms(), *office_terms())
    found = suggested(log.searches(since), log.uses(since), known)
    if json:
        print_json({"suggested": [one._asdict() for one in found]})
        return
    for one in found:
        say(f"{one.times:>4}×  {one.term} = {one.meaning}")
    say("Add one: showhow synonyms add TERM MEANING" if found else "Nothing to suggest.")
