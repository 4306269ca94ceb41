"""Look after this machine: speech models, the doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.commands.common import Door, Json
from tui.output import plain, print_json, progress_bar, say, size

model = typer.Typer(help="List, download and choose speech models.", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the door."""
    app.add_typer(model, name="model")
    app.command()(doctor)


@model.command("list")
def list_them(context: typer.Context, json: Json = False) -> None:
    """List the models by name, with size, and which are here."""
    from transcribe.whisper import list_models

    door: Door = context.obj
    models = list_models(door.settings.models_folder)
    if json:
        documents = [plain(entry) | {"installed": entry.installed} for entry in models]
        print_json({"models": documents, "used": door.settings.model})
        return
    for entry in models:
        mark = "●" if door.settings.model in (entry.name, str(entry.path)) else ("○" if entry.installed else " ")
        say(f"{mark} {entry.name:<18} {size(entry.megabytes * 1_000_000):>8}  {'here' if entry.installed else ''}")
    say("● used  ○ here    Get one: showhow model download base    Use it: showhow model use base")


@model.command()
def download(context: typer.Context, name: str, json: Json = False) -> None:
    """Fetch a model from the Hugging Face hub into showhow's own folder."""
    from transcribe.whisper import download as fetch

    door: Door = context.obj
    with progress_bar(shown=not json) as progress:
        found = fetch(name, door.settings.models_folder, progress)
    if json:
        print_json(found)
    else:
        say(f"{found.name} is here: {found.path}. Use it always: showhow model use {found.name}")


@model.command()
def use(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME|PATH")], json: Json = False) -> None:
    """Choose the model for this person, by name or folder; kept in the settings file."""
    from transcribe.whisper import Whisper, find_model
    from tui.config import save_setting

    door: Door = context.obj
    found = find_model(name, door.settings.models_folder)
    Whisper(found).load()  # a folder that only looks like a model is found out now, not after the next recording
    value = found.name if name == found.name else str(found.path)
    path = save_setting("model", value)
    print_json({"model": value, "settings_file": path}) if json else say(f"showhow now listens with {value} ({path}).")


def doctor(context: typer.Context, json: Json = False) -> None:
    """Say what works on this machine, what does not, and the one command that mends it."""
    from tui.doctor import examine

    door: Door = context.obj
    findings = examine(door.settings)
    if json:
        print_json({"checks": findings, "ok": all(f.state != "broken" for f in findings)})
    else:
        for finding in findings:
            mark = {"ok": "✓", "limited": "·", "broken": "✗"}[finding.state]
            say(
                f"{mark} {finding.name:<16} {finding.detail}"
                + (f"\n  {'':<16} → {finding.remedy}" if finding.remedy else "")
            )
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)
