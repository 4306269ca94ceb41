"""``--replace DEMO#STEP`` of ``showhow record`` and ``showhow add``: a recording takes the place of one step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capture.errors import ShowhowError
from capture.takes import delete, load_take
from library.intake.replacing.step_wanted import StepWanted, check_size, note_wanted, wanted_by
from library.links import link_to, parse_link
from library.model import LibraryError
from tui.commands.options import CommandContext, demo_lines
from tui.console import progress_bar, say, warn
from tui.services.recognizers import AS_SET, RecognizerOverrides, intake_options

if TYPE_CHECKING:
    from capture.recorder.handle import Recording
    from library.model import Demo

Replace = Annotated[
    str | None, typer.Option("--replace", metavar="DEMO#STEP", help="It takes the place of this step; the rest stays.")
]


def wanted_step(cli: CommandContext, reference: str) -> StepWanted:
    """The step that is named. Raises LibraryError when it cannot be replaced."""
    from library.intake.replacing.step_finding import step_wanted

    with cli.open_library() as library:
        return step_wanted(library, parse_link(reference))


def begin_replacing(recording: Recording, wanted: StepWanted | None) -> None:
    """Write down what a recording that has just begun replaces, if anything; one of another size is given up.

    Raises LibraryError.
    """
    if wanted is None:
        return
    folder = Path(recording.status.take_path)
    try:
        take = load_take(folder)
        check_size(wanted, take.width, take.height)
        note_wanted(folder, wanted)
    except ShowhowError:
        recording.abandon()
        raise


def how_to_file(take: Path) -> str:
    """What to do with a recording that was just closed."""
    wanted = wanted_by(take)
    if wanted is None:
        return f"File it: showhow add {take}"
    step = f"step {wanted.step} of {wanted.demo_id}"
    return f"Put it in as {step}: showhow add {take}\nReview it first: showhow, then Ctrl+D"


def file_replaced(
    cli: CommandContext, path: Path, wanted: StepWanted, overrides: RecognizerOverrides = AS_SET, *,
    json: bool, keep_all: bool = False,
) -> Demo:  # fmt: skip
    """File the next version of a demo with a step replaced by a recording. Prints it unless ``json``.

    Raises ShowhowError; the recording is kept then.
    """
    from library.intake.refile import refile
    from library.intake.replacing.new_take import replace_step, used
    from library.maintenance.edit import EditClash

    library, settings = cli.open_library(), cli.settings
    with progress_bar(shown=not json) as progress:
        options = intake_options(settings, keep_all=keep_all, overrides=overrides)
        draft = replace_step(library, path, wanted, settings.takes_folder, options=options, progress=progress)
        try:
            demo = refile(draft, library, progress, by=settings.author)
        except BaseException as error:
            delete(Path(draft.source))
            if isinstance(error, EditClash):
                remedy = f"The recording is kept. Look at it, then put it in: showhow add {path} --replace DEMO#STEP"
                raise LibraryError(error.what, remedy) from error
            raise
    used(path, draft)
    for note in (*draft.notes, *([f"It has no words: {draft.no_words_because}"] if draft.no_words_because else [])):
        warn(f"{path.name}: {note}")
    if not json:
        say(f"Replaced step {wanted.step}; look at it: showhow play {link_to(demo.demo_id, wanted.step)}")
        for line in demo_lines(demo):
            say(line)
    return demo
