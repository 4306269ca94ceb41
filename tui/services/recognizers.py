"""Chooses the recognizer for the settings: a local model or, where the user named one, an endpoint.

Owns the choice and its status line. No model is loaded before there is speech.
"""

from __future__ import annotations

import locale
import os
import re
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from capture.errors import ShowhowError
from tui.config import Settings

if TYPE_CHECKING:
    from library.intake.options import IntakeOptions
    from transcribe.asr.endpoint import Endpoint
    from transcribe.model import Recognizer


@dataclass(frozen=True)
class RecognizerOverrides:
    """Overrides for one command: model, language, translation to English."""

    model: str | None = None
    language: str | None = None
    translate: bool = False


AS_SET = RecognizerOverrides()
"""No overrides: as the settings say."""


def recognizer(settings: Settings, overrides: RecognizerOverrides = AS_SET) -> Recognizer:
    """The chosen recognizer. Raises ModelMissing, or TranscribeError when it cannot be used."""
    if settings.endpoint_url and overrides.model is None:
        from transcribe.asr.endpoint import EndpointRecognizer

        terms, language = library_terms(settings), overrides.language or settings.language
        return EndpointRecognizer(endpoint(settings), language, terms=terms, translate=overrides.translate)
    return local_recognizer(settings, overrides)


def local_recognizer(settings: Settings, overrides: RecognizerOverrides = AS_SET) -> Recognizer:
    """The model on this machine, also where the settings name an endpoint. Raises ModelMissing, TranscribeError."""
    from transcribe.asr.whisper import Whisper
    from transcribe.models.registry import find_model

    terms, language = library_terms(settings), overrides.language or settings.language
    ref = find_model(overrides.model or settings.model, settings.models_folder)
    likely = () if language else likely_languages(settings)
    return Whisper(ref, language, terms=terms, translate=overrides.translate, likely=likely)


def likely_languages(settings: Settings) -> tuple[str, ...]:
    """Languages to prefer among close ones: this system's and those of the library in the settings."""
    from library.maintenance.spoken_languages import spoken_languages

    return tuple(dict.fromkeys((*_system_language(), *spoken_languages(settings.library_url))))


def _system_language() -> tuple[str, ...]:
    names = (os.environ.get("LC_ALL"), os.environ.get("LC_MESSAGES"), os.environ.get("LANG"), locale.getlocale()[0])
    code = re.match(r"([a-z]{2,3})[_.@-]", f"{next(filter(None, names), '')}.".casefold())
    return (code[1],) if code else ()


def endpoint(settings: Settings) -> Endpoint:
    """Endpoint of the settings. Raises TranscribeError when its address is invalid."""
    from transcribe.asr.endpoint import Endpoint, checked_url

    return Endpoint(
        checked_url(settings.endpoint_url),
        model=settings.endpoint_model,
        key=settings.endpoint_key,
        timeout_s=settings.endpoint_timeout_s,
    )


def library_terms(settings: Settings) -> tuple[str, ...]:
    """Glossary terms of the library in the settings."""
    from library.maintenance.glossary import glossary_terms

    return glossary_terms(settings.library_url)


def words_ready(settings: Settings) -> str:
    """Status line of the recognizer: its model or server, or what to do."""
    if settings.endpoint_url:
        try:
            found = endpoint(settings)
        except ShowhowError as error:
            return f"{str(error).rstrip('.')}. Demos are filed all the same."
        return f"{found.model} at {found.host}: speech is sent there"
    from transcribe.models.registry import find_model

    try:
        ref = find_model(settings.model, settings.models_folder)
    except ShowhowError as error:
        return f"{str(error).rstrip('.')}. Demos are filed all the same."
    megabytes = round((ref.path / "model.bin").stat().st_size / 1_000_000)
    return f"{ref.name}, {megabytes} MB, ready"


def intake_options(
    settings: Settings, *, keep_all: bool = False, overrides: RecognizerOverrides = AS_SET
) -> IntakeOptions:
    """Options for making drafts under these settings; the model is looked up only when there is speech.

    Who says by what or in which language it is to be heard wants it heard, not the words of its captions.
    """
    from library.intake.options import IntakeOptions
    from library.maintenance.custom_vocabulary import custom_vocabulary
    from transcribe.ocr.rapidocr_reader import RapidOcrReader

    return IntakeOptions(
        recognizer=partial(recognizer, settings, overrides),
        reader=RapidOcrReader(),
        keep_all=keep_all,
        author=settings.author,
        captions=overrides == AS_SET,
        vocabulary=cache(partial(custom_vocabulary, settings.library_url)),
    )
