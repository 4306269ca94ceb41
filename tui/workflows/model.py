"""``ModelWorkflow``: fetches a speech model when the user asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from capture.errors import ShowhowError
from tui.model import ModelOffer
from tui.workflows.base import Workflow

FETCHING = "Fetching the speech model"
"""Title of the job."""


class ModelWorkflow(Workflow):
    """Fetching a speech model in the background."""

    def fetch_model(self, offer: ModelOffer, done: Callable[[], None]) -> None:
        """Fetch a speech model as a job, with progress and cancel; one at a time."""
        models = self.context.services.models
        if models is None or any(job.title == FETCHING for job in self.context.jobs.running):
            return

        def fetched(source: str) -> None:
            self.say(f"{offer.name} is here{source and f', from {source}'}")
            done()

        def failed(_error: ShowhowError) -> None:
            done()

        self.work(FETCHING, partial(models.fetch, offer.name), fetched, failed)
