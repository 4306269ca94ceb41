"""``showhow note``: says of a demo or a step that it helped, or not, and lists what others said."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from library.format import age
from library.learning.notes.model import NOTE_NAMES, Note, NoteKind, NoteThread
from library.links import parse_link
from library.model import Demo
from tui.commands.options import CommandContext, Json, terminal_visit
from tui.console import plain, print_json, say


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(note)


def note(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="DEMO[#STEP]", help="A demo, or a step of one.")],
    text: Annotated[str, typer.Argument(help="In words, if you like.")] = "",
    helped: Annotated[bool, typer.Option("--helped", help="It helped.")] = False,
    stuck: Annotated[bool, typer.Option("--stuck", help="I am stuck here.")] = False,
    outdated: Annotated[bool, typer.Option("--outdated", help="It looks different now.")] = False,
    thanks: Annotated[bool, typer.Option("--thanks", help="Thank who made it.")] = False,
    reply: Annotated[str, typer.Option(metavar="NOTE", help="Answer this note.")] = "",
    shows: Annotated[str, typer.Option(metavar="DEMO", help="With --reply: the demo that is the answer.")] = "",
    withdraw: Annotated[str, typer.Option(metavar="NOTE", help="Take back a note of yours.")] = "",
    remove: Annotated[
        str, typer.Option(metavar="NOTE", help="Remove somebody's note: as owner of the demo or the library.")
    ] = "",
    sign: Annotated[bool, typer.Option("--sign", help="With your name; without it nobody knows whose it is.")] = False,
    app: Annotated[str, typer.Option(metavar="PROGRAM", help="The program it is about.")] = "",
    app_version: Annotated[str, typer.Option(metavar="VERSION", help="With --app: its version.")] = "",
    seen: Annotated[
        str, typer.Option(metavar="LABEL", help="With --outdated: what the button or menu is called now.")
    ] = "",
    json: Json = False,
) -> None:
    """Say what you think of a demo or a step. Without anything to say: what others said."""
    from library.learning.moderation import Moderator
    from library.learning.opening import open_learning

    cli: CommandContext = context.obj
    library = cli.open_library()
    link, (notes, needs, _) = parse_link(reference), open_learning(library)
    if remove:
        moderator = Moderator(library, notes, needs, cli.settings.author)
        gone = notes.get(remove)
        moderator.remove_note(gone)
        print_json({"removed": gone.record_id}) if json else say(f"Removed “{gone.text or NOTE_NAMES[gone.kind]}”.")
        return
    demo = library.catalog.resolve(link.demo)
    kind = _kind({NoteKind.HELPED: helped, NoteKind.STUCK: stuck, NoteKind.OUTDATED: outdated, NoteKind.THANKS: thanks,
                  NoteKind.REPLY: bool(reply), NoteKind.WITHDRAWN: bool(withdraw)}, text)  # fmt: skip
    if kind is None:
        _show(demo, [one for one in notes.threads(demo.demo_id) if link.step in {0, one.note.step}], json=json)
        return
    if seen and kind is not NoteKind.OUTDATED:
        raise typer.BadParameter("goes together with --outdated", param_hint="--seen")
    said = notes.add(
        demo.demo_id, kind, step=link.step, text=text, app=app, who=cli.settings.author if sign else "",
        about=reply or withdraw, shows=library.catalog.resolve(shows).demo_id if shows else "", visit=terminal_visit(),
        seen=seen, app_version=app_version,
    )  # fmt: skip
    print_json(_document(said)) if json else say(f"Noted {_place(said)}: {NOTE_NAMES[kind]}. Thank you.")


def _kind(given: dict[NoteKind, bool], text: str) -> NoteKind | None:
    """The kind that was chosen; None when nothing is to be noted. Raises BadParameter for several."""
    chosen = [kind for kind, wanted in given.items() if wanted]
    if len(chosen) > 1:
        raise typer.BadParameter("say one thing at a time", param_hint="--helped")
    return chosen[0] if chosen else NoteKind.COMMENT if text else None


def _show(demo: Demo, threads: list[NoteThread], *, json: bool) -> None:
    if json:
        notes = [_document(one.note) | {"replies": [_document(reply) for reply in one.replies]} for one in threads]
        print_json({"demo_id": demo.demo_id, "notes": notes})
        return
    say(f"{demo.title}   [{demo.demo_id}]")
    for one in threads:
        say(f"  {_place(one.note):<8} {_line(one.note)}   [{one.note.record_id}]")
        for reply in one.replies:
            say(f"           ↳ {_line(reply)}")
    if not threads:
        say("Nobody has written anything about it yet.")


def _line(note: Note) -> str:
    said = note.text or (f"see {note.shows}" if note.shows else f"“{note.seen}”" if note.seen else "")
    kind = "" if note.kind in {NoteKind.COMMENT, NoteKind.REPLY} else NOTE_NAMES[note.kind]
    return " · ".join(part for part in (kind, said, note.who, age(note.at_unix_ms)) if part)


def _place(note: Note) -> str:
    return f"step {note.step}" if note.step else "all of it"


def _document(note: Note) -> dict[str, Any]:
    """A note for JSON, without the machine that it came from."""
    document: dict[str, Any] = plain(note)
    del document["machine"], document["of"]
    return document
