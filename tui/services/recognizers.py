"""What turns sound into words under these settings: a model of this machine or, where the user named one, an endpoint.

Owns the choice, and one line that states it. Refuses to load anything before somebody speaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from capture.errors import ShowhowError
from tui.config import Settings

if TYPE_CHECKING:
    from library.intake.options import IntakeOptions
    from transcribe.asr.endpoint import Endpoint
    from transcribe.model import Recognizer


@dataclass(frozen=True)
class RecognizerOverrides:
    """What was asked for this once: another model, a language, English whatever was spoken."""

    model: str | None = None
    language: str | None = None
    translate: bool = False


AS_SET = RecognizerOverrides()
"""Nothing asked for but what the settings say."""


def recognizer(settings: Settings, wishes: RecognizerOverrides = AS_SET) -> Recognizer:
    """What hears. Raises ModelMissing, or TranscribeError when what was chosen cannot be used."""
    terms = library_terms(settings)
    language = wishes.language or settings.language
    if settings.endpoint_url and wishes.model is None:
        from transcribe.asr.endpoint import EndpointRecognizer

        return EndpointRecognizer(endpoint(settings), language, terms=terms, translate=wishes.translate)
    from transcribe.asr.whisper import Whisper
    from transcribe.models.registry import find_model

    ref = find_model(wishes.model or settings.model, settings.models_folder)
    return Whisper(ref, language, terms=terms, translate=wishes.translate)


def endpoint(settings: Settings) -> Endpoint:
    """The endpoint of the settings. Raises TranscribeError when its address is none."""
    from transcribe.asr.endpoint import Endpoint, checked_url

    return Endpoint(
        checked_url(settings.endpoint_url),
        model=settings.endpoint_model,
        key=settings.endpoint_key,
        timeout_s=settings.endpoint_timeout_s,
    )


def library_terms(settings: Settings) -> tuple[str, ...]:
    """The words of the house."""
    from library.maintenance.glossary import glossary_terms

    return glossary_terms(settings.library_url)


def words_ready(settings: Settings) -> str:
    """One line on what will hear: which model or server, or what to do."""
    if settings.endpoint_url:
        try:
            found = endpoint(settings)
        except ShowhowError as error:
            return f"{error} Demos are filed all the same."
        return f"{found.model} at {found.host}: speech is sent there"
    from transcribe.models.registry import find_model

    try:
        ref = find_model(settings.model, settings.models_folder)
    except ShowhowError as error:
        return f"{error} Demos are filed all the same."
    megabytes = round((ref.path / "model.bin").stat().st_size / 1_000_000)
    return f"{ref.name}, {megabytes} MB, ready"


def intake_options(
    settings: Settings, *, keep_all: bool = False, wishes: RecognizerOverrides = AS_SET
) -> IntakeOptions:
    """How a recording becomes a draft under these settings; the model is looked for only when there is speech."""
    from library.intake.options import IntakeOptions
    from transcribe.ocr.rapidocr_reader import RapidOcrReader

    hears = partial(recognizer, settings, wishes)
    return IntakeOptions(recognizer=hears, reader=RapidOcrReader(), keep_all=keep_all, author=settings.author)
